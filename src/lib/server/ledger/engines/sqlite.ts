/**
 * Kysely over node:sqlite, which Kysely has no dialect for. One connection a pool, so a transaction waits for the one before.
 * Durable: write-ahead log, and one fsync a commit. Writers take the file's write lock as they begin, not half-way,
 * where two could each wait for the other.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';

export type SqliteUse = 'write' | 'read';

/** How long a connection waits for another process's lock before it gives up. */
const busyMs = 5_000;
/**
 * Pages held in memory (in kibibytes): the writer's working set is indexes all over the file, and the default of 2 MB
 * has them read again for every batch.
 */
const cacheKib = { write: 64 * 1024, read: 16 * 1024 } as const satisfies Record<SqliteUse, number>;
/** Pages of log before it is copied into the file: at the default of 1,000 a busy ledger copies some pages over and over. */
const checkpointPages = 8_000;
/** Prepared statements kept; the ledger has some dozens of shapes. */
const statementsMax = 500;

export function sqliteDialect(file: string, use: SqliteUse): Dialect {
  return {
    createAdapter: () => new QueueingAdapter(),
    createDriver: () => new SqliteDriver(file, use),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Codes that blame what was asked and not the database: an error of SQL, a constraint, a value that does not fit. */
const faultsOfTheAsker = new Set([1, 18, 19, 20, 21, 23, 25]);

/** The ledger is out of reach (disk full, file gone, locked): nothing is known of what was being written. */
export function isSqliteOutage(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_INVALID_STATE') return true; // the database is closed
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && !faultsOfTheAsker.has(errcode & 0xff);
}

/**
 * Says that there are many connections, so that Kysely leaves the queue for the one to the driver: its own wakes everybody
 * who waits whenever one is done, which among some hundred desks costs more than their work.
 */
class QueueingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #file: string;
  readonly #use: SqliteUse;
  #connection: SqliteConnection | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(file: string, use: SqliteUse) {
    this.#file = file;
    this.#use = use;
  }

  async init(): Promise<void> {
    const db = new DatabaseSync(this.#file, {
      timeout: busyMs,
      enableForeignKeyConstraints: true,
      readOnly: this.#use === 'read',
    });
    db.exec(`pragma cache_size = -${cacheKib[this.#use]}; pragma temp_store = memory`);
    if (this.#use === 'write') {
      db.exec('pragma journal_mode = wal; pragma synchronous = full');
      db.exec(`pragma wal_autocheckpoint = ${checkpointPages}`);
    }
    this.#connection = new SqliteConnection(db);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = this.#connection;
    if (!connection) throw new Error('sqlite: not opened');
    const before = this.#last;
    let release = (): void => undefined;
    this.#last = new Promise((resolve) => (release = resolve));
    await before;
    connection.release = release;
    return connection;
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as SqliteConnection).release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Whatever isolation was asked for: here a transaction is serial, and reads are of one moment.
    await connection.executeQuery(CompiledQuery.raw(this.#use === 'write' ? 'begin immediate' : 'begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite rolls back by itself when the disk fails; asking again would hide why.
    if ((connection as SqliteConnection).isInTransaction()) {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    }
  }

  async destroy(): Promise<void> {
    await this.#last;
    this.#connection?.close();
    this.#connection = undefined;
  }
}

interface Prepared {
  readonly statement: StatementSync;
  /** A query, or a change that returns what it changed. */
  readonly hasRows: boolean;
}

class SqliteConnection implements DatabaseConnection {
  release = (): void => undefined;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { statement, hasRows } = this.#prepare(sql);
    const values = parameters as readonly SQLInputValue[];
    if (hasRows) return { rows: statement.all(...values) as R[] };
    const { changes } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  // eslint-disable-next-line require-yield -- there is nothing to yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('sqlite: read in pages, a stream would hold the one connection');
  }

  isInTransaction(): boolean {
    return this.#db.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    const prepared = { statement, hasRows: statement.columns().length > 0 };
    if (this.#statements.size >= statementsMax) this.#statements.clear();
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
