/**
 * Virtual time: one heap of things to happen, in order of time, then of when they were arranged. After each, promises run
 * until nothing moves any more, so that everything that happens at one moment is over before the next.
 */
import type { Instant } from '#lib/domain/instant.ts';

interface Due {
  readonly at: Instant;
  readonly order: number;
  happen: (() => void) | undefined;
}

/** Many times what the busiest world takes: one that goes beyond has no end. */
export const happeningsMax = 200_000;

export class Schedule {
  now: Instant;
  /** Something works that needs more than promises to end (the clerk lets the event loop turn once a batch). */
  isBusy: () => boolean = () => false;
  /** What went wrong inside of something that happened. */
  failure: unknown;
  happened = 0;
  readonly #heap: Due[] = [];
  #order = 0;

  constructor(now: Instant) {
    this.now = now;
  }

  /** Returns how to call it off. */
  after(ms: number, happen: () => void): () => void {
    const due: Due = { at: this.now + Math.max(0, Math.ceil(ms)), order: (this.#order += 1), happen };
    this.#push(due);
    return () => (due.happen = undefined);
  }

  /** Lets everything happen up to `end`, or until `isOver` says so. */
  async runUntil(end: Instant, isOver: () => boolean = () => false): Promise<void> {
    for (let due = this.#heap[0]; due && due.at <= end; due = this.#heap[0]) {
      this.#pop();
      if (!due.happen) continue;
      this.now = due.at;
      this.happened += 1;
      if (this.happened > happeningsMax) throw new Error('sim: the world does not come to rest');
      due.happen();
      await this.settled();
      if (this.failure) throw this.failure as Error;
      if (isOver()) return;
    }
    this.now = Math.max(this.now, end);
  }

  /** Every chain of promises that nothing scheduled holds up has ended. */
  async settled(): Promise<void> {
    await promisesEnd();
    while (this.isBusy()) await turn();
  }

  /** Time passes and nothing happens in it: whatever was due is due now. */
  skip(ms: number): void {
    this.now += ms;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child += 1;
      if (!isBefore(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Due, b: Due) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Node looks at what waits for its next tick only when no promise has anything left to do: without a turn of its loop. */
const promisesEnd = () => new Promise<void>((resolve) => process.nextTick(resolve));

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
