import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allClose, closeTo, otherTimes, type PatientTime } from './close-times.ts';
import { hourMs, minuteMs } from './instant.ts';
import { project, type HeldClaim } from './project.ts';
import { nothingArranged } from './referral.ts';
import {
  aReferral,
  aSlot,
  anAppointment,
  bookClaim,
  claimIdOf,
  monday,
  serviceIdOf,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';
import { emptyTruth } from './truth.ts';

const noon = monday + 3 * hourMs;
const at = (start: number, minutes = 30): PatientTime => ({
  ubrn: ubrnAt(2),
  service: serviceIdOf(1),
  start,
  minutes,
  is: 'booked',
});

describe('two times of a patient', () => {
  it.each([
    ['at the same time', 0, 'overlap'],
    ['one begins before the other ends', 29, 'overlap'],
    ['the second begins as the first ends', 30, 'near'],
    ['a minute less than two hours between', 30 + 119, 'near'],
    ['two hours between', 30 + 120, 'far'],
    ['a day apart', 24 * 60, 'far'],
  ])('%s', (_what, minutes, is) => {
    const other = at(noon + minutes * minuteMs);
    const [close] = closeTo({ start: noon, minutes: 30 }, [other]);
    expect(close ? (close.isOverlap ? 'overlap' : 'near') : 'far').toBe(is);
  });

  it('whichever of them is asked about, the answer is the same', () => {
    const span = fc.record({
      start: fc.integer({ min: 0, max: 600 }),
      minutes: fc.integer({ min: 5, max: 240 }),
    });
    fc.assert(
      fc.property(span, span, (a, b) => {
        const [one, two] = [at(a.start * minuteMs, a.minutes), at(b.start * minuteMs, b.minutes)];
        expect(closeTo(one, [two])[0]?.isOverlap).toBe(closeTo(two, [one])[0]?.isOverlap);
      }),
    );
  });
});

/** Referrals 1 and 2 are one patient's, referral 3 is somebody else's. */
const town = () => smallWorld().add(aReferral(2, { patient: aReferral(1).patient }));
const view = (world: SmallWorld, claims: readonly HeldClaim[] = [], now = world.now) =>
  project({ ...emptyTruth, ...world }, claims, now);
const ubrns = (world: SmallWorld, claims?: readonly HeldClaim[], now?: number) =>
  [...allClose(view(world, claims, now).referrals, now ?? world.now).keys()].sort();

describe('what a practice knows of its patients', () => {
  it('two appointments of one patient are close for both referrals; of two patients for neither', () => {
    const near = [anAppointment(1, aSlot(1, 0)), anAppointment(2, aSlot(2, 1))];
    expect(ubrns(town().add(...near))).toEqual([ubrnAt(1), ubrnAt(2)]);
    expect(ubrns(smallWorld().add(...near))).toEqual([]);
    expect(ubrns(town().add(anAppointment(1, aSlot(1, 0)), anAppointment(2, aSlot(2, 3))))).toEqual([]);
  });

  it('what is asked for and not answered counts; what is cancelled or past does not', () => {
    const world = town().add(anAppointment(1, aSlot(1, 0)));
    const asked: HeldClaim = {
      claim: bookClaim(2, [aSlot(2, 4), aSlot(2, 1)]),
      status: { state: 'waiting' },
      isCalledOff: false,
    };
    expect(ubrns(world, [asked])).toEqual([ubrnAt(1), ubrnAt(2)]);
    expect(allClose(view(world, [asked]).referrals, world.now).get(ubrnAt(1))).toMatchObject([
      { ubrn: ubrnAt(2), start: aSlot(2, 1).start, is: 'asked', isOverlap: false },
    ]);
    const near = anAppointment(2, aSlot(2, 1));
    expect(ubrns(town().add(anAppointment(1, aSlot(1, 0)), { ...near, status: 'cancelled' }))).toEqual([]);
    const after = aSlot(2, 1).start + 1;
    expect(ubrns(town().add(anAppointment(1, aSlot(1, 0)), near), [], after)).toEqual([]);
  });

  it('what was arranged by phone counts; what was called off does not', () => {
    const arranged = {
      at: monday,
      byName: 'Rita',
      claim: claimIdOf(9),
      service: serviceIdOf(2),
      start: aSlot(1, 0).start + 90 * minuteMs,
    };
    const world = town().add(
      aReferral(2, { patient: aReferral(1).patient, status: { ...nothingArranged, arranged } }),
      anAppointment(1, aSlot(1, 0)),
    );
    expect(allClose(view(world).referrals, world.now).get(ubrnAt(1))).toMatchObject([
      { ubrn: ubrnAt(2), is: 'arranged', isOverlap: false },
    ]);
    const calledOff: HeldClaim = {
      claim: bookClaim(2, [aSlot(2, 0)]),
      status: { state: 'sent', at: monday, attempts: 1, isSending: true },
      isCalledOff: true,
    };
    expect(ubrns(town().add(anAppointment(1, aSlot(1, 0))), [calledOff])).toEqual([]);
  });

  it('where nobody knows how long one takes, it is not said to overlap, unless both begin together', () => {
    const unknown = (start: number) => ({ ...at(start), minutes: null });
    expect(closeTo(at(noon), [unknown(noon - 30 * minuteMs)])[0]?.isOverlap).toBe(false);
    expect(closeTo(at(noon), [unknown(noon)])[0]?.isOverlap).toBe(true);
  });

  it('while choosing, a time is held against the other referrals of that patient, never its own', () => {
    const world = town().add(anAppointment(1, aSlot(1, 0)), anAppointment(2, aSlot(2, 0)));
    const { referrals, byUbrn } = view(world);
    const one = byUbrn.get(ubrnAt(1));
    if (!one) throw new Error('no referral');
    expect(otherTimes(one, referrals, world.now).map(({ ubrn }) => ubrn)).toEqual([ubrnAt(2)]);
  });
});
