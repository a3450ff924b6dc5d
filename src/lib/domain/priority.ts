/** How soon. e-RS keeps the code TWO_WEEK_WAIT; to staff it is "urgent suspected cancer", and no two weeks are promised. */
import { z } from './zod.ts';

export const prioritySchema = z.enum(['routine', 'urgent', 'TWO_WEEK_WAIT']);
export type Priority = z.infer<typeof prioritySchema>;

export const priorityLabel = {
  routine: 'Routine',
  urgent: 'Urgent',
  TWO_WEEK_WAIT: 'Urgent suspected cancer',
} as const satisfies Record<Priority, string>;

/** Smaller goes first, in worklists and in what is sent. */
export const priorityOrder = { TWO_WEEK_WAIT: 0, urgent: 1, routine: 2 } as const satisfies Record<
  Priority,
  number
>;

/** Working days within which a deferred patient must be contacted (e-RS reference data). */
export const contactWithinDays = { routine: 40, urgent: 10, TWO_WEEK_WAIT: 5 } as const satisfies Record<
  Priority,
  number
>;
export const triageWithinDays = { routine: 40, urgent: 5, TWO_WEEK_WAIT: 2 } as const satisfies Record<
  Priority,
  number
>;

/** Working days after referral by which somebody should have booked; it orders the worklist, it refuses nothing. */
export const bookWithinDays = { routine: 20, urgent: 5, TWO_WEEK_WAIT: 1 } as const satisfies Record<
  Priority,
  number
>;

/** Working days for which it may be set aside at one time. */
export const asideWithinDays = { routine: 20, urgent: 1, TWO_WEEK_WAIT: 1 } as const satisfies Record<
  Priority,
  number
>;

export const isPressing = (priority: Priority) => priority !== 'routine';
