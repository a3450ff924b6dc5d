import { expect, test } from 'vitest';
import { cancelReasons, reasonsFor } from '#lib/domain/reasons.ts';
import { reasonGroups } from './clinic-reasons.ts';

const all = reasonsFor(cancelReasons, 'clinic', '2026-11-30');

test('one patient’s appointment: every reason that a clinic has is in one of the groups, once', () => {
  const offered = reasonGroups(all, 'appointment').flatMap(({ reasons }) => reasons);
  expect(offered.map(({ code }) => code).sort()).toEqual(all.map(({ code }) => code).sort());
});

test('times taken away: no reason that is about one patient, and no more than a person reads', () => {
  const offered = reasonGroups(all, 'times').flatMap(({ reasons }) => reasons);
  expect(offered.length).toBeGreaterThan(4);
  expect(offered.length).toBeLessThan(12);
  expect(offered.map(({ code }) => code)).not.toContain('REDIRECTED_AGE');
  expect(offered[0]?.display).toBe('Clinic cancelled');
  expect(offered.filter(({ display }) => /another appointment/.test(display))).toEqual([]);
});

test('no reason is written in shorthand', () => {
  for (const { display } of all) expect(display).not.toMatch(/\b(req|appt|pre-requisites)\b/i);
});
