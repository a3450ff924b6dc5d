import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { aSlot, bookClaim, claimIdOf, colleague, monday, receptionist } from '#lib/domain/testing/samples.ts';
import { smallWorld } from '#lib/domain/testing/small-world.ts';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import { createDriver, exchangeMaxMs, type Driver } from './driver.ts';
import { MemoryStore, newMemoryDisk, type MemoryDisk } from './memory-store.ts';
import type { DrainLock, LocalStore, SyncStatus, Transport, TransportResult } from './ports.ts';
import { BadLine } from './testing/bad-line.ts';
import { FakeLedger } from './testing/fake-ledger.ts';
import { aReply, bookDraft, deskScope, draftOf } from './testing/replies.ts';
import { freeLock, seededRandom, VirtualClock } from './testing/virtual-time.ts';

const calm = { fraction: () => 0.5 };
const minuteMs = 60_000;

/** One desk whose transport is a function; everything else is as it should be. */
function desk(
  exchange: (request: SyncRequest) => Promise<TransportResult>,
  over: { store?: LocalStore; lock?: DrainLock } = {},
) {
  const clock = new VirtualClock(monday);
  const shelf = new MemoryStore(deskScope);
  const statuses: SyncStatus[] = [];
  const requests: SyncRequest[] = [];
  const transport: Transport = {
    exchange(request) {
      requests.push(request);
      return exchange(request);
    },
  };
  const driver = createDriver({
    store: over.store ?? shelf,
    transport,
    clock,
    random: calm,
    lock: over.lock ?? freeLock,
    onStatus: (status) => statuses.push(status),
    wants: () => ['svc-7' as ServiceId],
  });
  return { driver, shelf, clock, statuses, requests, last: () => statuses.at(-1)?.kind };
}

describe('driver', () => {
  it('sends what is on the shelf, asks for what a screen wants, and tells the status as it changes', async () => {
    const ledger = new FakeLedger();
    const { driver, shelf, clock, statuses, requests } = desk(async (request) => ({
      kind: 'reply',
      reply: ledger.settle(receptionist, request),
    }));
    await shelf.add(bookDraft(1));
    driver.wake('queued');
    await clock.pass(0);
    expect(requests).toMatchObject([{ protocol: 1, scope: deskScope, packs: { 'svc-7': null } }]);
    expect(statuses.map(({ kind }) => kind)).toEqual(['exchanging', 'exchanging', 'exchanging', 'idle']);
    expect((await shelf.claims())[0]?.state).toBe('settled');
  });

  it('many wakes at once make one exchange', async () => {
    const { driver, clock, requests } = desk(async () => ({ kind: 'reply', reply: aReply({}) }));
    for (const why of ['queued', 'online', 'focus', 'visible', 'stream', 'queued'] as const) driver.wake(why);
    await clock.pass(0);
    expect(requests).toHaveLength(1);
  });

  it('polls every minute or so, and stops when told', async () => {
    const { driver, clock, requests } = desk(async () => ({ kind: 'reply', reply: aReply({}) }));
    driver.wake('opened');
    await clock.pass(10 * minuteMs);
    expect(requests.length).toBeGreaterThanOrEqual(9);
    expect(requests.length).toBeLessThanOrEqual(14);
    driver.stop();
    const before = requests.length;
    driver.wake('queued');
    await clock.pass(10 * minuteMs);
    expect(requests).toHaveLength(before);
  });

  it('a transport that never answers does not stop the queue for good', async () => {
    const { driver, clock, requests, last } = desk(() => new Promise(() => {}));
    driver.wake('opened');
    await clock.pass(exchangeMaxMs);
    expect(last()).toBe('waiting');
    await clock.pass(2 * minuteMs);
    expect(requests.length).toBeGreaterThan(1);
  });

  it('believes no reply for another scope', async () => {
    const reply = { ...aReply({}), scope: 'practice:A99999' as typeof deskScope };
    const { driver, clock, shelf, statuses } = desk(async () => ({ kind: 'reply', reply }));
    driver.wake('opened');
    await clock.pass(0);
    expect(statuses.at(-1)).toMatchObject({ kind: 'waiting', cause: 'not ours' });
    expect((await shelf.outgoing({ claims: 1, seen: 1 })).cursor).toBeNull();
  });

  it('a store that throws is waited out, and named by its kind alone', async () => {
    const shelf = new MemoryStore(deskScope);
    let isFull = true;
    const store: LocalStore = {
      scope: deskScope,
      outgoing: (limit) => shelf.outgoing(limit),
      markSent: (ids, at) => shelf.markSent(ids, at),
      park: (id, reason) => shelf.park(id, reason),
      forget: () => shelf.forget(),
      apply: async (reply, sent) => {
        if (isFull) throw new RangeError('QuotaExceeded for Jane Smith');
        return shelf.apply(reply, sent);
      },
    };
    const ledger = new FakeLedger();
    const { driver, clock, statuses, last } = desk(
      async (request) => ({ kind: 'reply', reply: ledger.settle(receptionist, request) }),
      { store },
    );
    await shelf.add(bookDraft(1));
    driver.wake('queued');
    await clock.pass(0);
    expect(statuses.at(-1)).toMatchObject({ kind: 'waiting', cause: 'storage: RangeError' });
    isFull = false;
    await clock.pass(minuteMs);
    expect(last()).toBe('idle');
    expect((await shelf.claims())[0]?.state).toBe('settled');
    expect(ledger.journal.size).toBe(1);
  });

  it('goes on without a lock that cannot be had, and finishes when it is stolen from it', async () => {
    const noLock: DrainLock = { run: () => Promise.reject(new Error('insecure origin')) };
    const stolen: DrainLock = {
      run: async (_ms, work) => {
        void work();
        throw new Error('stolen');
      },
    };
    for (const lock of [noLock, stolen]) {
      const { driver, clock, last, requests } = desk(async () => ({ kind: 'reply', reply: aReply({}) }), {
        lock,
      });
      driver.wake('opened');
      await clock.pass(0);
      expect([last(), requests.length]).toEqual(['idle', 1]);
    }
  });
});

/** A desk as a person sees it: a disk that lasts, tabs that come and go. */
class Desk {
  readonly disk: MemoryDisk = newMemoryDisk();
  readonly asked = new Set<ClaimId>();
  /** Cancellations that a call-off promised and a person then took back. */
  readonly keptAfterAll = new Set<ClaimId>();
  shelf = new MemoryStore(deskScope, this.disk);
  #tabs: Driver[] = [];
  readonly #open: (desk: Desk) => Driver;
  constructor(open: (desk: Desk) => Driver) {
    this.#open = open;
    this.restart();
  }
  /** Every tab is killed, or frozen: what it has under way may still come through. */
  restart(): void {
    for (const tab of this.#tabs) tab.stop();
    this.#tabs = [];
    this.openTab();
  }
  /** No lock keeps the tabs apart here: it only saves work. */
  openTab(): void {
    this.shelf = new MemoryStore(deskScope, this.disk);
    this.#tabs.push(this.#open(this));
    this.wake('signedIn');
  }
  wake(why: 'queued' | 'signedIn'): void {
    for (const tab of this.#tabs) tab.wake(why);
  }
}

type Deed =
  | {
      readonly do: 'book';
      readonly desk: number;
      readonly referral: number;
      readonly slots: readonly number[];
    }
  | { readonly do: 'takeBack' | 'callOff'; readonly desk: number; readonly referral: number }
  | { readonly do: 'restart'; readonly desk: number }
  | { readonly do: 'openTab'; readonly desk: number }
  | { readonly do: 'signIn'; readonly desk: number }
  | { readonly do: 'pass'; readonly ms: number };

const deskNumber = fc.nat(1);
const referralNumber = fc.integer({ min: 1, max: 3 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('book' as const),
      desk: deskNumber,
      referral: referralNumber,
      slots: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('takeBack' as const, 'callOff' as const),
      desk: deskNumber,
      referral: referralNumber,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('restart' as const, 'openTab' as const, 'signIn' as const),
      desk: deskNumber,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(200_000) }) },
);

interface Played {
  readonly ledger: FakeLedger;
  readonly desks: readonly Desk[];
  readonly isRestored: boolean;
}

async function play(
  deeds: readonly Deed[],
  seed: number,
  badness: number,
  isRestored: boolean,
): Promise<Played> {
  const clock = new VirtualClock(monday);
  const random = seededRandom(seed);
  const ledger = new FakeLedger();
  const lines: BadLine[] = [];
  const authors: Author[] = [receptionist, colleague];
  const desks = authors.map((author) => {
    const line = new BadLine(ledger, author, clock, random, badness);
    lines.push(line);
    return new Desk(({ shelf }) =>
      createDriver({
        store: flaky(shelf, () => random.fraction() < line.badness / 5),
        transport: line,
        clock,
        random,
        lock: freeLock,
        onStatus: () => {},
      }),
    );
  });
  let made = 0;
  for (const one of deeds) {
    if (one.do === 'pass') await clock.pass(one.ms);
    else await carryOut(one, desks, authors, () => (made += 1));
    ledger.world.now = clock.now();
  }
  if (isRestored) {
    await clock.pass(5 * minuteMs);
    ledger.restoreEmpty(smallWorld());
    // Somebody else was there first this time.
    ledger.world.settle({ ...bookClaim(3, [aSlot(1, 0)]), id: claimIdOf(5_000) });
  }
  for (const line of lines) line.badness = 0;
  for (const desk of desks) desk.wake('signedIn');
  await clock.pass(15 * minuteMs);
  return { ledger, desks, isRestored };
}

async function carryOut(
  deed: Exclude<Deed, { do: 'pass' }>,
  desks: readonly Desk[],
  authors: readonly Author[],
  next: () => number,
): Promise<void> {
  const desk = desks[deed.desk];
  const author = authors[deed.desk];
  if (!desk || !author) return;
  if (deed.do === 'restart') return desk.restart();
  if (deed.do === 'openTab') return desk.openTab();
  if (deed.do === 'signIn') return desk.wake('signedIn');
  if (deed.do === 'book') {
    const n = next();
    const claim = bookClaim(
      deed.referral,
      deed.slots.map((slot) => aSlot(1, slot)),
      { id: claimIdOf(n), author },
    );
    const intent = { ...claim.intent, appointment: `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}` };
    const added = await desk.shelf.add(draftOf({ ...claim, intent } as typeof claim));
    if (added.kind === 'saved') {
      desk.asked.add(added.id);
      for (const id of added.replaced) desk.asked.delete(id);
    }
    return desk.wake('queued');
  }
  const open = (await desk.shelf.claims()).find(
    ({ state, referralKey }) =>
      (state === 'waiting' || state === 'sent') && Number(referralKey) === deed.referral,
  );
  if (!open) return;
  const isGone =
    deed.do === 'takeBack'
      ? await desk.shelf.takeBack(open.id)
      : (await desk.shelf.callOff(open.id, { id: claimIdOf(1_000 + next()), author, at: monday })) ===
        'takenBack';
  if (isGone) desk.asked.delete(open.id);
  if (isGone && open.follows) desk.keptAfterAll.add(open.id);
  desk.wake('queued');
}

/** A disk that fails now and then, before it has written anything. */
function flaky(shelf: MemoryStore, fails: () => boolean): LocalStore {
  const guard =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (fails()) throw new RangeError('disk');
      return call(...args);
    };
  return {
    scope: shelf.scope,
    outgoing: guard((limit) => shelf.outgoing(limit)),
    markSent: guard((ids, at) => shelf.markSent(ids, at)),
    apply: guard((reply, sent) => shelf.apply(reply, sent)),
    park: guard((id, reason) => shelf.park(id, reason)),
    forget: guard(() => shelf.forget()),
  };
}

/** Told = true, nothing lost, nothing held twice, truth the same on both sides. */
async function expectTruth({ ledger, desks, isRestored }: Played): Promise<void> {
  expect(ledger.world.breaches()).toEqual([]);
  for (const { shelf, asked, keptAfterAll } of desks) {
    const records = await shelf.claims();
    for (const record of records) {
      expect([record.id, record.state]).toEqual([record.id, 'settled']);
      expect(record.askAgain).toBe(false);
      const entry = ledger.journal.get(record.id);
      expect(entry?.bytes).toBe(record.body.bytes);
      expect(record.body.answer?.verdict.outcome).toBe(entry?.verdict.outcome);
      expect(record.body.answer?.verdict.appointment).toEqual(entry?.verdict.appointment);
      const { callOff } = record.body;
      const isOurs = entry?.verdict.appointment && record.body.bytes.includes(entry.verdict.appointment.id);
      // (Restored, the ledger may now have booked for it what it first found booked by somebody else.)
      if (callOff && isOurs && !isRestored && !keptAfterAll.has(callOff.id)) {
        expect(ledger.journal.has(callOff.id)).toBe(true);
      }
    }
    const here = new Set(records.map(({ id }) => id));
    for (const id of asked) expect(here.has(id)).toBe(true);
    const truth = await shelf.truth();
    expect(truth.appointments).toEqual(ledger.world.appointments);
    expect((await shelf.outgoing({ claims: 1, seen: 1 })).cursor).toBe(ledger.cursor());
  }
}

describe('two desks of a practice on a bad line', () => {
  const seed = fc.integer();
  const badness = fc.double({ min: 0, max: 1, noNaN: true });

  it('whatever happened, in the end each claim has the ledger’s verdict and nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), seed, badness, async (deeds, s, b) => {
        await expectTruth(await play(deeds, s, b, false));
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('and after the ledger was restored to before all of it, every claim is told what is true now', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 20 }), seed, badness, async (deeds, s, b) => {
        await expectTruth(await play(deeds, s, b, true));
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
