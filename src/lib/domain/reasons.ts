/**
 * Why an appointment was cancelled, a referral closed, an appointment missed: e-RS's code lists
 * (NHS Digital, MIT), with who may use each and the words that a patient reads.
 * A cancellation names a code from here; a retired code stays readable for ever and is offered to nobody.
 */
import type { Actor } from './appointment.ts';
import type { LocalDate } from './instant.ts';

interface Reason {
  readonly code: string;
  /** For staff: e-RS's own words, but where two codes share them, or they say "slot" or are shorthand. */
  readonly display: string;
  /** Empty: systems alone set it. */
  readonly who: readonly Actor[];
  /** What a patient may choose ("I'm ill"), or is told when someone else chose it. */
  readonly plainWords: string;
  readonly needsComment: boolean;
  /** The day from which nobody may choose it. */
  readonly until?: LocalDate;
}

const caller = ['practice', 'patient'] as const;
const clinic = ['clinic'] as const;
const practice = ['practice'] as const;
const either = ['practice', 'clinic'] as const;
const nobody = [] as const;

/** All 36, the six retired ones included; the order is the order on screen. */
// prettier-ignore
export const cancelReasons = [
  { code: 'PATIENT_ILL', display: 'Patient is sick', who: caller, plainWords: "I'm ill", needsComment: false },
  { code: 'PATIENT_HOLIDAY', display: 'Patient on holiday', who: caller, plainWords: "I'll be away", needsComment: false },
  { code: 'PATIENT_OTHER_ENGAGEMENT', display: 'Patient - Other more pressing engagement', who: caller, plainWords: 'I have something else that I cannot move', needsComment: true },
  { code: 'PATIENT_APPOINTMENT_CANCELLATION_OTHER', display: 'Other', who: caller, plainWords: 'Another reason', needsComment: true },
  { code: 'CLINIC_CANCELLED', display: 'Clinic cancelled', who: clinic, plainWords: 'The hospital had to cancel this clinic', needsComment: false },
  { code: 'CLINIC_CANCELLED_ALTERNATIVE', display: 'Clinic cancelled (another appointment offered)', who: clinic, plainWords: 'The hospital had to cancel this clinic and has offered another appointment', needsComment: false },
  { code: 'CLINIC_OVERRUN', display: 'Clinic overrun', who: clinic, plainWords: 'The clinic ran late and could not see you', needsComment: false },
  { code: 'CLINIC_OVERRUN_ALTERNATIVE', display: 'Clinic overrun (another appointment offered)', who: clinic, plainWords: 'The clinic ran late, and another appointment was offered', needsComment: false },
  { code: 'SLOT_CANCELLED', display: 'Appointment time cancelled', who: clinic, plainWords: 'The hospital had to cancel this appointment time', needsComment: false },
  { code: 'SLOT_CANCELLED_ALTERNATIVE', display: 'Appointment time cancelled (another appointment offered)', who: clinic, plainWords: 'The hospital had to cancel this appointment time and has offered another', needsComment: false },
  { code: 'PRIORITY_CHANGE', display: 'Priority change for other reasons', who: clinic, plainWords: 'The hospital has changed how soon you should be seen', needsComment: true },
  { code: 'PRIORITY_INAPPROPRIATE', display: 'Inappropriate priority', who: clinic, plainWords: 'The hospital has changed how soon you should be seen', needsComment: true },
  { code: 'REDIRECTED_APPROPRIATE_CLINIC', display: 'Redirected to more appropriate clinic', who: clinic, plainWords: 'Another clinic suits you better', needsComment: true },
  { code: 'REDIRECTED_APPROPRIATE_SPECIALTY', display: 'Redirected to more appropriate specialty', who: clinic, plainWords: 'Another department suits you better', needsComment: true },
  { code: 'REDIRECTED_PRIORITY', display: 'Redirected due to priority', who: clinic, plainWords: 'You should be seen in another clinic', needsComment: true },
  { code: 'REDIRECTED_AGE', display: 'Redirected due to patient age', who: clinic, plainWords: 'Another clinic sees people of your age', needsComment: true },
  { code: 'REDIRECTED_GENDER', display: 'Redirected due to patient gender', who: clinic, plainWords: 'You should be seen in another clinic', needsComment: true },
  { code: 'REDIRECTED_CONFIDENTIALITY', display: 'Redirected due to confidentiality', who: clinic, plainWords: 'You should be seen in another clinic', needsComment: true },
  { code: 'REDIRECTED_STAFF_VACATION', display: 'Redirected due to staff vacation', who: clinic, plainWords: 'The person you were to see is away', needsComment: true },
  { code: 'REDIRECTED_OTHER', display: 'Redirected due to other reason', who: clinic, plainWords: 'You should be seen in another clinic', needsComment: true },
  { code: 'ADDITIONAL_REQ_UNAVAILABLE', display: 'What the patient needs is not available at this time', who: clinic, plainWords: 'What you need for this appointment is not available at this time', needsComment: false },
  { code: 'ADDITIONAL_REQ_NOT_PROVIDED', display: 'What the patient needs is not available at this place', who: clinic, plainWords: 'What you need for this appointment is not available at this place', needsComment: false },
  { code: 'ADDITIONAL_REQ_NOT_ELIGIBLE', display: 'The patient may not have what was asked for with it', who: clinic, plainWords: 'The hospital cannot provide what was asked for with this appointment', needsComment: false },
  { code: 'FURTHER_INFORMATION_REQUIRED', display: 'Further information required', who: clinic, plainWords: 'The hospital needs more information from your GP', needsComment: false },
  { code: 'SERVICE_PREREQUISITES_NOT_COMPLETE', display: 'Something has to be done before this appointment', who: clinic, plainWords: 'Something has to be done before this appointment', needsComment: false },
  { code: 'SERVICE_INAPPROPRIATE', display: 'Inappropriate service', who: clinic, plainWords: 'Another service suits you better', needsComment: false },
  { code: 'OUTPATIENT_APPT_NOT_REQUIRED', display: 'Outpatient appointment not required', who: clinic, plainWords: 'The hospital has told your GP that you do not need this appointment', needsComment: false },
  { code: 'OTHER', display: 'Other reason', who: clinic, plainWords: 'The hospital cancelled this appointment', needsComment: false },
  { code: 'PROVIDER_CANCELLATION', display: 'Other, in words', who: clinic, plainWords: 'The hospital cancelled this appointment', needsComment: true },
  { code: 'NOT_SPECIFIED', display: 'Not Specified', who: nobody, plainWords: 'No reason was given', needsComment: false },
  { code: 'ADDITIONAL_REQ_NOT_AVAILABLE', display: 'Additional requirement not available', who: clinic, plainWords: 'What you need for this appointment is not available', needsComment: false, until: '2007-06-25' },
  { code: 'APPT_MADE_FOR_WRONG_PATIENT', display: 'Appt. made for wrong patient', who: clinic, plainWords: 'This appointment was made by mistake', needsComment: false, until: '2014-10-01' },
  { code: 'OTHER_MIGRATION_FROM_CAB', display: 'Other', who: nobody, plainWords: 'No reason was given', needsComment: false, until: '2014-10-01' },
  { code: 'PATIENT_APPOINTMENT_CLASH', display: 'Patient - Clashes with another appointment', who: caller, plainWords: 'I have another appointment', needsComment: false, until: '2007-06-01' },
  { code: 'REDIRECTED_TEMPORARILY', display: 'A Temporary Redirected Reason', who: clinic, plainWords: 'You should be seen in another clinic', needsComment: false, until: '2014-10-01' },
  { code: 'WRONG_PROVIDER', display: 'Appt. made with wrong provider', who: clinic, plainWords: 'This appointment was made by mistake', needsComment: false, until: '2004-06-13' },
] as const satisfies readonly Reason[];

interface CloseReason extends Reason {
  /** e-RS lets it be used while an appointment stands; closing cancels that appointment. */
  readonly whileBooked: boolean;
}

/** All 18. */
// prettier-ignore
export const closeReasons = [
  { code: 'TREATMENT_NO_LONGER_REQUIRED', display: 'Referral no longer needed', who: either, plainWords: 'You no longer need this referral', needsComment: false, whileBooked: true },
  { code: 'INTEND_PRIVATE', display: 'Patient will go to a private clinic', who: either, plainWords: 'You chose to be seen privately', needsComment: false, whileBooked: true },
  { code: 'PATIENT_DIED', display: 'Patient died', who: either, plainWords: '', needsComment: false, whileBooked: true },
  { code: 'PATIENT_REQUEST_CANCELLATION_OTHER', display: 'Other - at the patient’s request', who: either, plainWords: 'You asked for this referral to be closed', needsComment: true, whileBooked: true },
  { code: 'RAISED_IN_ERROR', display: 'Referral created by mistake', who: practice, plainWords: 'This referral was made by mistake', needsComment: false, whileBooked: true },
  { code: 'REFERRER_CANCELLATION', display: 'Other - Referrer request cancellation', who: practice, plainWords: 'Your GP closed this referral', needsComment: false, whileBooked: true },
  { code: 'BOOKED_OUTSIDE_CAB', display: 'Patient booked outside NHS e-Referral Service', who: clinic, plainWords: 'The hospital has booked you in directly', needsComment: false, whileBooked: true },
  { code: 'BOOKED_CLINICAL_NEED', display: 'Booked more urgently due to clinical need', who: clinic, plainWords: 'The hospital has arranged for you to be seen sooner', needsComment: true, whileBooked: false },
  { code: 'STRAIGHT_TO_TEST', display: 'Sent straight to test / procedure', who: clinic, plainWords: 'The hospital is arranging a test first', needsComment: true, whileBooked: false },
  { code: 'COMPLEX_PATHWAY', display: 'Complex pathway, multiple appointments needed', who: clinic, plainWords: 'The hospital is arranging several appointments for you', needsComment: true, whileBooked: false },
  { code: 'COMMUNITY_SERVICE_NA', display: 'Sent to community service not available in this system', who: clinic, plainWords: 'You were passed on to a community service', needsComment: true, whileBooked: false },
  { code: 'OUTPATIENT_CLINICIAN_NA', display: 'Sent to outpatient service as named clinician is not available in this system', who: clinic, plainWords: 'You were passed on to another clinic', needsComment: true, whileBooked: false },
  { code: 'OUTPATIENT_SERVICE_NA', display: 'Sent to outpatient service not available in this system', who: clinic, plainWords: 'You were passed on to another clinic', needsComment: true, whileBooked: false },
  { code: 'NO_LONGER_REQUIRED', display: 'Referral is no longer required', who: clinic, plainWords: 'The hospital has told your GP that you do not need this referral', needsComment: true, whileBooked: false },
  { code: 'TRIAGE_ENDED', display: 'Triage Ended', who: clinic, plainWords: 'The hospital has finished reviewing this referral', needsComment: false, whileBooked: false },
  { code: 'OTHER_OTHER', display: 'Other reason', who: clinic, plainWords: 'The hospital closed this referral', needsComment: true, whileBooked: false },
  { code: 'PATIENT_APPOINTMENT_CANCELLATION_OTHER', display: 'Other', who: nobody, plainWords: 'You cancelled', needsComment: false, whileBooked: true },
  { code: 'PROVIDER_CANCELLATION', display: 'Other - Provider Cancellation', who: nobody, plainWords: 'The hospital closed this referral', needsComment: false, whileBooked: true },
] as const satisfies readonly CloseReason[];

/** All 8. */
// prettier-ignore
export const nonAttendanceReasons = [
  { code: 'PATIENT_FORGOT', display: 'Patient forgot about appointment', who: clinic, plainWords: 'You forgot', needsComment: false },
  { code: 'PATIENT_ILL', display: 'Patient ill', who: clinic, plainWords: 'You were ill', needsComment: false },
  { code: 'ARRIVED_TOO_LATE', display: 'Patient arrived too late to be seen', who: clinic, plainWords: 'You arrived too late to be seen', needsComment: false },
  { code: 'CANCELLED_TOO_LATE', display: 'Cancelled too late', who: clinic, plainWords: 'It was cancelled too late', needsComment: false },
  { code: 'PATIENT_DIED', display: 'Patient died', who: clinic, plainWords: '', needsComment: false },
  { code: 'UNKNOWN', display: 'Reason not known', who: clinic, plainWords: 'No reason is known', needsComment: false },
  { code: 'NOT_SPECIFIED', display: 'Not specified', who: clinic, plainWords: 'No reason was given', needsComment: false },
  { code: 'OTHER_MIGRATION_FROM_CAB', display: 'Other (Migration from CAB)', who: nobody, plainWords: 'No reason was given', needsComment: false, until: '2012-01-31' },
] as const satisfies readonly Reason[];

/** Why a hospital sends a referral back: e-RS's codes of a cancelled appointment, in words for one that was never made. */
// prettier-ignore
export const returnReasons = [
  { code: 'FURTHER_INFORMATION_REQUIRED', display: 'More information is needed', who: clinic, plainWords: 'The hospital needs more information from your GP', needsComment: true },
  { code: 'SERVICE_PREREQUISITES_NOT_COMPLETE', display: 'Something has to be done first', who: clinic, plainWords: 'Something has to be done before the hospital can see you', needsComment: true },
  { code: 'SERVICE_INAPPROPRIATE', display: 'Another service suits the patient better', who: clinic, plainWords: 'Another service suits you better', needsComment: true },
  { code: 'PRIORITY_INAPPROPRIATE', display: 'The priority should be another', who: clinic, plainWords: 'The hospital thinks that you should be seen sooner or later than asked', needsComment: true },
  { code: 'OUTPATIENT_APPT_NOT_REQUIRED', display: 'No appointment is needed: advice given', who: clinic, plainWords: 'The hospital has given your GP advice in place of an appointment', needsComment: true },
  { code: 'OTHER', display: 'Other reason', who: clinic, plainWords: 'The hospital has written to your GP', needsComment: true },
] as const satisfies readonly Reason[];

export type CancelReasonCode = (typeof cancelReasons)[number]['code'];
export type CloseReasonCode = (typeof closeReasons)[number]['code'];
export type NonAttendanceReasonCode = (typeof nonAttendanceReasons)[number]['code'];

/** The reason with this code, retired or not; undefined for a code that e-RS never had. */
export function findCancelReason(code: string): (Reason & { readonly code: CancelReasonCode }) | undefined {
  return cancelReasons.find((reason) => reason.code === code);
}

export function findCloseReason(
  code: string,
): (CloseReason & { readonly code: CloseReasonCode }) | undefined {
  return closeReasons.find((reason) => reason.code === code);
}

export function findReturnReason(code: string): (typeof returnReasons)[number] | undefined {
  return returnReasons.find((reason) => reason.code === code);
}

export function findNonAttendanceReason(
  code: string,
): (Reason & { readonly code: NonAttendanceReasonCode }) | undefined {
  return nonAttendanceReasons.find((reason) => reason.code === code);
}

/** What this kind of person may choose on this day, in the order to show. */
export function reasonsFor<R extends Reason>(reasons: readonly R[], who: Actor, on: LocalDate): readonly R[] {
  return reasons.filter((reason) => mayUse(reason, who, on));
}

export function mayUse(reason: Reason, who: Actor, on: LocalDate): boolean {
  return reason.who.includes(who) && (reason.until === undefined || on < reason.until);
}

/** When the patient has died every message to the patient stops at once: no letter, no reminder, no "tell the patient". */
export const stopsMessages = (code: string) => code === ('PATIENT_DIED' satisfies CloseReasonCode);
