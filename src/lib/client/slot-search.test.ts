import { expect, test } from 'vitest';
import type { ServiceId } from '#lib/domain/ids.ts';
import { dayMs, hourMs, instantOf, localDate, localMinutes, localWeekday } from '#lib/domain/instant.ts';
import type { Slot } from '#lib/domain/slot.ts';
import { decodePack, encodePack, type PackColumns } from '#lib/protocol/pack.ts';
import { findSlot, searchSlots } from './slot-search.ts';

const service = 'SVC1' as ServiceId;
const always = { from: 0, to: Infinity };

function columnsOf(starts: readonly number[]): PackColumns {
  const slots = starts.map((start, ordinal): Slot => {
    return { service, ordinal, start, minutes: 20, clinician: 'Dr A', mode: 'inPerson' };
  });
  const columns = decodePack(encodePack(service, '1.0123456789abcdef', 0, slots));
  if (!columns) throw new Error('the codec does not read what it wrote');
  return columns;
}

test('only times inside the booking window are found, both ends included', () => {
  const start = instantOf('2027-05-03', 540);
  const columns = columnsOf([0, 1, 2, 3].map((day) => start + day * dayMs));
  const found = searchSlots(columns, { from: start + dayMs, to: start + 2 * dayMs }, {}, 10);
  expect(found.first.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
});

test('dates are UK dates: a time at half past midnight in summer belongs to the day that has begun here', () => {
  const justAfterMidnight = instantOf('2027-07-10', 30);
  expect(new Date(justAfterMidnight).toISOString()).toBe('2027-07-09T23:30:00.000Z');
  const columns = columnsOf([justAfterMidnight]);
  expect(searchSlots(columns, always, { fromDate: '2027-07-10', toDate: '2027-07-10' }, 1).count).toBe(1);
  expect(searchSlots(columns, always, { toDate: '2027-07-09' }, 1).count).toBe(0);
});

test('weekday and part of day agree with the calendar on every hour of a year, clock changes included', () => {
  const starts = Array.from({ length: 366 * 24 }, (_, hour) => instantOf('2027-01-01') + hour * hourMs);
  const columns = columnsOf(starts);
  for (const weekday of [0, 3, 6]) {
    for (const partOfDay of ['morning', 'afternoon'] as const) {
      const found = searchSlots(columns, always, { weekdays: [weekday], partOfDay }, Infinity).first;
      const expected = starts.filter(
        (at) => localWeekday(at) === weekday && localMinutes(at) < 720 === (partOfDay === 'morning'),
      );
      expect(found.map(({ start }) => start)).toEqual(expected);
    }
  }
});

test('a limit cuts the list and not the count, and taken times are passed over', () => {
  const columns = columnsOf(
    Array.from({ length: 20 }, (_, day) => instantOf('2027-02-01', 600) + day * dayMs),
  );
  const found = searchSlots(columns, always, {}, 3, new Set([1]));
  expect(found.count).toBe(19);
  expect(found.first.map(({ ordinal }) => ordinal)).toEqual([0, 2, 3]);
});

test('a pack without slots, and a window that is over, find nothing', () => {
  expect(searchSlots(columnsOf([]), always, {}, 5)).toEqual({ count: 0, first: [] });
  const columns = columnsOf([instantOf('2027-02-01', 600)]);
  expect(searchSlots(columns, { from: 10, to: 5 }, {}, 5).count).toBe(0);
  expect(findSlot(columns, 0)?.start).toBe(instantOf('2027-02-01', 600));
  expect(findSlot(columns, 9)).toBeUndefined();
  expect(localDate(columns.starts[0] ?? 0)).toBe('2027-02-01');
});

test('where every time suits, none is looked at for it, and the answer is the one of looking at each', () => {
  const start = instantOf('2027-02-01', 540);
  const columns = columnsOf(Array.from({ length: 40 }, (_, n) => start + Math.floor(n / 3) * hourMs));
  const nobodys = new Set([99]);
  for (const limit of [0, 1, 4, 60])
    for (const latest of [start - 1, start, start + 3 * hourMs, Infinity])
      for (const [from, to] of [
        [0, Infinity],
        [start + hourMs, start + 9 * hourMs],
        [start + dayMs * 30, Infinity],
        [start + 5, start + 4],
      ] as const) {
        const window = { from, to };
        const found = searchSlots(columns, window, {}, limit, undefined, latest);
        expect(found).toEqual(searchSlots(columns, window, {}, limit, nobodys, latest));
      }
});
