/** Referrals as they lie in the tables: the referrer's words, the patient, and the status that claims change. */
import type { Ubrn } from '#lib/domain/ids.ts';
import { textOf, type Patient, type Referral, type ReferralStatus } from '#lib/domain/referral.ts';
import { inPieces, insertRows, readByKeys, type Db, type Tx } from './rows.ts';
import type { Tables } from './schema.ts';

/** Whole, restricted patients' contact details included: what a scope may see of them is views.ts's business. */
export async function readReferrals(db: Db, ubrns: Iterable<Ubrn>): Promise<Referral[]> {
  return (await textsByUbrn(db, ubrns)).map(referralOf);
}

/** New ones, or other words for those that are there; whose they are stays. Gives the rows as they were written. */
export async function writeReferrals(tx: Tx, referrals: readonly Referral[]): Promise<Tables['referral'][]> {
  const rows = referrals.map((referral) => {
    const { ubrn, practice, priority, patient, status } = referral;
    return {
      ubrn,
      patient: patient.id,
      practice,
      priority,
      state: status.state,
      deferral_service: status.deferral?.service ?? null,
      body: JSON.stringify(textOf(referral)),
      status: JSON.stringify(status),
    };
  });
  await insertRows(tx, 'referral', rows, ['ubrn']);
  await inPieces(
    referrals.map(({ ubrn }) => ubrn),
    async (keys) => {
      await tx.deleteFrom('shortlist').where('ubrn', 'in', keys).execute();
      return [];
    },
  );
  const shortlists = referrals.flatMap(({ ubrn, shortlist }) =>
    [...new Set(shortlist)].map((service) => ({ service, ubrn })),
  );
  await insertRows(tx, 'shortlist', shortlists);
  return rows;
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
