import { expect, test } from 'vitest';
import { ClockWatch } from './clock-watch.ts';
import type { LogFields } from './log.ts';

const monday = Date.UTC(2026, 11, 7, 9);

function watched() {
  const said: LogFields[] = [];
  const time = { now: monday, elapsed: 5 };
  return {
    said,
    time,
    watch: (lastEntryAt: number) =>
      new ClockWatch(
        {
          clock: () => time.now,
          elapsed: () => time.elapsed,
          log: (level, event, fields = {}) => void said.push({ level, event, ...fields }),
        },
        lastEntryAt,
      ),
  };
}

test('a clock that runs on, or is put right by a little, is no news', () => {
  const { said, time, watch } = watched();
  const looking = watch(monday);
  for (const step of [30_000, 33_000, 27_000, 30_000]) {
    time.now += step;
    time.elapsed += 30_000;
    looking.look();
  }
  expect(said).toEqual([]);
});

test('a jump is said once, which way and how far; so is a start behind the ledger', () => {
  const { said, time, watch } = watched();
  const looking = watch(monday + 90_000);
  time.now += 3_600_000;
  looking.look();
  time.elapsed += 30_000;
  time.now += 30_000;
  looking.look();
  time.elapsed += 30_000;
  time.now -= 60_000;
  looking.look();
  expect(said).toEqual([
    { level: 'error', event: 'clock', message: 'behind the last entry of the ledger', seconds: 90 },
    {
      level: 'error',
      event: 'clock',
      message: 'went forward: it was set, or the machine slept',
      seconds: 3600,
    },
    { level: 'error', event: 'clock', message: 'was set back', seconds: 90 },
  ]);
});
