/**
 * Instants are milliseconds since 1970 UTC. People see them as UK time, whatever zone the device is in.
 * Nothing here reads a clock.
 */
import { z } from './zod.ts';

/** Milliseconds since 1970-01-01T00:00Z; whole, and before the year 9999, so that every one can be written as a date. */
export type Instant = number;
export const instantMax = Date.UTC(9999, 0, 1);
export const instantSchema = z.int().check(z.minimum(0), z.maximum(instantMax));

/** Calendar date in the UK, "2026-08-06". */
export type LocalDate = string;
export const localDateSchema = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/));

/** A date as three fields hold it, day first; undefined unless the calendar has it. */
export function readLocalDate(typed: {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}): LocalDate | undefined {
  const [day = '', month = '', year = ''] = [typed.day, typed.month, typed.year].map((part) => part.trim());
  if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^[1-9]\d{3}$/.test(year)) return undefined;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!localDateSchema.safeParse(date).success) return undefined;
  // The 31st of February passes the pattern and not the calendar.
  return new Date(`${date}T00:00:00Z`).getUTCDate() === Number(day) ? date : undefined;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const zone = 'Europe/London';
const partsFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  hourCycle: 'h23',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
/** British Summer Time runs from the last Sunday of March, 01:00 UTC, to the last Sunday of October, 01:00 UTC. */
export function isSummerTime(at: Instant): boolean {
  const { from, to } = summerOf(new Date(at).getUTCFullYear());
  return at >= from && at < to;
}

const summers = new Map<number, { readonly from: Instant; readonly to: Instant }>();

/** Asked of every time on every screen, and always of the same few years. */
function summerOf(year: number): { readonly from: Instant; readonly to: Instant } {
  const known = summers.get(year);
  if (known) return known;
  const summer = { from: lastSundayAt1(year, 2), to: lastSundayAt1(year, 9) };
  summers.set(year, summer);
  return summer;
}

function lastSundayAt1(year: number, month: number): Instant {
  const lastDay = new Date(Date.UTC(year, month + 1, 0, 1));
  return lastDay.getTime() - lastDay.getUTCDay() * dayMs;
}

/** UK wall clock as minutes since midnight, 0 to 1439. */
export function localMinutes(at: Instant): number {
  const local = new Date(at + (isSummerTime(at) ? hourMs : 0));
  return local.getUTCHours() * 60 + local.getUTCMinutes();
}

export function localDate(at: Instant): LocalDate {
  return dateOf(localDay(at));
}

/** The UK's calendar day, as that day's midnight in UTC. */
const localDay = (at: Instant) => Math.floor((at + (isSummerTime(at) ? hourMs : 0)) / dayMs) * dayMs;

const dates = new Map<number, LocalDate>();
/** More days than any list names. */
const datesMax = 2_000;

/** Asked of every line of every list, and always of the same few days. */
function dateOf(day: number): LocalDate {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = new Date(day).toISOString().slice(0, 10);
  if (dates.size >= datesMax) dates.clear();
  dates.set(day, date);
  return date;
}

/** 0 = Sunday … 6 = Saturday, in the UK. */
export function localWeekday(at: Instant): number {
  return new Date(at + (isSummerTime(at) ? hourMs : 0)).getUTCDay();
}

/** The instant of a UK wall-clock time. In the hour that October has twice it is the first; in March's missing hour, an hour on. */
export function instantOf(date: LocalDate, minutes = 0): Instant {
  return instantOfClock(Date.parse(`${date}T00:00:00Z`) + minutes * minuteMs);
}

/** `asUtc`: what the clock on the wall shows, read as if it were UTC. */
function instantOfClock(asUtc: number): Instant {
  const asSummer = asUtc - hourMs;
  return isSummerTime(asSummer) ? asSummer : asUtc;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/**
 * The end of the n-th weekday after `from`. Bank holidays count as working days, as e-RS counts them here:
 * the earlier date is the safer.
 */
export function workingDaysAfter(from: Instant, days: number): Instant {
  // Counted in days of 24 hours and not in dates: every worklist asks this of each referral.
  let day = localDay(from);
  let weekday = new Date(day).getUTCDay();
  for (let left = days; left > 0;) {
    day += dayMs;
    weekday = (weekday + 1) % 7;
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return instantOfClock(day + dayMs) - 1;
}

/** Whole years from a birth date to the UK date of an instant; the 29th of February counts as the 1st of March. */
export function ageAt(birthDate: LocalDate, at: Instant): number {
  const today = localDate(at);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** "Thursday 6 August 2026, 5:30pm" */
export function formatInstant(at: Instant): string {
  return `${formatDate(at)}, ${formatTime(at)}`;
}

/** "Thursday 6 August 2026" */
export function formatDate(at: Instant): string {
  const day = localDay(at);
  const known = dayNames.get(day);
  if (known !== undefined) return known;
  const part = partsOf(day + dayMs / 2);
  const name = `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`;
  if (dayNames.size >= datesMax) dayNames.clear();
  dayNames.set(day, name);
  return name;
}

/** By the UK's calendar day. Intl takes longer over one than all the rest of a line, and a list names the same few. */
const dayNames = new Map<number, string>();

/** "5:30pm"; noon and midnight in words, since 12pm is misread. */
export function formatTime(at: Instant): string {
  const minutes = localMinutes(at);
  if (minutes === 0) return 'midnight';
  if (minutes === 720) return 'midday';
  const hour = Math.floor(minutes / 60);
  const minute = minutes % 60;
  return `${hour % 12 === 0 ? 12 : hour % 12}${minute ? `:${String(minute).padStart(2, '0')}` : ''}${hour < 12 ? 'am' : 'pm'}`;
}

/** A birth or calendar date in words: "6 August 1961". */
export function formatLocalDate(date: LocalDate): string {
  return formatDate(instantOf(date, 720)).replace(/^\S+ /, '');
}

function partsOf(at: Instant): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = partsFormat.formatToParts(at);
  return (type) => parts.find((part) => part.type === type)?.value ?? '';
}
