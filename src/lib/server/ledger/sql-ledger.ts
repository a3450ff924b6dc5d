/**
 * Transactions on the ledger. Every writer takes the head row first: it is the lock, so entries have one order without gaps,
 * and what is read after it is what the last writer left, on any engine.
 */
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Place } from './journal.ts';
import { compiledOnce, type Db, type Tx } from './rows.ts';

/** One who waits to read: `read` never rejects, `giveUp` does for it. */
interface Reader {
  readonly read: (tx: Tx, head: Place) => Promise<void>;
  readonly giveUp: (error: unknown) => void;
}

export class SqlLedger {
  readonly db: Db;
  readonly readDb: Db;
  /** The engine's word on whether an error blames the database and not what was asked of it. */
  readonly isOutage: (error: unknown) => boolean;
  #readers: Reader[] = [];
  #isReading = false;

  constructor(db: Db, readDb: Db, isOutage: (error: unknown) => boolean) {
    this.db = db;
    this.readDb = readDb;
    this.isOutage = isOutage;
  }

  /**
   * Holding the head. `work` may run more than once, so it must do nothing but read and write here. `now` is `clock`, or the
   * moment of the transaction before where that is a little later: a clock was set right, or another server's is ahead.
   */
  transact<T>(clock: Instant, work: (tx: Tx, head: Place, now: Instant) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(async (tx) => {
      const { seq, hash, at } = theOne(await takeHead(tx, clock, clock + aheadMaxMs, clock, headId));
      return work(tx, { seq, hash }, at);
    });
  }

  /**
   * Everything that `work` reads is of one moment, the last commit or later, with the head of that moment.
   * Those who ask at the same time share it: to begin and end it costs as much as what one of them reads.
   */
  snapshot<T>(work: (tx: Tx, head: Place) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#readers.push({
        read: (tx, head) => work(tx, head).then(resolve, reject),
        giveUp: reject,
      });
      if (!this.#isReading) void this.#readAll();
    });
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    while (this.#readers.length > 0) {
      // Who comes while these read may know of a later commit than this moment shows, and waits for the next.
      const readers = this.#readers.splice(0);
      try {
        await snapshot(this.readDb, async (tx) => {
          const head = theOne(await readHead(tx, headId));
          for (const { read } of readers) await read(tx, head);
        });
      } catch (error) {
        // Those that were answered are; to them this says nothing any more.
        for (const { giveUp } of readers) giveUp(error);
      }
    }
    this.#isReading = false;
  }
}

const headId = 1;
/** Further ahead it was wrong, and nothing could be booked until the clock has come to where it stood. */
const aheadMaxMs = minuteMs;
const takeHead = compiledOnce((db, clock: Instant, latest: Instant, orElse: Instant, id: number) =>
  db
    .updateTable('head')
    .set((eb) => ({
      at: eb
        .case()
        .when(eb.between('at', clock, latest))
        .then(eb.ref('at'))
        .else(eb.val(orElse))
        .end(),
    }))
    .where('id', '=', id)
    .returning(['seq', 'hash', 'at']),
);
const readHead = compiledOnce((db, id: number) =>
  db.selectFrom('head').select(['seq', 'hash']).where('id', '=', id),
);

function theOne<T>([head]: readonly T[]): T {
  if (!head) throw new Error('ledger: there is no head');
  return head;
}

/** One moment for every query in it; what an engine has by nature, another is asked for. */
export function snapshot<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').execute(work);
}
