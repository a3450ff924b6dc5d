/**
 * Planning clinic times: what a clerk typed becomes sessions, or a list of what to put right.
 * The limits are the claim's own, so that what passes here is not refused for its size.
 */
import { publishedSessionsMax, publishedSlotsMax, type ClinicSession } from '#lib/domain/claim.ts';
import { addDays, dayMs, instantOf, minuteMs, readLocalDate, type Instant } from '#lib/domain/instant.ts';
import type { Mode, Slot } from '#lib/domain/slot.ts';

/** As typed, nothing parsed yet. */
export interface PlanForm {
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly time: string;
  readonly minutes: string;
  readonly count: string;
  readonly weeks: string;
  readonly clinician: string;
  readonly mode: Mode | '';
}

export type PlanField = 'date' | 'time' | 'minutes' | 'count' | 'weeks' | 'clinician' | 'mode';

export interface PlanProblem {
  readonly field: PlanField;
  readonly text: string;
}

export type Plan =
  | { readonly kind: 'ready'; readonly sessions: readonly ClinicSession[] }
  | { readonly kind: 'problems'; readonly problems: readonly PlanProblem[] };

/** The ledger refuses times further ahead than this. */
const aheadDays = 400;
const minutesADay = 24 * 60;

export function planTimes(form: PlanForm, now: Instant): Plan {
  const problems: PlanProblem[] = [];
  const problem = (field: PlanField, text: string) => void problems.push({ field, text });

  const date = readLocalDate(form);
  if (date === undefined) problem('date', 'Enter a real date, such as 6 8 2027');
  const time = readTime(form.time);
  if (time === undefined) problem('time', 'Enter when the first appointment starts, such as 9am or 13:30');
  const minutes = readWhole(form.minutes);
  if (minutes === undefined || minutes < 5 || minutes > 240)
    problem('minutes', 'Length must be between 5 and 240 minutes');
  const count = readWhole(form.count);
  if (count === undefined || count < 1 || count > 60)
    problem('count', 'Number of appointments must be between 1 and 60');
  const weeks = form.weeks.trim() === '' ? 1 : readWhole(form.weeks);
  if (weeks === undefined || weeks < 1 || weeks > publishedSessionsMax)
    problem('weeks', `Number of weeks must be between 1 and ${publishedSessionsMax}`);
  const clinician = form.clinician.trim().replace(/\s+/g, ' ');
  if (clinician.length > 80) problem('clinician', 'Clinician’s name must be 80 characters or fewer');
  if (form.mode === '') problem('mode', 'Choose how the appointments are held');

  if (time !== undefined && minutes && count && time + minutes * count > minutesADay)
    problem('count', 'The session must end before midnight: choose fewer or shorter appointments');
  if (count && weeks && count * weeks > publishedSlotsMax)
    problem('weeks', `At most ${publishedSlotsMax} appointment times can be added at once`);
  if (date !== undefined && time !== undefined) {
    if (instantOf(date, time) <= now) problem('date', 'The first appointment must be in the future');
    else if (weeks && instantOf(addDays(date, (weeks - 1) * 7), time) >= now + aheadDays * dayMs)
      problem('date', `Times can be added up to ${aheadDays} days ahead`);
  }
  const { mode } = form;
  if (problems.length > 0 || mode === '') return { kind: 'problems', problems };

  // The checks above leave nothing undefined; the wall clock repeats, so a 9am session stays at 9am over October.
  const sessions = Array.from({ length: weeks! }, (_, week) => ({
    start: instantOf(addDays(date!, week * 7), time),
    minutes: minutes!,
    count: count!,
    clinician,
    mode,
  }));
  return { kind: 'ready', sessions };
}

/** The starts of a session's appointments. */
export function startsOf(session: ClinicSession): readonly Instant[] {
  return Array.from({ length: session.count }, (_, i) => session.start + i * session.minutes * minuteMs);
}

/** How many times that the clinic has already would run at once with this session, in the same clinician's name. */
export function overlapsOf(
  session: ClinicSession,
  existing: readonly Pick<Slot, 'start' | 'minutes' | 'clinician'>[],
): number {
  const end = session.start + session.count * session.minutes * minuteMs;
  return existing.filter(
    (slot) =>
      slot.clinician === session.clinician &&
      slot.start < end &&
      slot.start + slot.minutes * minuteMs > session.start,
  ).length;
}

/** "9", "9am", "9:30", "1.30pm", "13:30", "midday" → minutes since midnight. */
export function readTime(typed: string): number | undefined {
  const text = typed.trim().toLowerCase();
  if (text === 'midday' || text === 'noon') return 720;
  const match = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$/.exec(text);
  if (!match) return undefined;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  const half = match[3];
  if (minute > 59 || hour > 23 || (half && (hour < 1 || hour > 12))) return undefined;
  return (half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour) * 60 + minute;
}

function readWhole(typed: string): number | undefined {
  const text = typed.trim();
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
