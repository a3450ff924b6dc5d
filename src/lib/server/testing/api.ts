/**
 * The API over real HTTP without a build: the routes behind the gate in a small server of Node's own, on a ledger
 * in a folder of its own, with browsers that keep cookies. For tests.
 */
import http, { type IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import type { Instant } from '#lib/domain/instant.ts';
import { openApp, type App } from '../app.ts';
import type { AppConfig } from '../config.ts';
import { passGate } from '../http/gate.ts';
import { monday } from '../ledger/testing/small-world.ts';
import type { LogFields } from '../log.ts';

type Handler = (event: unknown) => Promise<Response>;
type Route = Readonly<Record<string, Handler>>;

// Their own `$types` know Kit's whole event; the handlers use five things of it, which are below.
const routes: readonly (readonly [id: string, pattern: RegExp, load: () => Promise<unknown>])[] = [
  ['/api/sync', /^\/api\/sync$/, () => import('../../../routes/api/sync/+server.ts')],
  ['/api/session', /^\/api\/session$/, () => import('../../../routes/api/session/+server.ts')],
  ['/api/access', /^\/api\/access$/, () => import('../../../routes/api/access/+server.ts')],
  [
    '/api/referrals/[ubrn]/access-code',
    /^\/api\/referrals\/(?<ubrn>[^/]+)\/access-code$/,
    () => import('../../../routes/api/referrals/[ubrn]/access-code/+server.ts'),
  ],
  [
    '/api/referrals/[ubrn]/patient',
    /^\/api\/referrals\/(?<ubrn>[^/]+)\/patient$/,
    () => import('../../../routes/api/referrals/[ubrn]/patient/+server.ts'),
  ],
  ['/api/rows', /^\/api\/rows$/, () => import('../../../routes/api/rows/+server.ts')],
  ['/api/rows/count', /^\/api\/rows\/count$/, () => import('../../../routes/api/rows/count/+server.ts')],
  ['/api/rows/[id]', /^\/api\/rows\/(?<id>[^/]+)$/, () => import('../../../routes/api/rows/[id]/+server.ts')],
  ['/api/directory', /^\/api\/directory$/, () => import('../../../routes/api/directory/+server.ts')],
  ['/api/live', /^\/api\/live$/, () => import('../../../routes/api/live/+server.ts')],
  ['/api/health', /^\/api\/health$/, () => import('../../../routes/api/health/+server.ts')],
  ['/api/demo/people', /^\/api\/demo\/people$/, () => import('../../../routes/api/demo/people/+server.ts')],
  [
    '/api/demo/take-time',
    /^\/api\/demo\/take-time$/,
    () => import('../../../routes/api/demo/take-time/+server.ts'),
  ],
  [
    '/api/services/[id]/slots',
    /^\/api\/services\/(?<id>[^/]+)\/slots$/,
    () => import('../../../routes/api/services/[id]/slots/+server.ts'),
  ],
];

export interface TestApi {
  readonly app: App;
  readonly origin: string;
  /** Every line that was logged, and all that was said. */
  readonly logged: readonly string[];
  /** The app's clock; tests move it. */
  readonly time: { now: Instant };
  browser(): Browser;
  close(): Promise<void>;
}

export async function openApi(settings: Partial<AppConfig> = {}): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-api-'));
  const time = { now: monday };
  const logged: string[] = [];
  const config: AppConfig = {
    data: folder,
    secret: 'a secret of the tests, thirty-two long',
    world: 'none',
    demonstration: 'on',
    isSecure: false,
    logsRequests: true,
    clock: () => time.now,
    ...settings,
  };
  const log = (level: string, event: string, fields: LogFields = {}) =>
    void logged.push(JSON.stringify({ level, event, ...fields }));
  const timer = { elapsed: () => performance.now(), sleep: (ms: number) => sleep(ms) };
  const app = await openApp(config, { log, say: (text) => void logged.push(text), timer });
  const server = http.createServer((req, res) => {
    void answer(app, req).then((response) => {
      res.writeHead(response.status, [...response.headers].flat());
      if (!response.body) return void res.end();
      const body = Readable.fromWeb(response.body as never);
      res.once('close', () => body.destroy());
      body.pipe(res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    app,
    origin,
    logged,
    time,
    browser: () => new Browser(origin),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function answer(app: App, req: IncomingMessage): Promise<Response> {
  const url = new URL(req.url ?? '/', `http://${req.headers.host}`);
  const hasBody = !['GET', 'HEAD'].includes(req.method ?? 'GET');
  const request = new Request(url, {
    method: req.method ?? 'GET',
    headers: Object.entries(req.headers).map(([name, value]) => [name, String(value)] as [string, string]),
    ...(hasBody ? { body: Readable.toWeb(req) as never, duplex: 'half' } : {}),
  });
  const found = routes
    .map(([id, pattern, load]) => ({ id, load, match: pattern.exec(url.pathname) }))
    .find(({ match }) => match);
  const event = {
    request,
    url,
    params: found?.match?.groups ?? {},
    locals: { app },
    getClientAddress: () => req.socket.remoteAddress ?? '',
  };
  return passGate(app, { request, url, route: found?.id ?? null }, async () => {
    const route = (await found?.load()) as Route | undefined;
    const handler = route?.[request.method];
    // What the framework would answer, in its own form; the gate has to mend it.
    if (!handler) return new Response('no', { status: route ? 405 : 404 });
    try {
      return await handler(event);
    } catch {
      return new Response('{"message":"Internal Error"}', { status: 500 });
    }
  });
}

/** Keeps cookies by name, as a browser does, and nothing else. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) {
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await fetch(this.#origin + path, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      if (cookie.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}
