import { expect, test } from 'vitest';
import type { Notice } from '#lib/domain/notice.ts';
import type { Priority } from '#lib/domain/priority.ts';
import { attentionOrder, comingDay } from './attention-order.ts';

/** Eleven in the evening of a Monday in British winter. */
const now = Date.UTC(2026, 10, 30, 23);
const at = (day: number, hour: number) => ({ start: Date.UTC(2026, 10, day, hour) });

interface Told {
  readonly event?: Notice['event'];
  readonly slot?: { start: number } | null;
  readonly was?: { start: number } | null;
  readonly tell?: boolean;
  readonly at?: number;
  readonly id?: string;
  readonly priority?: Priority;
}

// The order looks at nothing else of a notice.
const notice = ({ event = 'cancelled', slot = null, was = null, tell = true, ...more }: Told) =>
  ({ at: now - 1_000, id: '', ...more, event, slot, was, tell }) as unknown as Notice;
const priorityOf = (one: Notice) => (one as unknown as Told).priority ?? 'routine';

test.each([
  ['cancelled for later today', { slot: { start: now + 600_000 } }, 'today'],
  ['its hour is over', { slot: { start: now - 1 } }, undefined],
  ['tomorrow, just after midnight', { slot: at(31, 0) }, 'tomorrow'],
  ['the day after', { slot: at(32, 9) }, undefined],
  ['moved away from tomorrow', { event: 'moved', slot: at(40, 9), was: at(31, 9) }, 'tomorrow'],
  ['moved to tomorrow', { event: 'moved', slot: at(31, 9), was: at(40, 9) }, undefined],
  ['nobody has to be told', { slot: at(31, 9), tell: false }, undefined],
  ['asked for tomorrow and refused', { event: 'refused', slot: at(31, 9) }, undefined],
] as const)('who would come in vain: %s', (_what, told, day) => {
  expect(comingDay(notice(told), now)).toBe(day);
});

test('in British summer a day begins an hour before midnight UTC', () => {
  const evening = Date.UTC(2026, 5, 30, 22, 30);
  const early = notice({ slot: { start: Date.UTC(2026, 5, 30, 23, 30) } });
  expect(comingDay(early, evening)).toBe('tomorrow');
});

test('the soonest in vain first, then the urgent, then what went wrong, then the oldest', () => {
  const list = [
    notice({ id: 'good', event: 'booked', at: 1 }),
    notice({ id: 'urgent, well', event: 'booked', priority: 'urgent', at: 9 }),
    notice({ id: 'newer refusal', event: 'refused', at: 8 }),
    notice({ id: 'older refusal', event: 'refused', at: 7 }),
    notice({ id: 'tomorrow at ten', slot: at(31, 10) }),
    notice({ id: 'urgent, cancelled', priority: 'urgent', slot: at(45, 9) }),
    notice({ id: 'tomorrow at nine', slot: at(31, 9) }),
  ];
  expect(attentionOrder(list, priorityOf, now).map(({ id }) => id)).toEqual([
    'tomorrow at nine',
    'tomorrow at ten',
    'urgent, cancelled',
    'urgent, well',
    'older refusal',
    'newer refusal',
    'good',
  ]);
});
