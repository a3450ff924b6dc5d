/**
 * A Shelf in memory: for the simulator, for tests, and as the shortest description of what a store does.
 * The disk outlives the store, so that a crash is a new store on the same disk. Every call is one transaction.
 */
import type { CallOff } from '#lib/domain/call-off.ts';
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Truth } from '#lib/domain/truth.ts';
import { packsMax, type AccessEvent, type Delta, type Pack, type SyncReply } from '#lib/protocol/exchange.ts';
import { replacesPack } from '#lib/protocol/pack.ts';
import type { ClaimRecord } from './claim-record.ts';
import { ClaimTable } from './claim-table.ts';
import type { Outgoing, Sent } from './ports.ts';
import { RowTable } from './row-table.ts';
import {
  afterReply,
  askedFrom,
  callOffRecord,
  dismissRecord,
  formersAfter,
  formersWith,
  isNew,
  markRecord,
  takeBackRecord,
  outgoingClaims,
  parkRecord,
  seenKeptMax,
  settledKeptMs,
  shelve,
  unparkRecord,
  type Added,
  type CalledOff,
  type ClaimDraft,
  type Shelf,
  type ShelfChange,
} from './shelf.ts';

export interface MemoryDisk {
  readonly claims: ClaimTable;
  readonly rows: RowTable;
  readonly packs: Map<ServiceId, Pack>;
  readonly wanted: Set<ServiceId>;
  seen: readonly AccessEvent[];
  cursor: string | null;
  /** Where truths had come to that were cleared since; see `LocalStore.forget`. */
  formerCursors: readonly string[];
}

export const newMemoryDisk = (): MemoryDisk => ({
  claims: new ClaimTable(),
  rows: new RowTable(),
  packs: new Map(),
  wanted: new Set(),
  seen: [],
  cursor: null,
  formerCursors: [],
});

export class MemoryStore implements Shelf {
  readonly scope: Scope;
  readonly #disk: MemoryDisk;

  constructor(scope: Scope, disk: MemoryDisk = newMemoryDisk()) {
    this.scope = scope;
    this.#disk = disk;
  }

  async outgoing(limit: { claims: number; seen: number }): Promise<Outgoing> {
    const { claims, packs, seen, wanted } = this.#disk;
    const held = [...wanted].slice(-packsMax).map((id) => [id, packs.get(id)?.revision ?? null]);
    return {
      cursor: askedFrom(this.#disk),
      claims: outgoingClaims(claims.going(), limit.claims),
      packs: Object.fromEntries(held) as Outgoing['packs'],
      seen: seen.slice(0, limit.seen),
    };
  }

  async markSent(ids: readonly ClaimId[], at: Instant): Promise<readonly ClaimId[]> {
    return ids.filter((id) => this.#change(id, (record) => markRecord(record, at)));
  }

  async apply(reply: SyncReply, sent: Sent): Promise<'applied' | 'cursorMoved'> {
    const disk = this.#disk;
    const isCurrent = askedFrom(disk) === sent.cursor;
    const [former] = disk.formerCursors;
    const isOfFormer = former !== undefined && sent.cursor === former;
    const isOfTruth = isCurrent && (!isOfFormer || reply.delta.reset);
    this.#write(afterReply(touchedBy(reply, disk.claims), reply, isCurrent, isOfTruth));
    const wentUp = new Set(sent.seen);
    disk.seen = disk.seen.filter(({ id }) => !wentUp.has(id));
    for (const pack of reply.packs) {
      if (replacesPack(disk.packs.get(pack.service), pack)) disk.packs.set(pack.service, pack);
    }
    if (!isCurrent) return 'cursorMoved';
    disk.formerCursors = formersAfter(disk.formerCursors, sent, reply);
    if (!isOfTruth) return 'cursorMoved';
    this.#writeDelta(reply.delta);
    return 'applied';
  }

  async park(id: ClaimId, reason: string): Promise<void> {
    this.#change(id, (record) => parkRecord(record, reason));
  }

  async forget(): Promise<void> {
    this.#disk.rows.clear();
    this.#disk.formerCursors = formersWith(this.#disk);
    this.#disk.cursor = null;
  }

  async add(draft: ClaimDraft): Promise<Added> {
    const { added, change } = shelve(draft, withLast(this.#disk.claims.inPlay(), this.#disk.claims));
    this.#write(change);
    return added;
  }

  async takeBack(id: ClaimId): Promise<boolean> {
    const { isTaken, change } = takeBackRecord(this.#disk.claims.get(id), this.#followedBy(id));
    this.#write(change);
    return isTaken;
  }

  #followedBy(id: ClaimId): ClaimRecord | undefined {
    const follows = this.#disk.claims.get(id)?.follows;
    return follows ? this.#disk.claims.get(follows) : undefined;
  }

  async callOff(id: ClaimId, callOff: CallOff): Promise<CalledOff> {
    const record = this.#disk.claims.get(id);
    if (!record) return 'tooLate';
    const { outcome, change } = callOffRecord(record, callOff, this.#followedBy(id));
    this.#write(change);
    return outcome;
  }

  async dismiss(id: ClaimId): Promise<void> {
    this.#change(id, dismissRecord);
  }

  async unpark(): Promise<void> {
    for (const id of [...this.#disk.claims.keys()]) this.#change(id, unparkRecord);
  }

  async recordOpened(event: AccessEvent): Promise<void> {
    this.#disk.seen = [...this.#disk.seen, event].slice(-seenKeptMax);
  }

  async want(services: readonly ServiceId[]): Promise<void> {
    for (const service of services) this.#disk.wanted.add(service);
  }

  async claims(): Promise<readonly ClaimRecord[]> {
    return this.#disk.claims.inOrder();
  }

  async truth(): Promise<Truth> {
    return this.#disk.rows.truthAt(this.#disk.cursor);
  }

  #change(id: ClaimId, change: (record: ClaimRecord) => ClaimRecord | undefined): boolean {
    const record = this.#disk.claims.get(id);
    const after = record && change(record);
    if (after) this.#disk.claims.set(id, after);
    return after !== undefined;
  }

  #write({ put, remove }: ShelfChange): void {
    for (const record of put) {
      if (!isNew(record) || !this.#disk.claims.has(record.id)) this.#disk.claims.set(record.id, record);
    }
    for (const id of remove) this.#disk.claims.delete(id);
  }

  #writeDelta(delta: Delta): void {
    // Asked from nothing, this is everything: what lies here from before may have left the scope.
    if (delta.reset || this.#disk.cursor === null) this.#disk.rows.clear();
    for (const row of delta.rows) {
      const key = `${row.entity}|${row.key}`;
      if (row.row) this.#disk.rows.set(key, row);
      else this.#disk.rows.delete(key);
    }
    this.#disk.cursor = delta.cursor;
  }
}

/** A restore concerns every claim; any other reply those it answers, and those that have been kept long enough. */
function touchedBy(reply: SyncReply, claims: ClaimTable): ClaimRecord[] {
  if (reply.delta.reset) return [...claims.values()];
  const touched = new Set(claims.endedBefore(reply.now - settledKeptMs));
  for (const { verdict } of reply.answers) {
    const record = claims.get(verdict.claim);
    if (record) touched.add(record);
  }
  return withLast(touched, claims);
}

function withLast(records: Iterable<ClaimRecord>, claims: ClaimTable): ClaimRecord[] {
  const last = claims.last();
  const list = [...records];
  if (last && !list.includes(last)) list.push(last);
  return list;
}
