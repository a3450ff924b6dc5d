import { expect, test } from 'vitest';
import { dayMs, instantOf } from '#lib/domain/instant.ts';
import { arrangedDays } from './arranged-days.ts';

const now = instantOf('2026-11-30', 12 * 60);

test('not before the patient was referred, and not longer ago than anybody looks back', () => {
  expect(arrangedDays({ referredAt: now - 6 * dayMs }, now)[0]).toBe('2026-11-24');
  expect(arrangedDays({ referredAt: now - 300 * dayMs }, now)[0]).toBe('2026-10-31');
});

test('a year ahead, which the ledger takes as well: a slip of the finger in the year is further', () => {
  const [, last] = arrangedDays({ referredAt: now }, now);
  expect(last).toBe('2027-12-01');
  expect(instantOf(last) - now).toBeLessThan(400 * dayMs);
});
