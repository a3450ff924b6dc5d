/**
 * The page's part of bench/device.ts: the shipped modules on one side; on the other what one would write first, a Dexie
 * row a slot with an index. Runs in a real browser; `globalThis.contest` is called from outside.
 */
import Dexie, { type Table } from 'dexie';
import type { Scope } from '#lib/domain/scope.ts';
import { localMinutes, localWeekday, type Instant } from '#lib/domain/instant.ts';
import type { Slot } from '#lib/domain/slot.ts';
import { packSchema, type Pack, type SyncReply } from '#lib/protocol/exchange.ts';
import { HeldPacks } from '#lib/client/packs.ts';
import { searchSlots } from '#lib/client/slot-search.ts';
import { DexieStore } from '#lib/client/store/dexie-store.ts';
import { keepPacks } from '#lib/client/store/pack-shelf.ts';
import { SlotsDb } from '#lib/client/store/slots-db.ts';
import { plainVault } from '#lib/client/vault.ts';
import type { Timing, Wish } from './device-world.ts';
import { bookClaim, aSlot, ubrnAt } from '#lib/domain/testing/samples.ts';

const scope = 'practice:A81001' as Scope;
const now = () => performance.now();

async function packed(wish: Wish): Promise<Timing> {
  const db = new SlotsDb('bench-packs');
  await db.open();
  const began = now();
  const packs = (await (await fetch('/packs')).json()) as Pack[];
  const fetchedMs = now() - began;
  const parsed = packs.map((pack) => packSchema.parse(pack));
  const held = new HeldPacks(db);
  const loaded = new Promise<void>((resolve) => {
    const stop = held.subscribe(() => {
      if (wish.services.every((service) => held.get(service))) {
        stop();
        resolve();
      }
    });
  });
  // Only the reply's packs are looked at.
  const reply = { packs: parsed, packsMore: [], now: 0, delta: { reset: false } } as unknown as SyncReply;
  await keepPacks(db, scope, reply, []);
  await loaded;
  const search = () => {
    let count = 0;
    for (const service of wish.services) {
      const columns = held.get(service);
      const window = { from: wish.from, to: wish.to };
      if (columns)
        count += searchSlots(columns, window, { weekdays: wish.weekdays, partOfDay: 'morning' }, 50).count;
    }
    return count;
  };
  const found = search();
  const searchableMs = now() - began;
  // As on a desk: the columns stay, to be searched again and to be weighed.
  (globalThis as { held?: HeldPacks }).held = held;
  return {
    fetchedMs,
    searchableMs,
    searchMs: median(Array.from({ length: 21 }, () => timed(search))),
    found,
    storedBytes: await usage(),
  };
}

class RowsDb extends Dexie {
  declare slots: Table<Slot, [string, number]>;

  constructor() {
    super('bench-rows', { chromeTransactionDurability: 'relaxed', cache: 'disabled' });
    this.version(1).stores({ slots: '&[service+ordinal], [service+start]' });
  }
}

async function rows(wish: Wish): Promise<Timing> {
  const db = new RowsDb();
  await db.open();
  const began = now();
  const slots = (await (await fetch('/rows')).json()) as Slot[];
  const fetchedMs = now() - began;
  await db.slots.bulkPut(slots);
  const search = async () => {
    let count = 0;
    for (const service of wish.services) {
      count += await db.slots
        .where('[service+start]')
        .between([service, wish.from], [service, wish.to], true, true)
        .filter(({ start }) => isWished(start, wish))
        .count();
    }
    return count;
  };
  const found = await search();
  const searchableMs = now() - began;
  const times: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const from = now();
    await search();
    times.push(now() - from);
  }
  return { fetchedMs, searchableMs, searchMs: median(times), found, storedBytes: await usage() };
}

/** By the same arithmetic: the contest is about storing and finding, not about calendars. */
const isWished = (start: Instant, { weekdays }: Wish) =>
  weekdays.includes(localWeekday(start)) && localMinutes(start) < 720;

/** How long a person waits for "Saved on this device": one strict transaction, sealed and planned as shipped. */
async function saves(count: number): Promise<readonly number[]> {
  const slots = new SlotsDb('bench-saves');
  const store = new DexieStore({
    scope,
    vault: plainVault,
    slots,
    now: () => 0,
    onPacksLost: () => undefined,
  });
  const times: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const claim = bookClaim(n, [aSlot(1, n)]);
    const label = { who: 'SMITH, Jane', what: 'Book an appointment', when: '' };
    const from = now();
    await store.add({ claim, referralKey: ubrnAt(n), pressing: false, label });
    times.push(now() - from);
  }
  store.close();
  return times;
}

const timed = (work: () => unknown) => {
  const from = now();
  work();
  return now() - from;
};

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

const usage = async () => (await navigator.storage.estimate()).usage ?? 0;

Object.assign(globalThis, { contest: { packed, rows, saves } });
