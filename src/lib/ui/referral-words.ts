/** What became of a referral beside its appointment, in words. */
import {
  formatDate,
  formatLocalDate,
  localDate,
  workingDaysAfter,
  type Instant,
} from '#lib/domain/instant.ts';
import type { LocalDate } from '#lib/domain/instant.ts';
import { asideWithinDays, type Priority } from '#lib/domain/priority.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import type { AsideReason, Contact, ContactOutcome, Offer } from '#lib/domain/referral.ts';
import type { Reader } from './offered-time.ts';
import { clockOrDay } from './uk-time.ts';

export const asideReason = {
  leftWithPatient: 'Left with the patient',
  noAnswer: 'The patient did not answer',
  thinking: 'The patient is thinking about it',
  noTimeSuits: 'No time suits the patient',
} as const satisfies Record<AsideReason, string>;

export const contactOutcome = {
  spoke: 'Spoke to the patient',
  leftMessage: 'Left a message',
  noAnswer: 'No answer',
  letter: 'Sent a letter',
} as const satisfies Record<ContactOutcome, string>;

/** How to a time for a patient without one. */
export const toTimes = (onlyByPhone: boolean): string => (onlyByPhone ? 'Book by phone' : 'Find a time');

/** The hospital's advice waits for the practice: also when the patient was told already, until somebody books, asks or offers anew. */
export const isSentBack = ({ place, tasks, referral }: ReferralView): boolean =>
  tasks.includes('returned') || (place === 'toBook' && referral.status.returned !== undefined);

/** Where the patient may choose. */
export const choiceWords = {
  anywhere: 'At any hospital that fits',
  shortlist: 'Only at the hospitals offered',
} as const satisfies Record<Offer['choice'], string>;

const contactSeenByPatient = {
  spoke: 'They spoke to you',
  leftMessage: 'They left you a message',
  noAnswer: 'They tried to ring you, and got no answer',
  letter: 'They sent you a letter',
} as const satisfies Record<ContactOutcome, string>;

/** Of the day on which somebody books, which is not the day of the appointment; a date follows. */
export const bookingDay = (isLate: boolean): string =>
  isLate ? 'The booking was to be made by' : 'The booking is to be made by';

/** "No answer, today at 2:02pm, Nora Bell": what a hospital did to reach the patient. */
export function contactWords({ outcome, at, byName }: Contact, now: Instant, reader: Reader): string {
  const what = reader === 'staff' ? contactOutcome[outcome] : contactSeenByPatient[outcome];
  return [what, clockOrDay(at, now), byName].filter(Boolean).join(', ');
}

export interface ReviewDay {
  readonly date: LocalDate;
  readonly label: string;
}

/** The days on which a referral set aside now may come back: working days, the first the next one. */
export function reviewDays(priority: Priority, now: Instant): readonly ReviewDay[] {
  const names: readonly (readonly [number, string])[] = [
    [1, 'The next working day'],
    [3, 'In 3 working days'],
    [5, 'In a week'],
    [10, 'In 2 weeks'],
    [20, 'In 4 weeks'],
  ];
  return names
    .filter(([days]) => days <= asideWithinDays[priority])
    .map(([days, name]) => {
      const at = workingDaysAfter(now, days);
      return { date: localDate(at), label: `${name}: ${formatDate(at)}` };
    });
}

/** "until Tuesday 24 November 2026" */
export const untilDay = (date: LocalDate) => `until ${formatLocalDate(date)}`;
