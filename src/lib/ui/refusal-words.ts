/** Why the answer was no, in words for people; the code itself is for integrators. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { IntentKind } from '#lib/domain/claim.ts';
import type { RefusalCode } from '#lib/domain/refusal.ts';
import { actorWords } from './actor-words.ts';
import { appointmentTime } from './time-words.ts';
import type { Reader } from './offered-time.ts';

/** Another time is the cure; for any other refusal it is not. */
export const isCuredByAnotherTime = (code: RefusalCode | null) =>
  code === 'SLOT_NOT_AVAILABLE' || code === 'INAPPROPRIATE_SLOT' || code === 'EXPIRED_CLAIM';

const whoToPatient = { practice: 'your GP practice', patient: 'you', clinic: 'the hospital' } as const;

/** A sentence without its full stop, fit to follow "Not booked:". `appointment`: what stands in the way, or still stands. */
export function refusalWords(
  code: RefusalCode,
  kind: IntentKind | undefined,
  appointment: Appointment | null,
  reader: Reader,
): string {
  const isStaff = reader === 'staff';
  const standing = appointment && appointmentTime(appointment);
  switch (code) {
    case 'SLOT_NOT_AVAILABLE':
      return kind === 'move' && standing
        ? `the new time is no longer free. The appointment on ${standing} still stands`
        : // Somebody took it, the hospital took it away, or it is past: the answer does not say which.
          'the time chosen is no longer free';
    case 'ALREADY_BOOKED': {
      const by = appointment && (isStaff ? actorWords : whoToPatient)[appointment.bookedBy];
      const whose = isStaff ? 'the patient already has' : 'you already have';
      return standing && by
        ? `${whose} an appointment on ${standing}, booked by ${by}`
        : `${whose} an appointment`;
    }
    case 'STALE_APPOINTMENT':
      return standing && appointment.status === 'booked'
        ? `the appointment had changed. It is now on ${standing}`
        : 'the appointment had changed, or was cancelled, before this arrived';
    case 'EXPIRED_CLAIM':
      return 'it arrived too late to be used';
    case 'INVALID_REQUEST_STATE':
      if (kind === 'contact' || kind === 'return') return 'the patient no longer waits to hear from you';
      if (kind === 'shortlist')
        return 'somebody changed the referral meanwhile, it is closed, or the appointment is past';
      if (kind === 'retract')
        return 'something newer has come for this patient, the time is past, or nothing more goes to them';
      if (kind === 'setAside') return 'it is closed, or a hospital has to contact the patient';
      return 'the referral is closed, or the appointment is past';
    case 'INAPPROPRIATE_SLOT':
      if (kind === 'refer' || kind === 'shortlist')
        return 'one of the hospitals does not see such a patient for this, or not as urgently';
      return isStaff
        ? 'the time is not one that this referral may have'
        : 'this time is not right for your referral';
    case 'INAPPROPRIATE_VALUE':
      return 'something in the request is not allowed';
    case 'SLOTS_CURRENTLY_AVAILABLE':
      return 'this hospital has times to book';
    case 'NO_RELATIONSHIP':
      return isStaff ? 'this is not open to your practice, or no longer' : 'this is not open to you';
  }
}
