/** Urgent patients who had an appointment, lost it by somebody else's act, and have none now. */
import type { Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { isPressing } from '#lib/domain/priority.ts';
import type { ReferralView, View } from '#lib/domain/project.ts';
import { attentionOrder } from './practice/attention/attention-order.ts';

export interface UrgentCancelled {
  readonly view: ReferralView;
  /** Says what was cancelled, and by whom. */
  readonly notice: Notice;
}

/** Whoever would set out today or tomorrow in vain first, as under "Needs attention"; then the most urgent, then who waits longest. It is over when somebody has seen to the notice, or has booked, asked a hospital or set aside. */
export function urgentCancelled(
  { referrals }: Pick<View, 'referrals'>,
  now: Instant,
): readonly UrgentCancelled[] {
  const views = new Map<Notice, ReferralView>();
  for (const view of referrals) {
    const isUrgent = isPressing(view.referral.priority) && view.place === 'toBook' && !view.open;
    const lost = isUrgent ? view.notices.find(isByOthers) : undefined;
    if (lost) views.set(lost, view);
  }
  const order = attentionOrder([...views.keys()], (notice) => views.get(notice)?.referral.priority, now);
  return order.flatMap((notice) => {
    const view = views.get(notice);
    return view ? [{ view, notice }] : [];
  });
}

const isByOthers = ({ event, by }: Notice) => event === 'cancelled' && by !== 'practice';
