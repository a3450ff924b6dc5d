/** What a patient has to know first, from what the device holds. Truth alone decides; a request that waits never does. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import { localDate, type Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { fullName, isWithheld, type Arranged, type Deferral, type Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import { isSameSlot } from '#lib/domain/slot.ts';
import { sentence } from './sentence.ts';

export type PatientState =
  | { readonly kind: 'booked'; readonly appointment: Appointment; readonly hasArrived: boolean }
  /** The time is past and the hospital has not said whether the patient came. */
  | { readonly kind: 'past'; readonly appointment: Appointment; readonly isToday: boolean }
  | { readonly kind: 'seen'; readonly appointment: Appointment }
  /** The hospital was asked to be in touch. */
  | { readonly kind: 'hospitalWillContact'; readonly deferral: Deferral; readonly isOverdue: boolean }
  /** Agreed by phone with a hospital that is not booked here. */
  | {
      readonly kind: 'arranged';
      readonly arranged: Arranged;
      readonly isPast: boolean;
      readonly isToday: boolean;
    }
  /** Nothing is booked. `last`: the appointment that was cancelled or missed before, if there was one. */
  | { readonly kind: 'toBook'; readonly last: Appointment | undefined }
  | { readonly kind: 'closed'; readonly reason: string };

export function patientState(
  { referral, place, appointment, history }: ReferralView,
  now: Instant,
): PatientState {
  const { closed, deferral, arranged } = referral.status;
  if (place === 'closed') return { kind: 'closed', reason: closed?.reason ?? '' };
  if (appointment) {
    if (place === 'seen') return { kind: 'seen', appointment };
    if (place === 'attendanceDue')
      return { kind: 'past', appointment, isToday: isSameDay(appointment.slot.start, now) };
    return { kind: 'booked', appointment, hasArrived: appointment.status === 'arrived' };
  }
  if (deferral) return { kind: 'hospitalWillContact', deferral, isOverdue: deferral.contactBy < now };
  if (arranged) {
    const { start } = arranged;
    return { kind: 'arranged', arranged, isPast: start <= now, isToday: isSameDay(start, now) };
  }
  return { kind: 'toBook', last: history[0] };
}

/**
 * Says that a time is booked which is booked no more: the patient cancelled or moved it since, and had not seen the word of it.
 * Nobody may read it as what is so.
 */
export const isOver = ({ event, slot }: Notice, { appointment }: ReferralView): boolean =>
  (event === 'booked' || event === 'bookedLower' || event === 'moved') &&
  slot !== null &&
  !(appointment && isSameSlot(slot, appointment.slot));

const isSameDay = (one: Instant, other: Instant) => localDate(one) === localDate(other);

/** Whoever sits in the waiting room a minute after the time must not read of another day. */
const wasOn = (your: string, isToday: boolean) =>
  isToday ? `${your} appointment was today` : `${your} appointment was on an earlier day`;

/** `ask`: the hospital looks at the referral first, and the practice knows what comes next. */
export type HowToBook = 'choose' | 'ring' | 'ask';

/** By the hospitals on the list; of some that are not here yet, or where any may be chosen, there are times to look for. */
export function howToBook(
  { choice, shortlist }: Referral,
  serviceOf: (id: ServiceId) => Service | undefined,
): HowToBook {
  const services = shortlist.flatMap((id) => serviceOf(id) ?? []);
  const isAny = choice === 'anywhere' || services.length === 0;
  if (isAny || services.some(({ booking }) => booking === 'direct')) return 'choose';
  return services.some(({ booking }) => booking === 'phone') ? 'ring' : 'ask';
}

/** May the patient choose a time? What a hospital sent back is the practice's to look at first. */
export const canChoose = (state: PatientState, { status }: Referral): boolean =>
  (state.kind === 'toBook' || state.kind === 'hospitalWillContact') && status.returned === undefined;

/** May the patient still move or cancel it? The ledger decides again. */
export const canChange = (state: PatientState, now: Instant): boolean =>
  state.kind === 'booked' && !state.hasArrived && state.appointment.slot.start > now;

/**
 * The heading of the first screen: the one thing to know, true by what the server said. `name` is the patient's where
 * somebody else reads it: to them "your appointment" would be wrong.
 */
export const patientHeadline = (
  state: PatientState,
  view: ReferralView,
  name = '',
  how: HowToBook = 'choose',
): string => sentence(headline(state, view, name, how));

function headline(
  state: PatientState,
  { referral, notices, open }: ReferralView,
  name: string,
  how: HowToBook,
): string {
  // That messages had stopped by mistake changes nothing of the booking.
  const news = notices.find(({ about }) => about !== 'notDied');
  const isReturned = referral.status.returned !== undefined;
  const your = whose(name);
  switch (state.kind) {
    case 'booked':
      // It may change, and has not.
      if (news?.about === 'noLongerFits') return `${your} appointment is booked`;
      return news?.event === 'moved' || news?.event === 'changed'
        ? `${your} appointment has changed`
        : `${your} appointment is booked`;
    case 'past':
      return wasOn(your, state.isToday);
    case 'seen':
      return name ? `${name} has been seen` : 'You have been seen';
    case 'hospitalWillContact':
      return state.isOverdue
        ? `The hospital is late to contact ${name || 'you'}`
        : `The hospital will contact ${name || 'you'}`;
    case 'arranged':
      return state.isPast ? wasOn(your, state.isToday) : `${your} appointment was arranged by phone`;
    case 'closed':
      return 'This referral is closed';
    case 'toBook':
      if (open?.claim.intent.kind === 'book') return 'Not booked yet';
      if (news?.event === 'refused') return isReturned ? 'Not booked' : 'Not booked: choose another time';
      if (news?.about === 'returned') return `${your} GP practice has to look at this again`;
      if (news?.about === 'unasked')
        return `${your} GP practice has changed ${name ? 'the' : 'your'} referral`;
      if (news?.event === 'changed') return `${your} appointment is not booked any more`;
      if (state.last?.status === 'cancelled') return `${your} appointment is cancelled`;
      if (state.last?.status === 'noshow')
        return name ? `${name} missed the appointment` : 'You missed your appointment';
      if (isReturned) return `${your} GP practice has to look at this again`;
      if (how === 'ask') return `${your} appointment is not booked yet`;
      return `${how === 'ring' ? 'Ring to book' : 'Choose'} ${name ? whose(name) : 'your'} appointment`;
  }
}

/** Whom the reader signed in for; empty: the reader is the patient. No device is told what a restricted patient is called. */
export function forWhom(isForPatient: boolean | undefined, referral: Referral | undefined): string {
  if (!isForPatient || !referral) return '';
  return isWithheld(referral.patient) ? 'the patient' : fullName(referral.patient);
}

/** "Your", or "Sam Archer’s" where somebody else reads it. */
export const whose = (name: string) => (name ? `${name}’s` : 'Your');
