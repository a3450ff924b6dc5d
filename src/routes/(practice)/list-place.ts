import type { BeforeNavigate } from '@sveltejs/kit';

/**
 * How the worklist, or Needs attention, was left, for whoever comes back from a referral. In memory alone, never in an
 * address or a store: what was searched for names patients.
 */
interface Place {
  /** The list that was chosen, as an address has it. */
  readonly query: string;
  readonly text: string;
  /** How many rows were shown, how many of them were drawn, and how far down. */
  readonly rows: number;
  readonly drawn: number;
  readonly scrollY: number;
}

interface AttentionPlace {
  /** How many cards were shown, how far down, and whose was opened. */
  readonly cards: number;
  readonly scrollY: number;
  readonly ubrn: string;
}

const beginning: Place = { query: '', text: '', rows: 0, drawn: 0, scrollY: 0 };
let left: Place = beginning;
/** Where it, and not the worklist, was the last of the two that was left for a referral. */
let attentionLeft: AttentionPlace | undefined;
let isComingBack = false;

/** The last of the two that was left for a referral. */
export const listLeft = (): { readonly href: string; readonly name: string } =>
  attentionLeft
    ? { href: '/practice/attention', name: 'Needs attention' }
    : { href: `/practice${left.query}`, name: 'the worklist' };

/** The worklist was left, for something that was opened from it or not. */
export function leaveWorklist(place: Place, isForth: boolean): void {
  left = place;
  if (isForth) attentionLeft = undefined;
}

/** Needs attention was left for a referral, or, undefined, for something else. */
export function leaveAttention(place: AttentionPlace | undefined): void {
  attentionLeft = place;
}

/** By the browser's button: nothing was opened from the page that is left. */
export const isBack = ({ type, delta }: Pick<BeforeNavigate, 'type' | 'delta'>): boolean =>
  type === 'popstate' && delta !== undefined && delta < 0;

/** Somebody pressed "Back to …". */
export function comeBack(): void {
  isComingBack = true;
}

/** How it was left, where somebody comes back to it; asked once. */
export function worklistPlace(isByHistory: boolean): Place | undefined {
  const place = isComingBack || isByHistory ? left : undefined;
  isComingBack = false;
  return place;
}

/** The same of Needs attention. */
export function attentionPlace(isByHistory: boolean): AttentionPlace | undefined {
  const place = isComingBack || isByHistory ? attentionLeft : undefined;
  isComingBack = false;
  return place;
}

/** Signed out: nothing of what was searched for stays. */
export function forgetLists(): void {
  left = beginning;
  attentionLeft = undefined;
  isComingBack = false;
}
