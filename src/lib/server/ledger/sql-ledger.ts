/**
 * Transactions on the ledger. Every writer takes the head row first: it is the lock, so entries have one order without gaps,
 * and what is read after it is what the last writer left, on any engine.
 */
import type { Instant } from '#lib/domain/instant.ts';
import type { Place } from './journal.ts';
import type { Db, Tx } from './rows.ts';

export class SqlLedger {
  readonly db: Db;
  readonly readDb: Db;
  /** The engine's word on whether an error blames the database and not what was asked of it. */
  readonly isOutage: (error: unknown) => boolean;

  constructor(db: Db, readDb: Db, isOutage: (error: unknown) => boolean) {
    this.db = db;
    this.readDb = readDb;
    this.isOutage = isOutage;
  }

  /** Holding the head. `work` may run more than once, so it must do nothing but read and write here. */
  transact<T>(at: Instant, work: (tx: Tx, head: Place) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(async (tx) => {
      const head = await tx
        .updateTable('head')
        .set({ at })
        .where('id', '=', 1)
        .returning(['seq', 'hash'])
        .executeTakeFirstOrThrow();
      return work(tx, { seq: head.seq, hash: head.hash });
    });
  }

  /** Everything that `work` reads is of one moment, the last commit or later. */
  snapshot<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return snapshot(this.readDb, work);
  }
}

/** One moment for every query in it; what an engine has by nature, another is asked for. */
export function snapshot<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').execute(work);
}
