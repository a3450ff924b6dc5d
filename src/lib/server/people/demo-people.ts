/**
 * Whom a visitor of the demonstration may be: staff of every practice and of a few clinics, and some patients with their
 * codes, each in another situation. Made only where the demonstration is on.
 */
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Patient } from '#lib/domain/referral.ts';
import type { DemoPeople } from '#lib/protocol/session.ts';
import { sql } from 'kysely';
import type { AccessCodes } from './access-codes.ts';
import type { PeopleDb } from './tables.ts';

const patientsASituation = 3;

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

const situations = [
  { situation: 'Needs to choose a time', isUrgent: false, status: null },
  { situation: 'Needs to choose a time soon: urgent', isUrgent: true, status: null },
  { situation: 'Has a time booked', isUrgent: false, status: 'booked' },
] as const;

async function demoPatients(readDb: PeopleDb, codes: AccessCodes): Promise<DemoPeople['patients']> {
  const patients: DemoPeople['patients'] = [];
  for (const { situation, ...situated } of situations) {
    for (const row of await patientsIn(readDb, situated)) {
      const code = await codes.demoCode(row.ubrn);
      if (code === undefined) continue;
      const { givenName, familyName, birthDate } = row.patient;
      const birthYear = Number(birthDate.slice(0, 4));
      patients.push({ ubrn: row.ubrn, code, birthYear, name: `${givenName} ${familyName}`, situation });
    }
  }
  return patients;
}

interface Situated {
  readonly isUrgent: boolean;
  readonly status: 'booked' | null;
}

async function patientsIn(
  readDb: PeopleDb,
  { isUrgent, status }: Situated,
): Promise<{ readonly ubrn: Ubrn; readonly patient: Patient }[]> {
  const rows = await readDb
    .selectFrom('referral')
    .innerJoin('patient', 'patient.id', 'referral.patient')
    .leftJoin('appointment', (join) =>
      join
        .onRef('appointment.ubrn', '=', 'referral.ubrn')
        .on('appointment.status', 'in', ['booked', 'arrived', 'fulfilled']),
    )
    .select(['referral.ubrn', 'patient.body'])
    .where('referral.state', '=', 'open')
    .where('referral.deferral_service', 'is', null)
    .where('referral.priority', isUrgent ? '<>' : '=', 'routine')
    .where('appointment.status', status === null ? 'is' : '=', status)
    .orderBy('referral.ubrn')
    .limit(4 * patientsASituation)
    .execute();
  // Written by the ledger from a parsed Patient. Restricted ones are shown to nobody.
  const patients = rows.map(({ ubrn, body }) => ({ ubrn, patient: JSON.parse(body) as Patient }));
  return patients.filter(({ patient }) => !patient.restricted).slice(0, patientsASituation);
}
