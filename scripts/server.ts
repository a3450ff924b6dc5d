// The server process: the built app behind our own HTTP server, because the adapter's sends static and
// prerendered files without security headers and lets an open event stream hold up shutdown for 30 s.
//
//   listening (503 to all) → ready (the app answers) → stopping (streams cut, answers finished) → gone
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { buildFolder } from './build.ts';

const stopLimitMs = 5_000;
/** To its last byte, on however slow a line: devices give up after 20 s themselves. Node would wait for five minutes. */
const requestLimitMs = 30_000;

type Handler = (req: IncomingMessage, res: ServerResponse, next: () => void) => unknown;

export type Running = {
  readonly origin: string;
  /** Reaches this server from this machine, whatever its public origin is. */
  readonly local: string;
  /** Resolves when the last answer is out. */
  readonly stop: () => Promise<void>;
};

export type Options = {
  readonly port: number;
  readonly host: string;
  readonly loadHandler: () => Promise<Handler>;
  /** For tests, which cannot wait. */
  readonly requestLimitMs?: number;
};

/** Listens first, so that the app learns its port and whoever asks early hears "starting" and not silence. */
export async function serve({ port, host, loadHandler, ...limits }: Options): Promise<Running> {
  const open = new Set<ServerResponse>();
  let handler: Handler = starting;
  let secure = false;
  let stopping = false;

  const answer: RequestListener = (req, res) => {
    open.add(res);
    res.once('close', () => open.delete(res));
    setHeaders(req.url ?? '/', res, secure);
    if (stopping) res.setHeader('connection', 'close');
    handler(req, res, () => {
      res.statusCode = 404;
      res.end();
    });
  };

  const requestTimeout = limits.requestLimitMs ?? requestLimitMs;
  // Looked for often enough that the limit is one: every 30 s, as Node would, is as long again.
  const connectionsCheckingInterval = requestTimeout / 6;
  const server = http.createServer(
    { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval },
    answer,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  const actual = (server.address() as AddressInfo).port;
  const origin = (process.env['ORIGIN'] ??= `http://localhost:${actual}`);
  secure = origin.startsWith('https:');
  const stop = () => {
    stopping = true;
    return close(server, open);
  };
  try {
    handler = await loadHandler();
  } catch (error) {
    await stop();
    throw error;
  }
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return { origin, local: `http://${near.includes(':') ? `[${near}]` : near}:${actual}`, stop };
}

/** What an answer carries unless the app says otherwise. Pages have their own, longer policy. */
function setHeaders(url: string, res: ServerResponse, secure: boolean) {
  const path = url.split('?', 1)[0] ?? url;
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('cross-origin-resource-policy', 'same-origin');
  if (secure) res.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains');
  // Kept pages are the worker's business alone, and an old worker could not be replaced; answers are personal.
  res.setHeader('cache-control', path.startsWith('/api/') ? 'no-store' : 'no-cache');
  // A part of a page: what follows is for whoever opens a document, and as long as many a part.
  if (path.startsWith('/_app/immutable/')) return;
  res.setHeader('content-security-policy', "frame-ancestors 'none'");
  res.setHeader('x-frame-options', 'DENY');
  // Not no-referrer: that makes a form's Origin null, and Kit then takes our own form for a stranger's.
  res.setHeader('referrer-policy', 'same-origin');
  res.setHeader('cross-origin-opener-policy', 'same-origin');
  res.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
}

function starting(_req: IncomingMessage, res: ServerResponse) {
  res.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
  res.end('Holdfast is starting\n');
}

/** Streams never end by themselves and lose nothing by being cut; everything else may finish. */
async function close(server: http.Server, open: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const res of open) {
    if (isStream(res)) res.end(() => res.socket?.destroy());
    // Else its connection would be kept alive, and us with it, for seconds after the answer.
    else res.once('close', () => setImmediate(() => server.closeIdleConnections()));
  }
  const limit = setTimeout(() => server.closeAllConnections(), stopLimitMs);
  await closed;
  clearTimeout(limit);
}

function isStream(res: ServerResponse): boolean {
  return String(res.getHeader('content-type')).startsWith('text/event-stream');
}

/** The built app, with the environment it reads as it is loaded. Loading runs migrations and the first world. */
export async function loadBuilt(): Promise<Handler> {
  process.env['BODY_SIZE_LIMIT'] ??= '1M';
  process.env['HOLDFAST_DATA'] ??= './data';
  const file = pathToFileURL(`${buildFolder}/handler.js`).href;
  const built = (await import(file)) as { handler: Handler };
  return built.handler;
}

/** Serves the built app until the process is told to stop. */
export async function run(): Promise<Running> {
  const running = await serve({
    port: Number(process.env['PORT'] ?? 3000),
    host: process.env['HOST'] ?? '0.0.0.0',
    loadHandler: loadBuilt,
  });
  const stop = (signal: NodeJS.Signals) => {
    // The app closes its database on Kit's own event, after the last answer.
    void running.stop().then(() => process.emit('sveltekit:shutdown' as never, signal as never));
    // A listener that forgets a timer must not keep the process.
    setTimeout(() => process.exit(1), 2 * stopLimitMs).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  return running;
}

if (import.meta.main) {
  try {
    const { origin } = await run();
    console.log(`Holdfast is ready at ${origin}`);
  } catch (error) {
    console.error(problem(error));
    process.exit(1);
  }
}

export function problem(error: unknown): string {
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'That port is taken. Choose another: PORT=3001 npm start';
  if (code === 'EACCES') return `That port is not ours to open: ${message}`;
  return stack ?? message;
}
