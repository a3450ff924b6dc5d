/** What is kept of sessions and sign-ins. None of it is truth, so none of it takes the ledger's head. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { PersonId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Role } from '#lib/domain/person.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Flag, Tables } from '../ledger/schema.ts';

export type PeopleTables = {
  /** `id` is the hash of the token: who reads the table cannot sign in with it. */
  session: {
    id: string;
    person: PersonId;
    role: Role;
    scope: Scope;
    created_at: Instant;
    expires_at: Instant;
    last_used_at: Instant;
    /** Somebody signed in for the patient, and said so. */
    for_patient: Flag;
  };
  /** One a referral: a keyed hash, its key outside the database. A new one replaces the old. */
  access_code: { ubrn: Ubrn; hash: string; issued_at: Instant };
  /** Failed sign-ins, by a keyed hash of the reference or the address they came with. */
  attempt: { id: string; failures: number; last_at: Instant };
  /**
   * What an auditor wants to know of access besides who opened what (the ledger's `access_event`). `scope` is whose list it
   * belongs on: the practice of the referral. Of a code, that it was issued; never the code.
   */
  access_act: {
    id: string;
    kind: 'codeIssued' | 'signedInForPatient' | 'askedWho';
    person: PersonId;
    scope: Scope;
    ubrn: Ubrn;
    at: Instant;
  };
};

export type PeopleDb = Kysely<Tables & PeopleTables>;

/** For `LedgerOptions.migrations`; names sort after the ledger's own. */
export const peopleMigrations: Readonly<Record<string, Migration>> = {
  'people-1': {
    // A migration is of the tables as they were then, not as Tables says they are now.
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('session')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('person', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('last_used_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('session_expires').on('session').column('expires_at').execute();
      await db.schema.createIndex('session_scope').on('session').column('scope').execute();
      await db.schema
        .createTable('access_code')
        .addColumn('ubrn', 'text', (column) => column.primaryKey())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('issued_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('attempt')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('failures', 'integer', (column) => column.notNull())
        .addColumn('last_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('attempt_last').on('attempt').column('last_at').execute();
    },
  },
  'people-2': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('session')
        .addColumn('for_patient', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema
        .createTable('access_act')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('person', 'text', (column) => column.notNull())
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('ubrn', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
      // The page of who opened a record reads both, newest first, of one practice or of one of its referrals.
      for (const [table, when] of [
        ['access_act', 'at'],
        ['access_event', 'received_at'],
      ] as const) {
        await db.schema.createIndex(`${table}_scope`).on(table).columns(['scope', when]).execute();
        await db.schema.createIndex(`${table}_ubrn`).on(table).columns(['ubrn', when]).execute();
      }
    },
  },
};
