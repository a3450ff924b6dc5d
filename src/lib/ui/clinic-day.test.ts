import { describe, expect, test } from 'vitest';
import { hourMs, instantOf } from '#lib/domain/instant.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { aReferral, anAppointment, aSlot, monday, refOf } from '#lib/domain/testing/samples.ts';
import { comingList, comingOn, goneOn, isSoon, mustRing } from './clinic-day.ts';

const viewOf = (n: number, history: ReferralView['history']) =>
  ({ referral: aReferral(n), history }) as unknown as ReferralView;
const today = '2026-11-23';
const at11 = aSlot(1, 5, { start: monday + 2 * hourMs });
const at12 = aSlot(1, 6, { start: monday + 3 * hourMs });
const tomorrow = aSlot(1, 9, { start: monday + 24 * hourMs });
const cancelled = { at: monday, by: 'clinic', reason: 'CLINIC_CANCELLED' } as const;

describe('whoever comes to a time that is gone', () => {
  test('a time taken away this morning leaves who comes, and stays to be seen by the desk', () => {
    const views = [
      viewOf(1, [anAppointment(1, at11, { status: 'cancelled', cancelled })]),
      viewOf(2, [anAppointment(2, at12)]),
    ];
    expect(comingOn(comingList(views), today).map(({ view }) => view.referral.ubrn)).toEqual([
      views[1]?.referral.ubrn,
    ]);
    expect(goneOn(views, today).map(({ view, start }) => [view.referral.ubrn, start])).toEqual([
      [views[0]?.referral.ubrn, at11.start],
    ]);
    expect(goneOn(views, '2026-11-24')).toEqual([]);
  });

  test('one who was moved to another day stands at the time they had, once', () => {
    const moved = { at: monday, by: 'patient', from: refOf(at11) } as const;
    const [gone, ...more] = goneOn([viewOf(1, [anAppointment(1, tomorrow, { moved })])], today);
    expect(gone?.start).toBe(at11.start);
    expect(more).toEqual([]);
  });
});

test('who comes before the practice can have told them is rung by the hospital: until the end of the next working day', () => {
  const friday = instantOf('2026-11-27', 600);
  expect(isSoon(instantOf('2026-11-27', 660), friday)).toBe(true);
  expect(isSoon(instantOf('2026-11-30', 1020), friday)).toBe(true);
  expect(isSoon(instantOf('2026-12-01', 540), friday)).toBe(false);
  expect(isSoon(instantOf('2026-11-27', 540), friday)).toBe(false);
});

test('of those who are no longer coming, the hospital rings whom it cancelled itself, and soon', () => {
  const goneBy = (by: 'clinic' | 'patient') => {
    const cancelledBy = { ...cancelled, by };
    const [gone] = goneOn(
      [viewOf(1, [anAppointment(1, at11, { status: 'cancelled', cancelled: cancelledBy })])],
      today,
    );
    if (!gone) throw new Error('nobody is gone');
    return gone;
  };
  expect(mustRing(goneBy('clinic'), monday)).toBe(true);
  expect(mustRing(goneBy('patient'), monday)).toBe(false);
  expect(mustRing(goneBy('clinic'), at11.start)).toBe(false);
});
