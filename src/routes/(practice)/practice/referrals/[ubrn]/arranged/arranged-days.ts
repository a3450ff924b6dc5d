/** Which days may be written down as arranged by phone: the ledger takes more, for devices whose clocks and lines are odd. */
import { addDays, localDate, type Instant, type LocalDate } from '#lib/domain/instant.ts';
import type { Referral } from '#lib/domain/referral.ts';

/** For finding out afterwards what came of it. */
const daysBack = 30;
const daysAhead = 366;

/** The first and the last: no day before the patient was referred, and none that a slip of the finger makes. */
export function arrangedDays(
  { referredAt }: Pick<Referral, 'referredAt'>,
  now: Instant,
): readonly [LocalDate, LocalDate] {
  const today = localDate(now);
  const [referred, earliest] = [localDate(referredAt), addDays(today, -daysBack)];
  return [referred > earliest ? referred : earliest, addDays(today, daysAhead)];
}
