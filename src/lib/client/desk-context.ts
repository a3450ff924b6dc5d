/** The desk of the screens below: a layout opens it once, its pages use it. */
import { getContext, setContext } from 'svelte';
import type { Desk } from './desk.ts';

const key = Symbol('desk');

export function setDesk(desk: Desk): void {
  setContext(key, desk);
}

export function useDesk(): Desk {
  const desk = getContext<Desk | undefined>(key);
  if (!desk) throw new Error('no desk was opened above this screen');
  return desk;
}
