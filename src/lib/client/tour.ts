/**
 * The demonstration's tour: five steps that a visitor takes with their own hands on the ordinary screens. A step is ticked
 * when what it is about has really happened, by what this device knows of it; nothing here makes anything happen.
 *
 *   signedIn → opened → unplugged → a request with two times waits, and another practice has its first → answered
 *
 * Kept is who and which referral, and what was seen; of the patient only the booking reference.
 */
import { claimIdSchema, personIdSchema, ubrnSchema, type ClaimId, type Ubrn } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import type { HeldClaim, ReferralView } from '#lib/domain/project.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { isSameSlot, slotRefSchema, type SlotRef } from '#lib/domain/slot.ts';
import { z } from '#lib/domain/zod.ts';

export const tourSchema = z.object({
  person: personIdSchema,
  name: z.string(),
  practiceName: z.string(),
  scope: scopeSchema,
  isSignedIn: z.boolean(),
  /** Whose referral it is about; null until the worklist is here to pick from. */
  ubrn: z.nullable(ubrnSchema),
  hasOpened: z.boolean(),
  hasUnplugged: z.boolean(),
  /** The request that waits, with its first choice. */
  request: z.nullable(z.object({ id: claimIdSchema, first: slotRefSchema })),
  /** Who has that first choice now; empty until somebody has. */
  takenBy: z.string(),
  /** How the request was answered: the second or a later choice was booked, the first after all, or none. */
  answer: z.nullable(z.enum(['lower', 'first', 'none'])),
});
export type Tour = Readonly<z.infer<typeof tourSchema>>;

export type Receptionist = Pick<Tour, 'person' | 'name' | 'practiceName' | 'scope'>;

export const stepsCount = 5;

export function beginTour(who: Receptionist): Tour {
  return {
    ...who,
    isSignedIn: false,
    ubrn: null,
    hasOpened: false,
    hasUnplugged: false,
    request: null,
    takenBy: '',
    answer: null,
  };
}

/** What the device knows at one moment. */
export interface Seen {
  readonly author: Author | undefined;
  /** All of the practice's referrals are here, as far as the server knows: nobody is picked from half a worklist. */
  readonly isCaughtUp: boolean;
  readonly referrals: readonly ReferralView[];
  /** The referral whose record is on the screen. */
  readonly opened: Ubrn | undefined;
  readonly isOut: boolean;
  claim(id: ClaimId): HeldClaim | undefined;
}

/** The tour with what is seen now ticked; the same object where that is nothing new. */
export function observe(tour: Tour, seen: Seen): Tour {
  if (seen.author?.scope !== tour.scope) return tour;
  let next = tour.isSignedIn ? tour : { ...tour, isSignedIn: true };
  if (next.ubrn === null) {
    const ubrn = seen.isCaughtUp ? pickPatient(seen.referrals)?.referral.ubrn : undefined;
    if (!ubrn) return next;
    next = { ...next, ubrn };
  }
  if (!next.hasOpened && seen.opened === next.ubrn) next = { ...next, hasOpened: true };
  if (next.hasOpened && !next.hasUnplugged && seen.isOut) next = { ...next, hasUnplugged: true };
  return observeRequest(next, seen);
}

function observeRequest(tour: Tour, seen: Seen): Tour {
  if (tour.answer) return tour;
  const view = seen.referrals.find(({ referral }) => referral.ubrn === tour.ubrn);
  const known = tour.request && seen.claim(tour.request.id);
  if (known?.status.state === 'settled') {
    const { outcome, rank } = known.status.verdict;
    return { ...tour, answer: outcome === 'refused' ? 'none' : (rank ?? 1) > 1 ? 'lower' : 'first' };
  }
  // Booked before anybody could take the time, or by somebody else: this tour leads nowhere any more.
  if (view?.appointment) return { ...tour, answer: 'first' };
  const waiting = view?.open && waitingRequest(view.open);
  // Taken back, or replaced by another before it was sent.
  if (!known && tour.request && !waiting) return { ...tour, request: null, takenBy: '' };
  if (!tour.hasUnplugged || !waiting || waiting.id === tour.request?.id) return tour;
  return { ...tour, request: waiting, takenBy: '' };
}

/** A booking request of two times or more that has not left the device. */
function waitingRequest({ claim: { id, intent }, status }: HeldClaim): Tour['request'] | undefined {
  if (status.state !== 'waiting' || intent.kind !== 'book' || intent.choices.length < 2) return undefined;
  const [first] = intent.choices;
  return first && { id, first };
}

/** Another practice was let have a time. */
export function noteTaken(tour: Tour, slot: SlotRef, by: string): Tour {
  return tour.request && isSameSlot(tour.request.first, slot) ? { ...tour, takenBy: by } : tour;
}

/** Which of the steps are done, in order. */
export function stepsDone(tour: Tour): readonly boolean[] {
  return [
    tour.isSignedIn,
    tour.hasOpened,
    tour.hasUnplugged,
    tour.request !== null && tour.takenBy !== '',
    tour.answer === 'lower' && tour.takenBy !== '',
  ];
}

/** Answered otherwise than the tour is about; only beginning anew helps. */
export const isAstray = (tour: Tour) => tour.answer !== null && !stepsDone(tour).every(Boolean);

/**
 * Somebody whom nobody has booked and about whom nothing else is going on, with as many hospitals to choose from as there
 * are: the cast's references are the lowest. Undefined when all have been booked.
 */
export function pickPatient(referrals: readonly ReferralView[]): ReferralView | undefined {
  return referrals
    .filter(
      ({ referral, place, open, history, notices }) =>
        place === 'toBook' &&
        referral.priority === 'routine' &&
        referral.choice === 'anywhere' &&
        !referral.patient.restricted &&
        !open &&
        history.length === 0 &&
        notices.length === 0,
    )
    .toSorted(
      (a, b) =>
        b.referral.shortlist.length - a.referral.shortlist.length ||
        (a.referral.ubrn < b.referral.ubrn ? -1 : 1),
    )[0];
}
