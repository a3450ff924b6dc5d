/** A database with the tables, two practices' people and a patient or two; for the tests of people/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { odsCodeSchema, personIdSchema, ubrnSchema, type Ubrn } from '#lib/domain/ids.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import type { Role } from '#lib/domain/person.ts';
import { sqliteDialect } from '../../ledger/engines/sqlite.ts';
import { ledgerTables } from '../../ledger/migrations/0001-ledger.ts';
import type { Tables } from '../../ledger/schema.ts';
import { peopleMigrations, type PeopleDb, type PeopleTables } from '../tables.ts';

export interface TestPeople {
  readonly db: PeopleDb;
  readonly readDb: PeopleDb;
  /** Moves on by hand. */
  readonly time: { now: number };
  addPerson(id: string, role: Role, scope: string): Promise<void>;
  setActive(id: string, active: 0 | 1): Promise<void>;
  addReferral(ubrn: string, birthDate: string): Promise<Ubrn>;
  close(): Promise<void>;
}

export async function openPeopleDb(): Promise<TestPeople> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-people-'));
  const file = join(folder, 'test.db');
  const open = (use: 'write' | 'read') =>
    new Kysely<Tables & PeopleTables>({ dialect: sqliteDialect(file, use) });
  const db = open('write');
  for (const migration of [ledgerTables, ...Object.values(peopleMigrations)]) await migration.up(db);
  const readDb = open('read');
  return {
    db,
    readDb,
    time: { now: Date.UTC(2026, 10, 23, 9) },
    async addPerson(id, role, scope) {
      const row = {
        id: personIdSchema.parse(id),
        role,
        scope: scopeSchema.parse(scope),
        name: id,
        active: 1,
      };
      await db.insertInto('person').values(row).execute();
    },
    async setActive(id, active) {
      await db.updateTable('person').set({ active }).where('id', '=', personIdSchema.parse(id)).execute();
    },
    async addReferral(text, birthDate) {
      const ubrn = ubrnSchema.parse(text);
      const body = JSON.stringify({ givenName: 'Ada', familyName: text, birthDate, restricted: false });
      const patient = { id: `p${text}`, nhs_number: text, birth_date: birthDate, body };
      await db.insertInto('patient').values(patient).execute();
      await db
        .insertInto('referral')
        .values({
          ubrn,
          patient: patient.id,
          practice: odsCodeSchema.parse('A81001'),
          priority: 'routine',
          state: 'open',
          deferral_service: null,
          body: JSON.stringify({ practiceName: 'The Surgery', practicePhone: '01632 960001' }),
          status: '{}',
        })
        .execute();
      return ubrn;
    },
    async close() {
      await db.destroy();
      await readDb.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}
