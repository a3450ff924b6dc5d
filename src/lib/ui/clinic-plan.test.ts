import { describe, expect, test } from 'vitest';
import { formatTime, instantOf, localDate } from '#lib/domain/instant.ts';
import { overlapsOf, planTimes, readTime, startsOf, type PlanForm } from './clinic-plan.ts';

const now = instantOf('2027-10-20', 600);
const form: PlanForm = {
  day: '25',
  month: '10',
  year: '2027',
  time: '9am',
  minutes: '20',
  count: '3',
  weeks: '',
  clinician: '  Dr  A Shah ',
  mode: 'inPerson',
};
const problemsOf = (changed: Partial<PlanForm>) => {
  const plan = planTimes({ ...form, ...changed }, now);
  return plan.kind === 'problems' ? plan.problems.map(({ field }) => field) : [];
};

describe('planning clinic times', () => {
  test('a weekly session keeps its 9am when the clocks go back on 31 October 2027', () => {
    const plan = planTimes({ ...form, weeks: '2' }, now);
    if (plan.kind !== 'ready') throw new Error('not ready');
    expect(plan.sessions.map(({ start }) => [localDate(start), formatTime(start)])).toEqual([
      ['2027-10-25', '9am'],
      ['2027-11-01', '9am'],
    ]);
    expect(plan.sessions[0]?.clinician).toBe('Dr A Shah');
    expect(startsOf(plan.sessions[1]!).map(formatTime)).toEqual(['9am', '9:20am', '9:40am']);
  });

  test.each<[string, Partial<PlanForm>, string]>([
    ['a day that no month has', { day: '31', month: '2', year: '2028' }, 'date'],
    ['29 February in a common year', { day: '29', month: '2', year: '2027' }, 'date'],
    ['words for a date', { day: 'Monday' }, 'date'],
    ['the past', { day: '20', time: '9am' }, 'date'],
    ['too far ahead', { year: '2029' }, 'date'],
    ['a time that is none', { time: '25:00' }, 'time'],
    ['13pm', { time: '13pm' }, 'time'],
    ['no length', { minutes: '' }, 'minutes'],
    ['a negative length', { minutes: '-20' }, 'minutes'],
    ['half a minute', { minutes: '12.5' }, 'minutes'],
    ['none', { count: '0' }, 'count'],
    ['past midnight', { time: '11pm', count: '4' }, 'count'],
    ['too many weeks', { weeks: '21' }, 'weeks'],
    ['too many at once', { time: '0:00', minutes: '20', count: '60', weeks: '4' }, 'weeks'],
    ['a name without end', { clinician: 'x'.repeat(81) }, 'clinician'],
    ['no mode', { mode: '' }, 'mode'],
  ])('%s is told at its field', (_, changed, field) => {
    expect(problemsOf(changed)).toContain(field);
  });

  test('29 February of a leap year is a date', () => {
    expect(problemsOf({ day: '29', month: '2', year: '2028' })).toEqual([]);
  });

  test('times are read as people write them', () => {
    expect(['9', '9am', '9:30', '1.30pm', '12am', '12pm', 'midday', '13:30'].map(readTime)).toEqual([
      540, 540, 570, 810, 0, 720, 720, 810,
    ]);
    expect(['', '9:60', '0pm', '24:00', 'nine'].map(readTime)).toEqual(Array(5).fill(undefined));
  });

  test('a session says how many of the same clinician’s times it would run over, and touching is not overlapping', () => {
    const plan = planTimes(form, now);
    const session = plan.kind === 'ready' ? plan.sessions[0] : undefined;
    const at = (minutes: number, clinician = 'Dr A Shah') => ({
      start: instantOf('2027-10-25', minutes),
      minutes: 20,
      clinician,
    });
    expect(overlapsOf(session!, [at(540), at(590), at(600), at(520), at(550, 'Someone else')])).toBe(2);
  });
});
