/**
 * Whether the server was heard: what the line may say of itself. An exchange under way proves nothing, and a browser that sees
 * a network proves nothing either: only an answer does, until an attempt fails, takes too long, or the network goes.
 */
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { SyncStatus } from '#lib/sync/ports.ts';

/**
 * `awaited`: nothing was heard since this page was opened, or since the network or the computer was away. `slow`: an answer
 * takes longer than one does on a bad line. `lost`: the last attempt failed; while the next is under way it still is.
 */
export type Hearing = 'awaited' | 'heard' | 'slow' | 'lost';

/** As long as a bad line takes for an answer and somebody waits without wondering. */
export const slowMs = 8_000;
/** Longer than the post office's poll: who has not heard for so long was asleep. */
const staleMs = 3 * minuteMs;

interface Ports {
  readonly deviceNow: () => Instant;
  readonly after: (ms: number, callback: () => void) => () => void;
}

export class HearingWatch {
  readonly #ports: Ports;
  #hearing = $state<Hearing>('awaited');
  #heardAt = -Infinity;
  #last: SyncStatus = { kind: 'idle', lastReplyAt: null };
  #stopWaiting = () => {};

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Reactive. */
  get now(): Hearing {
    return this.#hearing;
  }

  /** Of this page's own post office. */
  onStatus(status: SyncStatus): void {
    const before = this.#last;
    this.#last = status;
    const hasReply = status.lastReplyAt !== null && status.lastReplyAt !== before.lastReplyAt;
    if (hasReply || (status.kind === 'idle' && isTrying(before))) this.onReply();
    if (status.kind === 'waiting') this.#hearing = 'lost';
    const isStale = this.#ports.deviceNow() - this.#heardAt > staleMs;
    if (isTrying(status) && this.#hearing === 'heard' && isStale) this.#hearing = 'awaited';
    this.#wait();
  }

  /** Of this page, or of another that shares its database. */
  onReply(): void {
    this.#hearing = 'heard';
    this.#heardAt = this.#ports.deviceNow();
    this.#wait();
  }

  /** The browser sees a network that it did not see, or no longer sees the one that it saw. */
  onNetwork(): void {
    if (this.#hearing !== 'lost') this.#hearing = 'awaited';
  }

  stop(): void {
    this.#stopWaiting();
  }

  #wait(): void {
    this.#stopWaiting();
    if (!isTrying(this.#last)) return;
    this.#stopWaiting = this.#ports.after(slowMs, () => {
      if (this.#hearing !== 'lost') this.#hearing = 'slow';
    });
  }
}

const isTrying = ({ kind }: SyncStatus) => kind === 'exchanging' || kind === 'catchingUp';
