/** Who is coming, and which times a clinic has: plain lists derived from what the desk shows. */
import { afterAct, type Appointment } from '#lib/domain/appointment.ts';
import type { IntentOf } from '#lib/domain/claim.ts';
import {
  hourMs,
  localDate,
  minuteMs,
  workingDaysAfter,
  type Instant,
  type LocalDate,
} from '#lib/domain/instant.ts';
import { isOpenClaim, type HeldClaim, type ReferralView } from '#lib/domain/project.ts';
import { listName } from '#lib/domain/referral.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Slot } from '#lib/domain/slot.ts';

export interface Coming {
  readonly view: ReferralView;
  readonly appointment: Appointment;
}

/** Every appointment that holds its time, by start, then name. */
export function comingList(views: readonly ReferralView[]): readonly Coming[] {
  return views
    .flatMap((view) => view.history.map((appointment) => ({ view, appointment })))
    .filter(({ appointment }) => appointment.status !== 'cancelled')
    .sort(
      (a, b) =>
        a.appointment.slot.start - b.appointment.slot.start ||
        listName(a.view.referral.patient).localeCompare(listName(b.view.referral.patient)),
    );
}

export const comingOn = (list: readonly Coming[], date: LocalDate): readonly Coming[] =>
  list.filter(({ appointment }) => localDate(appointment.slot.start) === date);

/**
 * Who was to come on a day and is not any more, by start: their time was cancelled, or they were moved to another. Whoever
 * turns up at it finds somebody at the desk who knows why. One who moved to another hospital is no longer known here.
 */
export function goneOn(views: readonly ReferralView[], date: LocalDate): readonly Gone[] {
  return views
    .flatMap((view) =>
      view.history.flatMap((appointment): Gone[] => {
        const { status, slot, moved } = appointment;
        const gone: Gone[] = [];
        if (status === 'cancelled' && localDate(slot.start) === date)
          gone.push({ view, appointment, start: slot.start, service: slot.service });
        if (moved && localDate(moved.from.start) === date)
          gone.push({ view, appointment, start: moved.from.start, service: moved.from.service });
        return gone;
      }),
    )
    .sort((a, b) => a.start - b.start);
}

export interface Gone extends Coming {
  /** The time that they no longer have. */
  readonly start: Instant;
  readonly service: ServiceId;
}

/** Before the practice can be counted on to have told them: the hospital rings such a patient itself. */
export const isSoon = (start: Instant, now: Instant): boolean =>
  start > now && start <= workingDaysAfter(now, 1);

/** Taken away by the hospital so late that it rings the patient itself. */
export const mustRing = (
  { appointment, start }: Pick<Gone, 'appointment' | 'start'>,
  now: Instant,
): boolean => appointment.cancelled?.by === 'clinic' && isSoon(start, now);

export type Outcome = IntentOf<'attend'>['outcome'];

/** The rules of decide(): arrivals from two hours before, the rest from the start of the appointment. */
const arriveFromMs = 2 * hourMs;
const acts = { arrived: 'arrive', fulfilled: 'fulfil', noshow: 'noshow' } as const;

/** What may be recorded of this appointment now; the ledger decides again. */
export function outcomesNow({ status, slot }: Appointment, now: Instant): readonly Outcome[] {
  return (['arrived', 'fulfilled', 'noshow'] as const).filter(
    (outcome) =>
      afterAct(status, acts[outcome]) !== undefined &&
      slot.start <= now + (outcome === 'arrived' ? arriveFromMs : 0),
  );
}

export const outcomeLabel = {
  arrived: 'Arrived',
  fulfilled: 'Seen',
  noshow: 'Did not come',
} as const satisfies Record<Outcome, string>;

/** One time of a clinic as a clerk sees it. */
export interface ClinicTime extends Slot {
  readonly state: 'free' | 'booked' | 'leaving';
  readonly coming: Coming | undefined;
}

export interface SessionView {
  readonly key: string;
  readonly date: LocalDate;
  readonly start: Instant;
  readonly end: Instant;
  readonly clinician: string;
  readonly mode: Slot['mode'];
  readonly times: readonly ClinicTime[];
}

/** A pause longer than this begins another session: the ledger keeps times, not sessions. */
const pauseMs = 90 * minuteMs;

/** All times of a service from now on: the free ones, and those that patients hold. */
export function clinicTimes(
  service: ServiceId,
  free: readonly Slot[],
  coming: readonly Coming[],
  leaving: ReadonlySet<number>,
  now: Instant,
): readonly ClinicTime[] {
  const times = new Map<number, ClinicTime>();
  for (const slot of free) {
    if (slot.start > now)
      times.set(slot.ordinal, {
        ...slot,
        state: leaving.has(slot.ordinal) ? 'leaving' : 'free',
        coming: undefined,
      });
  }
  for (const who of coming) {
    const { slot, minutes, clinician, mode } = who.appointment;
    if (slot.service !== service || slot.start <= now) continue;
    times.set(slot.ordinal, {
      service,
      ordinal: slot.ordinal,
      start: slot.start,
      minutes,
      clinician,
      mode,
      state: leaving.has(slot.ordinal) ? 'leaving' : 'booked',
      coming: who,
    });
  }
  return [...times.values()].sort((a, b) => a.start - b.start || a.ordinal - b.ordinal);
}

/** Times side by side of one clinician on one day are shown as a session. */
export function sessionsOf(times: readonly ClinicTime[]): readonly SessionView[] {
  const sessions: (SessionView & { times: ClinicTime[]; end: Instant })[] = [];
  for (const time of times) {
    const date = localDate(time.start);
    const end = time.start + time.minutes * minuteMs;
    const last = sessions.findLast(
      (session) =>
        session.date === date &&
        session.clinician === time.clinician &&
        session.mode === time.mode &&
        time.start - session.end <= pauseMs,
    );
    if (last) {
      last.times.push(time);
      last.end = Math.max(last.end, end);
    } else {
      const { start, clinician, mode } = time;
      sessions.push({
        key: `${start}.${time.ordinal}`,
        date,
        start,
        end,
        clinician,
        mode,
        times: [time],
      });
    }
  }
  return sessions.sort((a, b) => a.start - b.start);
}

/** Ordinals that a request of this device asks to take away, and that nobody has answered. */
export function leavingOrdinals(open: readonly HeldClaim[], service: ServiceId): ReadonlySet<number> {
  return new Set(
    open.flatMap(({ claim: { intent } }) =>
      intent.kind === 'withdraw' && intent.service === service
        ? intent.slots.map(({ slot }) => slot.ordinal)
        : [],
    ),
  );
}

/** Requests of this device to add times to this service, still without an answer. */
export function addingTo(
  open: readonly HeldClaim[],
  service: ServiceId,
): readonly { held: HeldClaim; intent: IntentOf<'publish'> }[] {
  return open.flatMap((held) => {
    const { intent } = held.claim;
    return isOpenClaim(held) && intent.kind === 'publish' && intent.service === service
      ? [{ held, intent }]
      : [];
  });
}

/** May this time be taken away? Not twice, and not from under a patient who is here. */
export const mayLeave = ({ state, coming }: ClinicTime): boolean =>
  state !== 'leaving' && (!coming || afterAct(coming.appointment.status, 'cancel') !== undefined);
