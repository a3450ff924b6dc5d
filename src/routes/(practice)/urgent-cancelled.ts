/** Urgent patients who had an appointment, lost it by somebody else's act, and have none now. */
import { isPressing } from '#lib/domain/priority.ts';
import type { ReferralView, View } from '#lib/domain/project.ts';

/** Most urgent first. It is over when somebody has seen to the notice, or has booked, asked a hospital or set aside. */
export function urgentCancelled({ referrals }: Pick<View, 'referrals'>): readonly ReferralView[] {
  return referrals.filter(
    ({ referral, place, open, notices }) =>
      isPressing(referral.priority) &&
      place === 'toBook' &&
      !open &&
      notices.some(({ event, by }) => event === 'cancelled' && by !== 'practice'),
  );
}
