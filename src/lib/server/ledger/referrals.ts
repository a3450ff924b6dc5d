/** Referrals as they lie in the tables: the referrer's words, the patient, and the status that claims change. */
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Patient, Referral, ReferralStatus } from '#lib/domain/referral.ts';
import { readByKeys, type Db } from './rows.ts';

/** Whole, restricted patients' contact details included: what a scope may see of them is views.ts's business. */
export async function readReferrals(db: Db, ubrns: Iterable<Ubrn>): Promise<Referral[]> {
  return (await textsByUbrn(db, ubrns)).map(referralOf);
}

const textsByUbrn = readByKeys((db, ubrns: readonly Ubrn[]) =>
  db
    .selectFrom('referral as r')
    .innerJoin('patient as p', 'p.id', 'r.patient')
    .select(['r.body', 'r.status', 'p.body as patient'])
    .where('r.ubrn', 'in', ubrns),
);

export interface ReferralText {
  readonly body: string;
  readonly status: string;
  readonly patient: string;
}

export function referralOf(row: ReferralText): Referral {
  return {
    ...(JSON.parse(row.body) as Omit<Referral, 'patient' | 'status'>),
    patient: JSON.parse(row.patient) as Patient,
    status: JSON.parse(row.status) as ReferralStatus,
  };
}
