/**
 * When clinics are held: sessions of three and a half hours from 09:00 or 13:30, Monday to Friday and never on a bank holiday,
 * each of 6 to 10 new-patient times of 20 or 30 minutes. A service's week repeats; what a day holds follows from the service
 * and the date alone, so that the weeks that are added later join on.
 */
import type { ClinicSession } from '#lib/domain/claim.ts';
import { instantOf, type LocalDate } from '#lib/domain/instant.ts';
import type { Mode } from '#lib/domain/slot.ts';
import { daysFrom, isClinicDay, weekdayOf } from './calendar.ts';
import { chanceOf, type Chance } from './chance.ts';
import type { DemoService } from './services.ts';
import { clinicianName } from './staff.ts';

const morning = 9 * 60;
const afternoon = 13 * 60 + 30;
const weeksAMonth = 4.35;
const timesASession = 8;

interface WeeklySession {
  readonly weekday: number;
  readonly from: number;
  readonly minutes: number;
  readonly count: number;
  readonly clinician: string;
  readonly mode: Mode;
}

export interface Timetable {
  /** In order of start; no two start together. */
  sessions(first: LocalDate, last: LocalDate): readonly ClinicSession[];
}

/** `sessionsMax`: of one service in a week, where the draw gives more. */
export function timetableOf(seed: string, demo: DemoService, sessionsMax: number): Timetable {
  const week = weekOf(seed, demo, sessionsMax);
  return {
    sessions: (first, last) =>
      [...daysFrom(first, last)].filter(isClinicDay).flatMap((date) =>
        week
          .filter((session) => session.weekday === weekdayOf(date))
          .map(({ from, minutes, count, clinician, mode }) => ({
            start: instantOf(date, from),
            minutes,
            count,
            clinician,
            mode,
          })),
      ),
  };
}

/** As many sessions a week as its new patients need, within what one service can fill; suspected cancer almost daily. */
function weekOf(
  seed: string,
  { service, offer }: DemoService,
  sessionsMax: number,
): readonly WeeklySession[] {
  const chance = chanceOf(seed, 'week', service.id);
  const wanted = offer.monthly === null ? chance.int(1, 3) : offer.monthly / weeksAMonth / timesASession;
  const sessions = offer.suspectedCancer
    ? sessionsMax
    : Math.min(sessionsMax, Math.max(1, Math.round(wanted)));
  const halfDays = [1, 2, 3, 4, 5].flatMap((weekday) => [
    { weekday, from: morning },
    { weekday, from: afternoon },
  ]);
  const clinicians = clinicianNames(seed, offer.specialty.slug, service.id, chance);
  const picked = Array.from({ length: sessions }, () => {
    const [half] = halfDays.splice(chance.int(0, halfDays.length - 1), 1);
    return half ?? { weekday: 1, from: morning };
  });
  return picked
    .map((half) => ({
      ...half,
      ...lengthOf(chance),
      clinician: chance.pick(clinicians),
      mode: modeOf(chance),
    }))
    .map((session) => (offer.suspectedCancer ? { ...session, mode: 'inPerson' as const } : session))
    .sort((a, b) => a.weekday - b.weekday || a.from - b.from);
}

/** Never more than three and a half hours. */
function lengthOf(chance: Chance): Pick<WeeklySession, 'minutes' | 'count'> {
  return chance.is(0.5)
    ? { minutes: 20, count: chance.int(7, 10) }
    : { minutes: 30, count: chance.int(6, 7) };
}

function modeOf(chance: Chance): Mode {
  const share = chance.next();
  return share < 0.86 ? 'inPerson' : share < 0.96 ? 'phone' : 'video';
}

/** One to three named clinicians, or a clinic in nobody's name. */
function clinicianNames(seed: string, slug: string, service: string, chance: Chance): readonly string[] {
  if (chance.is(0.3)) return [''];
  return Array.from({ length: chance.int(1, 3) }, (_, i) => clinicianName(seed, slug, service, i));
}
