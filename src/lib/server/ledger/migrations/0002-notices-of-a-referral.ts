/** All notices of a referral, also those that were dealt with: whoever retracts one has to know what has come since. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';

export const noticesOfAReferral: Migration = {
  async up(db: Kysely<Tables>) {
    await db.schema.createIndex('notice_ubrn').on('notice').columns(['ubrn']).execute();
  },
};
