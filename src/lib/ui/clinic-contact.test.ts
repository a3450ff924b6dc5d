import { describe, expect, test } from 'vitest';
import { instantOf, workingDaysAfter } from '#lib/domain/instant.ts';
import { contactDue } from './clinic-contact.ts';

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
