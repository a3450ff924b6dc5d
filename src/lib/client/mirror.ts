/**
 * A desk's database in memory, kept up whoever writes: this tab, another one or the worker. Indexes alone say what changed,
 * so a change of one row reads one row; each is opened and parsed once.
 */
import { liveQuery, type Subscription } from 'dexie';
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

type Head = readonly [key: string, revision: number];

interface Read {
  readonly claimHeads: readonly Head[];
  readonly truthHeads: readonly Head[];
  readonly claims: readonly (StoredClaim | undefined)[];
  readonly rows: readonly (StoredRow | undefined)[];
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

  constructor(store: DexieStore, vault: Vault) {
    this.#store = store;
    this.#vault = vault;
  }

  /** Calls back with each new picture, the first as soon as the database was read. */
  follow(onPicture: (picture: Picture) => void, onError: (cause: unknown) => void): void {
    this.#subscription = liveQuery(() => this.#read()).subscribe({
      next: (read) => {
        this.#work = this.#work.then(() => this.#develop(read)).then(onPicture, onError);
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
      const claimHeads = (await db.claims.orderBy('[id+revision]').keys()) as unknown as Head[];
      const truthHeads = (await db.truth.orderBy('[key+revision]').keys()) as unknown as Head[];
      const [cursor, lastReply] = await db.meta.bulkGet(['cursor', 'lastReply']);
      return {
        claimHeads,
        truthHeads,
        claims: await db.claims.bulkGet(changedKeys(claimHeads, this.#claims)),
        rows: await db.truth.bulkGet(changedKeys(truthHeads, this.#rows)),
        cursor: typeof cursor?.value === 'string' ? cursor.value : null,
        lastReply: lastReply?.value,
        quarantined: await db.quarantine.count(),
      };
    });
  }

  async #develop(read: Read): Promise<Picture> {
    const claims = await openClaims(
      this.#vault,
      read.claims.filter((row) => row !== undefined),
    );
    const storedRows = read.rows.filter((row) => row !== undefined);
    const rows = await openRows(this.#vault, storedRows);
    const revisions = new Map(storedRows.map(({ key, revision }) => [key, revision]));
    const here = new Set(read.claimHeads.map(([id]) => id));
    for (const id of this.#claims.keys()) if (!here.has(id)) this.#claims.delete(id);
    for (const record of claims.records) this.#claims.set(record.id, record);
    const isTruthMoved = this.#takeRows(read, rows.records, revisions) || read.cursor !== this.#cursor;
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

  #takeRows(read: Read, rows: readonly KeyedRow[], revisions: ReadonlyMap<string, number>): boolean {
    const here = new Set(read.truthHeads.map(([key]) => key));
    const gone = [...this.#rows.keys()].filter((key) => !here.has(key));
    for (const key of gone) this.#rows.delete(key);
    for (const row of rows) this.#rows.set(row.key, { ...row, revision: revisions.get(row.key) ?? 0 });
    return gone.length + rows.length > 0;
  }
}

/** Of another revision than what is in memory. What a newer app wrote is not in memory, and is read each time: it is rare. */
function changedKeys(
  heads: readonly Head[],
  known: ReadonlyMap<string, { readonly revision: number }>,
): string[] {
  return heads.flatMap(([key, revision]) => (known.get(key)?.revision === revision ? [] : [key]));
}
