/**
 * In which list a referral stands: a total function of its state, never stored, so that none can drop off.
 * A referral stands in exactly one place here; what waits to be told or seen stands beside it as a task.
 */
import { holdsReferral, type Appointment } from './appointment.ts';
import { instantOf, localDate, type Instant } from './instant.ts';
import { isStanding, type Notice } from './notice.ts';
import { priorityOrder } from './priority.ts';
import { bookBy, isOpen, listName, type Referral } from './referral.ts';

export type Place =
  /** Nobody has booked it. */
  | 'toBook'
  /** Asked of a hospital, which has not been in touch by the day it had to be. */
  | 'contactOverdue'
  /** Asked of a hospital, still in time. */
  | 'withHospital'
  /** Nothing to do before the day that the practice set. */
  | 'setAside'
  /** A time was arranged by phone, and is to come; nobody here confirms it. */
  | 'arranged'
  /** The day arranged by phone is past: somebody has to find out what came of it. */
  | 'arrangedPast'
  /** Booked, the day is to come. */
  | 'booked'
  /** The time is past and nobody recorded that the patient was seen, or missed it: of one who arrived, the day is. */
  | 'attendanceDue'
  /** The patient was seen. */
  | 'seen'
  | 'closed';

export type Task = 'refused' | 'cancelled' | 'returned' | 'changed' | 'tellPatient';

/** What needs a person's act today, whoever's act it is. */
export const actionPlaces: readonly Place[] = ['toBook', 'contactOverdue', 'arrangedPast'];

export function place(referral: Referral, appointments: readonly Appointment[], now: Instant): Place {
  if (!isOpen(referral)) return 'closed';
  const held = appointments.find(holdsReferral);
  if (held) {
    if (held.status === 'fulfilled') return 'seen';
    const { start } = held.slot;
    const isThere = held.status === 'arrived' && localDate(start) >= localDate(now);
    return start > now || isThere ? 'booked' : 'attendanceDue';
  }
  const { deferral, arranged, aside } = referral.status;
  if (deferral) return deferral.contactBy < now ? 'contactOverdue' : 'withHospital';
  if (arranged) return arranged.start > now ? 'arranged' : 'arrangedPast';
  return aside && aside.reviewOn > localDate(now) ? 'setAside' : 'toBook';
}

/** What a standing notice asks of its reader. */
export function taskOf(notice: Notice): Task | undefined {
  if (!isStanding(notice)) return undefined;
  if (notice.event === 'refused') return 'refused';
  if (notice.event === 'changed') {
    if (notice.about === 'returned') return 'returned';
    return notice.about === undefined ? 'changed' : 'tellPatient';
  }
  if (notice.event === 'cancelled') return 'cancelled';
  return notice.tell ? 'tellPatient' : 'changed';
}

/** The date by which the next step is due; it orders every list. */
export function dueBy(referral: Referral, held: Appointment | undefined): Instant {
  if (held) return held.slot.start;
  const { deferral, arranged, aside } = referral.status;
  // Its own day and not the one by which it should have been booked: that one is nearly always past by then.
  return deferral?.contactBy ?? arranged?.start ?? (aside ? instantOf(aside.reviewOn) : bookBy(referral));
}

export interface Work {
  readonly referral: Referral;
  readonly place: Place;
  /** Newest first. */
  readonly history: readonly Appointment[];
  /** By the ledger's word alone, so that no row moves at the press that says it was told. */
  readonly hasBadNews: boolean;
  readonly due: Instant;
}

/**
 * Priority first; in it whoever lost a time to the hospital and has none, or has still to be told that a time was refused or
 * lost; then due date, then name, then reference, and what is closed last: a total order, so lists never jump.
 */
export function compareWork(a: Work, b: Work): number {
  return (
    priorityOrder[a.referral.priority] - priorityOrder[b.referral.priority] ||
    rank(a) - rank(b) ||
    a.due - b.due ||
    listName(a.referral.patient).localeCompare(listName(b.referral.patient)) ||
    Number(a.referral.ubrn) - Number(b.referral.ubrn)
  );
}

function rank({ place, history, hasBadNews }: Work): number {
  if (place !== 'toBook' && place !== 'closed') return 1;
  // One who is told of it does not lose the rank with that; nor does one who is not told, and would come in vain.
  if (hasBadNews) return 0;
  if (place === 'closed') return 2;
  return history[0]?.cancelled?.by === 'clinic' ? 0 : 1;
}
