/**
 * A desk's database in memory, kept up whoever writes: this tab, another one or the worker. Indexes alone say what changed,
 * so a change of one row reads one row; each is opened and parsed once.
 */
import { liveQuery, type Subscription, type Table } from 'dexie';
import { emptyTruth, type Truth } from '#lib/domain/truth.ts';
import { instantSchema } from '#lib/domain/instant.ts';
import { z } from '#lib/domain/zod.ts';
import type { ClaimRecord } from '#lib/sync/claim-record.ts';
import { truthOf } from '#lib/sync/truth-rows.ts';
import type { StoredClaim, StoredRow } from './store/desk-db.ts';
import type { DexieStore, LastReply } from './store/dexie-store.ts';
import { openClaims, openRows, type KeyedRow } from './store/stored-claim.ts';
import type { Vault } from './vault.ts';

export interface Picture {
  /** In order of making. */
  readonly claims: readonly ClaimRecord[];
  readonly truth: Truth;
  readonly lastReply: LastReply | null;
  readonly quarantined: number;
}

export const emptyPicture: Picture = { claims: [], truth: emptyTruth, lastReply: null, quarantined: 0 };

const lastReplySchema = z.object({ now: instantSchema, heardAt: instantSchema, more: z.boolean() });

/** What came into a table since it was last read. */
interface News<T> {
  readonly came: readonly T[];
  /** Every key that is there; undefined where nothing went. */
  readonly here: ReadonlySet<string> | undefined;
}

interface Read {
  readonly claims: News<StoredClaim>;
  readonly rows: News<StoredRow>;
  readonly cursor: string | null;
  readonly lastReply: unknown;
  readonly quarantined: number;
}

export class Mirror {
  readonly #store: DexieStore;
  readonly #vault: Vault;
  #claims = new Map<string, ClaimRecord>();
  #rows = new Map<string, KeyedRow & { readonly revision: number }>();
  #truth: Truth = emptyTruth;
  #cursor: string | null = null;
  #subscription: Subscription | undefined;
  #work: Promise<void> = Promise.resolve();
  /** Readings that are not in memory yet. */
  #inWork = 0;

  constructor(store: DexieStore, vault: Vault) {
    this.#store = store;
    this.#vault = vault;
  }

  /** Calls back with each new picture, the first as soon as the database was read. */
  follow(onPicture: (picture: Picture) => void, onError: (cause: unknown) => void): void {
    this.#subscription = liveQuery(() => this.#read()).subscribe({
      next: (read) => {
        this.#inWork += 1;
        const picture = this.#work.then(() => this.#develop(read)).finally(() => (this.#inWork -= 1));
        this.#work = picture.then(onPicture, onError);
      },
      error: onError,
    });
  }

  stop(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  async #read(): Promise<Read> {
    const { db } = this.#store;
    return db.transaction('r', db.claims, db.truth, db.meta, db.quarantine, async () => {
      const [cursor, lastReply] = await db.meta.bulkGet(['cursor', 'lastReply']);
      return {
        claims: await newsOfClaims(db.claims, this.#claims),
        rows: await newsOfRows(db.truth, this.#rows, this.#inWork === 0),
        cursor: typeof cursor?.value === 'string' ? cursor.value : null,
        lastReply: lastReply?.value,
        quarantined: await db.quarantine.count(),
      };
    });
  }

  async #develop(read: Read): Promise<Picture> {
    const claims = await openClaims(this.#vault, read.claims.came);
    const rows = await openRows(this.#vault, read.rows.came);
    keepOnly(this.#claims, read.claims.here);
    for (const record of claims.records) this.#claims.set(record.id, record);
    const revisions = new Map(read.rows.came.map(({ key, revision }) => [key, revision]));
    const gone = keepOnly(this.#rows, read.rows.here);
    for (const row of rows.records)
      this.#rows.set(row.key, { ...row, revision: revisions.get(row.key) ?? 0 });
    const isTruthMoved = gone + rows.records.length > 0 || read.cursor !== this.#cursor;
    if (isTruthMoved) {
      this.#cursor = read.cursor;
      const whole = [...this.#rows.values()].map(({ row }) => row);
      this.#truth = truthOf(whole, read.cursor);
    }
    if (claims.unreadable.length + rows.unreadable.length > 0) {
      await this.#store.quarantine({ claims: claims.unreadable, truth: rows.unreadable });
    }
    const lastReply = lastReplySchema.safeParse(read.lastReply);
    return {
      claims: [...this.#claims.values()].sort((a, b) => a.order - b.order),
      truth: this.#truth,
      lastReply: lastReply.success ? lastReply.data : null,
      quarantined: read.quarantined,
    };
  }
}

type Known = ReadonlyMap<string, { readonly revision: number }>;

/** A claim counts its own changes: of another revision than what is in memory, it has changed. */
async function newsOfClaims(table: Table<StoredClaim, string>, known: Known): Promise<News<StoredClaim>> {
  const heads = (await table.orderBy('[id+revision]').keys()) as unknown as (readonly [string, number])[];
  const changed = heads.filter(([id, revision]) => known.get(id)?.revision !== revision).map(([id]) => id);
  return {
    // What a newer app wrote is never in memory, and is read each time: it is rare.
    came: (await table.bulkGet(changed)).filter((row) => row !== undefined),
    here: new Set(heads.map(([id]) => id)),
  };
}

/**
 * Rows of truth carry the number of the write that put them there, later than all before it, and there may be thousands.
 * `isWhole`: all that was read before is known, so that counting tells whether anything went.
 */
async function newsOfRows(
  table: Table<StoredRow, string>,
  known: Known,
  isWhole: boolean,
): Promise<News<StoredRow>> {
  let last = -1;
  for (const { revision } of known.values()) last = Math.max(last, revision);
  const came = await table.where('revision').above(last).toArray();
  const added = came.filter(({ key }) => !known.has(key)).length;
  // More than that: rows that this app cannot read, whose keys are read each time. They are rare.
  if (isWhole && (await table.count()) === known.size + added) return { came, here: undefined };
  return { came, here: new Set(await table.toCollection().primaryKeys()) };
}

/** How many went. */
function keepOnly(known: Map<string, unknown>, here: ReadonlySet<string> | undefined): number {
  const gone = here ? [...known.keys()].filter((key) => !here.has(key)) : [];
  for (const key of gone) known.delete(key);
  return gone.length;
}
