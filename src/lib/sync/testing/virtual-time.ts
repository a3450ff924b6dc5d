/** A clock that moves only when it is told to, and a lock that is always to be had. */
import type { Instant } from '#lib/domain/instant.ts';
import type { Clock, DrainLock, Random } from '../ports.ts';

interface Timer {
  readonly at: Instant;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  #now: Instant;
  #timers = new Set<Timer>();

  constructor(now: Instant) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets so much time pass, with every timer on the way, and whatever promises they set going. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
  }

  #next(end: Instant): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Long enough for any chain of promises that no timer holds up. */
async function settled(): Promise<void> {
  for (let i = 0; i < 200; i += 1) await Promise.resolve();
}

export const freeLock: DrainLock = { run: (_stealAfterMs, work) => work() };

/** The same chances again for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    fraction() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
