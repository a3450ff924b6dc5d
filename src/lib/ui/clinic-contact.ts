/** Patients whom a hospital was asked to contact, and how loud each date is. None ever drops off. */
import { isToCome } from '#lib/domain/appointment.ts';
import { addDays, dayMs, localDate, type Instant } from '#lib/domain/instant.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { fits, type Deferral, type Referral } from '#lib/domain/referral.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Booking, Service } from '#lib/domain/service.ts';
import { compareWork } from '#lib/domain/worklist.ts';

export interface ToContact {
  readonly view: ReferralView;
  readonly deferral: Deferral;
}

/** The earliest date first, whatever the priority: the dates are shorter for those who cannot wait. */
export function contactList(views: readonly ReferralView[]): readonly ToContact[] {
  return views
    .flatMap((view) => {
      const { deferral } = view.referral.status;
      const isAsked = view.place === 'withHospital' || view.place === 'contactOverdue';
      return isAsked && deferral ? [{ view, deferral }] : [];
    })
    .sort((a, b) => a.deferral.contactBy - b.deferral.contactBy || compareWork(a.view, b.view));
}

export interface ContactDue {
  readonly level: 'calm' | 'soon' | 'overdue' | 'veryOverdue';
  /** Empty while calm. */
  readonly text: string;
}

export function contactDue(contactBy: Instant, now: Instant): ContactDue {
  const due = localDate(contactBy);
  const today = localDate(now);
  if (contactBy >= now) {
    if (due === today) return { level: 'soon', text: 'Due today' };
    if (due === addDays(today, 1)) return { level: 'soon', text: 'Due tomorrow' };
    return { level: 'calm', text: '' };
  }
  const days = Math.max(1, Math.round((Date.parse(today) - Date.parse(due)) / dayMs));
  const text = days === 1 ? 'Overdue by 1 day' : `Overdue by ${days} days`;
  return { level: days > 7 ? 'veryOverdue' : 'overdue', text };
}

/**
 * The clinics of this hospital that may see a patient, those with times to give first: where the patient was sent, and
 * others for the same thing. Never one that merely has times: the wrong clinic is a patient harmed.
 */
export function clinicsFor(
  referral: Referral,
  sentTo: ServiceId | undefined,
  own: readonly Service[],
  now: Instant,
): readonly Service[] {
  const rank = ({ id, booking }: Service) => (booking === 'direct' ? 0 : 2) + (id === sentTo ? 0 : 1);
  return own
    .filter(
      (service) => service.id === sentTo || (service.booking === 'direct' && fits(referral, service, now)),
    )
    .sort((a, b) => rank(a) - rank(b));
}

/** What a clinic can do for a patient with a free time of its own; undefined where there is nothing to do now. */
export function timeToGive(
  { open, appointment, referral }: ReferralView,
  now: Instant,
): 'book' | 'move' | undefined {
  if (open) return undefined;
  if (appointment) return isToCome(appointment, now) ? 'move' : undefined;
  return referral.status.deferral ? 'book' : undefined;
}

/** How whoever waits to hear gets a time: one of this hospital's own, or a date agreed with them on the phone. */
export type WayToArrange = 'book' | 'phone' | 'review';

/** `clinics`: those that may see the patient (`clinicsFor`). Where a clinic that gives times may, one can be booked. */
export function wayToArrange(clinics: readonly Pick<Service, 'booking'>[]): WayToArrange {
  const [first] = clinics;
  if (!first || clinics.some(({ booking }) => booking === 'direct')) return 'book';
  return first.booking === 'triage' ? 'review' : 'phone';
}

/** Why a hospital was asked to be in touch: a sentence's end. A clinic that is booked by phone never had times to run out of. */
export function askedBecause({ reason }: Pick<Deferral, 'reason'>, booking: Booking | undefined): string {
  if (reason === 'triage') return 'to review the referral first';
  return booking === 'phone' ? 'because the clinic is booked by phone' : 'because it had no times available';
}
