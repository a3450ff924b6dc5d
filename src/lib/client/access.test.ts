// What a screen learns when it asks the server there and then, whatever the line makes of it.
import { afterEach, expect, test, vi } from 'vitest';
import { receptionist, ubrnAt } from '#lib/domain/testing/samples.ts';
import { createAccess } from './access.ts';

const asked = vi.fn<(url: string, init?: RequestInit) => Promise<Response>>();
let isDown = false;
let signedOut = 0;
const access = createAccess(receptionist.scope, {
  isLineDown: () => isDown,
  onSignedOut: () => (signedOut += 1),
});
vi.stubGlobal('fetch', asked);
afterEach(() => {
  asked.mockReset();
  isDown = false;
  signedOut = 0;
});

const json = (value: unknown) =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ type: 'urn:x', title: 'x', status, code }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

test('a code is asked for in the desk’s own scope and told as the server told it', async () => {
  const value = { code: 'CDFG HJKM NPQR', issuedAt: 5 };
  asked.mockResolvedValue(json(value));
  expect(await access.issueCode(ubrnAt(1))).toEqual({ kind: 'ok', value });
  const [url, init] = asked.mock.calls[0] ?? [];
  expect(url).toBe(`/api/referrals/${ubrnAt(1)}/access-code`);
  expect(init).toMatchObject({ method: 'POST', body: JSON.stringify({ scope: receptionist.scope }) });
});

test('without a network nothing is sent, so nothing can have changed', async () => {
  isDown = true;
  expect(await access.issueCode(ubrnAt(1))).toEqual({ kind: 'offline' });
  expect(asked).not.toHaveBeenCalled();
});

test('an answer that did not come, or is not ours, is "not known": the old code may be dead', async () => {
  asked.mockRejectedValueOnce(new TypeError('failed'));
  expect(await access.issueCode(ubrnAt(1))).toEqual({ kind: 'unknown' });
  asked.mockResolvedValueOnce(new Response('<h1>Wi-Fi</h1>', { headers: { 'content-type': 'text/html' } }));
  expect(await access.issueCode(ubrnAt(1))).toEqual({ kind: 'unknown' });
  asked.mockResolvedValueOnce(json({ code: 7 }));
  expect(await access.issueCode(ubrnAt(1))).toEqual({ kind: 'unknown' });
});

test.each([
  [401, 'signed-out', 'signedOut', 1],
  [403, 'forbidden', 'forbidden', 0],
  [404, 'not-found', 'notFound', 0],
  [409, 'closed', 'closed', 0],
  [503, 'busy', 'busy', 0],
  [500, 'failed', 'unknown', 0],
])('%i %s', async (status, code, kind, ended) => {
  asked.mockResolvedValue(problem(status, code));
  expect(await access.whoOpened({ ubrn: ubrnAt(1) })).toEqual({ kind });
  expect(signedOut).toBe(ended);
});

test('the next page begins where the last one ended', async () => {
  asked.mockImplementation(() => Promise.resolve(json({ acts: [], more: null })));
  const more = '5.4.00000063-0000-4000-8000-000000000001';
  expect(await access.whoOpened({ before: more })).toEqual({ kind: 'ok', value: { acts: [], more: null } });
  expect(asked.mock.calls[0]?.[0]).toBe(
    `/api/access?scope=${encodeURIComponent(receptionist.scope)}&before=${more}`,
  );
});
