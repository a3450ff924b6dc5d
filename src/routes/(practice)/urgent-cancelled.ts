/** Urgent patients who had an appointment, lost it by somebody else's act, and have none now. */
import { isPressing, priorityOrder } from '#lib/domain/priority.ts';
import type { ReferralView, View } from '#lib/domain/project.ts';

/** Most urgent first, then who waits longest, as under "Needs attention". It is over when somebody has seen to the notice, or has booked, asked a hospital or set aside. */
export function urgentCancelled({ referrals }: Pick<View, 'referrals'>): readonly ReferralView[] {
  return referrals
    .filter(
      (view) =>
        isPressing(view.referral.priority) &&
        view.place === 'toBook' &&
        !view.open &&
        lostAt(view) !== undefined,
    )
    .toSorted(
      (a, b) =>
        priorityOrder[a.referral.priority] - priorityOrder[b.referral.priority] ||
        (lostAt(a) ?? 0) - (lostAt(b) ?? 0),
    );
}

/** When somebody else cancelled it. */
const lostAt = ({ notices }: ReferralView) =>
  notices.find(({ event, by }) => event === 'cancelled' && by !== 'practice')?.at;
