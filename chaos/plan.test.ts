import { expect, test } from 'vitest';
import { outagesOf, troublesOf, wishesOf } from './plan.ts';

const habit = { everyMs: 2_000, wants: { referral: 3, attention: 1 } };

test('a seed fixes who sets out to do what when, and each person has luck of their own', () => {
  const wishes = wishesOf(7, 'city.d1', 5, habit);
  expect(wishes.length).toBeGreaterThan(50);
  expect(wishesOf(7, 'city.d1', 5, habit)).toEqual(wishes);
  expect(wishesOf(7, 'city.d2', 5, habit)).not.toEqual(wishes);
  expect(wishesOf(8, 'city.d1', 5, habit)).not.toEqual(wishes);
  expect(new Set(wishes.map(({ want }) => want))).toEqual(new Set(['referral', 'attention']));
});

test('a longer run begins as a shorter one does', () => {
  const short = wishesOf(7, 'city.d1', 2, habit);
  expect(wishesOf(7, 'city.d1', 10, habit).slice(0, short.length)).toEqual(short);
});

test('one trouble at a time befalls a line, and no power goes where there is none', () => {
  const troubles = troublesOf(3, 'city.d1', 10, 12_000, true);
  expect(troubles.map(({ kind }) => kind)).toContain('kill');
  for (const [index, { atMs }] of troubles.entries()) {
    const before = troubles[index - 1];
    if (before) expect(atMs).toBeGreaterThan(before.atMs + before.forMs);
  }
  expect(troublesOf(3, 'city.http', 10, 12_000, false).map(({ kind }) => kind)).not.toContain('kill');
});

test('the server stands again before it is killed again', () => {
  const outages = outagesOf(3, 10, 35_000);
  expect(outages.length).toBeGreaterThan(5);
  for (const [index, { atMs }] of outages.entries()) {
    const before = outages[index - 1];
    if (before) expect(atMs - before.atMs - before.forMs).toBeGreaterThan(3_000);
  }
});
