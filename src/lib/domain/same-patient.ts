/** What is known of a patient by all of their referrals that somebody holds. */
import type { Ubrn } from './ids.ts';
import { stopsMessages } from './reasons.ts';
import type { Referral } from './referral.ts';

/** All referrals of the same patient, this one among them. */
export function ofSamePatient(referrals: ReadonlyMap<Ubrn, Referral>, ubrn: Ubrn): readonly Referral[] {
  const patient = referrals.get(ubrn)?.patient.id;
  return patient === undefined ? [] : [...referrals.values()].filter((one) => one.patient.id === patient);
}

/** Whoever closed one of them because the patient has died knew it for all. */
export const hasDied = (referrals: ReadonlyMap<Ubrn, Referral>, ubrn: Ubrn): boolean =>
  ofSamePatient(referrals, ubrn).some(isClosedByDeath);

export const isClosedByDeath = ({ status }: Pick<Referral, 'status'>): boolean =>
  stopsMessages(status.closed?.reason ?? '');
