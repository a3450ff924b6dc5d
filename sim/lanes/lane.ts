/**
 * A ledger as the simulator runs it: it can be killed at the worst moment, and put back to how it was yesterday.
 * Two pass the same contract: the SQL ledger that ships, and one in memory that is quicker and proves nothing of SQL.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Effect } from '#lib/domain/decision.ts';
import type { AppointmentId, ClaimId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Intent } from '#lib/domain/claim.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Author } from '#lib/domain/person.ts';
import type { ReferralStatus, ReferralText } from '#lib/domain/referral.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import type { Commit } from '#lib/server/ledger/ledger.ts';
import type { Load } from '#lib/server/ledger/load.ts';
import type { World } from '../world.ts';

export interface Lane {
  settle(sender: Author, request: SyncRequest): Promise<SyncReply>;
  load(load: Load): Promise<void>;
  /** Entries of the journal after this one, loads left out. */
  entriesAfter(seq: number): Promise<readonly JournalEntry[]>;
  tables(): Promise<TruthTables>;
  /** The next commit fails to be heard of: it happened, or it did not; or it fails, and the process lives on. */
  crashAtCommit(when: 'before' | 'after' | 'fails'): void;
  /** Until it is said otherwise, this claim's entry in the journal can be neither read nor written. */
  failOn(claim: ClaimId | undefined): void;
  /** The process is a new one on the same data. */
  restart(): void;
  backUp(): Promise<void>;
  /** False when there is no backup. */
  restore(): Promise<boolean>;
  /** What the product's own verifier finds. */
  verify(now: Instant): Promise<readonly string[]>;
  onCommit: (commit: Commit) => void;
  /** Somebody is woken at night. */
  onAlarm: (message: string) => void;
}

export interface JournalEntry {
  readonly seq: number;
  readonly claim: ClaimId;
  readonly digest: string;
  readonly at: Instant;
  readonly scope: string;
  readonly author: string;
  readonly sender: string;
  readonly expiresAt: Instant | null;
  readonly intent: Intent;
  readonly verdict: Verdict;
  readonly effects: readonly Effect[];
}

/** As its referrer wrote it, and for whom. */
export interface WrittenFor {
  readonly patient: string;
  readonly text: ReferralText;
}

/** What is true, plainly. */
export interface TruthTables {
  readonly head: string;
  readonly appointments: ReadonlyMap<AppointmentId, Appointment>;
  readonly statuses: ReadonlyMap<Ubrn, ReferralStatus>;
  readonly texts: ReadonlyMap<Ubrn, WrittenFor>;
  readonly notices: ReadonlyMap<NoticeId, Notice>;
  readonly slots: readonly (Slot & { readonly isWithdrawn: boolean })[];
  readonly claims: number;
}

/**
 * Opens lanes one after the other: what is costly to make is made once in a process. `pageRows`: how many rows a page of a
 * delta has, where it is not as many as in a house of thousands.
 */
export type OpenLane = (world: World, clock: () => Instant, pageRows?: number) => Promise<Lane>;

export const slotKey = ({ service, ordinal }: { service: ServiceId; ordinal: number }) =>
  `${service}#${ordinal}`;
