/** The days on which clinics are held, and the dates that the world is told by. */
import { addDays, dayMs, instantOf, type Instant, type LocalDate } from '#lib/domain/instant.ts';
import { bankHolidays } from './tables.ts';

/** History begins so long before today that a routine patient's forty working days to be contacted can have run out. */
export const historyDays = 77;
/** Clinics open their times for so long ahead, and are topped up when less than `leastAheadDays` is left. */
export const aheadDays = 18 * 7;
export const leastAheadDays = 16 * 7;

/** 0 = Sunday … 6 = Saturday. */
export const weekdayOf = (date: LocalDate) => new Date(`${date}T00:00:00Z`).getUTCDay();

/** Monday to Friday and no bank holiday. Those after 2028 are not announced yet, and are taken for working days. */
export function isClinicDay(date: LocalDate): boolean {
  const weekday = weekdayOf(date);
  return weekday !== 0 && weekday !== 6 && !bankHolidays().has(date);
}

export function lastClinicDayBefore(date: LocalDate): LocalDate {
  let day = addDays(date, -1);
  while (!isClinicDay(day)) day = addDays(day, -1);
  return day;
}

export const mondayOf = (date: LocalDate) => addDays(date, -((weekdayOf(date) + 6) % 7));
export const sundayOf = (date: LocalDate) => addDays(mondayOf(date), 6);

/** The last day for which the world publishes times when it is made: always a Sunday, so that weeks are topped up whole. */
export const horizonOf = (today: LocalDate) => sundayOf(addDays(today, aheadDays));

/** From the first up to the second, both ends included. */
export function* daysFrom(first: LocalDate, last: LocalDate): Generator<LocalDate> {
  for (let day = first; day <= last; day = addDays(day, 1)) yield day;
}

export const daysBetween = (from: LocalDate, to: LocalDate) =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);

/** When the world's history begins: early in the morning of its first day. */
export const firstInstant = (today: LocalDate): Instant => instantOf(addDays(today, -historyDays), 6 * 60);

export const later = (a: LocalDate, b: LocalDate) => (a > b ? a : b);
export const earlier = (a: LocalDate, b: LocalDate) => (a < b ? a : b);
