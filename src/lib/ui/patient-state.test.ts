import { describe, expect, test } from 'vitest';
import type { Appointment } from '#lib/domain/appointment.ts';
import { dayMs } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { HeldClaim, ReferralView } from '#lib/domain/project.ts';
import type { Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import { canChange, forWhom, howToBook, isOver, patientHeadline, patientState } from './patient-state.ts';

const now = 1_000_000;
// Only what the functions read; the rest of a view is another module's concern.
const view = (part: object): ReferralView =>
  ({
    referral: { status: { state: 'open', closed: null, deferral: null } },
    place: 'toBook',
    history: [],
    notices: [],
    open: undefined,
    ...part,
  }) as unknown as ReferralView;
const appointment = (status: Appointment['status'], start = now + 1): Appointment =>
  ({ status, slot: { start } }) as Appointment;
const headline = (part: object) => patientHeadline(patientState(view(part), now), view(part));
const waiting = (kind: string) => ({ claim: { intent: { kind } } }) as HeldClaim;

describe('what a patient is told first', () => {
  test('a request that waits is never called booked', () => {
    expect(headline({ open: waiting('book') })).toBe('Not booked yet');
  });

  test('a booked appointment stays booked while a move or a cancellation waits', () => {
    for (const kind of ['move', 'cancel']) {
      const part = { place: 'booked', appointment: appointment('booked'), open: waiting(kind) };
      expect(headline(part)).toBe('Your appointment is booked');
    }
  });

  test('a change made by others is the heading until it was seen', () => {
    const part = { place: 'booked', appointment: appointment('booked') };
    expect(headline({ ...part, notices: [{ event: 'moved' }] })).toBe('Your appointment has changed');
    expect(headline({ notices: [{ event: 'refused' }] })).toBe('Not booked: choose another time');
    expect(headline({ notices: [{ event: 'changed' }] })).toBe('Your appointment is not booked any more');
  });

  test('a cancelled or missed appointment is named, and a new one can be chosen', () => {
    expect(headline({ history: [appointment('cancelled')] })).toBe('Your appointment is cancelled');
    expect(headline({ history: [appointment('noshow')] })).toBe('You missed your appointment');
  });

  test('the hospital is late from the instant after the day it had', () => {
    const status = (contactBy: number) => ({
      referral: { status: { state: 'open', closed: null, deferral: { contactBy } } },
    });
    expect(headline(status(now))).toBe('The hospital will contact you');
    expect(headline(status(now - 1))).toBe('The hospital is late to contact you');
  });

  test('word of a booking that was cancelled or moved since is over, and is never read as what is so', () => {
    const slot = (start: number) => ({ service: 'a', ordinal: 1, start, print: '00000000' });
    const booked = { event: 'booked', slot: slot(now) } as unknown as Notice;
    const held = (start: number) => view({ appointment: { slot: slot(start) } });
    expect(isOver(booked, held(now))).toBe(false);
    expect(isOver(booked, held(now + 1))).toBe(true);
    expect(isOver(booked, view({}))).toBe(true);
    expect(isOver({ ...booked, event: 'cancelled' }, view({}))).toBe(false);
  });

  test('what was arranged by phone is named as that, and never called booked', () => {
    const status = (start: number) => ({
      referral: { status: { state: 'open', closed: null, deferral: null, arranged: { start } } },
    });
    expect(headline(status(now + 1))).toBe('Your appointment was arranged by phone');
    expect(headline(status(now))).toBe('Your appointment was today');
    expect(headline(status(now - dayMs))).toBe('Your appointment was on an earlier day');
  });

  test('a time of today that has begun is of today', () => {
    const past = (start: number) =>
      headline({ place: 'attendanceDue', appointment: appointment('booked', start) });
    expect(past(now)).toBe('Your appointment was today');
    expect(past(now - dayMs)).toBe('Your appointment was on an earlier day');
  });

  test('that messages had stopped by mistake changes nothing of what is booked', () => {
    const part = { place: 'booked', appointment: appointment('booked') };
    const notices = [{ event: 'changed', about: 'notDied' }];
    expect(headline({ ...part, notices })).toBe('Your appointment is booked');
    expect(headline({ notices })).toBe('Choose your appointment');
  });

  test('where there are no times to choose from, the heading asks for none', () => {
    const said = (how: 'choose' | 'ring' | 'ask', name = '') =>
      patientHeadline(patientState(view({}), now), view({}), name, how);
    expect(said('ring')).toBe('Ring to book your appointment');
    expect(said('ring', 'Sam Archer')).toBe('Ring to book Sam Archer’s appointment');
    expect(said('ask')).toBe('Your appointment is not booked yet');
    const booking = (...kinds: string[]) => {
      const referral = { choice: 'shortlist', shortlist: kinds } as unknown as Referral;
      return howToBook(referral, (id) => ({ booking: id }) as unknown as Service);
    };
    expect([booking('phone'), booking('phone', 'direct'), booking('triage'), booking()]).toEqual([
      'ring',
      'choose',
      'ask',
      'choose',
    ]);
  });

  test('sent back by the hospital: the practice has to act, not the patient', () => {
    const returned = { notices: [{ event: 'changed', about: 'returned' }] };
    expect(headline(returned)).toBe('Your GP practice has to look at this again');
  });

  test('what a hospital sent back is not to be chosen by the patient, whatever was seen since', () => {
    const sentBack = { referral: { status: { state: 'open', closed: null, deferral: null, returned: {} } } };
    expect(headline(sentBack)).toBe('Your GP practice has to look at this again');
    expect(headline({ ...sentBack, notices: [{ event: 'refused' }] })).toBe('Not booked');
    expect(headline({ ...sentBack, history: [appointment('cancelled')] })).toBe(
      'Your appointment is cancelled',
    );
  });

  test('nothing can be changed once it has begun, or the patient has arrived', () => {
    const state = (part: object) => patientState(view({ place: 'booked', ...part }), now);
    expect(canChange(state({ appointment: appointment('booked') }), now)).toBe(true);
    expect(canChange(state({ appointment: appointment('booked', now) }), now)).toBe(false);
    expect(canChange(state({ appointment: appointment('arrived') }), now)).toBe(false);
  });
});

describe('what somebody who signed in for the patient is told first', () => {
  const stages: readonly object[] = [
    { place: 'booked', appointment: appointment('booked') },
    { place: 'booked', appointment: appointment('booked'), notices: [{ event: 'moved' }] },
    { place: 'attendanceDue', appointment: appointment('booked', now - 1) },
    { place: 'seen', appointment: appointment('fulfilled', now - 1) },
    { referral: { status: { deferral: { contactBy: now + 1 } } } },
    { referral: { status: { deferral: { contactBy: now - 1 } } } },
    { referral: { status: { deferral: null, arranged: { start: now + 1 } } } },
    { notices: [{ event: 'changed' }] },
    { history: [appointment('cancelled')] },
    { history: [appointment('noshow')] },
    {},
  ];

  test.each(stages)('names the patient and says neither "you" nor "your": %j', (part) => {
    const said = patientHeadline(patientState(view(part), now), view(part), 'Sam Archer');
    expect(said).toMatch(/Sam Archer/);
    expect(said).not.toMatch(/\byour?\b/i);
    expect(headline(part)).not.toMatch(/Sam/);
  });
});

test('no device knows the name of a restricted patient: a sentence about them begins with a capital all the same', () => {
  const referral = (patient: object) => ({ patient }) as never;
  const sam = { nhsNumber: '9434765919', givenName: 'Sam', familyName: 'Archer' };
  expect(forWhom(true, referral(sam))).toBe('Sam Archer');
  expect(forWhom(undefined, referral(sam))).toBe('');
  expect(forWhom(true, undefined)).toBe('');
  const name = forWhom(true, referral({ ...sam, nhsNumber: '0000000000' }));
  expect(name).toBe('the patient');
  const seen = view({ place: 'seen', appointment: appointment('fulfilled') });
  expect(patientHeadline(patientState(seen, now), seen, name)).toBe('The patient has been seen');
});
