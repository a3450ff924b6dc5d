/** Two times of a patient that lie close together, in words. */
import type { CloseTime } from '#lib/domain/close-times.ts';
import { timeWords } from './time-words.ts';

/** `what`: "This time", "The first choice". */
export function closeWords({ start, mode, is, isOverlap }: CloseTime, what: string, place = ''): string {
  const other = others[is];
  const where = place ? `, ${place}` : '';
  return `${what} ${isOverlap ? 'overlaps' : 'is less than two hours from'} ${other}: ${timeWords(start, mode)}${where}.`;
}

const others = {
  booked: 'another appointment of this patient',
  arranged: 'an appointment of this patient that was arranged by phone',
  asked: 'a time asked for in another request for this patient',
} as const satisfies Record<CloseTime['is'], string>;
