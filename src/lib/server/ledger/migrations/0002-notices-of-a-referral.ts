/** The notices of a referral that were dealt with: whoever retracts one has to know what has come since. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';

export const noticesOfAReferral: Migration = {
  async up(db: Kysely<Tables>) {
    await db.schema
      .createIndex('notice_done')
      .on('notice')
      .columns(['ubrn'])
      .where(sql<boolean>`done = 1`)
      .execute();
  },
};
