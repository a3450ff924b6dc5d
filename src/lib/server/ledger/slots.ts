/** Slots as they lie in the tables, each with the appointment that holds it. */
import { sql } from 'kysely';
import type { Slot } from '#lib/domain/slot.ts';
import type { Db } from './rows.ts';

/** `holder` is the holding appointment's body, null for a time that nobody has. Withdrawn ones included. */
export function slotsWithHolders(db: Db) {
  return db
    .selectFrom('slot as s')
    .leftJoin('appointment as a', (join) =>
      join
        .onRef('a.service', '=', 's.service')
        .onRef('a.ordinal', '=', 's.ordinal')
        // Literal, so that the planner sees the partial index.
        .on(sql<boolean>`a.status <> 'cancelled'`),
    )
    .select(['s.service', 's.ordinal', 's.start', 's.minutes', 's.clinician', 's.mode', 's.withdrawn'])
    .select('a.body as holder');
}

export function freeSlots(db: Db) {
  return slotsWithHolders(db)
    .where(sql<boolean>`s.withdrawn = 0`)
    .where('a.id', 'is', null);
}

export const slotOf = ({ service, ordinal, start, minutes, clinician, mode }: Slot): Slot => ({
  service,
  ordinal,
  start,
  minutes,
  clinician,
  mode,
});
