/**
 * Whether to hold back what was never sent. While the browser says that it has no network, marking a request as sent would
 * only take away the person's right to change their mind. It is a hint, and some machines give it wrongly: an answer that
 * comes all the same proves the line, and outweighs it for a while. The exchange itself is tried in any case.
 */
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Transport } from '#lib/sync/ports.ts';

/** Longer than the post office's poll, so that on a machine whose hint is wrong each answer carries on to the next. */
const provenForMs = 3 * minuteMs;

export class LineHint {
  readonly #isOnline: () => boolean;
  readonly #now: () => Instant;
  #offlineSince: Instant | undefined;
  #provenAt = -Infinity;

  constructor(isOnline: () => boolean, now: () => Instant) {
    this.#isOnline = isOnline;
    this.#now = now;
  }

  isDown(): boolean {
    const now = this.#now();
    if (this.#isOnline()) {
      this.#offlineSince = undefined;
      return false;
    }
    // An answer from before the network went proves nothing of after.
    this.#offlineSince ??= now;
    const isProven = this.#provenAt >= this.#offlineSince && now - this.#provenAt < provenForMs;
    return !isProven;
  }

  /** The same transport, listened to. */
  watch(transport: Transport): Transport {
    return {
      exchange: async (request) => {
        this.isDown();
        const result = await transport.exchange(request);
        if (result.kind === 'reply') this.#provenAt = this.#now();
        return result;
      },
    };
  }
}
