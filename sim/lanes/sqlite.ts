/**
 * The ledger that ships, on one SQLite database in memory. Its schema and each world are made once a process and kept in
 * attached databases, from which every seed starts with a copy; yesterday's backup is one more of them.
 */
import {
  CompiledQuery,
  Kysely,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { AppointmentId, ClaimId, NoticeId, Ubrn } from '#lib/domain/ids.ts';
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Author } from '#lib/domain/person.ts';
import type { ReferralStatus } from '#lib/domain/referral.ts';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import { LedgerClerk } from '#lib/server/ledger/clerk.ts';
import { isSqliteOutage, sqliteDialect } from '#lib/server/ledger/engines/sqlite.ts';
import { cursorOf } from '#lib/server/ledger/journal.ts';
import type { Commit } from '#lib/server/ledger/ledger.ts';
import type { Load } from '#lib/server/ledger/load.ts';
import { ledgerTables } from '#lib/server/ledger/migrations/0001-ledger.ts';
import { compiledOnce } from '#lib/server/ledger/rows.ts';
import type { Tables } from '#lib/server/ledger/schema.ts';
import { SqlLedger } from '#lib/server/ledger/sql-ledger.ts';
import { verifyLedger } from '#lib/server/ledger/verify.ts';
import type { World } from '../world.ts';
import { settleFirstTimes } from './first-times.ts';
import type { JournalEntry, Lane, TruthTables, WrittenFor } from './lane.ts';

type Crash = 'before' | 'after' | 'fails' | undefined;

class Database {
  readonly db: Kysely<Tables>;
  crash: Crash;
  failing: ClaimId | undefined;
  readonly #worlds = new Map<World, string>();
  #tables: string[] = [];

  constructor() {
    const dialect = sqliteDialect(':memory:', 'write');
    const crashing: Dialect = {
      ...dialect,
      createDriver: () =>
        new CrashingDriver(
          dialect.createDriver(),
          () => this.#takeCrash(),
          () => this.failing,
        ),
    };
    this.db = new Kysely<Tables>({ dialect: crashing });
  }

  async open(): Promise<this> {
    await ledgerTables.up(this.db as Kysely<unknown>);
    const rows = await this.query<{ name: string }>(
      "select name from main.sqlite_master where type = 'table'",
    );
    this.#tables = rows.map(({ name }) => name).filter((name) => !name.startsWith('sqlite_'));
    await this.keepAs('empty');
    await this.keepAs('backup');
    return this;
  }

  async startFrom(world: World): Promise<void> {
    this.crash = undefined;
    this.failing = undefined;
    const known = this.#worlds.get(world);
    if (known) return this.takeFrom(known);
    await this.takeFrom('empty');
    const name = `world${this.#worlds.size}`;
    const now = world.shape.startsAt;
    const clerk = new LedgerClerk(new SqlLedger(this.db, this.db, isSqliteOutage), () => now, throwAlarm);
    await clerk.load(world.load);
    await settleFirstTimes(world, (author, request) => clerk.settle(author, request));
    await this.keepAs(name);
    this.#worlds.set(world, name);
  }

  async keepAs(name: string): Promise<void> {
    const known = await this.query<{ name: string }>('pragma database_list');
    if (!known.some((row) => row.name === name)) {
      await this.query(`attach ':memory:' as ${name}`);
      for (const table of this.#tables) {
        await this.query(`create table ${name}.${table} as select * from main.${table} where 0`);
      }
    }
    await this.#copy('main', name);
  }

  takeFrom(name: string): Promise<void> {
    return this.#copy(name, 'main');
  }

  async query<R>(sql: string): Promise<R[]> {
    return (await this.db.executeQuery<R>(CompiledQuery.raw(sql))).rows;
  }

  async #copy(from: string, to: string): Promise<void> {
    // Rows go back in the order in which tables were made, and that is the order of their references.
    await this.query('pragma foreign_keys = off');
    await this.query('begin');
    for (const table of this.#tables) {
      await this.query(`delete from ${to}.${table}`);
      await this.query(`insert into ${to}.${table} select * from ${from}.${table}`);
    }
    await this.query('commit');
    await this.query('pragma foreign_keys = on');
  }

  #takeCrash(): Crash {
    const crash = this.crash;
    this.crash = undefined;
    return crash;
  }
}

class CrashingDriver implements Driver {
  readonly #driver: Driver;
  readonly #takeCrash: () => Crash;
  readonly #failing: () => ClaimId | undefined;

  constructor(driver: Driver, takeCrash: () => Crash, failing: () => ClaimId | undefined) {
    this.#driver = driver;
    this.#takeCrash = takeCrash;
    this.#failing = failing;
  }

  init = () => this.#driver.init();
  acquireConnection = async () =>
    new FailingConnection(await this.#driver.acquireConnection(), this.#failing);
  releaseConnection = (connection: DatabaseConnection) => this.#driver.releaseConnection(within(connection));
  rollbackTransaction = (connection: DatabaseConnection) =>
    this.#driver.rollbackTransaction(within(connection));
  destroy = () => this.#driver.destroy();

  beginTransaction: Driver['beginTransaction'] = (connection, settings) =>
    this.#driver.beginTransaction(within(connection), settings);

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const crash = this.#takeCrash();
    if (crash === 'before') throw processKilled();
    if (crash === 'fails') throw new Error('the commit failed');
    await this.#driver.commitTransaction(within(connection));
    if (crash === 'after') throw processKilled();
  }
}

/** Fails on one claim's own entry in the journal, which cannot be read or written; on no other. */
class FailingConnection implements DatabaseConnection {
  readonly within: DatabaseConnection;
  readonly #failing: () => ClaimId | undefined;

  constructor(within: DatabaseConnection, failing: () => ClaimId | undefined) {
    this.within = within;
    this.#failing = failing;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const failing = this.#failing();
    const isOfIt = failing !== undefined && query.parameters.includes(failing);
    if (isOfIt && query.sql.includes('"journal"')) throw new Error('the statement failed');
    return this.within.executeQuery<R>(query);
  }

  streamQuery(): never {
    throw new Error('sim: nobody streams');
  }
}

const within = (connection: DatabaseConnection) => (connection as FailingConnection).within;

/** Looks like a database that is gone, so that the clerk does not try again: a dead process would not either. */
const processKilled = () => Object.assign(new Error('killed'), { code: 'ERR_INVALID_STATE' });

let database: Promise<Database> | undefined;

export async function openSqlLane(world: World, clock: () => Instant, pageRows?: number): Promise<Lane> {
  database ??= new Database().open();
  const opened = await database;
  await opened.startFrom(world);
  return new SqlLane(opened, clock, pageRows);
}

class SqlLane implements Lane {
  onCommit: (commit: Commit) => void = () => undefined;
  onAlarm: (message: string) => void = () => undefined;
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #pageRows: number | undefined;
  #clerk: LedgerClerk;
  #hasBackup = false;

  constructor(database: Database, clock: () => Instant, pageRows: number | undefined) {
    this.#database = database;
    this.#clock = clock;
    this.#pageRows = pageRows;
    this.#clerk = this.#newClerk();
  }

  settle = (sender: Author, request: SyncRequest) => this.#clerk.settle(sender, request);
  load = (load: Load) => this.#clerk.load(load);

  async entriesAfter(seq: number): Promise<readonly JournalEntry[]> {
    const rows = await entriesBehind(this.#database.db, seq);
    return rows
      .filter(({ kind }) => kind !== 'load')
      .map((row) => ({
        seq: row.seq,
        claim: row.claim_id,
        digest: row.digest,
        at: row.at,
        scope: row.scope,
        author: row.author_person,
        sender: row.sender_person,
        expiresAt: row.expires_at,
        intent: JSON.parse(row.intent) as JournalEntry['intent'],
        verdict: JSON.parse(row.verdict) as JournalEntry['verdict'],
        effects: JSON.parse(row.effects) as JournalEntry['effects'],
      }));
  }

  async tables(): Promise<TruthTables> {
    const { db } = this.#database;
    const [head] = await db.selectFrom('head').selectAll().execute();
    const appointments = await db.selectFrom('appointment').select(['id', 'body', 'status']).execute();
    const referrals = await db.selectFrom('referral').select(['ubrn', 'patient', 'body', 'status']).execute();
    const notices = await db.selectFrom('notice').select(['id', 'body']).execute();
    const slots = await db.selectFrom('slot').selectAll().execute();
    const [journal] = await db
      .selectFrom('journal')
      .select((count) => count.fn.countAll<number>().as('claims'))
      .where('kind', '<>', 'load')
      .execute();
    return {
      head: head ? cursorOf(head) : '',
      appointments: new Map(
        appointments.map(({ id, body, status }): [AppointmentId, Appointment] => [
          id,
          { ...(JSON.parse(body) as Appointment), status },
        ]),
      ),
      statuses: new Map(
        referrals.map(({ ubrn, status }): [Ubrn, ReferralStatus] => [
          ubrn,
          JSON.parse(status) as ReferralStatus,
        ]),
      ),
      texts: new Map(
        referrals.map(({ ubrn, patient, body }): [Ubrn, WrittenFor] => [
          ubrn,
          { patient, text: JSON.parse(body) as WrittenFor['text'] },
        ]),
      ),
      notices: new Map(notices.map(({ id, body }): [NoticeId, Notice] => [id, JSON.parse(body) as Notice])),
      slots: slots.map(({ withdrawn, ...slot }) => ({ ...slot, isWithdrawn: withdrawn === 1 })),
      claims: journal?.claims ?? 0,
    };
  }

  crashAtCommit(when: 'before' | 'after' | 'fails'): void {
    this.#database.crash = when;
  }

  failOn(claim: ClaimId | undefined): void {
    this.#database.failing = claim;
  }

  restart(): void {
    this.#database.crash = undefined;
    this.#clerk = this.#newClerk();
  }

  async backUp(): Promise<void> {
    await this.#database.keepAs('backup');
    this.#hasBackup = true;
  }

  async restore(): Promise<boolean> {
    if (!this.#hasBackup) return false;
    await this.#database.takeFrom('backup');
    this.restart();
    return true;
  }

  async verify(now: Instant): Promise<readonly string[]> {
    return (await verifyLedger(this.#database.db, now)).violations;
  }

  #newClerk(): LedgerClerk {
    const { db } = this.#database;
    const ledger = new SqlLedger(db, db, isSqliteOutage);
    const log = (level: 'info' | 'alarm', message: string) => {
      if (level === 'alarm') this.onAlarm(message);
    };
    const clerk = new LedgerClerk(ledger, this.#clock, log, { pageRows: this.#pageRows });
    clerk.onCommit((commit) => this.onCommit(commit));
    return clerk;
  }
}

const entriesBehind = compiledOnce((db, seq: number) =>
  db.selectFrom('journal').selectAll().where('seq', '>', seq).orderBy('seq'),
);

function throwAlarm(level: 'info' | 'alarm', message: string): void {
  if (level === 'alarm') throw new Error(`sim: ${message}`);
}
