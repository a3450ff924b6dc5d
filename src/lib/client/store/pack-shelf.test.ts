import { beforeEach, expect, test } from 'vitest';
import { aSlot, serviceIdOf } from '#lib/domain/testing/samples.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { packsMax, type Pack } from '#lib/protocol/exchange.ts';
import { encodePack } from '#lib/protocol/pack.ts';
import { aReply, deskScope } from '#lib/sync/testing/replies.ts';
import { HeldPacks } from '../packs.ts';
import { forgetWants, keepPacks, packsToAskFor, wantPacks } from './pack-shelf.ts';
import { SlotsDb } from './slots-db.ts';

const one = serviceIdOf(1);
const two = serviceIdOf(2);
const db = new SlotsDb('slots-of-the-pack-test');
const rev = (seq: number, history = 'a') => `${seq}.${history.repeat(16)}`;
const pack = (revision: string, ...ordinals: number[]) =>
  encodePack(
    one,
    revision,
    1_000,
    ordinals.map((ordinal) => aSlot(1, ordinal)),
  );
const keep = (
  packs: Pack[],
  over: { now?: number; packsMore?: (typeof one)[]; asked?: readonly (typeof one)[] } = {},
) => {
  const { now = 5_000, packsMore = [], asked = [one, two] } = over;
  return keepPacks(db, deskScope, aReply({ packs, packsMore, now }), asked);
};
const asked = () => packsToAskFor(db, deskScope);

beforeEach(async () => {
  await Promise.all(db.tables.map((table) => table.clear()));
  await wantPacks(db, deskScope, [one], 1);
});

test('what is wanted is asked for with the revision held, by its own desk alone', async () => {
  expect(await asked()).toEqual({ [one]: null });
  await keep([pack(rev(3), 1)]);
  expect(await asked()).toEqual({ [one]: rev(3) });
  expect(await packsToAskFor(db, 'clinic:RGT01' as Scope)).toEqual({});
});

test('a device never goes back to an older pack of the same history, in whatever order replies come', async () => {
  await keep([pack(rev(3), 1)]);
  await keep([pack(rev(2), 1, 2)]);
  expect(await asked()).toEqual({ [one]: rev(3) });
});

test('after a restore the ledger counts from lower again: what it said later is kept', async () => {
  await keep([pack(rev(9), 1)]);
  await keep([{ ...pack(rev(4, 'b'), 2), asOf: 2_000 }]);
  expect(await asked()).toEqual({ [one]: rev(4, 'b') });
});

test('a pack that cannot be read is not kept, and is asked for again', async () => {
  await keep([{ ...pack(rev(3), 1), columns: '////' }]);
  expect(await asked()).toEqual({ [one]: null });
});

test('beyond the most that an exchange takes, the longest not asked for go', async () => {
  const many = Array.from({ length: packsMax }, (_, n) => serviceIdOf(100 + n));
  const { isNew, all } = await wantPacks(db, deskScope, many, 2);
  expect(isNew).toBe(true);
  expect(all).toHaveLength(packsMax);
  expect(Object.keys(await asked())).not.toContain(one);
  expect((await wantPacks(db, deskScope, many.slice(0, 3), 3)).isNew).toBe(false);
  await forgetWants(db, deskScope);
  expect(await asked()).toEqual({});
});

test('what was looked at, and where a patient may go, is forgotten with the truth; staff’s directory stays', async () => {
  const kept = (key: 'directory' | `directory:${string}`) => ({ key, etag: '', fetchedAt: 0, body: {} });
  await db.directory.bulkPut([kept('directory'), kept(`directory:${deskScope}`)]);
  await forgetWants(db, deskScope);
  expect((await db.directory.toArray()).map(({ key }) => key)).toEqual(['directory']);
});

test('in memory: decoded, followed, and as fresh as the last exchange that vouched for it', async () => {
  const held = new HeldPacks(db);
  let changes = 0;
  const stop = held.subscribe(() => (changes += 1));
  const settled = async (what: () => boolean) => {
    for (let tries = 0; tries < 800 && !what(); tries += 1) await new Promise((r) => setTimeout(r, 5));
    expect(what()).toBe(true);
  };
  await keep([pack(rev(3), 1, 2)]);
  await settled(() => held.get(one)?.count === 2 && held.asOf(one) === 5_000);
  await keep([], { now: 9_000 });
  await settled(() => held.asOf(one) === 9_000);
  await keep([], { now: 12_000, packsMore: [one] });
  // One that asked for no times vouches for none.
  await keep([], { now: 12_500, asked: [] });
  expect((await db.checks.toArray()).map(({ at }) => at)).not.toContain(12_500);
  await keep([pack(rev(4), 2)], { now: 13_000 });
  await settled(() => held.get(one)?.count === 1);
  expect(held.asOf(two)).toBe(null);
  expect(changes).toBeGreaterThan(2);
  // Broken on this disk: gone from memory and from the disk, so that it comes anew.
  await db.packs.put({
    service: one,
    revision: rev(5),
    pack: { ...pack(rev(5), 1), columns: '?' },
  });
  await settled(() => held.get(one) === undefined || held.get(one)?.revision === rev(4));
  for (let tries = 0; tries < 800 && (await asked())[one] !== null; tries += 1)
    await new Promise((r) => setTimeout(r, 5));
  expect(await asked()).toEqual({ [one]: null });
  stop();
});
