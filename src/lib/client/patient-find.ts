/**
 * Which patient of the practice a new referral is for: by NHS number *and* birth date, never by one of them alone. Whether
 * somebody else has such a patient is not known here, and a wrong birth date is told from a wrong number to nobody.
 */
import type { LocalDate } from '#lib/domain/instant.ts';
import type { NhsNumber } from '#lib/domain/nhs-number.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { isClosedByDeath } from '#lib/domain/same-patient.ts';

export type PatientFound =
  /** By their newest referral, and with all of them. */
  | { readonly kind: 'found'; readonly known: ReferralView; readonly all: readonly ReferralView[] }
  | { readonly kind: 'notFound' }
  /** Two records answer to it: only a person can say which of them is meant. */
  | { readonly kind: 'ambiguous' };

export function findPatient(
  referrals: readonly ReferralView[],
  nhsNumber: NhsNumber,
  birthDate: LocalDate,
): PatientFound {
  const all = referrals
    .filter(({ referral: { patient } }) => patient.nhsNumber === nhsNumber && patient.birthDate === birthDate)
    .toSorted((a, b) => b.referral.referredAt - a.referral.referredAt);
  const [known] = all;
  if (!known) return { kind: 'notFound' };
  const isOne = all.every(({ referral }) => referral.patient.id === known.referral.patient.id);
  return isOne ? { kind: 'found', known, all } : { kind: 'ambiguous' };
}

/** The other referrals of the same record, newest first. */
export function referralsOf(referrals: readonly ReferralView[], patient: string): readonly ReferralView[] {
  return referrals
    .filter(({ referral }) => referral.patient.id === patient)
    .toSorted((a, b) => b.referral.referredAt - a.referral.referredAt);
}

/** By the record: the referral that was closed because the patient had died. Others of theirs may stand. */
export function recordedDeaths(referrals: readonly ReferralView[]): ReadonlyMap<string, ReferralView> {
  const closed = referrals.filter(({ referral }) => isClosedByDeath(referral));
  return new Map(closed.map((view) => [view.referral.patient.id, view]));
}
