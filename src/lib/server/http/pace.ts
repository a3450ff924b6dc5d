/**
 * So much a minute for each, and no more: a bucket that fills again as time goes by. Kept in memory alone: a server that starts
 * anew has nothing to hold against anybody.
 */
import { minuteMs } from '#lib/domain/instant.ts';

/** Of one session: a device that catches up without a pause makes a few a second, and a person's own are lost among them. */
export const exchangesAMinute = 600;

interface Bucket {
  left: number;
  /** When `left` was so. */
  at: number;
}

export class Pace {
  readonly #aMinute: number;
  readonly #elapsed: () => number;
  readonly #buckets = new Map<string, Bucket>();
  #sweptAt = 0;

  /** `elapsed`: monotonic milliseconds. */
  constructor(aMinute: number, elapsed: () => number) {
    this.#aMinute = aMinute;
    this.#elapsed = elapsed;
  }

  /** Milliseconds to wait before the next; 0 when this one may go on, which is then counted. */
  take(key: string): number {
    const now = this.#elapsed();
    this.#sweep(now);
    const left = this.#leftOf(this.#buckets.get(key), now);
    if (left < 1) return Math.ceil(((1 - left) * minuteMs) / this.#aMinute);
    this.#buckets.set(key, { left: left - 1, at: now });
    return 0;
  }

  #leftOf(bucket: Bucket | undefined, now: number): number {
    if (!bucket) return this.#aMinute;
    return Math.min(this.#aMinute, bucket.left + ((now - bucket.at) * this.#aMinute) / minuteMs);
  }

  /** After a quiet minute a bucket is full, and none is as good. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < minuteMs) return;
    this.#sweptAt = now;
    for (const [key, { at }] of this.#buckets) if (now - at >= minuteMs) this.#buckets.delete(key);
  }
}
