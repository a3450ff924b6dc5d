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

const partMs = {
  morning: [0, dayMs / 2],
  afternoon: [dayMs / 2, dayMs],
  any: [0, dayMs],
} as const;
/** 1 January 1970 was a Thursday. */
const epochWeekday = 4;

/**
 * Slots of one service within its booking window that suit the wish and whose ordinals are not taken; ordered by start, as
 * packs are. Those that start after `latest` are counted, and none but the first of all is told.
 */
export function searchSlots(
  columns: PackColumns,
  window: BookingWindow,
  wish: SlotWish,
  limit: number,
  taken?: ReadonlySet<number>,
  latest: Instant = Infinity,
): SlotsFound {
  const from = Math.max(window.from, wish.fromDate ? instantOf(wish.fromDate) : 0);
  const to = Math.min(window.to, wish.toDate ? instantOf(addDays(wish.toDate, 1)) - 1 : Infinity);
  const { starts, ordinals } = columns;
  const begin = firstAtOrAfter(starts, from);
  const end = firstAtOrAfter(starts, to + 1);
  const wanted = weekdayMask(wish.weekdays);
  const part = wish.partOfDay ?? 'any';
  const [dayFrom, dayTo] = partMs[part];
  const first: Slot[] = [];
  let count = 0;
  const take = (i: number) => {
    count += 1;
    if (first.length < limit && (count === 1 || (starts[i] ?? 0) <= latest)) first.push(slotAt(columns, i));
  };
  if (wanted === everyWeekday && part === 'any' && !taken?.size) {
    // All of them suit: none is looked at but those that are told.
    for (
      let i = begin;
      i < end && (i === begin || (starts[i] ?? 0) <= latest) && first.length < limit;
      i += 1
    )
      take(i);
    return { count: Math.max(0, end - begin), first };
  }
  let clockDay = NaN;
  let offset = 0;
  for (let i = begin; i < end; i += 1) {
    const start = starts[i] ?? 0;
    const fromOne = Math.floor((start - hourMs) / dayMs);
    if (fromOne !== clockDay) {
      clockDay = fromOne;
      offset = isSummerDay(fromOne) ? hourMs : 0;
    }
    const local = start + offset;
    const day = Math.floor(local / dayMs);
    const sinceMidnight = local - day * dayMs;
    if (!(wanted & (1 << ((day + epochWeekday) % 7)))) continue;
    if (sinceMidnight < dayFrom || sinceMidnight >= dayTo) continue;
    if (taken?.has(ordinals[i] ?? -1)) continue;
    take(i);
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

const everyWeekday = 0b111_1111;

function weekdayMask(weekdays: readonly number[] | undefined): number {
  if (!weekdays?.length) return everyWeekday;
  return weekdays.reduce((mask, weekday) => mask | (1 << weekday), 0);
}

/** Kept from search to search and from service to service: the days are the same few hundred. */
const summerOfDay = new Map<number, boolean>();
const daysKeptMax = 2_000;

/** British clocks change at 01:00 UTC, so one answer for each day from 01:00 to 01:00 says it all. */
function isSummerDay(day: number): boolean {
  const known = summerOfDay.get(day);
  if (known !== undefined) return known;
  if (summerOfDay.size >= daysKeptMax) summerOfDay.clear();
  const isSummer = isSummerTime(day * dayMs + hourMs);
  summerOfDay.set(day, isSummer);
  return isSummer;
}
