/** Claim records in memory, with the indexes that a database would keep, so that no act has to go through all of them. */
import type { ClaimId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { ClaimRecord } from './claim-record.ts';

export class ClaimTable extends Map<ClaimId, ClaimRecord> {
  readonly #inPlay = new Map<ClaimId, ClaimRecord>();
  readonly #going = new Map<ClaimId, ClaimRecord>();
  #last: ClaimRecord | undefined;
  /** No record ended before this. */
  #oldestEnd: Instant = Infinity;

  override set(id: ClaimId, record: ClaimRecord): this {
    const { state, askAgain, endedAt, order } = record;
    keep(this.#inPlay, record, state === 'waiting' || state === 'sent' || state === 'parked');
    keep(this.#going, record, state === 'waiting' || state === 'sent' || askAgain);
    if (!this.#last || order >= this.#last.order) this.#last = record;
    if (endedAt !== null && endedAt < this.#oldestEnd) this.#oldestEnd = endedAt;
    return super.set(id, record);
  }

  override delete(id: ClaimId): boolean {
    this.#inPlay.delete(id);
    this.#going.delete(id);
    const isGone = super.delete(id);
    if (this.#last?.id === id) this.#last = latest(this.values());
    return isGone;
  }

  override clear(): void {
    for (const id of [...this.keys()]) this.delete(id);
  }

  /** Without an answer for good: what a new claim has to be compared with. */
  inPlay(): Iterable<ClaimRecord> {
    return this.#inPlay.values();
  }

  /** What may have to be sent. */
  going(): Iterable<ClaimRecord> {
    return this.#going.values();
  }

  /** The one made last, whose place the next follows. */
  last(): ClaimRecord | undefined {
    return this.#last;
  }

  /** In order of making. They nearly always lie so already. */
  inOrder(): ClaimRecord[] {
    const records: ClaimRecord[] = [];
    let isInOrder = true;
    let last = 0;
    for (const record of this.values()) {
      records.push(record);
      isInOrder &&= record.order >= last;
      last = record.order;
    }
    return isInOrder ? records : records.sort((a, b) => a.order - b.order);
  }

  endedBefore(at: Instant): ClaimRecord[] {
    if (this.#oldestEnd >= at) return [];
    return [...this.values()].filter(({ endedAt }) => endedAt !== null && endedAt < at);
  }
}

function keep(index: Map<ClaimId, ClaimRecord>, record: ClaimRecord, isIn: boolean): void {
  if (isIn) index.set(record.id, record);
  else index.delete(record.id);
}

function latest(records: Iterable<ClaimRecord>): ClaimRecord | undefined {
  let last: ClaimRecord | undefined;
  for (const record of records) if (!last || record.order > last.order) last = record;
  return last;
}
