/** In which order a practice sees to what came back. */
import { addDays, localDate, type Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { priorityOrder, type Priority } from '#lib/domain/priority.ts';

/**
 * Whoever would set out today or tomorrow for a time that is gone comes first, the soonest first; then the urgent before the
 * others, what went wrong before what went well, and what has waited longest.
 */
export function attentionOrder(
  notices: readonly Notice[],
  priorityOf: (notice: Notice) => Priority | undefined,
  now: Instant,
): readonly Notice[] {
  const soonest = (notice: Notice) => (comingDay(notice, now) ? (lostTime(notice) ?? Infinity) : Infinity);
  const urgency = (notice: Notice) => {
    const priority = priorityOf(notice);
    return (priority ? priorityOrder[priority] : 2) * 2 + (isBad(notice) ? 0 : 1);
  };
  return notices
    .map((notice) => ({ notice, soonest: soonest(notice), urgency: urgency(notice) }))
    .sort(
      (a, b) =>
        (a.soonest < b.soonest ? -1 : a.soonest > b.soonest ? 1 : 0) ||
        a.urgency - b.urgency ||
        a.notice.at - b.notice.at,
    )
    .map(({ notice }) => notice);
}

/** When the patient, who has not been told, would come in vain: today, still to come, or tomorrow, by the UK's calendar. */
export function comingDay(notice: Notice, now: Instant): 'today' | 'tomorrow' | undefined {
  const lost = lostTime(notice);
  if (!notice.tell || lost === undefined || lost <= now) return undefined;
  const today = localDate(now);
  const day = localDate(lost);
  if (day === today) return 'today';
  return day === addDays(today, 1) ? 'tomorrow' : undefined;
}

/** The time that was the patient's and is no longer. */
function lostTime({ event, slot, was }: Notice): Instant | undefined {
  if (event === 'cancelled') return slot?.start;
  return event === 'moved' || event === 'changed' ? was?.start : undefined;
}

const isBad = ({ event }: Notice) => event === 'refused' || event === 'cancelled' || event === 'changed';
