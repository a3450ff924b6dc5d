// A line between a browser and the server that can be as slow as a phone's and counts what it carries. Everything goes
// through it, the worker's own downloads too, so what competes on a real line competes here.
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  readonly rttMs: number;
  readonly downBitsPerSecond: number;
  readonly upBitsPerSecond: number;
}

/** Lighthouse's "slow 4G", shared by all connections. A new connection costs one more round trip; there is no TLS. */
export const slow4g: Pace = { rttMs: 150, downBitsPerSecond: 1_638_400, upBitsPerSecond: 768_000 };

export type Kind = 'document' | 'style' | 'script' | 'data' | 'other' | 'offline';

export interface Carried {
  readonly path: string;
  /** `offline`: the worker and what it lays in for offline starts, beside the page. */
  readonly kind: Kind;
  readonly startedAt: number;
  /** Head and body of the answer, compressed as they went. */
  bytes: number;
  endedAt: number;
}

const pieceBytes = 4_096;

export class Line {
  readonly carried: Carried[] = [];
  readonly #server: http.Server;
  readonly #target: () => number;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #known = new WeakSet<Socket>();
  readonly #freeAt = { down: 0, up: 0 };
  #pace: Pace | undefined;
  #isCut = false;

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = http.createServer((req, res) => void this.#pass(req, res).catch(() => res.destroy()));
  }

  static async start(target: () => number, pace?: Pace): Promise<Line> {
    const line = new Line(target);
    line.#pace = pace;
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  set pace(pace: Pace | undefined) {
    this.#pace = pace;
  }

  /** Nothing gets through, and what was open breaks. */
  cut(): void {
    this.#isCut = true;
    this.#server.closeAllConnections();
  }

  mend(): void {
    this.#isCut = false;
  }

  bytes(...kinds: readonly Kind[]): number {
    return this.carried
      .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Resolves when nothing but event streams went over it for so long. */
  async quiet(forMs: number): Promise<void> {
    for (;;) {
      const last = Math.max(0, ...this.carried.filter(isBounded).map(({ endedAt }) => endedAt));
      const isBusy = this.carried.some((one) => isBounded(one) && one.endedAt === 0);
      if (!isBusy && performance.now() - last > forMs) return;
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (this.#isCut) return void res.destroy();
    const one: Carried = {
      path: (req.url ?? '/').split('?', 1)[0] ?? '/',
      kind: kindOf(req),
      startedAt: performance.now(),
      bytes: 0,
      endedAt: 0,
    };
    this.carried.push(one);
    try {
      await this.#passOne(req, res, one);
    } finally {
      one.endedAt = performance.now();
    }
  }

  async #passOne(req: IncomingMessage, res: ServerResponse, one: Carried): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isFirst = !this.#known.has(req.socket);
    this.#known.add(req.socket);
    if (this.#pace) await sleep(this.#pace.rttMs * (isFirst ? 2 : 1));
    await this.#take('up', body.length);
    const answer = await this.#ask(req, res, body);
    res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    res.flushHeaders();
    one.bytes += answer.rawHeaders.reduce((sum, text) => sum + text.length + 2, 17);
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const piece = chunk.subarray(at, at + pieceBytes);
        await this.#take('down', piece.length);
        one.bytes += piece.length;
        res.write(piece);
      }
    }
    res.end();
  }

  #ask(req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { method, url, headers } = req;
      const options = {
        host: '127.0.0.1',
        port: this.#target(),
        method,
        path: url,
        headers,
        agent: this.#agent,
      };
      const onward = http.request(options, resolve);
      onward.once('error', reject);
      res.once('close', () => onward.destroy());
      onward.end(body);
    });
  }

  /** Waits until the line has room for so many bytes; those before go first. */
  async #take(way: 'down' | 'up', bytes: number): Promise<void> {
    if (!this.#pace) return;
    const bits = way === 'down' ? this.#pace.downBitsPerSecond : this.#pace.upBitsPerSecond;
    const now = performance.now();
    this.#freeAt[way] = Math.max(now, this.#freeAt[way]) + (bytes * 8_000) / bits;
    const wait = this.#freeAt[way] - now;
    if (wait > 1) await sleep(wait);
  }
}

const isBounded = ({ path }: Carried) => path !== '/api/live';

function kindOf({ headers, url = '' }: IncomingMessage): Kind {
  const destination = headers['sec-fetch-dest'];
  if (destination === 'serviceworker' || headers.referer?.endsWith('/service-worker.js')) return 'offline';
  if (url.startsWith('/api/')) return 'data';
  if (destination === 'document' || destination === 'style' || destination === 'script') return destination;
  return 'other';
}
