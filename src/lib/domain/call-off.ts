/**
 * Calling off: a booking request that was sent cannot be taken back, since nobody knows whether it arrived.
 * The person's second thought is kept beside it and becomes a cancellation of whatever the verdict booked.
 */
import { claimVersion, type Claim } from './claim.ts';
import type { ClaimId } from './ids.ts';
import type { Instant } from './instant.ts';
import { actorOf, type Author } from './person.ts';
import type { CancelReasonCode } from './reasons.ts';
import type { Verdict } from './verdict.ts';

/** Fixed when the person calls off, so that the cancellation has one id however often it is derived. */
export interface CallOff {
  readonly id: ClaimId;
  readonly author: Author;
  readonly at: Instant;
}

/** Only a booking can be called off: a move or a cancellation leaves something to decide anew. */
export const canCallOff = (claim: Claim) => claim.intent.kind === 'book';

/**
 * The cancellation that follows, or undefined when this booking booked nothing: "already" may mean an appointment that
 * somebody else made, and that one is not ours to undo.
 */
export function claimAfterCallOff(booking: Claim, callOff: CallOff, verdict: Verdict): Claim | undefined {
  const { appointment } = verdict;
  if (booking.intent.kind !== 'book' || verdict.outcome === 'refused') return undefined;
  if (appointment?.id !== booking.intent.appointment || appointment.status !== 'booked') return undefined;
  return {
    v: claimVersion,
    id: callOff.id,
    author: callOff.author,
    madeAt: callOff.at,
    intent: {
      kind: 'cancel',
      appointment: appointment.id,
      from: appointment.slot,
      reason: reasonOf(callOff.author),
      comment: 'Called off before the answer came',
    },
  };
}

/** "Other", in the list of whoever calls off: the ledger takes no code from another's. */
function reasonOf(author: Author): CancelReasonCode {
  return actorOf(author) === 'clinic' ? 'PROVIDER_CANCELLATION' : 'PATIENT_APPOINTMENT_CANCELLATION_OTHER';
}
