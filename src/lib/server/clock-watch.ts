/**
 * The server's clock is the only one that the ledger goes by: which times are past, until when a session lasts, what came
 * after what. So it is heard of when it jumps, and when it starts behind what was written before.
 */
import type { Instant } from '#lib/domain/instant.ts';
import type { Log } from './log.ts';

export interface WatchedClock {
  readonly clock: () => Instant;
  /** Milliseconds that nobody sets: they run on from any beginning. */
  readonly elapsed: () => number;
  readonly log: Log;
}

/** A clock that is kept right is slewed, or stepped by less. */
const jumpMs = 10_000;

export class ClockWatch {
  readonly #watched: WatchedClock;
  #ahead: number;

  /** `lastEntryAt`: of the ledger's head; 0 where nothing was written yet. */
  constructor(watched: WatchedClock, lastEntryAt: Instant) {
    this.#watched = watched;
    this.#ahead = this.#measure();
    const behind = lastEntryAt - watched.clock();
    if (behind > jumpMs) this.#tell('behind the last entry of the ledger', behind);
  }

  /** Every half minute or so. */
  look(): void {
    const ahead = this.#measure();
    const jumped = ahead - this.#ahead;
    this.#ahead = ahead;
    if (Math.abs(jumped) > jumpMs)
      this.#tell(
        jumped > 0 ? 'went forward: it was set, or the machine slept' : 'was set back',
        Math.abs(jumped),
      );
  }

  #measure(): number {
    return this.#watched.clock() - this.#watched.elapsed();
  }

  #tell(message: string, ms: number): void {
    this.#watched.log('error', 'clock', { message, seconds: Math.round(ms / 1000) });
  }
}
