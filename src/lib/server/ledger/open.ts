/** Opens a ledger: its file, its tables brought up to date, its clerk. */
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { LedgerClerk } from './clerk.ts';
import { isSqliteOutage, sqliteDialect } from './engines/sqlite.ts';
import type { LedgerOptions, OpenLedger } from './ledger.ts';
import { ledgerTables } from './migrations/0001-ledger.ts';
import { noticesOfAReferral } from './migrations/0002-notices-of-a-referral.ts';
import type { Tables } from './schema.ts';
import { SqlLedger } from './sql-ledger.ts';

/** The ledger's name in its data folder. */
export const ledgerFile = 'holdfast.db';

/** Rejects when the file can't be opened or its tables can't be brought up to date; then nothing was changed. */
export async function openLedger(options: LedgerOptions): Promise<OpenLedger> {
  const { file, clock, log, migrations = {} } = options;
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file, 'write') });
  try {
    await migrate(db, { '0001-ledger': ledgerTables, '0002-notices-of-a-referral': noticesOfAReferral });
    await migrate(db, migrations, 'extra_migration');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  // A database in memory is its connection's own, so there reads go where writes go.
  const readDb = file === ':memory:' ? db : openForReading(file);
  const ledger = new SqlLedger(db, readDb, isSqliteOutage);
  const clerk = new LedgerClerk(ledger, clock, log, { batch: options.batchMax });
  return {
    clerk,
    db,
    readDb,
    async close() {
      await clerk.close();
      if (readDb !== db) await readDb.destroy();
      await db.destroy();
    },
  };
}

/** For whoever looks at a ledger beside its server: writes nothing, migrates nothing. */
export function openForReading(file: string): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: sqliteDialect(file, 'read') });
}

/** Each owner's migrations have a table of their own, so that the ledger's names and theirs never have to interleave. */
async function migrate(
  db: Kysely<Tables>,
  migrations: NonNullable<LedgerOptions['migrations']>,
  table = 'ledger_migration',
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
    // Owners add theirs when they need them, whatever name somebody else's newest has.
    allowUnorderedMigrations: table !== 'ledger_migration',
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error('The tables could not be brought up to date');
}
