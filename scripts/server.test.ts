import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { serve, type Options, type Running } from './server.ts';

type Handler = Awaited<ReturnType<Options['loadHandler']>>;

let running: Running | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
  delete process.env['ORIGIN'];
});

const start = async (handler: Handler) =>
  (running = await serve({ port: 0, host: '127.0.0.1', loadHandler: async () => handler }));

describe('headers', () => {
  test('every answer says no framing, no sniffing, and how long it keeps', async () => {
    const { local } = await start((_req, res) => res.end('x'));
    const { headers } = await fetch(`${local}/service-worker.js`);
    expect(headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect((await fetch(`${local}/api/sync?x=1`)).headers.get('cache-control')).toBe('no-store');
  });

  test('behind TLS the browser is told to stay with it', async () => {
    process.env['ORIGIN'] = 'https://holdfast.example';
    const { local } = await start((_req, res) => res.end('x'));
    expect((await fetch(local)).headers.get('strict-transport-security')).toContain('max-age=');
  });

  test('what nobody answers is a 404', async () => {
    const { local } = await start((_req, _res, next) => next());
    expect((await fetch(local)).status).toBe(404);
  });
});

describe('starting', () => {
  test('asked before the app is loaded it says so, and the app already knows its origin', async () => {
    let originWhileLoading: string | undefined;
    let early: Response | undefined;
    running = await serve({
      port: 0,
      host: '127.0.0.1',
      loadHandler: async () => {
        originWhileLoading = process.env['ORIGIN'];
        early = await fetch(String(originWhileLoading).replace('localhost', '127.0.0.1'));
        return (_req, res) => res.end('ready');
      },
    });
    expect(early?.status).toBe(503);
    expect(originWhileLoading).toBe(running.origin);
    expect(await (await fetch(running.local)).text()).toBe('ready');
  });

  test('an app that does not load frees the port and says why', async () => {
    const loadHandler = () => Promise.reject(new Error('a migration failed'));
    await expect(serve({ port: 0, host: '127.0.0.1', loadHandler })).rejects.toThrow('a migration failed');
  });

  test('a taken port is an error, not a silence', async () => {
    const { local } = await start((_req, res) => res.end());
    const options = {
      port: Number(new URL(local).port),
      host: '127.0.0.1',
      loadHandler: async () => () => {},
    };
    await expect(serve(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a request that is sent too slowly', () => {
  const serveFor = async (requestLimitMs: number, handler: Handler) =>
    (running = await serve({
      port: 0,
      host: '127.0.0.1',
      loadHandler: async () => handler,
      requestLimitMs,
    }));
  const whole = (req: http.IncomingMessage, res: http.ServerResponse) =>
    req.resume().once('end', () => res.end('whole'));

  test('is cut off, in its head or in its body', async () => {
    const { local } = await serveFor(300, whole);
    for (const begun of [
      'POST / HTTP/1.1\r\n',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf',
    ]) {
      const socket = net.connect(Number(new URL(local).port), '127.0.0.1');
      socket.write(begun);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
    }
  });

  test('may take a while, and an answer may take longer', async () => {
    const { local } = await serveFor(300, (req, res) =>
      req.resume().once('end', () => setTimeout(() => res.end('whole'), 600)),
    );
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.enqueue(new TextEncoder().encode('late'));
        controller.close();
      },
    });
    const answer = await fetch(local, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await answer.text()).toBe('whole');
  });
});

describe('stopping', () => {
  test('an open event stream does not hold it up, and an answer under way is finished', async () => {
    const { local, stop } = await start((req, res) => {
      if (req.url === '/live') {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(': hello\n\n');
      } else {
        setTimeout(() => res.end('whole answer'), 150);
      }
    });
    const stream = await fetch(`${local}/live`);
    const streamEnded = stream.text().then(
      () => 'ended',
      () => 'cut',
    );
    const slow = fetch(`${local}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 50));

    const started = performance.now();
    await stop();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(['ended', 'cut']).toContain(await streamEnded);
    expect(await (await slow).text()).toBe('whole answer');
    await expect(fetch(local)).rejects.toThrow();
  });

  test('idle kept-alive connections do not hold it up', async () => {
    const { local, stop } = await start((_req, res) => res.end('x'));
    const agent = new http.Agent({ keepAlive: true });
    await new Promise((resolve) => http.get(local, { agent }, (res) => res.resume().once('end', resolve)));
    const started = performance.now();
    await stop();
    expect(performance.now() - started).toBeLessThan(1_000);
    agent.destroy();
  });
});
