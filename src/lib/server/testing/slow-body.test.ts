// A body may come slowly. What was true of its sender as it began may be so no longer when it is here.
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { protocolVersion } from '#lib/protocol/version.ts';
import {
  book,
  claimId,
  northEyes,
  nora,
  publish,
  referral,
  rita,
  smallLoad,
  time,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

let api: TestApi;
let browser: Browser;
beforeEach(async () => {
  api = await openApi();
  await api.app.clerk.load(smallLoad([referral(1)]));
  await api.app.clerk.settle(nora, exchange(nora, publish(northEyes)));
  browser = api.browser();
  await browser.post('/api/session', { kind: 'demo', person: rita.person });
});
afterEach(() => api.close());

const exchange = (author: typeof rita, intent: unknown, n = 1) => ({
  protocol: protocolVersion,
  scope: author.scope,
  cursor: null,
  claims: [JSON.stringify({ v: 1, id: claimId(n), author, madeAt: 0, intent })],
  packs: {},
  seen: [],
});

/** Sends half of it, lets something happen, and sends the rest. */
async function slowly(
  path: string,
  body: unknown,
  meanwhile: () => Promise<unknown>,
): Promise<[number, unknown]> {
  const text = JSON.stringify(body);
  const request = http.request(api.origin + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
    },
  });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  );
  request.write(text.slice(0, 10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await meanwhile();
  request.end(text.slice(10));
  const answer = await answered;
  return [answer.statusCode ?? 0, await json(answer)];
}

const signOut = () => browser.fetch('/api/session?kind=practice', { method: 'DELETE' });
const asked = { scope: rita.scope };

test.each<[string, unknown]>([
  ['/api/sync', { ...exchange(rita, book(1, 1, time(northEyes, 0))), claims: [] }],
  [`/api/referrals/${ubrnNumber(1)}/access-code`, asked],
  [`/api/referrals/${ubrnNumber(1)}/patient`, asked],
  ['/api/rows', asked],
  ['/api/rows/count', asked],
  ['/api/rows/0123456789abcdef', { ...asked, as: 'notOurs' }],
  ['/api/demo/take-time', { slot: time(northEyes, 0) }],
])('%s by a session that ends while its body is under way is asked by nobody', async (path, body) => {
  const [before] = await slowly(path, body, () => Promise.resolve());
  expect(before).not.toBe(401);
  const [status, problem] = await slowly(path, body, signOut);
  expect(status).toBe(401);
  expect(problem).toMatchObject({ code: 'signed-out' });
});

test('and a claim of it is not settled', async () => {
  const head = () => api.app.readDb.selectFrom('head').select('seq').executeTakeFirstOrThrow();
  const { seq } = await head();
  const [status] = await slowly('/api/sync', exchange(rita, book(1, 1, time(northEyes, 0)), 2), signOut);
  expect(status).toBe(401);
  expect((await head()).seq).toBe(seq);
});
