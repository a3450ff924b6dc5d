import { readLocalDate, type LocalDate } from '#lib/domain/instant.ts';

/** A day as an address has it, typed by hand or not; undefined unless the calendar has it. */
export function askedDay(text: string | null): LocalDate | undefined {
  const [year = '', month = '', day = '', ...more] = (text ?? '').split('-');
  return more.length === 0 ? readLocalDate({ day, month, year }) : undefined;
}
