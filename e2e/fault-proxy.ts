// A small reverse proxy with a bad temper: every way in which a line between a device and a server goes wrong, on demand.
// Each device of a test has its own, so that one can be cut off while another goes on. Streams pass through unbuffered.
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  /** The connection is reset before anything is read by anybody. */
  | { readonly kind: 'down' }
  /** Accepted, and never answered. */
  | { readonly kind: 'blackHole' }
  /** Kept back for a while on the way there. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Kept back until the promise resolves: `request` on the way there, `answer` on the way back. */
  | { readonly kind: 'hold'; readonly what: 'request' | 'answer'; readonly until: Promise<unknown> }
  /** The server did it and said so, and nobody hears. */
  | { readonly kind: 'dropAnswer' }
  /** Sent twice, one after the other; the second answer counts. */
  | { readonly kind: 'duplicate' }
  /** The café's log-in page, 200 OK. */
  | { readonly kind: 'captivePortal' }
  | { readonly kind: 'badGateway' }
  /** The server did it, and its answer breaks off half-way. */
  | { readonly kind: 'truncate' }
  /** Answered in full, with a `Date` that is so far from the time. */
  | { readonly kind: 'wrongDate'; readonly ms: number };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly fault: Fault['kind'] | 'none';
  /** What the server answered, whatever the device then got; 0 while it has not. */
  status: number;
}

interface Rule {
  readonly pattern: RegExp;
  readonly fault: Fault;
  left: number;
}

interface Exchange {
  readonly path: string;
  readonly res: ServerResponse;
  upstream: IncomingMessage | undefined;
}

export const everything = /^/;
export const exchange = /^\/api\/sync$/;

export class FaultProxy {
  /** Every request that came in, oldest first. */
  readonly seen: Seen[] = [];
  readonly #server: http.Server;
  readonly #target: () => number;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #open = new Set<Exchange>();
  #rules: Rule[] = [];

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = http.createServer((req, res) => {
      void this.#answer(req, res).catch(() => res.destroy());
    });
    this.#server.on('connection', (socket) => {
      if (this.#rules.some(({ pattern, fault }) => pattern === everything && fault.kind === 'down')) {
        socket.destroy();
      }
    });
  }

  /** `target` is asked for each request: the server behind may move. */
  static async start(target: () => number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on. What is under way is cut (down) or falls silent (black hole) as well. */
  set(pattern: RegExp, fault: Fault): void {
    this.next(Infinity, pattern, fault);
  }

  /** For the next n requests that match. The newest rule that matches is the one that counts. */
  next(n: number, pattern: RegExp, fault: Fault): void {
    this.#rules.unshift({ pattern, fault, left: n });
    for (const open of this.#open) {
      if (!pattern.test(open.path)) continue;
      if (fault.kind === 'down') open.res.destroy();
      if (fault.kind === 'blackHole') open.upstream?.unpipe(open.res);
    }
  }

  /** All well again; what fell silent stays silent, as it would. */
  clear(): void {
    this.#rules = [];
  }

  count(pattern: RegExp, where: (seen: Seen) => boolean = () => true): number {
    return this.seen.filter((seen) => pattern.test(seen.path) && where(seen)).length;
  }

  /** Resolves when nothing but streams has been under way for a moment: the next fault then meets the next request. */
  async quiet(): Promise<void> {
    for (let calm = 0; calm < 5; calm += 1) {
      if ([...this.#open].some(({ path }) => path !== '/api/live')) calm = 0;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  #faultFor(path: string): Fault | undefined {
    const rule = this.#rules.find(({ pattern, left }) => left > 0 && pattern.test(path));
    if (!rule) return undefined;
    rule.left -= 1;
    return rule.fault;
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? '/').split('?', 1)[0] ?? '/';
    const fault = this.#faultFor(path);
    const body = await whole(req);
    const seen: Seen = {
      method: req.method ?? 'GET',
      path,
      body: body.toString(),
      fault: fault?.kind ?? 'none',
      status: 0,
    };
    this.seen.push(seen);
    const open: Exchange = { path, res, upstream: undefined };
    this.#open.add(open);
    res.once('close', () => this.#open.delete(open));
    // A browser repeats by itself what failed on a connection that it used before; then nothing here could be counted.
    res.setHeader('connection', 'close');

    const forward = () => this.#forward(req, body, seen);
    switch (fault?.kind) {
      case undefined:
        return this.#pass(await forward(), open);
      case 'down':
        res.destroy();
        return;
      case 'blackHole':
        return;
      case 'latency':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return this.#pass(await forward(), open);
      case 'hold': {
        if (fault.what === 'request') await fault.until;
        const answer = await forward();
        if (fault.what === 'answer') await fault.until;
        return this.#pass(answer, open);
      }
      case 'dropAnswer':
        await whole(await forward());
        res.destroy();
        return;
      case 'duplicate':
        await whole(await forward());
        return this.#pass(await forward(), open);
      case 'captivePortal':
        res.writeHead(200, { 'content-type': 'text/html' });
        res.end('<!doctype html><title>Welcome</title><h1>Accept our terms to go online</h1>');
        return;
      case 'badGateway':
        res.writeHead(502, { 'content-type': 'text/html' });
        res.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
        return;
      case 'truncate': {
        const answer = await forward();
        const bytes = await whole(answer);
        res.writeHead(
          answer.statusCode ?? 502,
          headersOf(answer, { 'content-length': String(bytes.length) }),
        );
        res.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => res.destroy());
        return;
      }
      case 'wrongDate':
        return this.#pass(await forward(), open, { date: new Date(Date.now() + fault.ms).toUTCString() });
    }
  }

  #forward(req: IncomingMessage, body: Buffer, seen: Seen): Promise<IncomingMessage> {
    const port = this.#target();
    const upstream = `http://localhost:${port}`;
    const headers: http.OutgoingHttpHeaders = { ...req.headers, host: `localhost:${port}` };
    delete headers.connection;
    // The server knows itself by its own address; which of its doors people came through is this proxy's affair.
    if (headers.origin === this.origin) headers.origin = upstream;
    if (headers.referer?.startsWith(this.origin)) {
      headers.referer = upstream + headers.referer.slice(this.origin.length);
    }
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        method: req.method,
        path: req.url,
        headers,
        agent: this.#agent,
      };
      const request = http.request(options, (answer) => {
        seen.status = answer.statusCode ?? 0;
        resolve(answer);
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  #pass(answer: IncomingMessage, open: Exchange, more: Readonly<Record<string, string>> = {}): void {
    const { res } = open;
    if (res.destroyed) {
      answer.destroy();
      return;
    }
    open.upstream = answer;
    res.writeHead(answer.statusCode ?? 502, headersOf(answer, more));
    res.flushHeaders();
    answer.pipe(res);
    // Cut on one side is cut on the other: a stream whose reader left must end at the server too.
    answer.once('close', () => {
      if (!answer.complete) res.destroy();
    });
    res.once('close', () => answer.destroy());
  }
}

function headersOf(answer: IncomingMessage, more: Readonly<Record<string, string>> = {}) {
  const headers: http.OutgoingHttpHeaders = { ...answer.headers, ...more, connection: 'close' };
  delete headers['keep-alive'];
  if (more['content-length'] !== undefined) delete headers['transfer-encoding'];
  return headers;
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
