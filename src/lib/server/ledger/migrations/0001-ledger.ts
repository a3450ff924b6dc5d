/** The ledger's tables. The partial indexes and composite keys are the last word on who has which time. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { genesisHash } from '../journal.ts';

export const ledgerTables: Migration = {
  async up(db: Kysely<Tables>) {
    await db.schema
      .createTable('head')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addCheckConstraint('head_is_one', sql`id = 1`)
      .execute();
    await db.insertInto('head').values({ id: 1, seq: 0, hash: genesisHash, at: 0 }).execute();

    await db.schema
      .createTable('journal')
      .addColumn('seq', 'bigint', (c) => c.primaryKey())
      .addColumn('claim_id', 'text', (c) => c.notNull().unique())
      .addColumn('digest', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('author_person', 'text', (c) => c.notNull())
      .addColumn('author_role', 'text', (c) => c.notNull())
      .addColumn('sender_person', 'text', (c) => c.notNull())
      .addColumn('sender_role', 'text', (c) => c.notNull())
      .addColumn('intent', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('verdict', 'text', (c) => c.notNull())
      .addColumn('effects', 'text', (c) => c.notNull())
      .addColumn('prev', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('touched')
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('named', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('touched_pk', ['scope', 'seq'])
      .execute();

    await db.schema
      .createTable('organisation')
      .addColumn('code', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('phone', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('person')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('active', 'integer', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('person_scope').on('person').columns(['scope']).execute();

    await db.schema
      .createTable('service')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('site', 'text', (c) => c.notNull())
      .addColumn('specialty', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('next_ordinal', 'integer', (c) => c.notNull())
      .addColumn('pack_seq', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('service_site').on('service').columns(['site']).execute();

    await db.schema
      .createTable('patient')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('nhs_number', 'text', (c) => c.notNull().unique())
      .addColumn('birth_date', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('referral')
      .addColumn('ubrn', 'text', (c) => c.primaryKey())
      .addColumn('patient', 'text', (c) => c.notNull().references('patient.id'))
      .addColumn('practice', 'text', (c) => c.notNull())
      .addColumn('priority', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('deferral_service', 'text', (c) => c.references('service.id'))
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addUniqueConstraint('referral_of_patient', ['ubrn', 'patient'])
      .execute();
    await db.schema.createIndex('referral_practice').on('referral').columns(['practice']).execute();
    await db.schema.createIndex('referral_patient').on('referral').columns(['patient']).execute();
    await db.schema.createIndex('referral_deferral').on('referral').columns(['deferral_service']).execute();

    await db.schema
      .createTable('shortlist')
      .addColumn('service', 'text', (c) => c.notNull().references('service.id'))
      .addColumn('ubrn', 'text', (c) => c.notNull().references('referral.ubrn'))
      .addPrimaryKeyConstraint('shortlist_pk', ['service', 'ubrn'])
      .execute();
    await db.schema.createIndex('shortlist_ubrn').on('shortlist').columns(['ubrn']).execute();

    await db.schema
      .createTable('slot')
      .addColumn('service', 'text', (c) => c.notNull().references('service.id'))
      .addColumn('ordinal', 'integer', (c) => c.notNull())
      .addColumn('start', 'bigint', (c) => c.notNull())
      .addColumn('minutes', 'integer', (c) => c.notNull())
      .addColumn('clinician', 'text', (c) => c.notNull())
      .addColumn('mode', 'text', (c) => c.notNull())
      .addColumn('withdrawn', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('slot_pk', ['service', 'ordinal'])
      .execute();
    await db.schema.createIndex('slot_start').on('slot').columns(['service', 'start']).execute();

    await db.schema
      .createTable('appointment')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('ubrn', 'text', (c) => c.notNull())
      .addColumn('patient', 'text', (c) => c.notNull())
      .addColumn('service', 'text', (c) => c.notNull())
      .addColumn('ordinal', 'integer', (c) => c.notNull())
      .addColumn('start', 'bigint', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      // Neither can join a slot of one service to another, nor a referral to another's patient.
      .addForeignKeyConstraint('appointment_slot', ['service', 'ordinal'], 'slot', ['service', 'ordinal'])
      .addForeignKeyConstraint('appointment_referral', ['ubrn', 'patient'], 'referral', ['ubrn', 'patient'])
      .execute();
    // The predicates are literal, or the planner would not see that a query matches them. domain/appointment.ts says the same.
    await db.schema
      .createIndex('one_appointment_a_slot')
      .unique()
      .on('appointment')
      .columns(['service', 'ordinal'])
      .where(sql<boolean>`status <> 'cancelled'`)
      .execute();
    await db.schema
      .createIndex('one_appointment_a_referral')
      .unique()
      .on('appointment')
      .columns(['ubrn'])
      .where(sql<boolean>`status in ('booked', 'arrived', 'fulfilled')`)
      .execute();
    await db.schema.createIndex('appointment_ubrn').on('appointment').columns(['ubrn']).execute();

    await db.schema
      .createTable('notice')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('ubrn', 'text')
      .addColumn('claim_id', 'text', (c) => c.notNull())
      .addColumn('done', 'integer', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('notice_standing')
      .on('notice')
      .columns(['ubrn'])
      .where(sql<boolean>`done = 0`)
      .execute();

    await db.schema
      .createTable('comment')
      .addColumn('claim_id', 'text', (c) => c.primaryKey())
      .addColumn('text', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('access_event')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('ubrn', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('received_at', 'bigint', (c) => c.notNull())
      .execute();
  },
};
