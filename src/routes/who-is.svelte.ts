/**
 * Who a restricted patient is, as long as somebody works on the record: in this page's memory, never on the device. The page
 * stays as it is behind a cover, so a cover has it forgotten.
 */
import { getContext, setContext } from 'svelte';
import type { Answered, Desk } from '#lib/client/desk.ts';
import { openHome } from '#lib/client/home.ts';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Identity } from '#lib/domain/referral.ts';
import { scopeKind } from '#lib/domain/scope.ts';

export type WhyNotTold = Exclude<Answered<unknown>['kind'], 'ok'>;

export interface WhoIs {
  /** Reactive, as all of it. */
  readonly identity: Identity | undefined;
  readonly isAsking: boolean;
  readonly whyNot: WhyNotTold | undefined;
  ask(): Promise<void>;
  forget(): void;
}

/** For one referral; its owner is made anew for each. */
export function whoIs(desk: Desk, ubrn: Ubrn): WhoIs {
  let identity = $state.raw<Identity>();
  let isAsking = $state(false);
  let whyNot = $state<WhyNotTold>();
  /** An answer to what was asked before a cover is not shown behind it. */
  let asked = 0;

  function forget(): void {
    asked += 1;
    identity = undefined;
    isAsking = false;
    whyNot = undefined;
  }

  const { door } = openHome();
  $effect(() => {
    if (door.isCovered(scopeKind(desk.scope))) forget();
  });

  return {
    get identity() {
      return identity;
    },
    get isAsking() {
      return isAsking;
    },
    get whyNot() {
      return whyNot;
    },
    async ask() {
      if (isAsking) return;
      forget();
      const mine = asked;
      isAsking = true;
      const answered = await desk.access.whoIs(ubrn);
      if (mine !== asked) return;
      isAsking = false;
      if (answered.kind === 'ok') identity = answered.value;
      else whyNot = answered.kind;
    },
    forget,
  };
}

const key = Symbol('who-is');

export const setWhoIs = (who: WhoIs): void => void setContext(key, who);

export function useWhoIs(): WhoIs {
  const who = getContext<WhoIs | undefined>(key);
  if (!who) throw new Error('no patient was set above this screen');
  return who;
}
