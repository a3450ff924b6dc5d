/**
 * Which held times suit a wish: a scan over typed arrays. No calendar is asked per slot: 100,000 of them have to fit between
 * two frames, and Intl alone would take seconds.
 */
import {
  addDays,
  dayMs,
  hourMs,
  instantOf,
  isSummerTime,
  minuteMs,
  type Instant,
  type LocalDate,
} from '#lib/domain/instant.ts';
import type { BookingWindow } from '#lib/domain/service.ts';
import { slotAt, type PackColumns } from '#lib/protocol/pack.ts';
import type { Slot } from '#lib/domain/slot.ts';

export interface SlotWish {
  /** UK dates, both included; undefined or empty for no bound. */
  readonly fromDate?: LocalDate | undefined;
  readonly toDate?: LocalDate | undefined;
  /** 0 Sunday … 6 Saturday; undefined or empty for any. */
  readonly weekdays?: readonly number[] | undefined;
  readonly partOfDay?: 'morning' | 'afternoon' | 'any' | undefined;
}

export interface SlotsFound {
  readonly count: number;
  /** The earliest ones, as many as were asked for. */
  readonly first: readonly Slot[];
}

const middayMinutes = 12 * 60;
/** 1 January 1970 was a Thursday. */
const epochWeekday = 4;

/** Slots of one service within its booking window that suit the wish and are not taken; ordered by start, as packs are. */
export function searchSlots(
  columns: PackColumns,
  window: BookingWindow,
  wish: SlotWish,
  limit: number,
  isTaken: (ordinal: number) => boolean = () => false,
): SlotsFound {
  const from = Math.max(window.from, wish.fromDate ? instantOf(wish.fromDate) : 0);
  const to = Math.min(window.to, wish.toDate ? instantOf(addDays(wish.toDate, 1)) - 1 : Infinity);
  const { starts, ordinals } = columns;
  const begin = firstAtOrAfter(starts, from);
  const end = firstAtOrAfter(starts, to + 1);
  const wanted = weekdayMask(wish.weekdays);
  const part = wish.partOfDay ?? 'any';
  const isSummer = summerDays(starts, begin, end);
  const first: Slot[] = [];
  let count = 0;
  for (let i = begin; i < end; i += 1) {
    const start = starts[i] ?? 0;
    const local = start + (isSummer(start) ? hourMs : 0);
    const day = Math.floor(local / dayMs);
    if (!(wanted & (1 << ((day + epochWeekday) % 7)))) continue;
    if (part !== 'any' && local - day * dayMs < middayMinutes * minuteMs !== (part === 'morning')) continue;
    if (isTaken(ordinals[i] ?? -1)) continue;
    count += 1;
    if (first.length < limit) first.push(slotAt(columns, i));
  }
  return { count, first };
}

export function findSlot(columns: PackColumns, ordinal: number): Slot | undefined {
  const index = columns.ordinals.indexOf(ordinal);
  return index < 0 ? undefined : slotAt(columns, index);
}

/** Index of the first start at or after an instant; the length when there is none. */
export function firstAtOrAfter(starts: Float64Array, at: Instant): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function weekdayMask(weekdays: readonly number[] | undefined): number {
  if (!weekdays?.length) return 0b111_1111;
  return weekdays.reduce((mask, weekday) => mask | (1 << weekday), 0);
}

/** British clocks change at 01:00 UTC, so one flag for each day from 01:00 to 01:00 says it all. */
function summerDays(starts: Float64Array, begin: number, end: number): (at: Instant) => boolean {
  if (begin >= end) return () => false;
  const dayOf = (at: Instant) => Math.floor((at - hourMs) / dayMs);
  const first = dayOf(starts[begin] ?? 0);
  const last = dayOf(starts[end - 1] ?? 0);
  const flags = Uint8Array.from({ length: last - first + 1 }, (_, day) =>
    isSummerTime((first + day) * dayMs + hourMs) ? 1 : 0,
  );
  return (at) => flags[dayOf(at) - first] === 1;
}
