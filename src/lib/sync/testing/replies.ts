/** Drafts, answers and replies for the tests of the post office. */
import { bookClaim, aSlot, claimIdOf, monday, practiceCode } from '#lib/domain/testing/samples.ts';
import { aVerdict, anAppointment } from '#lib/domain/testing/samples.ts';
import type { Claim } from '#lib/domain/claim.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import { practiceScope } from '#lib/domain/scope.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { Answer, SyncReply } from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import type { Sent } from '../ports.ts';
import { isOneAReferral } from '#lib/domain/claim.ts';
import type { ClaimDraft } from '../shelf.ts';

export const deskScope = practiceScope(practiceCode);

/** The journal's place `seq` in one history of the ledger; another letter is another history. */
export const cursorAt = (seq: number, history = 'a') => `${seq}.${history.repeat(16)}`;

export function draftOf(claim: Claim, over: Partial<ClaimDraft> = {}): ClaimDraft {
  const { intent } = claim;
  const referralKey = isOneAReferral(intent) ? ('ubrn' in intent ? intent.ubrn : 'of-appointment') : null;
  const label = { who: 'SMITH, Jane', what: 'General Surgery', when: 'Monday' };
  return { claim, referralKey, pressing: false, label, ...over };
}

/** A wish of referral `n` for the first times of service 1. */
export const bookDraft = (n: number, over: Partial<ClaimDraft> = {}) =>
  draftOf(bookClaim(n, [aSlot(1, n), aSlot(1, n + 1)]), over);

export const booked = (n: number, seq = n): Verdict =>
  aVerdict(claimIdOf(n), seq, { rank: 1, appointment: anAppointment(n, aSlot(1, n)) });

export const refused = (n: number, seq = n): Verdict =>
  aVerdict(claimIdOf(n), seq, { outcome: 'refused', code: 'SLOT_NOT_AVAILABLE' });

export const answer = (verdict: Verdict, replayed = false): Answer => ({
  verdict,
  replayed,
  alternatives: [],
});

export function aReply(
  over: Partial<Omit<SyncReply, 'delta'>> & { delta?: Partial<SyncReply['delta']> },
): SyncReply {
  return {
    protocol: protocolVersion,
    scope: deskScope,
    now: monday,
    answers: [],
    parked: [],
    packs: [],
    packsMore: [],
    ...over,
    delta: { cursor: cursorAt(1), more: false, reset: false, rows: [], ...over.delta },
  };
}

export const sentWith = (claims: readonly ClaimId[], over: Partial<Sent> = {}): Sent => ({
  cursor: null,
  claims,
  packs: [],
  seen: [],
  ...over,
});
