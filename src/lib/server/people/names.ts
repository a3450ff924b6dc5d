/** What a screen says of who is signed in: their name, and their organisation with its number to ring. */
import type { Author } from '#lib/domain/person.ts';
import { scopeKey, ubrnOfScope } from '#lib/domain/scope.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import type { SessionInfo } from '#lib/protocol/session.ts';
import type { OdsCode, Ubrn } from '#lib/domain/ids.ts';
import type { PeopleDb } from './tables.ts';

export type Named = Pick<SessionInfo, 'name' | 'organisationName' | 'organisationPhone'>;

/** Undefined when the person or the referral is not there any more. */
export function nameOf(readDb: PeopleDb, author: Author): Promise<Named | undefined> {
  const ubrn = ubrnOfScope(author.scope);
  return ubrn === undefined ? nameOfStaff(readDb, author) : nameOfPatient(readDb, ubrn);
}

async function nameOfStaff(readDb: PeopleDb, author: Author): Promise<Named | undefined> {
  const row = await readDb
    .selectFrom('person')
    .leftJoin('organisation', (join) =>
      // The scope holds the code: `practice:A81001`.
      join.on('organisation.code', '=', scopeKey(author.scope) as OdsCode),
    )
    .select(['person.name', 'organisation.name as organisation', 'organisation.phone'])
    .where('person.id', '=', author.person)
    .executeTakeFirst();
  return (
    row && { name: row.name, organisationName: row.organisation ?? '', organisationPhone: row.phone ?? '' }
  );
}

/** A patient's number to ring is the practice's. */
async function nameOfPatient(readDb: PeopleDb, ubrn: Ubrn): Promise<Named | undefined> {
  const row = await readDb
    .selectFrom('referral')
    .innerJoin('patient', 'patient.id', 'referral.patient')
    .select(['referral.body as referral', 'patient.body as patient'])
    .where('referral.ubrn', '=', ubrn)
    .executeTakeFirst();
  if (!row) return undefined;
  // The ledger wrote both from parsed rows.
  const patient = JSON.parse(row.patient) as Patient;
  const referral = JSON.parse(row.referral) as Referral;
  // The device keeps what it is told of a session (docs/decisions/0017).
  if (patient.restricted) return { name: 'the patient', organisationName: '', organisationPhone: '' };
  return {
    name: `${patient.givenName} ${patient.familyName}`,
    organisationName: referral.practiceName,
    organisationPhone: referral.practicePhone,
  };
}
