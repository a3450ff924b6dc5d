import { expect, test } from 'vitest';
import { minuteMs } from '#lib/domain/instant.ts';
import { Pace } from './pace.ts';

function paced(aMinute: number) {
  const time = { now: 5_000 };
  const pace = new Pace(aMinute, () => time.now);
  const take = (key: string, count: number) => Array.from({ length: count }, () => pace.take(key));
  return { time, take };
}

test('so many at once, then as many as come back with time; whoever asks too soon hears when, and loses nothing', () => {
  const { time, take } = paced(60);
  expect(take('desk', 60)).toEqual(Array.from({ length: 60 }, () => 0));
  expect(take('desk', 3)).toEqual([1_000, 1_000, 1_000]);
  time.now += 750;
  expect(take('desk', 1)).toEqual([250]);
  time.now += 250;
  expect(take('desk', 2)).toEqual([0, 1_000]);
  time.now += 10 * minuteMs;
  expect(take('desk', 61).filter((ms) => ms === 0)).toHaveLength(60);
});

test('one does not wait for another', () => {
  const { take } = paced(60);
  take('busy', 100);
  expect(take('calm', 1)).toEqual([0]);
});
