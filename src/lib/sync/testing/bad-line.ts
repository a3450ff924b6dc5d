/** A transport that does to an exchange whatever a network does, by chance. */
import type { Author } from '#lib/domain/person.ts';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import type { Clock, Random, Transport, TransportResult } from '../ports.ts';
import type { FakeLedger } from './fake-ledger.ts';

const faults = [
  'none',
  'down',
  'lostAnswer',
  'twice',
  'slow',
  'late',
  'portal',
  'busy',
  'signedOut',
  'throws',
] as const;

export class BadLine implements Transport {
  /** In [0, 1]: how many exchanges go wrong. */
  badness: number;
  readonly #ledger: FakeLedger;
  readonly #sender: Author;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(ledger: FakeLedger, sender: Author, clock: Clock, random: Random, badness: number) {
    this.#ledger = ledger;
    this.#sender = sender;
    this.#clock = clock;
    this.#random = random;
    this.badness = badness;
  }

  async exchange(request: SyncRequest): Promise<TransportResult> {
    const isBad = this.#random.fraction() < this.badness;
    const fault = (isBad && faults[Math.floor(this.#random.fraction() * faults.length)]) || 'none';
    switch (fault) {
      case 'down':
      case 'portal':
        return { kind: 'unknown', cause: fault };
      case 'lostAnswer':
        this.#settle(request);
        return { kind: 'unknown', cause: fault };
      case 'twice':
        this.#settle(request);
        return this.#settle(request);
      case 'slow':
        await this.#after(5_000);
        return this.#settle(request);
      case 'late': {
        // Longer than the driver waits: the answer comes when nobody listens any more.
        const result = this.#settle(request);
        await this.#after(120_000);
        return result;
      }
      case 'busy':
        return { kind: 'busy', retryAfterMs: 2_000 };
      case 'signedOut':
        return { kind: 'signedOut' };
      case 'throws':
        throw new Error('a transport must not');
      case 'none':
        return this.#settle(request);
    }
  }

  #settle(request: SyncRequest): TransportResult {
    return { kind: 'reply', reply: this.#ledger.settle(this.#sender, request) };
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }
}
