/**
 * Guessing is slowed, and nobody is ever locked out.
 *
 * - By reference: each try waits, right or wrong alike, longer after each failure, four seconds at most. It is never
 *   refused, so a stranger who guesses at a patient's reference costs the patient seconds and not the appointment.
 * - By address: after some failures, tries from there take turns, two seconds apart at most. A try whose turn is too far
 *   off is refused unread and told when to come back; so however many are sent at once, no more get through.
 *
 * Failures are forgotten after a quiet quarter of an hour. Counts are kept under a keyed hash: the table is no list of
 * who tried to sign in from where. Every try takes at least as long as `leastMs`, which covers what differs between a
 * reference that exists and one that does not.
 */
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Secret } from './secret.ts';
import type { PeopleDb } from './tables.ts';

const forgottenAfterMs = 15 * minuteMs;
const leastMs = 150;
/** A patient mistypes; a surgery has one address for many patients. */
const freeFailures = { reference: 3, address: 10 };
const firstDelayMs = 250;
const longestDelayMs = { reference: 4_000, address: 2_000 };
const longestTurnMs = 8_000;

export interface Timer {
  /** Monotonic milliseconds. */
  elapsed(): number;
  sleep(ms: number): Promise<void>;
}

export type Slowed =
  | { readonly kind: 'checked'; readonly isRight: boolean }
  | { readonly kind: 'tooSoon'; readonly retryAfterMs: number };

export class SlowDown {
  readonly #db: PeopleDb;
  readonly #readDb: PeopleDb;
  readonly #secret: Secret;
  readonly #clock: () => Instant;
  readonly #timer: Timer;
  /** When the next try of an address has its turn; only addresses that wait are in it. */
  readonly #nextTurns = new Map<string, number>();
  readonly #underWay = new Map<string, number>();

  constructor(db: PeopleDb, readDb: PeopleDb, secret: Secret, clock: () => Instant, timer: Timer) {
    this.#db = db;
    this.#readDb = readDb;
    this.#secret = secret;
    this.#clock = clock;
    this.#timer = timer;
  }

  /** Runs the check in its turn. `isRight` true forgets the reference's failures, not the address's. */
  async attempt(ubrn: Ubrn, address: string, isRight: () => Promise<boolean>): Promise<Slowed> {
    const startedAt = this.#timer.elapsed();
    const reference = this.#key('reference', ubrn);
    const source = this.#key('address', network(address));
    const keys = [reference, source];
    // Tries under way count as failures: sent all at once, they have none before them yet.
    const [beforeReference = 0, beforeSource = 0] = keys.map((key) => this.#enter(key));
    try {
      const failures = await this.#failures(keys);
      const turnMs = this.#takeTurn(source, (failures.get(source) ?? 0) + beforeSource);
      if (turnMs > longestTurnMs) return { kind: 'tooSoon', retryAfterMs: turnMs };
      const byReference = delayAfter((failures.get(reference) ?? 0) + beforeReference, 'reference');
      const delayMs = Math.max(turnMs, byReference);
      if (delayMs > 0) await this.#timer.sleep(delayMs);

      const isKnown = await isRight();
      if (isKnown) await this.#forget(reference);
      else await this.#count(keys);
      const left = startedAt + delayMs + leastMs - this.#timer.elapsed();
      if (left > 0) await this.#timer.sleep(left);
      return { kind: 'checked', isRight: isKnown };
    } finally {
      for (const key of keys) this.#leave(key);
    }
  }

  /** How many were under way before this one. */
  #enter(key: string): number {
    const before = this.#underWay.get(key) ?? 0;
    this.#underWay.set(key, before + 1);
    return before;
  }

  #leave(key: string): void {
    const left = (this.#underWay.get(key) ?? 1) - 1;
    if (left > 0) this.#underWay.set(key, left);
    else this.#underWay.delete(key);
  }

  /** Milliseconds until this try's turn; too long a wait takes no turn. */
  #takeTurn(source: string, failures: number): number {
    const gapMs = delayAfter(failures, 'address');
    if (gapMs === 0) return 0;
    const now = this.#timer.elapsed();
    for (const [key, at] of this.#nextTurns) if (at <= now) this.#nextTurns.delete(key);
    const turn = Math.max(now, this.#nextTurns.get(source) ?? now) + gapMs;
    if (turn - now <= longestTurnMs) this.#nextTurns.set(source, turn);
    return turn - now;
  }

  async #failures(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#readDb
      .selectFrom('attempt')
      .select(['id', 'failures'])
      .where('id', 'in', ids)
      .where('last_at', '>', this.#clock() - forgottenAfterMs)
      .execute();
    return new Map(rows.map((row) => [row.id, row.failures]));
  }

  async #count(ids: readonly string[]): Promise<void> {
    const now = this.#clock();
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('attempt')
        .where('last_at', '<=', now - forgottenAfterMs)
        .execute();
      await transaction
        .insertInto('attempt')
        .values(ids.map((id) => ({ id, failures: 1, last_at: now })))
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet((row) => ({ failures: row('attempt.failures', '+', 1), last_at: now })),
        )
        .execute();
    });
  }

  async #forget(id: string): Promise<void> {
    await this.#db.deleteFrom('attempt').where('id', '=', id).execute();
  }

  #key(kind: 'reference' | 'address', text: string): string {
    return this.#secret.mac('attempt', kind, text).toString('hex').slice(0, 32);
  }
}

export function delayAfter(failures: number, by: keyof typeof freeFailures): number {
  const over = failures - freeFailures[by];
  return over < 0 ? 0 : Math.min(firstDelayMs * 2 ** Math.min(over, 10), longestDelayMs[by]);
}

/** One household or surgery: an IPv4 address, or the 64 bits of an IPv6 one that its owner can vary the rest of. */
export function network(address: string): string {
  const v4 = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const start = head === '' ? [] : head.split(':');
  const end = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - start.length - end.length);
  const groups = [...start, ...Array.from({ length: zeros }, () => '0'), ...end];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
