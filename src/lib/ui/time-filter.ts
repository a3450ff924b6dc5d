/** Which times a person would take. */
import type { LocalDate } from '#lib/domain/instant.ts';

export interface TimeFilter {
  /** Empty for any day; 0 Sunday … 6 Saturday. */
  readonly weekdays: readonly number[];
  readonly partOfDay: 'any' | 'morning' | 'afternoon';
  /** Empty for the first that there are. */
  readonly fromDate: LocalDate;
}

export const anyTime: TimeFilter = { weekdays: [], partOfDay: 'any', fromDate: '' };
