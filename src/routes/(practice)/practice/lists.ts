/** The worklist's lists. A referral may stand in several; every one stands in "All", and every open one needs a reason not to be acted on today. */
import { addDays, instantOf, localDate, type Instant } from '#lib/domain/instant.ts';
import { mustTell } from '#lib/domain/notice.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { actionPlaces, type Task } from '#lib/domain/worklist.ts';
import { isSentBack } from '#lib/ui/referral-words.ts';

const has = (task: Task) => (view: ReferralView) => view.tasks.includes(task);
const isLeft = ({ referral }: ReferralView) => referral.status.aside?.why === 'leftWithPatient';
/** One whose request waits for its answer is not to be booked a second time. */
const isToBook = (view: ReferralView) => view.place === 'toBook' && !view.open;

export const lists = [
  {
    key: 'today',
    label: 'Needs action today',
    holds: (view: ReferralView) =>
      actionPlaces.includes(view.place) ||
      view.tasks.length > 0 ||
      view.open !== undefined ||
      view.noLongerFits ||
      view.close.length > 0,
    empty: 'Nothing needs action today',
  },
  { key: 'to-book', label: 'To book', holds: isToBook, empty: 'Every referral is booked or asked for' },
  {
    key: 'tell',
    label: 'Tell the patient',
    holds: ({ notices }: ReferralView) => mustTell(notices),
    empty: 'Everyone has been told',
  },
  {
    key: 'refused',
    label: 'Refused, cancelled or sent back',
    holds: (view: ReferralView) => has('refused')(view) || has('cancelled')(view) || isSentBack(view),
    empty: 'Nothing was refused, cancelled or sent back',
  },
  {
    key: 'overdue',
    label: 'Contact overdue',
    holds: (view: ReferralView) => view.place === 'contactOverdue',
    empty: 'No hospital is late',
  },
  {
    key: 'waiting',
    label: 'Waiting to send',
    holds: (view: ReferralView) => view.open !== undefined,
    empty: 'Nothing waits to be sent',
  },
  {
    key: 'hospital',
    label: 'With hospital',
    holds: (view: ReferralView) => view.place === 'withHospital' || view.place === 'contactOverdue',
    empty: 'No hospital was asked to contact a patient',
  },
  {
    key: 'left',
    label: 'Left with patient',
    holds: (view: ReferralView) => view.place === 'setAside' && isLeft(view),
    empty: 'Nothing is left with a patient',
  },
  {
    key: 'aside',
    label: 'Set aside',
    holds: (view: ReferralView) => view.place === 'setAside' && !isLeft(view),
    empty: 'Nothing is set aside',
  },
  {
    key: 'phone',
    label: 'Arranged by phone',
    holds: (view: ReferralView) => view.place === 'arranged' || view.place === 'arrangedPast',
    empty: 'Nothing was arranged by phone',
  },
  {
    key: 'booked',
    label: 'Booked',
    holds: (view: ReferralView) => view.place === 'booked',
    empty: 'Nothing is booked',
  },
  {
    key: 'past',
    label: 'Not known who came',
    holds: (view: ReferralView) => view.place === 'attendanceDue',
    empty: 'Every hospital has recorded who came',
  },
  { key: 'all', label: 'All', holds: () => true, empty: 'Your practice has no referrals' },
] as const satisfies readonly {
  key: string;
  label: string;
  holds: (view: ReferralView) => boolean;
  empty: string;
}[];

export type ListKey = (typeof lists)[number]['key'];

export const listOf = (key: string | null) => lists.find((list) => list.key === key) ?? lists[0];

/**
 * Of "Needs action today": what is late or due today, or has news to act on. The rest is to be booked by a later day, and may
 * be today.
 */
export function dueToday(views: readonly ReferralView[], now: Instant): readonly ReferralView[] {
  const tomorrow = instantOf(addDays(localDate(now), 1));
  return views.filter((view) => {
    const { place, tasks, due, open, noLongerFits, close } = view;
    return (
      tasks.length > 0 ||
      noLongerFits ||
      close.length > 0 ||
      place === 'contactOverdue' ||
      place === 'arrangedPast' ||
      (place === 'toBook' && !open && (due < tomorrow || isSentBack(view)))
    );
  });
}
