import { afterEach, beforeEach, expect, test } from 'vitest';
import { protocolVersion } from '#lib/protocol/version.ts';
import { olive, rita, smallLoad } from '../ledger/testing/small-world.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openApi();
  await api.app.clerk.load(smallLoad());
});
afterEach(() => api.close());

async function deskOf(author: typeof rita): Promise<Browser> {
  const browser = api.browser();
  await browser.post('/api/session', { kind: 'demo', person: author.person });
  return browser;
}

const exchange = ({ scope }: typeof rita) => ({
  protocol: protocolVersion,
  scope,
  cursor: null,
  claims: [],
  packs: {},
  seen: [],
});

test('a session that exchanges without end is told to wait, and nobody else is', async () => {
  const [wild, calm] = [await deskOf(rita), await deskOf(olive)];
  const statuses: number[] = [];
  let last = new Response();
  // Twice as many as there are: some come back while they are counted.
  for (let n = 0; n < 24 && last.status !== 429; n += 1) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => wild.post('/api/sync', exchange(rita))),
    );
    statuses.push(...answers.map(({ status }) => status));
    last = answers.find(({ status }) => status === 429) ?? last;
    await Promise.all(answers.filter((answer) => answer !== last).map((answer) => answer.text()));
  }
  expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(550);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await last.json()).toMatchObject({ status: 429, code: 'slow-down' });
  expect((await calm.post('/api/sync', exchange(olive))).status).toBe(200);
});
