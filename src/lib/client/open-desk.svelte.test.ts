import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { flushSync } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import type { Intent } from '#lib/domain/claim.ts';
import type { AppointmentId } from '#lib/domain/ids.ts';
import { dayMs, hourMs, minuteMs } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { SmallWorld } from '#lib/domain/testing/small-world.ts';
import {
  aReferral,
  aService,
  aSlot,
  monday,
  receptionist,
  refOf,
  serviceIdOf,
  ubrnAt,
} from '#lib/domain/testing/samples.ts';
import { encodePack } from '#lib/protocol/pack.ts';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import type { Transport, TransportResult } from '#lib/sync/ports.ts';
import { FakeLedger } from '#lib/sync/testing/fake-ledger.ts';
import { createAccess } from './access.ts';
import { createRows } from './rows.ts';
import { HeldDirectory } from './directory.svelte.ts';
import { OpenDesk } from './open-desk.svelte.ts';
import { HeldPacks } from './packs.ts';
import { DexieStore } from './store/dexie-store.ts';
import { createWebDrainLock } from './store/lock.ts';
import { countUnsent } from './store/unsent.ts';
import { SlotsDb } from './store/slots-db.ts';
import { plainVault } from './vault.ts';

/** Free times of service 1, a working hour apart, from a week ahead. */
const slots = [1, 2, 3].map((ordinal) => aSlot(1, ordinal));
const services = [aService(1), aService(2)];
const book = (n: number, ...ordinals: number[]): Intent => ({
  kind: 'book',
  ubrn: ubrnAt(n),
  appointment: `a0000000-0000-4000-8000-00000000000${n}` as AppointmentId,
  choices: ordinals.map((ordinal) => refOf(aSlot(1, ordinal))),
});

class Line implements Transport {
  isUp = true;
  /** Delivered, and the answer lost on its way back. */
  losesAnswers = false;
  readonly requests: SyncRequest[] = [];
  readonly ledger: FakeLedger;

  constructor(ledger: FakeLedger) {
    this.ledger = ledger;
  }

  async exchange(request: SyncRequest): Promise<TransportResult> {
    if (!this.isUp) return { kind: 'unknown', cause: 'down' };
    this.requests.push(request);
    const reply = this.ledger.settle(receptionist, request);
    if (this.losesAnswers) return { kind: 'unknown', cause: 'lost' };
    const rows = services.map((row) => ({ entity: 'service', key: row.id, row }) as const);
    const packs =
      request.packs[serviceIdOf(1)] === null
        ? [encodePack(serviceIdOf(1), '1.aaaaaaaaaaaaaaaa', reply.now, slots)]
        : [];
    return {
      kind: 'reply',
      reply: { ...reply, packs, delta: { ...reply.delta, rows: [...reply.delta.rows, ...rows] } },
    };
  }
}

// Waits end as soon as there is something to see; only a busy machine needs so long.
vi.setConfig({ testTimeout: 30_000 });

const open: OpenDesk[] = [];
const slotsDb = new SlotsDb('slots-of-the-desk-test');
let deviceNow = monday;

async function openDesk(line: Line, isSignedIn = true): Promise<OpenDesk> {
  // A clock that runs: the post office tells by it when to try again.
  const now = () => deviceNow + Math.floor(performance.now());
  const session = {
    author: receptionist,
    name: 'Ruth',
    organisationName: 'Mill Road Surgery',
    organisationPhone: '01632 960001',
    expiresAt: monday + dayMs,
  };
  const desk = await new OpenDesk({
    store: new DexieStore({
      scope: receptionist.scope,
      vault: plainVault,
      slots: slotsDb,
      now,
      isLineDown: () => !line.isUp,
      onPacksLost(cause) {
        throw cause;
      },
    }),
    slots: slotsDb,
    vault: plainVault,
    packs: new HeldPacks(slotsDb),
    directory: new HeldDirectory(receptionist.scope, slotsDb, now),
    transport: line,
    access: createAccess(receptionist.scope, { isLineDown: () => !line.isUp, onSignedOut: () => undefined }),
    rows: createRows(receptionist.scope, { isLineDown: () => !line.isUp, onSignedOut: () => undefined }),
    lock: createWebDrainLock('none', undefined),
    timers: {
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    deviceNow: now,
    appVersion: '1',
    fraction: () => 0.999,
    newId: () => crypto.randomUUID(),
    isOnline: () => line.isUp,
    session: () => (isSignedIn ? session : null),
    isUpdateReady: () => false,
    askToPersist: () => Promise.resolve(true),
    whenIdle: () => undefined,
    onSignedOut: () => undefined,
    onWanted: () => undefined,
    onWaiting: () => undefined,
  }).open();
  open.push(desk);
  return desk;
}

function aLine(): Line {
  const world = new SmallWorld().add(...services, aReferral(1), aReferral(2), ...slots);
  return new Line(new FakeLedger(world));
}

/** A desk whose patient has to be told that they are booked. */
async function openDeskWithNews(line: Line): Promise<{ desk: OpenDesk; notice: Notice }> {
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2 && desk.line.status.kind === 'idle');
  await desk.ask(book(1, 1));
  await until(() => desk.view.notices.length === 1);
  const [notice] = desk.view.notices;
  if (!notice) throw new Error('nobody is to be told');
  return { desk, notice };
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    flushSync();
    if (what()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never: ${what.toString()}`);
}

afterEach(async () => {
  for (const desk of open.splice(0)) desk.close();
  deviceNow = monday;
  await Dexie.delete(`desk:${receptionist.scope}`);
  await Promise.all(slotsDb.tables.map((table) => table.clear()));
});

test('what was asked offline is saved and not booked; the answer comes with the line, and a reopened desk shows it', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2 && desk.line.status.kind === 'idle');
  line.isUp = false;
  const asked = await desk.ask(book(1, 1, 2));
  if (asked.kind !== 'saved') throw new Error(asked.kind);
  const view = () => desk.view.byUbrn.get(ubrnAt(1));
  expect(view()?.open?.claim.id).toBe(asked.id);
  expect(view()?.appointment).toBeUndefined();
  expect(view()?.place).toBe('toBook');
  await until(() => desk.line.status.kind === 'waiting');
  line.isUp = true;
  desk.retry();
  await until(() => view()?.appointment !== undefined);
  expect(view()?.appointment?.rank).toBe(1);
  expect(desk.claim(asked.id)?.status.state).toBe('settled');
  expect(line.ledger.journal.size).toBe(1);

  line.isUp = false;
  const again = await openDesk(line);
  expect(again.isLoaded).toBe(true);
  expect(again.view.byUbrn.get(ubrnAt(1))?.appointment?.rank).toBe(1);
  expect(again.line.lastReplyAt).toBe(line.ledger.world.now);
});

test('who told the patient, how and when, is known to the desk for good', async () => {
  const line = aLine();
  const { desk, notice } = await openDeskWithNews(line);
  expect(desk.dealtWith(ubrnAt(1))).toEqual([]);
  await desk.ask({ kind: 'acknowledge', notice: notice.id, told: { how: 'phone' } });
  await until(() => desk.dealtWith(ubrnAt(1)).length === 1);
  expect(desk.view.notices).toEqual([]);
  expect(desk.notice(notice.id)?.done).toMatchObject({ how: 'phone' });
  expect(desk.dealtWith(ubrnAt(1))[0]?.id).toBe(notice.id);
  expect(desk.dealtWith(ubrnAt(2))).toEqual([]);
});

test('told by mistake: the task is back at once, without a line too, and at the server with the next exchange', async () => {
  const line = aLine();
  const { desk, notice } = await openDeskWithNews(line);
  line.ledger.world.now += 60_000;
  await desk.ask({ kind: 'acknowledge', notice: notice.id, told: { how: 'phone' } });
  await until(() => desk.dealtWith(ubrnAt(1)).length === 1);
  const done = () => desk.notice(notice.id);
  expect(desk.retractable(notice.id)).toBe(done()?.done?.claim);
  expect(desk.view.noted.size).toBe(0);

  line.isUp = false;
  await desk.ask({ kind: 'retract', notice: notice.id, noted: done()?.done?.claim ?? notice.claim });
  expect(desk.view.notices).toEqual([notice]);
  expect(done()?.done).toMatchObject({ how: 'phone' });
  const [waits] = desk.view.open;
  expect(waits && desk.subjectOf(waits)?.referral.ubrn).toBe(ubrnAt(1));
  line.isUp = true;
  desk.retry();
  await until(() => done()?.done === null);
  expect(desk.view.notices).toMatchObject([{ id: notice.id, done: null }]);
});

test('told by mistake and its answer lost: taken back all the same, and it stays so when the note is sent once more', async () => {
  const line = aLine();
  const { desk, notice } = await openDeskWithNews(line);
  line.losesAnswers = true;
  const told = await desk.ask({ kind: 'acknowledge', notice: notice.id, told: { how: 'phone' } });
  if (told.kind !== 'saved') throw new Error('not saved');
  await until(() => desk.claim(told.id)?.status.state === 'sent');
  expect(desk.view.notices).toEqual([]);
  expect(desk.retractable(notice.id)).toBe(told.id);

  await desk.ask({ kind: 'retract', notice: notice.id, noted: told.id });
  expect(desk.view.notices).toEqual([notice]);
  expect(desk.retractable(notice.id)).toBeUndefined();
  line.losesAnswers = false;
  desk.retry();
  await until(() => desk.view.open.length === 0);
  await until(() => desk.notice(notice.id)?.retracted?.[0] === told.id);
  expect(desk.view.notices).toMatchObject([{ id: notice.id, done: null }]);
});

test('what waits for somebody to sign in says whose it is, and whose number', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2 && desk.line.status.kind === 'idle');
  line.isUp = false;
  await desk.ask(book(1, 1));
  const unsent = await countUnsent([]);
  expect(unsent).toMatchObject([
    { scope: receptionist.scope, count: 1, organisation: 'Mill Road Surgery', phone: '01632 960001' },
  ]);
  expect(await countUnsent([receptionist.scope])).toEqual([]);
});

test('before its first answer a device does not know that there is nothing, and once it knew, it knows without a line', async () => {
  const line = aLine();
  line.isUp = false;
  const desk = await openDesk(line);
  await until(() => desk.line.status.kind === 'waiting');
  expect([desk.isLoaded, desk.isCaughtUp, desk.view.referrals.length]).toEqual([true, false, 0]);
  line.isUp = true;
  desk.retry();
  await until(() => desk.isCaughtUp);
  expect(desk.view.referrals).toHaveLength(2);

  line.isUp = false;
  expect((await openDesk(line)).isCaughtUp).toBe(true);
});

test('a desk is heard once something came, is not after a failed attempt, and hears what another page hears', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.line.hearing === 'heard');
  line.isUp = false;
  desk.retry();
  await until(() => desk.line.hearing === 'lost');

  const next = await openDesk(line);
  expect(next.line).toMatchObject({ hearing: 'awaited', lastReplyAt: line.ledger.world.now });
  await until(() => next.line.hearing === 'lost');
  line.isUp = true;
  next.retry();
  await until(() => next.line.hearing === 'heard' && desk.line.hearing === 'heard');
});

test('the same bytes go out again until an answer comes; asked twice meanwhile, the first stands in the way', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2);
  line.losesAnswers = true;
  const asked = await desk.ask(book(1, 1));
  await until(() => desk.view.open[0]?.status.state === 'sent' && desk.line.status.kind === 'waiting');
  expect(await desk.ask(book(1, 2))).toMatchObject({ kind: 'inTheWay' });
  line.losesAnswers = false;
  desk.retry();
  await until(() => desk.view.open.length === 0);
  const sent = line.requests.flatMap(({ claims }) => claims);
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent).size).toBe(1);
  expect(line.ledger.journal.size).toBe(1);
  expect(asked.kind).toBe('saved');
});

test('while the browser sees no network a wish stays unsent: it is replaced by the next and can be taken back', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2 && desk.line.status.kind === 'idle');
  line.isUp = false;
  const first = await desk.ask(book(1, 1));
  await until(() => desk.line.status.kind === 'waiting');
  const second = await desk.ask(book(1, 2));
  if (first.kind !== 'saved' || second.kind !== 'saved') throw new Error('not saved');
  await until(() => desk.claim(first.id) === undefined);
  expect(desk.view.open.map(({ claim, status }) => [claim.id, status.state])).toEqual([
    [second.id, 'waiting'],
  ]);
  expect(await desk.takeBack(second.id)).toBe(true);
  await until(() => desk.line.waiting === 0);
  line.isUp = true;
  desk.retry();
  await until(() => desk.line.status.kind === 'idle');
  expect(line.ledger.journal.size).toBe(0);
});

test('called off while unknown: what was booked is cancelled, and the referral is to be booked again', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2);
  line.losesAnswers = true;
  const asked = await desk.ask(book(1, 1));
  if (asked.kind !== 'saved') throw new Error(asked.kind);
  await until(() => line.ledger.journal.size === 1);
  await desk.callOff(asked.id);
  line.losesAnswers = false;
  desk.retry();
  await until(() => line.ledger.journal.size === 2 && desk.view.open.length === 0);
  const statuses = [...line.ledger.world.appointments.values()].map(({ status }) => status);
  expect(statuses).toEqual(['cancelled']);
  await until(() => desk.view.byUbrn.get(ubrnAt(1))?.place === 'toBook');
});

test('a prediction knows held times, taken ones and wrong states; it is no verdict', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.services.freeTimes(serviceIdOf(1)).length === 3 && desk.view.referrals.length === 2);
  expect(desk.predict(book(1, 1))).toEqual({ guess: 'likely', because: null, times: [] });
  expect(desk.predict(book(1, 9))).toMatchObject({ guess: 'unlikely', because: 'SLOT_NOT_AVAILABLE' });
  expect(desk.predict({ kind: 'defer', ubrn: ubrnAt(1), service: serviceIdOf(1) })).toMatchObject({
    guess: 'unlikely',
    because: 'SLOTS_CURRENTLY_AVAILABLE',
    times: slots.map((slot) => refOf(slot)),
  });
  // Of service 2 this device holds no times: nothing can be foretold.
  const other: Intent = { ...book(1, 1), choices: [refOf(aSlot(2, 1))] } as Intent;
  expect(desk.predict(other).guess).toBe('likely');
});

test('times that another patient was promised here are not offered twice; those of the same patient are', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.services.freeTimes(serviceIdOf(1)).length === 3 && desk.view.referrals.length === 2);
  line.isUp = false;
  await desk.ask(book(1, 2));
  const found = await desk.services.findTimes({
    referral: aReferral(2),
    services: [serviceIdOf(1)],
    limit: 10,
  });
  const own = await desk.services.findTimes({
    referral: aReferral(1),
    services: [serviceIdOf(1)],
    limit: 10,
  });
  expect(own.times.map(({ slot }) => slot.ordinal)).toEqual([1, 2, 3]);
  expect(found.times.map(({ slot }) => slot.ordinal)).toEqual([1, 3]);
  const others = desk.services.alternatives(aReferral(2), refOf(aSlot(1, 1)));
  expect(others.asOf).toBe(found.services[0]?.asOf);
  expect(others.times.map(({ slot }) => slot.ordinal)).toEqual([3]);
});

test('an urgent request that nobody answered for 15 minutes presses', async () => {
  const line = aLine();
  line.ledger.world.add(aReferral(3, { priority: 'urgent' }));
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 3 && desk.line.status.kind === 'idle');
  line.isUp = false;
  await desk.ask(book(3, 1));
  expect(desk.line.pressing).toBeUndefined();
  deviceNow += 15 * minuteMs;
  const later = await openDesk(line);
  await until(() => later.line.pressing !== undefined);
  expect(later.line.pressing?.claim.intent).toMatchObject({ ubrn: ubrnAt(3) });

  // Somebody rang about it: quiet, until another one presses.
  await later.ask({ kind: 'rang', ubrn: ubrnAt(3), at: later.now, comment: 'Spoke to Jo' });
  await until(() => later.line.pressing === undefined);
  expect(later.line.waiting).toBe(2);
  deviceNow += 15 * minuteMs;
  const evenLater = await openDesk(line);
  await until(() => evenLater.line.waiting === 2);
  expect(evenLater.line.pressing).toBeUndefined();
});

test('a claim expires with its latest choice less the notice, a cancellation with the appointment', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2);
  line.isUp = false;
  await desk.ask(book(1, 1, 3));
  expect(desk.view.open[0]?.claim.expiresAt).toBe(aSlot(1, 3).start - 24 * hourMs);
});

test('a row that cannot be read is set aside and counted, and the ledger is asked for everything again', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2 && desk.line.status.kind === 'idle');
  desk.close();
  const db = await new Dexie(`desk:${receptionist.scope}`).open();
  await db
    .table('truth')
    .update(`referral:${ubrnAt(1)}`, { sealed: { by: 'plain', record: { broken: true } }, revision: 99 });
  await db.table('claims').put({ id: 'x', v: 1, revision: 1, state: 'waiting', sealed: null });
  await db.table('claims').put({ id: 'y', v: 2, revision: 1, state: 'waiting', sealed: null });
  db.close();
  const again = await openDesk(line);
  await until(() => again.troubles.some((trouble) => trouble.kind === 'quarantine' && trouble.count === 2));
  await until(() => again.view.referrals.length === 2);
  const left = await new Dexie(`desk:${receptionist.scope}`).open();
  expect(await left.table('claims').toCollection().primaryKeys()).toEqual(['y']);
  expect(await left.table('quarantine').count()).toBe(2);
  left.close();
});

test('signed out, nothing can be asked', async () => {
  const desk = await openDesk(aLine(), false);
  expect((await desk.ask(book(1, 1))).kind).toBe('notSaved');
});

test('opening a record without a line is written at once, outlives the page and a sign-out, and arrives once', async () => {
  const line = aLine();
  const desk = await openDesk(line);
  await until(() => desk.view.referrals.length === 2 && desk.line.status.kind === 'idle');
  line.isUp = false;
  await desk.recordOpened(ubrnAt(1));
  await desk.recordOpened(ubrnAt(2));
  // The same look: a page that was drawn twice, a step back and forth.
  await desk.recordOpened(ubrnAt(1));
  // The page is gone before anything could be sent, and whoever sat there signs out on the way home.
  desk.close();
  const leaving = new DexieStore({
    scope: receptionist.scope,
    vault: plainVault,
    slots: slotsDb,
    now: () => deviceNow,
    isLineDown: () => true,
    onPacksLost: () => undefined,
  });
  await leaving.leave();
  leaving.close();

  line.isUp = true;
  line.losesAnswers = true;
  const requestsBefore = line.requests.length;
  const next = await openDesk(line);
  await until(() => line.requests.length > requestsBefore && next.line.status.kind === 'waiting');
  line.losesAnswers = false;
  next.retry();
  await until(() => next.view.referrals.length === 2 && next.line.status.kind === 'idle');
  const sent = line.requests.flatMap(({ seen }) => seen);
  const ids = new Set(sent.map(({ id }) => id));
  // Sent again after the answer was lost, and the server knows them by their ids: two looks, however often they went up.
  expect(ids.size).toBe(2);
  expect(sent.length).toBeGreaterThan(2);
  expect(new Set(sent.map(({ ubrn, person }) => `${person} ${ubrn}`))).toEqual(
    new Set([`${receptionist.person} ${ubrnAt(1)}`, `${receptionist.person} ${ubrnAt(2)}`]),
  );
  const count = line.requests.length;
  next.retry();
  await until(() => line.requests.length > count && next.line.status.kind === 'idle');
  expect(line.requests.at(-1)?.seen).toEqual([]);
});
