/**
 * Calling off: a booking request that was sent cannot be taken back, since nobody knows whether it arrived.
 * The person's second thought is kept beside it and becomes a cancellation of whatever the verdict booked.
 */
import { claimVersion, type Claim } from './claim.ts';
import type { ClaimId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Author } from './person.ts';
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

/** The cancellation that follows, or undefined when nothing was booked. */
export function claimAfterCallOff(callOff: CallOff, verdict: Verdict): Claim | undefined {
  if (verdict.outcome === 'refused' || !verdict.appointment) return undefined;
  return {
    v: claimVersion,
    id: callOff.id,
    author: callOff.author,
    madeAt: callOff.at,
    intent: {
      kind: 'cancel',
      appointment: verdict.appointment.id,
      from: verdict.appointment.slot,
      reason: 'PATIENT_APPOINTMENT_CANCELLATION_OTHER' satisfies CancelReasonCode,
      comment: 'Called off before the answer came',
    },
  };
}
