import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickAlternatives } from './alternatives.ts';
import { hourMs } from './instant.ts';
import { aSlot, monday } from './testing/samples.ts';

const hours = (service: number, ...ns: number[]) =>
  ns.map((n) => aSlot(service, n, { start: monday + n * hourMs }));

describe('other times for a wish that is gone', () => {
  it('are the nearest of the same service, then the earliest of each other one, in order of time', () => {
    const picked = pickAlternatives(
      monday + 10 * hourMs,
      hours(1, 1, 8, 9, 11, 30),
      [hours(2, 5, 2), hours(3, 4)],
      5,
    );
    expect(picked.map(({ service, ordinal }) => `${service} ${ordinal}`)).toEqual([
      'svc-1 8',
      'svc-1 9',
      'svc-1 11',
      'svc-2 2',
      'svc-3 4',
    ]);
  });

  it('fill up from the same service when there are no others, and the other way round', () => {
    expect(pickAlternatives(monday, hours(1, 1, 2, 3, 4, 5, 6), [], 5)).toHaveLength(5);
    expect(pickAlternatives(monday, [], [hours(2, 1), [], hours(3, 2)], 5)).toHaveLength(2);
  });

  it('never more than asked for, never one twice, never one that was not offered', () => {
    const slots = fc.uniqueArray(fc.nat(50), { maxLength: 8 });
    fc.assert(
      fc.property(
        slots,
        fc.array(slots, { maxLength: 6 }),
        fc.nat(50),
        fc.nat(6),
        (same, others, near, max) => {
          const offered = [hours(1, ...same), ...others.map((ns, i) => hours(2 + i, ...ns))];
          const picked = pickAlternatives(monday + near * hourMs, offered[0] ?? [], offered.slice(1), max);
          expect(picked.length).toBeLessThanOrEqual(max);
          expect(new Set(picked).size).toBe(picked.length);
          for (const slot of picked) expect(offered.flat()).toContain(slot);
        },
      ),
    );
  });
});
