import { describe, expect, it } from 'vitest';
import { askedDay } from './asked-day.ts';

describe('a day in an address', () => {
  it('is a day of the calendar', () => {
    expect(askedDay('2027-03-05')).toBe('2027-03-05');
    expect(askedDay('2028-02-29')).toBe('2028-02-29');
  });

  it.each([
    null,
    '',
    'today',
    '2027-02-31',
    '2027-13-01',
    '0027-03-05',
    '+012027-03-05',
    '2027-03-05-1',
    '-',
  ])('%s is none', (text) => {
    expect(askedDay(text)).toBeUndefined();
  });
});
