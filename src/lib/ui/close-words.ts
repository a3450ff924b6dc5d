/** Two times of a patient that lie close together, in words. */
import type { CloseTime } from '#lib/domain/close-times.ts';
import { dayAndTime } from './uk-time.ts';

/** `what`: "This time", "The first choice". */
export function closeWords({ start, isBooked, isOverlap }: CloseTime, what: string, place = ''): string {
  const other = isBooked
    ? 'another appointment of this patient'
    : 'a time asked for in another request for this patient';
  const where = place ? `, ${place}` : '';
  return `${what} ${isOverlap ? 'overlaps' : 'is less than two hours from'} ${other}: ${dayAndTime(start)}${where}.`;
}
