// The tests lean on the faults, so the faults are tested first: against a server that remembers what it was asked.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, expect } from '@playwright/test';
import { everything, exchange, FaultProxy } from './fault-proxy.ts';

interface Upstream {
  readonly port: number;
  /** Bodies that arrived, in order. */
  readonly heard: string[];
  readonly origins: (string | undefined)[];
  streamsOpen: number;
}

const test = base.extend<{ upstream: Upstream; line: FaultProxy }>({
  upstream: async ({ playwright: _ }, use) => {
    const upstream = {
      port: 0,
      heard: [] as string[],
      origins: [] as (string | undefined)[],
      streamsOpen: 0,
    };
    const server = http.createServer((req, res) => {
      upstream.origins.push(req.headers.origin);
      if (req.url === '/api/live') {
        upstream.streamsOpen += 1;
        res.once('close', () => (upstream.streamsOpen -= 1));
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write('data: first\n\n');
        setTimeout(() => res.write('data: second\n\n'), 100);
        return;
      }
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        upstream.heard.push(body);
        res.setHeader('content-type', 'application/json');
        res.end(JSON.stringify({ answer: upstream.heard.length, text: 'x'.repeat(1_000) }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    upstream.port = (server.address() as AddressInfo).port;
    await use(upstream);
    server.closeAllConnections();
    server.close();
  },
  line: async ({ upstream }, use) => {
    const line = await FaultProxy.start(() => upstream.port);
    await use(line);
    await line.stop();
  },
});

const ask = (line: FaultProxy, body = 'one', path = '/api/sync') =>
  fetch(line.origin + path, { method: 'POST', body, headers: { origin: line.origin } });

const answerOf = async (response: Response) => ((await response.json()) as { answer: number }).answer;

test('with nothing wrong a request goes through whole, under the server’s own name', async ({
  line,
  upstream,
}) => {
  expect(await answerOf(await ask(line, 'hello'))).toBe(1);
  expect(upstream.heard).toEqual(['hello']);
  expect(upstream.origins).toEqual([`http://localhost:${upstream.port}`]);
  expect(line.seen).toMatchObject([
    { method: 'POST', path: '/api/sync', body: 'hello', fault: 'none', status: 200 },
  ]);
});

test('down: the device hears an error and the server hears nothing', async ({ line, upstream }) => {
  line.set(everything, { kind: 'down' });
  await expect(ask(line)).rejects.toThrow();
  expect(upstream.heard).toEqual([]);
  line.clear();
  expect((await ask(line)).status).toBe(200);
});

test('black hole: nobody ever answers, and the server hears nothing', async ({ line, upstream }) => {
  line.set(exchange, { kind: 'blackHole' });
  const impatient = fetch(`${line.origin}/api/sync`, { signal: AbortSignal.timeout(300) });
  await expect(impatient).rejects.toThrow();
  expect(upstream.heard).toEqual([]);
});

test('latency: late, and still right', async ({ line }) => {
  line.set(exchange, { kind: 'latency', ms: 200 });
  const started = performance.now();
  expect((await ask(line)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(190);
});

test('wrong date: the answer as it was, but for its date', async ({ line }) => {
  const dayMs = 86_400_000;
  line.set(exchange, { kind: 'wrongDate', ms: -dayMs });
  const answer = await ask(line);
  const isOff = Date.parse(answer.headers.get('date') ?? '') - Date.now();
  expect(Math.abs(isOff + dayMs)).toBeLessThan(10_000);
  expect(await answerOf(answer)).toBe(1);
});

test('hold: a request or an answer waits until it is let go', async ({ line, upstream }) => {
  for (const what of ['request', 'answer'] as const) {
    const heardBefore = upstream.heard.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    line.next(1, exchange, { kind: 'hold', what, until: promise });
    let isAnswered = false;
    const asked = ask(line).then((response) => {
      isAnswered = true;
      return response.status;
    });
    await new Promise((later) => setTimeout(later, 200));
    expect(isAnswered).toBe(false);
    expect(upstream.heard.length - heardBefore).toBe(what === 'answer' ? 1 : 0);
    resolve();
    expect(await asked).toBe(200);
  }
});

test('the answer dropped: the server did it, the device cannot know', async ({ line, upstream }) => {
  line.next(1, exchange, { kind: 'dropAnswer' });
  await expect(ask(line)).rejects.toThrow();
  expect(upstream.heard).toEqual(['one']);
  expect(line.seen[0]).toMatchObject({ fault: 'dropAnswer', status: 200 });
});

test('duplicate: the server hears it twice, the device gets the second answer', async ({
  line,
  upstream,
}) => {
  line.next(1, exchange, { kind: 'duplicate' });
  expect(await answerOf(await ask(line))).toBe(2);
  expect(upstream.heard).toEqual(['one', 'one']);
});

test('captive portal and 502: a page that is not ours, and the server hears nothing', async ({
  line,
  upstream,
}) => {
  line.next(1, exchange, { kind: 'captivePortal' });
  const portal = await ask(line);
  expect(portal.status).toBe(200);
  expect(portal.headers.get('content-type')).toContain('text/html');
  line.next(1, exchange, { kind: 'badGateway' });
  expect((await ask(line)).status).toBe(502);
  expect(upstream.heard).toEqual([]);
});

test('truncated: the server did it, and its answer breaks off', async ({ line, upstream }) => {
  line.next(1, exchange, { kind: 'truncate' });
  const broken = await ask(line);
  expect(broken.status).toBe(200);
  await expect(broken.text()).rejects.toThrow();
  expect(upstream.heard).toEqual(['one']);
});

test('a fault counts its requests, touches only its own paths, and the newest rule wins', async ({
  line,
}) => {
  line.set(/^\/api\//, { kind: 'badGateway' });
  line.next(2, exchange, { kind: 'captivePortal' });
  expect((await ask(line)).status).toBe(200);
  expect((await ask(line)).status).toBe(200);
  expect((await ask(line)).status).toBe(502);
  expect((await ask(line, 'a page', '/practice')).status).toBe(200);
  expect(line.count(exchange)).toBe(3);
  expect(line.count(everything, ({ fault }) => fault === 'none')).toBe(1);
});

test('a stream passes through as it comes, and ends at the server when the line is cut', async ({
  line,
  upstream,
}) => {
  const stream = await fetch(`${line.origin}/api/live`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain('first');
  expect((await reader?.read())?.value).toContain('second');
  expect(upstream.streamsOpen).toBe(1);
  line.set(everything, { kind: 'down' });
  await expect(Promise.resolve(reader?.read())).rejects.toThrow();
  await expect.poll(() => upstream.streamsOpen).toBe(0);
});
