import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '#lib/domain/claim.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import { dayMs } from '#lib/domain/instant.ts';
import {
  aSlot,
  anAppointment,
  appointmentIdOf,
  bookClaim,
  claimIdOf,
  monday,
  receptionist,
} from '#lib/domain/testing/samples.ts';
import type { ClaimRecord } from './claim-record.ts';
import {
  afterReply,
  callOffRecord,
  dismissRecord,
  isOpenRecord,
  isSameNews,
  markRecord,
  takeBackRecord,
  outgoingClaims,
  parkRecord,
  seqOf,
  settledKeptMs,
  shelve,
  unparkRecord,
  type ShelfChange,
} from './shelf.ts';
import { aReply, answer, bookDraft, booked, cursorAt, draftOf, refused } from './testing/replies.ts';

/** A wish numbered `n` for referral 1 to 3, with an appointment id of its own. */
const wish = (n: number) =>
  draftOf(
    { ...bookClaim(1 + (n % 3), [aSlot(1, n % 5)]), id: claimIdOf(n) },
    {
      pressing: n % 4 === 0,
    },
  );

it('the first who sends it is kept, by name; where nobody is signed in, nobody', () => {
  const [record] = shelve(bookDraft(1), []).change.put;
  if (!record) throw new Error('nothing was shelved');
  const first = markRecord(record, monday, 'Rita Rao');
  expect(first?.body.sentBy).toBe('Rita Rao');
  expect(first && markRecord(first, monday + 1, 'Raj Patel')?.body.sentBy).toBe('Rita Rao');
  expect(markRecord(record, monday)?.body).toEqual(record.body);
});

type Deed =
  | {
      readonly do: 'add' | 'mark' | 'park' | 'unpark' | 'dismiss' | 'takeBack' | 'callOff';
      readonly n: number;
    }
  | {
      readonly do: 'reply';
      readonly n: number;
      readonly isBooked: boolean;
      readonly isReset: boolean;
      readonly isCurrent: boolean;
      readonly after: number;
    };
const n = fc.nat(8);
const deeds = fc.array(
  fc.oneof<fc.Arbitrary<Deed>[]>(
    fc.record({ do: fc.constantFrom('add' as const, 'mark' as const), n }),
    fc.record({ do: fc.constantFrom('park' as const, 'unpark' as const, 'dismiss' as const), n }),
    fc.record({ do: fc.constantFrom('takeBack' as const, 'callOff' as const), n }),
    fc.record({
      do: fc.constant('reply' as const),
      n,
      isBooked: fc.boolean(),
      isReset: fc.boolean(),
      isCurrent: fc.boolean(),
      after: fc.oneof(fc.constant(0), fc.nat(settledKeptMs)),
    }),
  ),
  { maxLength: 60, size: 'max' },
);

const change = (put: ClaimRecord | undefined): ShelfChange => ({ put: put ? [put] : [], remove: [] });
const nothing: ShelfChange = { put: [], remove: [] };

function changeOf(deed: Deed, records: readonly ClaimRecord[], now: number): ShelfChange {
  const record = records.find(({ id }) => id === claimIdOf(deed.n));
  if (deed.do === 'add') return record ? nothing : shelve(wish(deed.n), records).change;
  if (!record) return nothing;
  const followed = records.find(({ id }) => id === record.follows);
  switch (deed.do) {
    case 'mark':
      return change(markRecord(record, now));
    case 'park':
      return change(parkRecord(record, 'failed'));
    case 'unpark':
      return change(unparkRecord(record));
    case 'dismiss':
      return change(dismissRecord(record));
    case 'takeBack':
      return takeBackRecord(record, followed).change;
    case 'callOff':
      return callOffRecord(record, { id: claimIdOf(100 + deed.n), author: receptionist, at: now }, followed)
        .change;
    case 'reply': {
      const claim = JSON.parse(record.body.bytes) as Claim;
      const appointment = claim.intent.kind === 'book' ? claim.intent.appointment : appointmentIdOf(1);
      const verdict = deed.isBooked
        ? { ...booked(1), appointment: anAppointment(1, aSlot(1, deed.n % 5), { id: appointment }) }
        : refused(1);
      const answers = [answer({ ...verdict, claim: record.id })];
      return afterReply(records, aReply({ now, answers, delta: { reset: deed.isReset } }), deed.isCurrent);
    }
  }
}

describe('whatever happens on the shelf', () => {
  it('bytes and order never change, one claim a referral is open, and none goes but by its author’s hand or of old age', () => {
    fc.assert(
      fc.property(deeds, (some) => {
        let shelf = new Map<ClaimId, ClaimRecord>();
        let now = monday;
        for (const deed of some) {
          if (deed.do === 'reply') now += deed.after;
          const before = shelf;
          const { put, remove } = changeOf(deed, [...before.values()], now);
          shelf = new Map(before);
          for (const record of put) shelf.set(record.id, record);
          for (const id of remove) shelf.delete(id);

          for (const [id, was] of before) {
            const is = shelf.get(id);
            if (!is) {
              const isOld = was.endedAt !== null || was.state === 'dismissed';
              expect(was.state === 'waiting' || (deed.do === 'reply' && isOld)).toBe(true);
              continue;
            }
            expect([is.body.bytes, is.order, is.id]).toEqual([was.body.bytes, was.order, was.id]);
            if (is !== was) expect(is.revision).toBeGreaterThan(was.revision);
            // Sent is never unsent, and a verdict that is held is never let go.
            if (was.state !== 'waiting') expect(is.state).not.toBe('waiting');
            if (was.body.answer) expect(is.body.answer).not.toBeNull();
          }
          // A cancellation that was promised stands beside whatever else is asked.
          const open = [...shelf.values()].filter(
            (record) => isOpenRecord(record) && record.follows === null,
          );
          expect(new Set(open.map(({ referralKey }) => referralKey)).size).toBe(open.length);
          const orders = [...shelf.values()].map(({ order }) => order);
          expect(new Set(orders).size).toBe(orders.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('every claim that is open goes out sooner or later, once, none that has ended does', () => {
    fc.assert(
      fc.property(deeds, (some) => {
        let shelf = new Map<ClaimId, ClaimRecord>();
        for (const deed of some) {
          const { put, remove } = changeOf(deed, [...shelf.values()], monday);
          shelf = new Map([...shelf, ...put.map((record) => [record.id, record] as const)]);
          for (const id of remove) shelf.delete(id);
        }
        const going = outgoingClaims(shelf.values(), 1_000).map(({ id }) => id);
        expect(new Set(going).size).toBe(going.length);
        for (const record of shelf.values()) {
          const isDue = isOpenRecord(record) || (record.state === 'settled' && record.askAgain);
          expect(going.includes(record.id)).toBe(isDue);
        }
      }),
    );
  });
});

describe('news', () => {
  it('is what a person would hear: another time, another state, another answer', () => {
    const was = booked(1);
    const appointment = was.appointment ?? anAppointment(1, aSlot(1, 1));
    expect(isSameNews(was, { ...was, seq: 99, at: monday + dayMs, already: true })).toBe(true);
    expect(isSameNews(was, { ...was, appointment: { ...appointment, bookedAt: monday } })).toBe(true);
    expect(isSameNews(was, refused(1))).toBe(false);
    expect(isSameNews(refused(1), { ...refused(1), code: 'ALREADY_BOOKED' })).toBe(false);
    expect(isSameNews(was, { ...was, appointment: anAppointment(1, aSlot(1, 2)) })).toBe(false);
    expect(isSameNews(was, { ...was, appointment: { ...appointment, status: 'cancelled' } })).toBe(false);
  });

  it('told one thing, then another, then the first again: nothing has changed', () => {
    const [fresh] = shelve(bookDraft(1), []).change.put;
    let record = fresh && markRecord(fresh, monday);
    const tell = (verdict: ReturnType<typeof booked>) => {
      const reset = afterReply(record ? [record] : [], aReply({ delta: { reset: true } }), true);
      record = reset.put[0] ?? record;
      const { put } = afterReply(record ? [record] : [], aReply({ answers: [answer(verdict)] }), true);
      record = put[0] ?? record;
      return record?.body.before;
    };
    expect(tell(booked(1))).toBeNull();
    expect(tell(refused(1))).toEqual(booked(1));
    expect(tell(refused(1))).toEqual(booked(1));
    expect(tell(booked(1))).toBeNull();
  });
});

describe('a booking that was called off', () => {
  const tell = (record: ClaimRecord, verdict: ReturnType<typeof booked>, isRestored: boolean) => {
    const [again] = afterReply([record], aReply({ delta: { reset: isRestored } }), true).put;
    const { put } = afterReply([again ?? record], aReply({ answers: [answer(verdict)] }), true);
    return {
      record: put.find(({ id }) => id === record.id) ?? record,
      followUps: put.filter((one) => one.follows),
    };
  };
  const calledOff = () => {
    const sent = markRecord(newlyAdded(), monday)!;
    return callOffRecord(sent, { id: claimIdOf(99), author: receptionist, at: monday }, undefined).change
      .put[0]!;
  };
  const newlyAdded = () => shelve(bookDraft(1), []).change.put[0]!;

  it('refused, and booked after a restore: the cancellation that was promised follows then, and once', () => {
    const first = tell(calledOff(), refused(1), false);
    expect(first.followUps).toEqual([]);
    const second = tell(first.record, booked(1), true);
    expect(second.followUps).toMatchObject([{ id: claimIdOf(99), kind: 'cancel', state: 'waiting' }]);
    // Its author took the cancellation back: asked about once more, it does not come again.
    expect(tell(second.record, booked(1, 7), true).followUps).toEqual([]);
  });
});

describe('a cursor', () => {
  it('says where in the journal it stands', () => {
    expect([seqOf(null), seqOf(cursorAt(0)), seqOf(cursorAt(123_456))]).toEqual([0, 0, 123_456]);
  });
});

describe('a claim that the wire would not take', () => {
  it('is our bug, and is not put on the shelf', () => {
    const draft = bookDraft(1);
    const broken = { ...draft, claim: { ...draft.claim, id: 'x' as ClaimId } };
    expect(() => shelve(broken, [])).toThrow();
  });
});
