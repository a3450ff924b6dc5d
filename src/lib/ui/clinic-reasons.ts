/** Why a clinic cancels or moves, by what it is about: nobody reads 25 reasons in a row to find that the clinic is off. */
import type { CancelReasonCode } from '#lib/domain/reasons.ts';
import type { OfferedReason } from './reason-form.svelte.ts';

/** What is true of a session whoever is booked in it; the rest is about one patient. */
const ofClinic: readonly string[] = [
  'CLINIC_CANCELLED',
  'CLINIC_CANCELLED_ALTERNATIVE',
  'CLINIC_OVERRUN',
  'CLINIC_OVERRUN_ALTERNATIVE',
  'SLOT_CANCELLED',
  'SLOT_CANCELLED_ALTERNATIVE',
  'REDIRECTED_STAFF_VACATION',
  'OTHER',
  'PROVIDER_CANCELLATION',
] satisfies readonly CancelReasonCode[];

export interface ReasonGroup {
  readonly label: string;
  readonly reasons: readonly OfferedReason[];
}

/** `what`: whole times are taken away from whoever has them, or one patient's appointment is changed. */
export function reasonGroups(
  reasons: readonly OfferedReason[],
  what: 'times' | 'appointment',
): readonly ReasonGroup[] {
  const isOfClinic = ({ code }: OfferedReason) => ofClinic.includes(code);
  const clinic = { label: 'About the clinic', reasons: reasons.filter(isOfClinic) };
  const patient = {
    label: 'About this patient',
    reasons: reasons.filter((reason) => !isOfClinic(reason)),
  };
  if (what === 'appointment') return [clinic, patient];
  // Taking a time away offers nobody another.
  return [{ ...clinic, reasons: clinic.reasons.filter(({ code }) => !code.endsWith('_ALTERNATIVE')) }];
}
