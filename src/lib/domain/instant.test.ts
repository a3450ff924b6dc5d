import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  ageAt,
  dayMs,
  formatDate,
  formatInstant,
  formatLocalDate,
  formatTime,
  hourMs,
  instantMax,
  instantOf,
  instantSchema,
  isSummerTime,
  localDate,
  localDateSchema,
  localMinutes,
  localWeekday,
  minuteMs,
  workingDaysAfter,
} from './instant.ts';

const byIntl = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  weekday: 'short',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});
function londonByIntl(at: number) {
  const parts = new Map(byIntl.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
  };
}
const london = (at: number) => ({
  date: localDate(at),
  minutes: localMinutes(at),
  weekday: localWeekday(at),
});

describe('UK time', () => {
  it('is what the runtime’s own tables say, every six hours from 2024 to 2032', () => {
    for (let at = Date.UTC(2024, 0, 1); at < Date.UTC(2033, 0, 1); at += 6 * hourMs) {
      const mine = london(at);
      if (JSON.stringify(mine) !== JSON.stringify(londonByIntl(at))) expect(mine).toEqual(londonByIntl(at));
    }
  });

  it('and every minute of the days on which the clocks change', () => {
    for (const day of [
      Date.UTC(2027, 2, 28),
      Date.UTC(2027, 9, 31),
      Date.UTC(2028, 2, 26),
      Date.UTC(2028, 9, 29),
    ]) {
      for (let at = day - 2 * hourMs; at < day + 6 * hourMs; at += minuteMs) {
        const mine = london(at);
        if (JSON.stringify(mine) !== JSON.stringify(londonByIntl(at))) expect(mine).toEqual(londonByIntl(at));
      }
    }
  });

  it('a wall-clock time and its instant are each other’s, but in the hour that is missing or twice', () => {
    const dates = fc.integer({ min: 0, max: 365 * 9 }).map((n) => addDays('2024-01-01', n));
    fc.assert(
      fc.property(dates, fc.integer({ min: 120, max: 1439 }), (date, minutes) => {
        const at = instantOf(date, minutes);
        expect([localDate(at), localMinutes(at)]).toEqual([date, minutes]);
      }),
    );
  });

  it('31 October 2027 has 1:30am twice: the first is meant', () => {
    const at = instantOf('2027-10-31', 90);
    expect(new Date(at).toISOString()).toBe('2027-10-31T00:30:00.000Z');
    expect([isSummerTime(at), isSummerTime(at + hourMs)]).toEqual([true, false]);
    expect(formatTime(at)).toBe('1:30am');
    expect(formatTime(at + hourMs)).toBe('1:30am');
  });

  it('28 March 2027 has no 1:30am: an hour on is meant', () => {
    expect(formatInstant(instantOf('2027-03-28', 90))).toBe('Sunday 28 March 2027, 2:30am');
  });

  it('a weekly 9am stays at 9am across the change', () => {
    const before = instantOf('2027-10-29', 540);
    const after = instantOf('2027-11-05', 540);
    expect(after - before).toBe(7 * dayMs + hourMs);
    expect([formatTime(before), formatTime(after)]).toEqual(['9am', '9am']);
  });
});

describe('words', () => {
  it.each([
    [Date.UTC(2026, 7, 6, 16, 30), 'Thursday 6 August 2026, 5:30pm'],
    [Date.UTC(2026, 11, 24, 12, 0), 'Thursday 24 December 2026, midday'],
    [Date.UTC(2028, 1, 29, 0, 0), 'Tuesday 29 February 2028, midnight'],
    [Date.UTC(2026, 11, 24, 12, 5), 'Thursday 24 December 2026, 12:05pm'],
    [Date.UTC(2026, 11, 24, 0, 5), 'Thursday 24 December 2026, 12:05am'],
    [Date.UTC(2026, 11, 31, 23, 59), 'Thursday 31 December 2026, 11:59pm'],
  ])('%d is %s', (at, words) => {
    expect(formatInstant(at)).toBe(words);
  });

  it('a birth date', () => {
    expect(formatLocalDate('1961-08-06')).toBe('6 August 1961');
    expect(formatLocalDate('1900-01-01')).toBe('1 January 1900');
  });

  it('whatever instant the wire lets in can be written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: instantMax }), (at) => {
        expect(instantSchema.safeParse(at).success).toBe(true);
        expect(localDateSchema.safeParse(localDate(at)).success).toBe(true);
        expect(formatDate(at).split(' ')).toHaveLength(4);
      }),
    );
    for (const bad of [-1, 0.5, instantMax + 1, NaN, Infinity])
      expect(instantSchema.safeParse(bad).success).toBe(false);
  });
});

describe('counting', () => {
  it.each([
    ['from a Monday', '2026-11-23', 5, '2026-11-30'],
    ['from a Friday', '2026-11-27', 1, '2026-11-30'],
    ['from a Saturday', '2026-11-28', 1, '2026-11-30'],
    ['over Christmas, bank holidays counted', '2026-12-24', 2, '2026-12-28'],
    ['over the change of the clocks', '2027-10-29', 1, '2027-11-01'],
    ['not at all', '2026-11-23', 0, '2026-11-23'],
  ])('working days %s', (_what, from, days, last) => {
    const end = workingDaysAfter(instantOf(from, 600), days);
    expect([localDate(end), localDate(end + 1)]).toEqual([last, addDays(last, 1)]);
  });

  it.each([
    ['2026-11-23', 65],
    ['2026-08-06', 65],
    ['2026-08-05', 64],
  ])('on %s someone born on 6 August 1961 is %d', (day, age) => {
    expect(ageAt('1961-08-06', instantOf(day, 1))).toBe(age);
  });

  it('born on 29 February, a year older on 1 March', () => {
    expect(ageAt('2008-02-29', instantOf('2026-02-28', 1439))).toBe(17);
    expect(ageAt('2008-02-29', instantOf('2026-03-01'))).toBe(18);
    expect(ageAt('2008-02-29', instantOf('2028-02-29'))).toBe(20);
  });

  it('the birthday begins at midnight in the UK, not in Greenwich', () => {
    expect(ageAt('1961-08-06', Date.UTC(2026, 7, 5, 23, 0))).toBe(65);
  });
});
