/**
 * The page's part of crash-points.test.ts. A day at a desk, step by step, on the store that ships; at one of a step's
 * transactions the page stops for good, just before it begins or just after it is on disk, and waits to be killed.
 * What a step should leave behind is told by the memory store, which does each step whole.
 */
import type { CallOff } from '#lib/domain/call-off.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { aReferral, claimIdOf, monday, receptionist } from '#lib/domain/testing/samples.ts';
import { MemoryStore } from '#lib/sync/memory-store.ts';
import type { Shelf } from '#lib/sync/shelf.ts';
import { aReply, answer, bookDraft, booked, cursorAt, refused, sentWith } from '#lib/sync/testing/replies.ts';
import { DexieStore } from '../store/dexie-store.ts';
import { SlotsDb } from '../store/slots-db.ts';
import { plainVault } from '../vault.ts';

export interface CrashPoint {
  readonly step: number;
  /** The first write of the step is 0. */
  readonly write: number;
  readonly when: 'before' | 'after';
}

const id = claimIdOf;
const callOff: CallOff = { id: id(99), author: receptionist, at: monday };
const opened = { id: id(50), person: receptionist.person, ubrn: aReferral(1).ubrn, at: monday };
const referral = (n: number) => ({ entity: 'referral', key: aReferral(n).ubrn, row: aReferral(n) }) as const;

const day: readonly (readonly [string, (shelf: Shelf) => Promise<unknown>])[] = [
  ['a record is opened', (shelf) => shelf.recordOpened(opened)],
  ['a wish is saved', (shelf) => shelf.add(bookDraft(1))],
  [
    'an unsent wish is replaced',
    (shelf) => shelf.add({ ...bookDraft(1), claim: { ...bookDraft(1).claim, id: id(11) } }),
  ],
  ['a second wish is saved', (shelf) => shelf.add(bookDraft(2))],
  ['both are marked sent', (shelf) => shelf.markSent([id(11), id(2)], monday)],
  [
    'one is answered, and rows come',
    (shelf) =>
      shelf.apply(
        aReply({
          answers: [answer({ ...booked(1), claim: id(11) })],
          delta: { cursor: cursorAt(1), rows: [referral(1), referral(2)] },
        }),
        sentWith([id(11), id(2)], { seen: [opened.id] }),
      ),
  ],
  ['the other is called off', (shelf) => shelf.callOff(id(2), callOff)],
  [
    'it was booked: its cancellation follows, and a row goes',
    (shelf) =>
      shelf.apply(
        aReply({
          answers: [answer(booked(2))],
          delta: { cursor: cursorAt(2), rows: [{ ...referral(1), row: null }] },
        }),
        sentWith([id(2)], { cursor: cursorAt(1) }),
      ),
  ],
  ['the cancellation is marked sent', (shelf) => shelf.markSent([id(99)], monday)],
  ['a third wish is saved', (shelf) => shelf.add(bookDraft(3))],
  ['it is marked sent', (shelf) => shelf.markSent([id(3)], monday)],
  ['it is set aside', (shelf) => shelf.park(id(3), 'failed')],
  ['a new app tries it again', (shelf) => shelf.unpark()],
  [
    'it is refused, late, by a reply to an older cursor',
    (shelf) => shelf.apply(aReply({ answers: [answer(refused(3))] }), sentWith([id(3)], { cursor: null })),
  ],
  ['a fourth wish is saved', (shelf) => shelf.add(bookDraft(4))],
  ['and taken back', (shelf) => shelf.takeBack(id(4))],
  [
    'the ledger is another: everything anew',
    (shelf) =>
      shelf.apply(
        aReply({ delta: { cursor: cursorAt(1, 'b'), reset: true, rows: [referral(2)] } }),
        sentWith([], { cursor: cursorAt(2) }),
      ),
  ],
  ['the right is gone, and truth with it', (shelf) => shelf.forget()],
];

/** Writes that the page of this life has begun, by database; where each has to stop, and which have. */
const writes = new Map<string, number>();
const stops = new Map<string, { readonly write: number; readonly when: CrashPoint['when'] }>();
const stopped = new Set<string>();

const begin = Reflect.get(IDBDatabase.prototype, 'transaction') as (
  this: IDBDatabase,
  ...terms: Parameters<IDBDatabase['transaction']>
) => IDBTransaction;
IDBDatabase.prototype.transaction = function (this: IDBDatabase, stores, mode, options) {
  if (mode !== 'readwrite') return begin.call(this, stores, mode, options);
  const write = writes.get(this.name) ?? 0;
  writes.set(this.name, write + 1);
  const stop = stops.get(this.name);
  const isHere = write === stop?.write;
  if (isHere && stop.when === 'before') stopped.add(this.name);
  if (stopped.has(this.name)) throw new Error('The power is gone');
  const transaction = begin.call(this, stores, mode, options);
  if (isHere) {
    // First to hear of it, and nobody else does: on disk, and the code does not know.
    transaction.addEventListener('complete', (event) => {
      event.stopImmediatePropagation();
      stopped.add(this.name);
    });
  }
  return transaction;
};

const scopeOf = (name: string) => `practice:${name}` as Scope;

function open(name: string): DexieStore {
  return new DexieStore({
    scope: scopeOf(name),
    vault: plainVault,
    slots: new SlotsDb(`slots-${name}`),
    now: () => monday,
    onPacksLost() {
      throw new Error('no times were kept');
    },
  });
}

/** How often the desk's database is written in each step. */
async function countWrites(name: string): Promise<readonly { step: string; writes: number }[]> {
  const store = open(name);
  const counts: { step: string; writes: number }[] = [];
  for (const [step, work] of day) {
    const before = writes.get(store.db.name) ?? 0;
    await work(store);
    counts.push({ step, writes: (writes.get(store.db.name) ?? 0) - before });
  }
  return counts;
}

/** Never resolves where the crash point is met: then this desk waits to be killed. */
async function runInto(name: string, { step, write, when }: CrashPoint): Promise<void> {
  const store = open(name);
  for (const [, work] of day.slice(0, step)) await work(store);
  stops.set(store.db.name, { write: (writes.get(store.db.name) ?? 0) + write, when });
  await day[step]?.[1](store).catch(() => undefined);
}

const stoppedCount = () => stopped.size;

/** After which steps would a store look as this one does now? By number of steps done; none: after no whole steps. */
async function stepsDone(name: string): Promise<readonly number[]> {
  const is = await looks(open(name));
  const memory = new MemoryStore(scopeOf(name));
  const same: number[] = [];
  for (let done = 0; ; done += 1) {
    if ((await looks(memory)) === is) same.push(done);
    const next = day[done];
    if (!next) return same;
    await next[1](memory);
  }
}

async function looks(shelf: Shelf): Promise<string> {
  const { cursor, claims, seen } = await shelf.outgoing({ claims: 50, seen: 50 });
  const records = (await shelf.claims()).map(({ revision: _revision, ...record }) => record);
  const { referrals, appointments, notices } = await shelf.truth();
  const rows = [referrals, appointments, notices].map((map) => [...map.entries()].sort());
  return canonical({ cursor, claims, seen, records, rows });
}

/** Key order and keys without a value make no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

Object.assign(globalThis, { countWrites, runInto, stoppedCount, stepsDone });
