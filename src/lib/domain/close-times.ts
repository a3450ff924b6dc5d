/**
 * Two appointments of one patient that overlap or lie less than two hours apart, booked here, arranged by phone or asked for. A warning and never a refusal: some patients want
 * both on one day. Derived from what is so, and never stored, so it ends by itself when one of them is moved, or past.
 */
import { isToCome } from './appointment.ts';
import type { ServiceId, Ubrn } from './ids.ts';
import { hourMs, minuteMs, type Instant } from './instant.ts';
import type { HeldClaim, ReferralView } from './project.ts';
import type { Mode, SlotRef } from './slot.ts';

/** Less than this between the end of one and the start of the next is too little. */
export const apartMs = 2 * hourMs;
/** Taken for one whose length nobody here knows: long enough that few are missed, and never said to overlap. */
const unknownMinutes = 60;

export interface Span {
  readonly start: Instant;
  /** Null: not known here. */
  readonly minutes: number | null;
}

/** A time that a patient has, or has asked for. */
export interface PatientTime extends Span {
  readonly ubrn: Ubrn;
  readonly service: ServiceId;
  /** Left out where a device cannot tell: a request does not say it. */
  readonly mode?: Mode;
  /** `arranged`: by phone, and not confirmed here. `asked`: and not answered. */
  readonly is: 'booked' | 'arranged' | 'asked';
}

export interface CloseTime extends PatientTime {
  /** Else there is less than two hours between. */
  readonly isOverlap: boolean;
}

/** Those among `times` that this one overlaps, or leaves less than two hours to; soonest first. */
export function closeTo(span: Span, times: readonly PatientTime[]): readonly CloseTime[] {
  return times
    .flatMap((time) => {
      const gap = Math.max(time.start - endOf(span), span.start - endOf(time));
      const isKnown = span.minutes !== null && time.minutes !== null;
      const isOverlap = span.start === time.start || (isKnown && gap < 0);
      return gap < apartMs ? [{ ...time, isOverlap }] : [];
    })
    .sort((a, b) => a.start - b.start || (a.ubrn < b.ubrn ? -1 : 1));
}

/** All that this patient has or has asked for in other referrals, in what this device knows. */
export function otherTimes(
  { referral }: Pick<ReferralView, 'referral'>,
  views: Iterable<Pick<ReferralView, 'referral' | 'appointment' | 'open'>>,
  now: Instant,
): readonly PatientTime[] {
  const times: PatientTime[] = [];
  for (const view of views) {
    const isOther = view.referral.ubrn !== referral.ubrn && view.referral.patient.id === referral.patient.id;
    if (isOther) times.push(...timesOf(view, now));
  }
  return times;
}

/** For each referral with a time of its own that lies too close to another of the same patient: the others. */
export function allClose(
  views: readonly Pick<ReferralView, 'referral' | 'appointment' | 'open'>[],
  now: Instant,
): ReadonlyMap<Ubrn, readonly CloseTime[]> {
  const byPatient = new Map<string, (readonly PatientTime[])[]>();
  for (const view of views) {
    const times = timesOf(view, now);
    if (times.length === 0) continue;
    const { id } = view.referral.patient;
    const theirs = byPatient.get(id);
    if (theirs) theirs.push(times);
    else byPatient.set(id, [times]);
  }
  const found = new Map<Ubrn, readonly CloseTime[]>();
  for (const theirs of byPatient.values()) {
    // Most patients have one referral, and nothing that it could be close to.
    if (theirs.length === 1) continue;
    const times = theirs.flat();
    for (const own of times) {
      const others = times.filter(({ ubrn }) => ubrn !== own.ubrn);
      const known = found.get(own.ubrn) ?? [];
      const close = closeTo(own, others).filter((one) => !known.some((other) => isSame(one, other)));
      if (close.length > 0) found.set(own.ubrn, [...known, ...close]);
    }
  }
  return found;
}

const none: readonly PatientTime[] = [];

/** Times to come: the appointment, and whichever of the times asked for it may become. */
function timesOf(
  { referral: { ubrn, status }, appointment, open }: Pick<ReferralView, 'referral' | 'appointment' | 'open'>,
  now: Instant,
): readonly PatientTime[] {
  const asked = askedFor(open);
  const { arranged } = status;
  if (!appointment && !arranged && asked.length === 0) return none;
  const times: PatientTime[] = [];
  if (appointment && isToCome(appointment, now)) {
    const { slot, minutes, mode } = appointment;
    times.push({ ubrn, service: slot.service, start: slot.start, minutes, mode, is: 'booked' });
  }
  if (arranged && arranged.start > now && !appointment)
    times.push({ ubrn, service: arranged.service, start: arranged.start, minutes: null, is: 'arranged' });
  for (const { service, start } of asked) {
    if (start > now) times.push({ ubrn, service, start, minutes: null, is: 'asked' });
  }
  return times;
}

function askedFor(open: HeldClaim | undefined): readonly SlotRef[] {
  // What was called off is cancelled as soon as it is booked.
  const intent = open?.isCalledOff ? undefined : open?.claim.intent;
  return intent?.kind === 'book' || intent?.kind === 'move' ? intent.choices : noChoices;
}

const noChoices: readonly SlotRef[] = [];

const endOf = ({ start, minutes }: Span) => start + (minutes ?? unknownMinutes) * minuteMs;

const isSame = (a: PatientTime, b: PatientTime) => a.ubrn === b.ubrn && a.start === b.start && a.is === b.is;
