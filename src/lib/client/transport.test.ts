import { expect, test } from 'vitest';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import { aReply, deskScope } from '#lib/sync/testing/replies.ts';
import { retryAfter } from '#lib/sync/answer.ts';
import { createFetchTransport } from './transport.ts';

const request: SyncRequest = { protocol: 1, scope: deskScope, cursor: null, claims: [], packs: {}, seen: [] };
const reply = aReply({});
const json = (body: unknown, status = 200, type = 'application/json') =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': type },
  });
const problem = (status: number, code: string) =>
  json({ type: 'about:blank', title: 'No', status, code }, status, 'application/problem+json; charset=utf-8');

const exchange = (answer: () => Response | Promise<Response>) =>
  createFetchTransport({ fetch: async () => answer() }).exchange(request);

test('a whole reply of ours, for this scope, is a reply', async () => {
  expect(await exchange(() => json(reply))).toEqual({ kind: 'reply', reply });
  expect(
    (await exchange(() => json({ ...reply, newerKey: 1 }, 200, 'application/json; charset=utf-8'))).kind,
  ).toBe('reply');
});

test.each([
  ['a captive portal', () => json('<html>Sign in to the hotel</html>', 200, 'text/html')],
  ['a portal that claims to be JSON', () => json('<html>', 200)],
  ['half a body', () => json(JSON.stringify(reply).slice(0, -9))],
  ['JSON of others', () => json({ ok: true })],
  ['a reply for another scope', () => json({ ...reply, scope: 'practice:B81001' })],
  ['a gateway', () => json('<h1>502</h1>', 502, 'text/html')],
  ['an intermediary that wants a login', () => json('', 401, 'text/html')],
  ['an intermediary that forbids', () => json('{}', 403)],
  ['an intermediary that wants an upgrade', () => json('', 426, 'text/plain')],
  ['another’s 400', () => json('Bad Request', 400, 'text/plain')],
  ['our own 500', () => problem(500, 'failed')],
  ['no line', () => Promise.reject(new TypeError('Failed to fetch'))],
  [
    'a problem whose status is another',
    () => json({ type: '', title: '', status: 403, code: 'forbidden' }, 401, 'application/problem+json'),
  ],
])('%s: nobody knows whether it arrived', async (_what, answer) => {
  expect((await exchange(answer)).kind).toBe('unknown');
});

test.each([
  [() => problem(401, 'signed-out'), { kind: 'signedOut' }],
  [() => problem(403, 'forbidden'), { kind: 'forbidden' }],
  [() => problem(426, 'update-needed'), { kind: 'tooOld' }],
  [() => problem(400, 'malformed'), { kind: 'rejected', status: 400 }],
  [() => problem(422, 'invalid'), { kind: 'rejected', status: 422 }],
  [() => json('', 413, 'text/html'), { kind: 'rejected', status: 413 }],
  [() => json('', 503, 'text/html'), { kind: 'busy', retryAfterMs: 5_000 }],
])('what our server says is believed: %#', async (answer, expected) => {
  expect(await exchange(answer)).toEqual(expected);
});

test('many requests go up compressed, to a server that reads them so; a few go as they are', async () => {
  const many = {
    ...request,
    claims: Array.from({ length: 50 }, (_, n) => `{"id":${n},"text":"the same again"}`.repeat(5)),
  };
  const sent: [encoding: string | null, bytes: number][] = [];
  const transport = (status: (encoding: string | null) => number) =>
    createFetchTransport({
      async fetch(_input, init) {
        const encoding = new Headers(init?.headers).get('content-encoding');
        const body = new Response(init?.body);
        sent.push([encoding, (await body.clone().arrayBuffer()).byteLength]);
        const text = encoding
          ? await new Response(body.body?.pipeThrough(new DecompressionStream('gzip'))).text()
          : await body.text();
        expect(JSON.parse(text)).toMatchObject({ scope: deskScope });
        return status(encoding) === 200 ? json(reply) : json('', status(encoding));
      },
    });

  const modern = transport(() => 200);
  expect((await modern.exchange(many)).kind).toBe('reply');
  expect((await modern.exchange(request)).kind).toBe('reply');
  expect(sent.map(([encoding]) => encoding)).toEqual(['gzip', null]);
  expect(sent[0]?.[1]).toBeLessThan(JSON.stringify(many).length / 10);

  sent.length = 0;
  const old = transport((encoding) => (encoding ? 415 : 200));
  expect((await old.exchange(many)).kind).toBe('reply');
  expect((await old.exchange(many)).kind).toBe('reply');
  expect(sent.map(([encoding]) => encoding)).toEqual(['gzip', null, null]);
});

test('a black hole is called unknown when the time is over', async () => {
  const transport = createFetchTransport({
    timeoutMs: 20,
    fetch: (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      }),
  });
  expect(await transport.exchange(request)).toEqual({ kind: 'unknown', cause: 'TimeoutError' });
});

test('Retry-After: seconds, bounded; anything else counts as not said', () => {
  expect([null, '', '7', '0', '-1', 'soon', '999999'].map(retryAfter)).toEqual([
    5_000, 5_000, 7_000, 0, 5_000, 5_000, 600_000,
  ]);
});
