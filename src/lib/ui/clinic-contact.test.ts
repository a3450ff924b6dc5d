import { describe, expect, test } from 'vitest';
import { instantOf, workingDaysAfter } from '#lib/domain/instant.ts';
import type { Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import { askedBecause, clinicsFor, contactDue, wayToArrange } from './clinic-contact.ts';

const at = (date: string, minutes = 600) =>
  contactDue(instantOf('2027-08-06', 1439), instantOf(date, minutes));

describe('the date by which a patient must hear from the hospital grows louder', () => {
  test('calm, then due, then overdue, and it never falls silent', () => {
    expect(at('2027-08-04')).toEqual({ level: 'calm', text: '' });
    expect(at('2027-08-05')).toEqual({ level: 'soon', text: 'Due tomorrow' });
    expect(at('2027-08-06')).toEqual({ level: 'soon', text: 'Due today' });
    expect(at('2027-08-07', 0)).toEqual({ level: 'overdue', text: 'Overdue by 1 day' });
    expect(at('2027-08-13')).toEqual({ level: 'overdue', text: 'Overdue by 7 days' });
    expect(at('2028-08-06')).toEqual({ level: 'veryOverdue', text: 'Overdue by 366 days' });
  });

  test('a date from the rule of working days is due on its own day, winter and summer', () => {
    for (const day of ['2027-03-26', '2027-10-29', '2027-06-01']) {
      const contactBy = workingDaysAfter(instantOf(day, 600), 1);
      expect(contactDue(contactBy, contactBy - 3_600_000).text).toBe('Due today');
    }
  });
});

describe('which clinics may see a patient who waits to hear', () => {
  const clinic = (id: string, clinicType: string, booking: Service['booking']) =>
    ({
      id,
      booking,
      specialty: 'CANCER',
      clinicTypes: [clinicType],
      priorities: ['TWO_WEEK_WAIT'],
      ageFrom: 0,
      ageTo: 120,
      sex: null,
    }) as unknown as Service;
  const lung = clinic('lung', 'LUNG', 'triage');
  const own = [clinic('bowel', 'BOWEL', 'direct'), lung, clinic('lung2', 'LUNG', 'direct')];
  const referral = {
    priority: 'TWO_WEEK_WAIT',
    specialty: 'CANCER',
    clinicType: 'LUNG',
    choice: 'anywhere',
    shortlist: ['lung'],
    patient: { birthDate: '1978-09-03', sex: 'male' },
  } as unknown as Referral;
  const names = (asked: Referral) =>
    clinicsFor(asked, lung.id, own, instantOf('2027-08-06')).map(({ id }) => id);

  test('a clinic of the same specialty for another thing is never offered, however many times it has', () => {
    expect(names(referral)).toEqual(['lung2', 'lung']);
  });

  test('a referral that is for its shortlist alone stays where it was sent', () => {
    expect(names({ ...referral, choice: 'shortlist' })).toEqual(['lung']);
  });
});

describe('how a patient who waits gets a time', () => {
  const clinic = (booking: Service['booking']) => ({ booking });

  test('a clinic that is booked by phone has none to give: its date is agreed on the phone', () => {
    expect(wayToArrange([clinic('phone')])).toBe('phone');
    expect(wayToArrange([clinic('triage')])).toBe('review');
  });

  test('another clinic of the hospital that may see the patient and gives times can be booked', () => {
    expect(wayToArrange([clinic('direct'), clinic('phone')])).toBe('book');
  });

  test('nothing is said to be impossible while the clinics are still on their way to this device', () => {
    expect(wayToArrange([])).toBe('book');
  });

  test('a clinic that is booked by phone was not asked because it had no times', () => {
    expect(askedBecause({ reason: 'noTimes' }, 'phone')).toBe('because the clinic is booked by phone');
    expect(askedBecause({ reason: 'noTimes' }, 'direct')).toBe('because it had no times available');
    expect(askedBecause({ reason: 'triage' }, 'triage')).toBe('to review the referral first');
  });
});
