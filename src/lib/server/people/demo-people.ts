/**
 * Whom a visitor of the demonstration may be: everyone who works there, and the cast's patients with their codes, each in
 * another situation. Made only where the demonstration is on.
 */
import { ubrnSchema } from '#lib/domain/ids.ts';
import type { DemoPeople } from '#lib/protocol/session.ts';
import { sql } from 'kysely';
import { demoCast } from '../demo/cast.ts';
import type { AccessCodes } from './access-codes.ts';
import type { PeopleDb } from './tables.ts';

export async function demoPeople(readDb: PeopleDb, codes: AccessCodes): Promise<DemoPeople> {
  return { staff: await demoStaff(readDb), patients: await demoPatients(readDb, codes) };
}

/** Practices first, then clinics, by name. */
async function demoStaff(readDb: PeopleDb): Promise<DemoPeople['staff']> {
  const rows = await readDb
    .selectFrom('person')
    .innerJoin('organisation', (join) =>
      join.on(
        sql<boolean>`person.scope = case organisation.kind when 'site' then 'clinic:' else 'practice:' end || organisation.code`,
      ),
    )
    .select(['person.id', 'person.name', 'person.role', 'person.scope'])
    .select(['organisation.name as organisation', 'organisation.body'])
    .where('person.active', '=', 1)
    .orderBy('organisation.kind')
    .orderBy('organisation.name')
    .orderBy('person.name')
    .execute();
  return rows.map((row) => ({
    person: row.id,
    name: row.name,
    role: row.role,
    scope: row.scope,
    organisationName: row.organisation,
    // Written by the ledger from a parsed Organisation.
    town: (JSON.parse(row.body) as { town?: string }).town ?? '',
  }));
}

/** The cast, as far as this world has it. */
async function demoPatients(readDb: PeopleDb, codes: AccessCodes): Promise<DemoPeople['patients']> {
  const members = Object.values(demoCast).map((member) => ({
    ...member,
    ubrn: ubrnSchema.parse(member.ubrn),
  }));
  const present = await readDb
    .selectFrom('referral')
    .select('ubrn')
    .where('state', '=', 'open')
    .where(
      'ubrn',
      'in',
      members.map(({ ubrn }) => ubrn),
    )
    .execute();
  const patients: DemoPeople['patients'] = [];
  for (const member of members) {
    const { ubrn, givenName, familyName, birthDate, situation } = member;
    const code = present.some((row) => row.ubrn === ubrn) ? await codes.demoCode(ubrn) : undefined;
    if (code === undefined) continue;
    const birthYear = Number(birthDate.slice(0, 4));
    patients.push({
      ubrn,
      code,
      birthYear,
      name: 'isRestricted' in member ? 'Restricted record' : `${givenName} ${familyName}`,
      situation,
    });
  }
  return patients;
}
