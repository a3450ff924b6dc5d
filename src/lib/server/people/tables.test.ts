import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { authorSchema } from '#lib/domain/person.ts';
import { importMigrations } from '../import/waiting.ts';
import { sqliteDialect } from '../ledger/engines/sqlite.ts';
import { openLedger } from '../ledger/open.ts';
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

test('a data folder of any earlier version is brought up to date, in whichever order its parts came to be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tables-'));
  const all = { ...peopleMigrations, ...importMigrations };
  const only = (...names: string[]) =>
    Object.fromEntries(Object.entries(all).filter(([n]) => names.includes(n)));
  const histories = [[only('people-1')], [only('people-1', 'people-2')], [only('people-1', 'import-1')], []];
  for (const [index, history] of histories.entries()) {
    const file = join(folder, `${index}.db`);
    const open = (migrations: typeof all) =>
      openLedger({ file, clock: () => 1_000, log: () => undefined, migrations });
    for (const migrations of history) await (await open(migrations)).close();
    const ledger = await open(all);
    const db = ledger.db.withTables<PeopleTables>();
    expect(await db.selectFrom('access_act').selectAll().execute()).toEqual([]);
    await ledger.close();
  }
  rmSync(folder, { recursive: true });
});
