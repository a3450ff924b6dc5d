import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusSchema, transitions, type Actor, type Appointment } from './appointment.ts';
import { addDays, dayMs, instantOf, localDate, type Instant, type LocalDate } from './instant.ts';
import type { Notice } from './notice.ts';
import { bookBy, nothingArranged, type Arranged, type Aside, type Referral } from './referral.ts';
import {
  aReferral,
  aSlot,
  anAppointment,
  claimIdOf,
  monday,
  receptionist,
  serviceIdOf,
  ubrnAt,
} from './testing/samples.ts';
import { compareWork, dueBy, place, taskOf, type Place, type Work } from './worklist.ts';

const by = { at: monday, byName: 'Rita', claim: claimIdOf(1) };
const asideUntil = (reviewOn: LocalDate): Aside => ({ ...by, why: 'thinking', reviewOn });
const arrangedAt = (start: Instant): Arranged => ({ ...by, service: serviceIdOf(5), start });

const around = fc.integer({ min: monday - 30 * dayMs, max: monday + 30 * dayMs });
const appointment: fc.Arbitrary<Appointment> = fc
  .record({ n: fc.nat(9), start: around, status: fc.constantFrom(...statusSchema.options) })
  .map(({ n, start, status }) => anAppointment(n, aSlot(1, n, { start }), { ubrn: ubrnAt(1), status }));
const referral: fc.Arbitrary<Referral> = fc
  .record({
    n: fc.nat(99),
    state: fc.constantFrom('open' as const, 'closed' as const),
    contactBy: fc.option(around),
    reviewAt: fc.option(around),
    arrangedFor: fc.option(around),
    priority: fc.constantFrom('routine' as const, 'urgent' as const, 'TWO_WEEK_WAIT' as const),
    referredAt: around,
  })
  .map(({ n, state, contactBy, reviewAt, arrangedFor, priority, referredAt }) =>
    aReferral(n, {
      priority,
      referredAt,
      status: {
        state,
        closed: state === 'closed' ? { reason: 'RAISED_IN_ERROR', at: monday } : null,
        deferral:
          contactBy === null ? null : { service: serviceIdOf(1), at: monday, contactBy, reason: 'noTimes' },
        ...(reviewAt === null ? {} : { aside: asideUntil(localDate(reviewAt)) }),
        ...(arrangedFor === null ? {} : { arranged: arrangedAt(arrangedFor) }),
      },
    }),
  );

const notice = (over: Partial<Notice>): Notice => ({
  id: 'n' as Notice['id'],
  scope: receptionist.scope,
  ubrn: ubrnAt(1),
  event: 'booked',
  by: 'practice',
  at: monday,
  claim: claimIdOf(1),
  tell: true,
  appointment: null,
  slot: null,
  was: null,
  code: null,
  reason: null,
  attempts: 0,
  done: null,
  ...over,
});

describe('every referral has a place (I10)', () => {
  it('exactly one, whatever its state; an open one is never “closed”', () => {
    const places: Place[] = [
      'toBook',
      'contactOverdue',
      'withHospital',
      'booked',
      'attendanceDue',
      'seen',
      'closed',
      'setAside',
      'arranged',
      'arrangedPast',
    ];
    fc.assert(
      fc.property(referral, fc.array(appointment, { maxLength: 4 }), around, (one, appointments, now) => {
        const where = place(one, appointments, now);
        expect(places).toContain(where);
        expect(where === 'closed').toBe(one.status.state === 'closed');
        expect(Number.isSafeInteger(dueBy(one, appointments[0]))).toBe(true);
      }),
    );
  });

  const open = aReferral(1);
  const deferred = (contactBy: number) =>
    aReferral(1, {
      status: {
        state: 'open',
        closed: null,
        deferral: { service: serviceIdOf(1), at: monday, contactBy, reason: 'noTimes' },
      },
    });
  const aside = (days: number) =>
    aReferral(1, { status: { ...nothingArranged, aside: asideUntil(addDays(localDate(monday), days)) } });
  const arranged = (start: Instant) =>
    aReferral(1, { status: { ...nothingArranged, arranged: arrangedAt(start) } });
  const at = (start: number, over: Partial<Appointment> = {}) => [
    anAppointment(1, aSlot(1, 0, { start }), over),
  ];
  it.each<[string, Referral, readonly Appointment[], Place]>([
    ['nobody booked it', open, [], 'toBook'],
    ['cancelled', open, at(monday + dayMs, { status: 'cancelled' }), 'toBook'],
    ['missed', open, at(monday - dayMs, { status: 'noshow' }), 'toBook'],
    ['booked', open, at(monday + 1), 'booked'],
    ['here already', open, at(monday - 1, { status: 'arrived' }), 'booked'],
    ['came, and nobody said what then', open, at(monday - dayMs, { status: 'arrived' }), 'attendanceDue'],
    ['past, and nobody said', open, at(monday), 'attendanceDue'],
    ['seen', open, at(monday - dayMs, { status: 'fulfilled' }), 'seen'],
    ['with the hospital', deferred(monday), [], 'withHospital'],
    ['the hospital is late', deferred(monday - 1), [], 'contactOverdue'],
    ['set aside until tomorrow', aside(1), [], 'setAside'],
    ['set aside until today: back on its day', aside(0), [], 'toBook'],
    ['set aside, and the patient booked', aside(1), at(monday + dayMs), 'booked'],
    ['arranged by phone', arranged(monday + 1), [], 'arranged'],
    ['arranged by phone, and past', arranged(monday), [], 'arrangedPast'],
    [
      'missed, then asked of the hospital',
      deferred(monday - 1),
      at(monday - dayMs, { status: 'noshow' }),
      'contactOverdue',
    ],
  ])('%s', (_what, one, appointments, where) => {
    expect(place(one, appointments, monday)).toBe(where);
  });

  it('is due at the appointment, else when the hospital must call, else when somebody should have booked', () => {
    expect(dueBy(deferred(monday + 5), at(monday + 9)[0])).toBe(monday + 9);
    expect(dueBy(deferred(monday + 5), undefined)).toBe(monday + 5);
    expect(dueBy(open, undefined)).toBe(bookBy(open));
    expect(dueBy(aside(3), undefined)).toBe(instantOf(addDays(localDate(monday), 3)));
    expect(dueBy(arranged(monday + 7), undefined)).toBe(monday + 7);
  });
});

describe('the order of a list', () => {
  it('is total: it never jumps', () => {
    const work = fc.record({
      referral,
      due: around,
      place: fc.constantFrom<Place>('toBook', 'booked', 'closed'),
      history: fc.array(appointment, { maxLength: 2 }),
      hasBadNews: fc.boolean(),
    });
    fc.assert(
      fc.property(work, work, work, (a, b, c) => {
        expect(Math.sign(compareWork(a, b)) + Math.sign(compareWork(b, a))).toBe(0);
        expect(compareWork(a, a)).toBe(0);
        if (compareWork(a, b) <= 0 && compareWork(b, c) <= 0)
          expect(compareWork(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('puts suspected cancer before urgent before routine, however late the routine one is', () => {
    const work = (['routine', 'urgent', 'TWO_WEEK_WAIT'] as const).map((priority, n) => ({
      referral: aReferral(n, { priority }),
      place: 'toBook' as const,
      history: [],
      hasBadNews: n === 0,
      due: monday + n * dayMs,
    }));
    expect(work.sort(compareWork).map(({ referral: { priority } }) => priority)).toEqual([
      'TWO_WEEK_WAIT',
      'urgent',
      'routine',
    ]);
  });

  it('puts whoever lost a time, or has to be told so, before those who never had one, and what is closed behind them all', () => {
    const lost = (by: Actor) => [
      anAppointment(1, aSlot(1, 0), { status: 'cancelled', cancelled: { at: monday, by, reason: 'OTHER' } }),
    ];
    const work = (due: number, about: Partial<Work>): Work => ({
      referral: aReferral(due),
      place: 'toBook',
      history: [],
      hasBadNews: false,
      due: monday + due * dayMs,
      ...about,
    });
    const list = [
      work(1, { place: 'closed' }),
      work(2, {}),
      work(3, { place: 'booked', hasBadNews: true }),
      work(4, { history: lost('practice') }),
      work(5, { history: lost('patient') }),
      // Told or not, it has no time.
      work(6, { history: lost('clinic') }),
      work(7, { hasBadNews: true }),
      // Nobody has told the patient, who would come in vain.
      work(8, { place: 'closed', hasBadNews: true }),
    ];
    expect(list.sort(compareWork).map(({ due }) => (due - monday) / dayMs)).toEqual([6, 7, 8, 2, 3, 4, 5, 1]);
  });
});

describe('what a notice asks of its reader', () => {
  it.each([
    [{ event: 'booked' }, 'tellPatient'],
    [{ event: 'moved', tell: false }, 'changed'],
    [{ event: 'refused' }, 'refused'],
    [{ event: 'cancelled' }, 'cancelled'],
    [{ event: 'changed' }, 'changed'],
    [{ done: { at: monday, byName: 'A', how: 'phone' } }, undefined],
  ] as const)('%j is %s', (over, task) => {
    expect(taskOf(notice(over))).toBe(task);
  });
});

describe('the state machine', () => {
  it('leads out of no state that is an end, and back into none that was left', () => {
    expect(Object.keys(transitions)).toEqual(statusSchema.options);
    for (const end of ['fulfilled', 'noshow', 'cancelled'] as const) expect(transitions[end]).toEqual({});
    expect(Object.values(transitions.arrived)).not.toContain('booked');
    expect(transitions.arrived).not.toHaveProperty('cancel');
  });
});
