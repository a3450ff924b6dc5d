/**
 * The ledger: where truth is decided and kept. These are the words that the rest of the server uses of it;
 * `open.ts` opens one.
 */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Pack, SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import type { Load } from './load.ts';
import type { Tx } from './rows.ts';
import type { Tables } from './schema.ts';

/** Settles claims on the ledger. Answers only what is committed. */
export interface Clerk {
  /**
   * One exchange. The request is parsed, and its scope is the sender's: the caller has checked it against the session.
   * Rejects only when the ledger itself is out of reach; then nothing is known, and the device sends the same again.
   */
  settle(sender: Author, request: SyncRequest): Promise<SyncReply>;
  /** One entry of the journal, at most `loadRowsMax` rows. Rejects when it can't be taken as a whole. */
  load(load: Load | LoadMaker): Promise<void>;
  /** The free times of one service; `held` is the revision that the asker has. Undefined: no such service. */
  pack(service: ServiceId, held?: string): Promise<Pack | 'unchanged' | undefined>;
  /** Called after each commit with whose truth changed. Returns how to stop listening. */
  onCommit(listener: (touched: Commit) => void): () => void;
}

/**
 * A load that depends on what the ledger holds, made in the transaction that takes it in, so that nothing comes between.
 * May run more than once. Undefined: there is nothing to bring.
 */
export type LoadMaker = (tx: Tx) => Promise<Load | undefined>;

export interface Commit {
  readonly scopes: ReadonlySet<Scope>;
  /** Services whose free times changed. */
  readonly services: ReadonlySet<ServiceId>;
}

/** `alarm` wakes somebody: a claim that alone makes its batch fail, a ledger out of reach. No patient's text, ever. */
export type Log = (level: 'info' | 'alarm', message: string) => void;

export interface LedgerOptions {
  /** A path, or ':memory:'. The folder must exist. */
  readonly file: string;
  /** The ledger's time. Injected, so that a world's history can be settled on the days it happened. */
  readonly clock: () => Instant;
  readonly log: Log;
  /** Of tables that are not truth (sessions, access codes): name → migration, run after the ledger's own. */
  readonly migrations?: Readonly<Record<string, Migration>>;
  /** Claims settled in one transaction. Benchmarks and tests set it, to compare. */
  readonly batchMax?: number;
}

export interface OpenLedger {
  readonly clerk: Clerk;
  /** Writes. Others may write what is not truth here; the ledger's own tables only the clerk writes. */
  readonly db: Kysely<Tables>;
  /** Reads beside the writer, each transaction in one snapshot. */
  readonly readDb: Kysely<Tables>;
  /** Lets what was begun finish, then closes the file. */
  close(): Promise<void>;
}
