/**
 * In which list a referral stands: a total function of its state, never stored, so that none can drop off.
 * A referral stands in exactly one place here; what waits to be told or seen stands beside it as a task.
 */
import { holdsReferral, type Appointment } from './appointment.ts';
import type { Instant } from './instant.ts';
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
  /** Booked, the day is to come. */
  | 'booked'
  /** The day is past and nobody recorded whether the patient came. */
  | 'attendanceDue'
  /** The patient was seen. */
  | 'seen'
  | 'closed';

export type Task = 'refused' | 'cancelled' | 'changed' | 'tellPatient';

/** What needs a person's act today, whoever's act it is. */
export const actionPlaces: readonly Place[] = ['toBook', 'contactOverdue'];

export function place(referral: Referral, appointments: readonly Appointment[], now: Instant): Place {
  if (!isOpen(referral)) return 'closed';
  const held = appointments.find(holdsReferral);
  if (held) {
    if (held.status === 'fulfilled') return 'seen';
    return held.slot.start > now || held.status === 'arrived' ? 'booked' : 'attendanceDue';
  }
  const { deferral } = referral.status;
  if (deferral) return deferral.contactBy < now ? 'contactOverdue' : 'withHospital';
  return 'toBook';
}

/** What a standing notice asks of its reader. */
export function taskOf(notice: Notice): Task | undefined {
  if (!isStanding(notice)) return undefined;
  if (notice.event === 'refused') return 'refused';
  if (notice.event === 'changed') return 'changed';
  if (notice.event === 'cancelled') return 'cancelled';
  return notice.tell ? 'tellPatient' : 'changed';
}

/** The date by which the next step is due; it orders every list. */
export function dueBy(referral: Referral, held: Appointment | undefined): Instant {
  if (held) return held.slot.start;
  return referral.status.deferral?.contactBy ?? bookBy(referral);
}

/** Priority first, then due date, then name, then reference: a total order, so lists never jump. */
export function compareWork(
  a: { referral: Referral; due: Instant },
  b: { referral: Referral; due: Instant },
): number {
  return (
    priorityOrder[a.referral.priority] - priorityOrder[b.referral.priority] ||
    a.due - b.due ||
    listName(a.referral.patient).localeCompare(listName(b.referral.patient)) ||
    Number(a.referral.ubrn) - Number(b.referral.ubrn)
  );
}
