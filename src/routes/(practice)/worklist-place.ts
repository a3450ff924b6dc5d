/**
 * How the worklist was left, for whoever comes back from a referral. In memory alone, never in an address or a store: what
 * was searched for names patients.
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

const beginning: Place = { query: '', text: '', rows: 0, drawn: 0, scrollY: 0 };
let left: Place = beginning;
let isComingBack = false;

export const worklistHref = (): string => `/practice${left.query}`;

/** The worklist was left. */
export function leaveWorklist(place: Place): void {
  left = place;
}

/** Somebody pressed "Back to the worklist". */
export function comeBack(): void {
  isComingBack = true;
}

/** How it was left, where somebody comes back to it; asked once. */
export function worklistPlace(isByHistory: boolean): Place | undefined {
  const place = isComingBack || isByHistory ? left : undefined;
  isComingBack = false;
  return place;
}

/** Signed out: nothing of what was searched for stays. */
export function forgetWorklist(): void {
  left = beginning;
}
