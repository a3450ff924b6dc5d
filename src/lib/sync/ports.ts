/**
 * What the post office needs from the world, each with its contract. Every implementation passes the suite in
 * local-store-contract.ts (stores); the simulator has its own of each.
 */
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { ParkedReason, SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';

/** A claim as it goes out: the exact text fixed when it was made. */
export interface OutgoingClaim {
  readonly id: ClaimId;
  readonly bytes: string;
}

/** What one exchange would carry, read in one transaction. */
export interface Outgoing {
  readonly cursor: string | null;
  /**
   * Pressing ones first, then oldest first. After a reset, settled claims of the last 90 days follow the open ones, to be
   * asked again; those of a referral that has an open claim go before it.
   */
  readonly claims: readonly OutgoingClaim[];
  readonly packs: SyncRequest['packs'];
  readonly seen: SyncRequest['seen'];
}

/**
 * One scope's claims and truth on this device. Strict: what a promise resolved for survives a power cut.
 *
 * - `markSent` is on disk before its promise resolves, and tells which of the claims are still there to be sent:
 *   a person may have taken one back since it was read.
 * - `apply` is one transaction: verdicts recorded and dequeued, called-off claims followed up, rows and cursor
 *   written, access events that went up removed. The rows and the cursor are written only if the stored cursor is still
 *   `sent.cursor`; the verdicts always are, and applying a reply twice changes nothing. A delta with `reset` clears truth first, keeps every claim,
 *   and marks the settled ones to be asked again.
 * - Nothing else ever removes a claim, but its author's hand (`Shelf.takeBack`, or a new wish for the same referral), and only
 *   an unmarked one; and `apply`, 90 days after its verdict.
 */
export interface LocalStore {
  readonly scope: Scope;
  outgoing(limit: { claims: number; seen: number }): Promise<Outgoing>;
  markSent(ids: readonly ClaimId[], at: Instant): Promise<readonly ClaimId[]>;
  apply(reply: SyncReply, sent: Sent): Promise<'applied' | 'cursorMoved'>;
  /** The ledger could not settle this one: it stands, shown to a person, and is not sent again until the app is updated. */
  park(id: ClaimId, reason: ParkedReason | 'refusedByServer'): Promise<void>;
  /**
   * The right is gone: truth and cursor cleared, claims kept. What the cursor was is kept too: once truth is here again, the
   * next exchange goes out with it, and its reply only tells whether the ledger's history is still the one in which people
   * here were told (`apply` says `cursorMoved`), or another, which is a reset like any.
   */
  forget(): Promise<void>;
}

export interface Sent {
  readonly cursor: string | null;
  readonly claims: readonly ClaimId[];
  /** Services whose times it asked for: a reply without them says that they are as they were. */
  readonly packs: readonly ServiceId[];
  readonly seen: readonly string[];
}

/**
 * What came back. Only a whole reply of ours, for this scope, counts as a reply; whatever else is `unknown`: it may have
 * arrived or not. A transport never throws, and has a time limit of its own.
 */
export type TransportResult =
  | { readonly kind: 'reply'; readonly reply: SyncReply }
  | { readonly kind: 'unknown'; readonly cause: string }
  /** 401: keep everything, sign in. */
  | { readonly kind: 'signedOut' }
  /** 403 for the whole: the right is gone. */
  | { readonly kind: 'forbidden' }
  /** 426: the app is too old for this server. */
  | { readonly kind: 'tooOld' }
  /** 400, 413, 422 for the whole: something in it is ours to mend; send the claims one at a time. */
  | { readonly kind: 'rejected'; readonly status: number }
  /** 429, 503. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number };

export interface Transport {
  exchange(request: SyncRequest): Promise<TransportResult>;
}

export interface Clock {
  now(): Instant;
  /** Calls back once after so many milliseconds; the function returned cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export interface Random {
  /** In [0, 1). */
  fraction(): number;
}

/**
 * At most one drain of a scope at a time, among all tabs and the worker. Holding it only saves work: `apply` is safe without.
 * `run` resolves when `work` has; a holder that is frozen for longer than `stealAfterMs` loses the lock to whoever waits.
 */
export interface DrainLock {
  run(stealAfterMs: number, work: () => Promise<void>): Promise<void>;
}

/** Why the post office looks again. */
export type Wake =
  | 'queued'
  | 'online'
  | 'focus'
  | 'visible'
  | 'stream'
  | 'timer'
  | 'backgroundSync'
  | 'signedIn'
  | 'opened'
  | 'wanted';

/** What a screen may say about the line. */
export type SyncStatus =
  | { readonly kind: 'idle'; readonly lastReplyAt: Instant | null }
  | { readonly kind: 'exchanging'; readonly lastReplyAt: Instant | null }
  /** More rows are to come: a list is not whole yet. */
  | { readonly kind: 'catchingUp'; readonly lastReplyAt: Instant | null }
  | {
      readonly kind: 'waiting';
      readonly cause: string;
      readonly retryAt: Instant;
      readonly lastReplyAt: Instant | null;
    }
  | { readonly kind: 'signedOut'; readonly lastReplyAt: Instant | null }
  | { readonly kind: 'forbidden'; readonly lastReplyAt: Instant | null }
  | { readonly kind: 'tooOld'; readonly lastReplyAt: Instant | null };
