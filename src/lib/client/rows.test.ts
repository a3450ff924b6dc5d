// What a screen learns of a row that it settles there and then, whatever the line makes of it.
import { afterEach, expect, test, vi } from 'vitest';
import { receptionist, ubrnAt } from '#lib/domain/testing/samples.ts';
import { createRows } from './rows.ts';

const asked = vi.fn<(url: string, init?: RequestInit) => Promise<Response>>();
let isDown = false;
let signedOut = 0;
const rows = createRows(receptionist.scope, {
  isLineDown: () => isDown,
  onSignedOut: () => (signedOut += 1),
});
vi.stubGlobal('fetch', asked);
afterEach(() => {
  asked.mockReset();
  isDown = false;
  signedOut = 0;
});

const id = '0123456789abcdef';
const settled = { how: 'new', byName: 'Ruth', byRole: 'gp', at: 5, ubrn: ubrnAt(1), isAlready: false };
const json = (value: unknown) =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
const problem = (status: number, code: string, more: object = {}) =>
  new Response(JSON.stringify({ type: 'urn:x', title: 'x', status, code, ...more }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

test('a row is settled in the desk’s own scope and told as the server told it; no cache is asked or filled', async () => {
  asked.mockResolvedValue(json(settled));
  expect(await rows.settle(id, { patient: 'p1' }, 'Rang')).toEqual({ kind: 'ok', value: settled });
  const [url, init] = asked.mock.calls[0] ?? [];
  expect(url).toBe(`/api/rows/${id}`);
  const body = { scope: receptionist.scope, as: { patient: 'p1' }, note: 'Rang' };
  expect(init).toMatchObject({ method: 'POST', cache: 'no-store', body: JSON.stringify(body) });
});

test('without a network nothing is sent, so nothing can have changed', async () => {
  isDown = true;
  expect(await rows.settle(id, 'new')).toEqual({ kind: 'offline' });
  expect(await rows.page()).toEqual({ kind: 'offline' });
  expect(await rows.count()).toEqual({ kind: 'offline' });
  expect(asked).not.toHaveBeenCalled();
});

test('somebody was quicker: who and how is told', async () => {
  asked.mockResolvedValue(problem(409, 'settled', { settled }));
  expect(await rows.settle(id, 'notOurs')).toEqual({ kind: 'settled', settled });
});

test.each([
  [401, 'signed-out', { kind: 'signedOut' }, 1],
  [403, 'forbidden', { kind: 'forbidden' }, 0],
  [404, 'not-found', { kind: 'notFound' }, 0],
  [409, 'not-a-candidate', { kind: 'refused', why: 'notACandidate' }, 0],
  [409, 'number-unusable', { kind: 'refused', why: 'numberUnusable' }, 0],
  [409, 'reference-in-use', { kind: 'refused', why: 'referenceInUse' }, 0],
  [409, 'operator-only', { kind: 'refused', why: 'operatorOnly' }, 0],
  [409, 'faulty-row', { kind: 'refused', why: 'faulty' }, 0],
  // Without who it was there is nothing to tell, and whether ours was taken is not known.
  [409, 'settled', { kind: 'unknown' }, 0],
  [503, 'busy', { kind: 'busy' }, 0],
  [500, 'failed', { kind: 'unknown' }, 0],
])('%i %s', async (status, code, answer, ended) => {
  asked.mockResolvedValue(problem(status, code));
  expect(await rows.settle(id, 'new')).toEqual(answer);
  expect(signedOut).toBe(ended);
});

test('an answer that did not come, or is not ours, is "not known"', async () => {
  asked.mockRejectedValueOnce(new TypeError('failed'));
  expect(await rows.settle(id, 'new')).toEqual({ kind: 'unknown' });
  asked.mockResolvedValueOnce(json({ how: 'merged' }));
  expect(await rows.settle(id, 'new')).toEqual({ kind: 'unknown' });
  asked.mockResolvedValueOnce(json({ rows: [{}], count: 1, more: null }));
  expect(await rows.page()).toEqual({ kind: 'unknown' });
});
