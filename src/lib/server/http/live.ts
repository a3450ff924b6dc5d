/**
 * Event streams that say "look": which scopes and which services changed, and nothing of what. A stream sees the scopes
 * of its browser's sessions and the services it named. It ends with the first of its sessions; the browser connects
 * again with what it still has, and is told 401 when that is nothing.
 */
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';

/** What waits longer than this without a sign is cut by proxies. */
const heartbeatMs = 20_000;
const coalesceMs = 80;
/** With more streams than this, pokes are spread, so that not every device asks in the same moment. */
const calmStreams = 500;
const spreadMs = 1_500;
/** One tab holds the stream for all of a browser; a session that opens more has lost track, and its oldest ends. */
const streamsPerSessionMax = 8;

export interface Subscriber {
  readonly sessions: readonly { readonly key: string; readonly scope: Scope; readonly expiresAt: Instant }[];
  readonly services: readonly ServiceId[];
}

export interface Touched {
  readonly scopes: ReadonlySet<Scope>;
  readonly services: ReadonlySet<ServiceId>;
}

export class Live {
  readonly #streams = new Set<Stream>();
  readonly #byTopic = new Map<string, Set<Stream>>();
  readonly #now: () => Instant;
  #heart: NodeJS.Timeout | undefined;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  get count(): number {
    return this.#streams.size;
  }

  /** The body of an event stream. Its owner ends it by cancelling; we end it at its first session's expiry. */
  open(subscriber: Subscriber): ReadableStream<Uint8Array> {
    for (const { key } of subscriber.sessions) this.#makeRoom(key);
    const stream: Stream = new Stream(subscriber, () => this.#forget(stream));
    this.#streams.add(stream);
    for (const topic of stream.topics) this.#topic(topic).add(stream);
    const expiresAt = Math.min(...subscriber.sessions.map((session) => session.expiresAt));
    stream.endAfter(expiresAt - this.#now());
    this.#heart ??= setInterval(() => this.#beat(), heartbeatMs).unref();
    return stream.body;
  }

  poke(touched: Touched): void {
    const spread = this.#streams.size > calmStreams ? spreadMs : 0;
    for (const topic of [...touched.scopes, ...touched.services]) {
      for (const stream of this.#byTopic.get(topic) ?? []) {
        stream.poke(topic, coalesceMs + Math.random() * spread);
      }
    }
  }

  /** Signed out: what this session subscribed to ends now. */
  endSession(key: string): void {
    for (const stream of this.#ofSession(key)) stream.end();
  }

  close(): void {
    clearInterval(this.#heart);
    this.#heart = undefined;
    for (const stream of [...this.#streams]) stream.end();
  }

  #makeRoom(key: string): void {
    const [oldest, ...others] = this.#ofSession(key);
    if (oldest && others.length + 1 >= streamsPerSessionMax) oldest.end();
  }

  #ofSession(key: string): Stream[] {
    return [...this.#streams].filter((stream) => stream.sessionKeys.has(key));
  }

  #beat(): void {
    for (const stream of this.#streams) stream.beat();
  }

  #topic(topic: string): Set<Stream> {
    const known = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, known);
    return known;
  }

  #forget(stream: Stream): void {
    this.#streams.delete(stream);
    for (const topic of stream.topics) {
      const streams = this.#byTopic.get(topic);
      streams?.delete(stream);
      if (streams?.size === 0) this.#byTopic.delete(topic);
    }
  }
}

const encoder = new TextEncoder();

class Stream {
  readonly body: ReadableStream<Uint8Array>;
  readonly topics: ReadonlySet<string>;
  readonly sessionKeys: ReadonlySet<string>;
  readonly #scopes: ReadonlySet<string>;
  readonly #forget: () => void;
  /** What changed and was not said yet. It never outgrows what was subscribed to, however slowly the client reads. */
  readonly #pending = new Set<string>();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #flushing: NodeJS.Timeout | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor(subscriber: Subscriber, forget: () => void) {
    this.sessionKeys = new Set(subscriber.sessions.map((session) => session.key));
    this.#scopes = new Set(subscriber.sessions.map((session) => session.scope));
    this.topics = new Set([...this.#scopes, ...subscriber.services]);
    this.#forget = forget;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          this.#send(': open\n\n');
        },
        pull: () => {
          if (this.#pending.size > 0 && this.#flushing === undefined) this.#flush();
        },
        cancel: () => this.#over(),
      },
      { highWaterMark: 16 },
    );
  }

  poke(topic: string, afterMs: number): void {
    this.#pending.add(topic);
    this.#flushing ??= setTimeout(() => this.#flush(), afterMs);
  }

  beat(): void {
    if (this.#hasRoom()) this.#send(':\n\n');
  }

  endAfter(ms: number): void {
    // Node takes no longer timer than this; twelve hours are far below it.
    this.#ending = setTimeout(() => this.end(), Math.min(Math.max(ms, 0), 2 ** 31 - 1)).unref();
  }

  end(): void {
    const controller = this.#controller;
    this.#over();
    controller?.close();
  }

  #flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    if (!this.#hasRoom()) return;
    const topics = [...this.#pending];
    this.#pending.clear();
    const poke = {
      scopes: topics.filter((topic) => this.#scopes.has(topic)),
      services: topics.filter((topic) => !this.#scopes.has(topic)),
    };
    this.#send(`data: ${JSON.stringify(poke)}\n\n`);
  }

  #hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  #send(text: string): void {
    this.#controller?.enqueue(encoder.encode(text));
  }

  #over(): void {
    clearTimeout(this.#flushing);
    clearTimeout(this.#ending);
    this.#controller = undefined;
    this.#forget();
  }
}
