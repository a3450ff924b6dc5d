/** What somebody should do next for a referral, and where: the one link of its row. */
import { formatDate, localDate, type Instant } from '#lib/domain/instant.ts';
import { mustTell } from '#lib/domain/notice.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { isOpen } from '#lib/domain/referral.ts';
import { bookingDay, isSentBack, toTimes } from '#lib/ui/referral-words.ts';

export interface NextStep {
  readonly label: string;
  readonly href: string;
  /** Someone here has to act; otherwise it is only worth a look. */
  readonly isAct: boolean;
}

/** `onlyByPhone`: no hospital of it is booked here; asked of those to book alone. `hasDied`: by another referral of theirs. */
export function nextStep(view: ReferralView, onlyByPhone: () => boolean, hasDied: boolean): NextStep {
  const { referral, place, open, notices, tasks, noLongerFits, close } = view;
  const page = `/practice/referrals/${referral.ubrn}`;
  if (open) return { label: 'See where the request stands', href: page, isAct: false };
  if (hasDied && isOpen(referral))
    return { label: 'Recorded as having died: close this one too', href: page, isAct: true };
  if (tasks.includes('refused') || tasks.includes('cancelled')) {
    return {
      label: place === 'toBook' ? 'Choose another time' : 'See what happened',
      href: page,
      isAct: true,
    };
  }
  if (isSentBack(view)) return { label: 'Read the hospital’s advice', href: page, isAct: true };
  // Whom to tell of it is told the new time with it.
  if (noLongerFits) return { label: 'Move or cancel the appointment', href: page, isAct: true };
  if (mustTell(notices)) return { label: 'Tell the patient', href: page, isAct: true };
  if (tasks.includes('changed')) return { label: 'See what changed', href: page, isAct: true };
  if (close.length > 0) return { label: 'Ask the patient about both times', href: page, isAct: true };
  switch (place) {
    case 'toBook':
      return { label: toTimes(onlyByPhone()), href: `${page}/times`, isAct: true };
    case 'contactOverdue':
      return { label: 'Ring the hospital', href: page, isAct: true };
    case 'withHospital':
      return { label: 'See the referral', href: page, isAct: false };
    case 'setAside':
    case 'arranged':
      return { label: 'See the referral', href: page, isAct: false };
    case 'arrangedPast':
      return { label: 'Find out whether it took place', href: page, isAct: true };
    case 'booked':
      return { label: 'See the appointment', href: page, isAct: false };
    case 'attendanceDue': {
      const hasArrived = view.appointment?.status === 'arrived';
      return {
        label: hasArrived ? 'See the appointment' : 'Ask whether the patient came',
        href: page,
        isAct: false,
      };
    }
    case 'seen':
    case 'closed':
      return { label: 'See the referral', href: page, isAct: false };
  }
}

/** The date that a row is ordered by, in words. */
export function dueWords(
  { place, due, referral, appointment }: ReferralView,
  now: Instant,
): { text: string; isLate: boolean } {
  const isLate = due < now;
  const day = localDate(due) === localDate(now) ? 'today' : formatDate(due);
  switch (place) {
    case 'toBook':
      if (referral.status.aside) return { text: `Set aside until ${day}`, isLate: false };
      return { text: `${bookingDay(isLate)} ${day}`, isLate };
    case 'contactOverdue':
      return { text: `Hospital was to contact by ${day}`, isLate: true };
    case 'withHospital':
      return { text: `Hospital contacts by ${day}`, isLate: false };
    case 'setAside':
      return { text: `Comes back on ${day}`, isLate: false };
    case 'arranged':
      return { text: `Arranged for ${day}`, isLate: false };
    case 'arrangedPast':
      return { text: `Was arranged for ${day}`, isLate: true };
    case 'booked':
      return { text: day === 'today' ? 'Appointment today' : day, isLate: false };
    case 'attendanceDue':
      return {
        text: `Was on ${day}: ${appointment?.status === 'arrived' ? 'arrived, and nothing since' : 'nobody recorded who came'}`,
        isLate: false,
      };
    case 'seen':
      return { text: day, isLate: false };
    case 'closed':
      return { text: '', isLate: false };
  }
}
