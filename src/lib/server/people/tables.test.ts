import { createHash } from 'node:crypto';
import { Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { authorSchema } from '#lib/domain/person.ts';
import { sqliteDialect } from '../ledger/engines/sqlite.ts';
import { ledgerTables } from '../ledger/migrations/0001-ledger.ts';
import type { Tables } from '../ledger/schema.ts';
import { Sessions } from './sessions.ts';
import { peopleMigrations, type PeopleTables } from './tables.ts';

test('whoever was signed in before the update still is, and as themselves', async () => {
  const db = new Kysely<Tables & PeopleTables>({ dialect: sqliteDialect(':memory:', 'write') });
  await ledgerTables.up(db);
  const [first, ...later] = Object.values(peopleMigrations);
  expect(later.length).toBeGreaterThan(0);
  await first?.up(db);
  const scope = 'patient:012345678901';
  const id = createHash('sha256').update('the token of before').digest('hex');
  await sql`insert into session values (${id}, ${scope}, 'patient', ${scope}, 1, 9000, 1)`.execute(db);

  for (const migration of later) await migration.up(db);
  const sessions = new Sessions(db, db, () => 1_000);
  const author = authorSchema.parse({ person: scope, role: 'patient', scope });
  expect(await sessions.find('the token of before')).toMatchObject({
    author,
    isForPatient: false,
    isActive: true,
  });
  const { token } = await sessions.open(author, { isForPatient: true });
  expect(await sessions.find(token)).toMatchObject({ isForPatient: true });
  await db.destroy();
});
