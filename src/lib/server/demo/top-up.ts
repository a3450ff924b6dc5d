/** The weeks of clinics that a world has to open as time goes by: whole weeks, from Monday to Sunday, service by service. */
import { claimIdSchema } from '#lib/domain/ids.ts';
import { addDays, instantOf, type LocalDate } from '#lib/domain/instant.ts';
import { aheadDays, horizonOf, leastAheadDays } from './calendar.ts';
import { demoTimetable } from './catalogue.ts';
import { uuidOf } from './chance.ts';
import type { Act } from './history.ts';
import type { WorldKey } from './plan.ts';
import { demoServices, type DemoService } from './services.ts';
import { authorOf, clerkOf } from './staff.ts';
import { once } from './table.ts';

export interface Week {
  readonly monday: LocalDate;
  /** The same bytes whenever it is asked. */
  readonly acts: () => readonly Act[];
}

/**
 * From the world's first horizon to eighteen weeks from today, if the sixteenth lies beyond what was opened; which of them
 * are open already the caller knows. Weeks that have begun are left out: nobody books into the past.
 */
export function* weeksToAdd(key: WorldKey, today: LocalDate): Generator<Week> {
  const open = once(() =>
    demoServices(key.seed, key.size).filter(({ firstFreeDay }) => firstFreeDay !== null),
  );
  const dueThrough = addDays(today, leastAheadDays);
  // In pairs, so that there is something to do every other week and not every day.
  for (let monday = addDays(horizonOf(key.today), 1); monday <= dueThrough; monday = addDays(monday, 14)) {
    for (const each of [monday, addDays(monday, 7)]) {
      if (each > today) yield { monday: each, acts: () => actsOf(key, each, open()) };
    }
  }
}

function actsOf(key: WorldKey, monday: LocalDate, open: readonly DemoService[]): readonly Act[] {
  return open.flatMap((demo): Act[] => {
    const { service } = demo;
    const sessions = demoTimetable(key.seed, key.size, demo).sessions(monday, addDays(monday, 6));
    if (sessions.length === 0) return [];
    return [
      {
        // When a week is due is written in its name, not read from a clock.
        at: instantOf(addDays(monday, -aheadDays)),
        author: authorOf(clerkOf(key.seed, service.site)),
        claim: claimIdSchema.parse(uuidOf(key.seed, key.size, key.today, 'week', monday, service.id)),
        intent: () => ({ kind: 'publish', service: service.id, sessions: [...sessions] }),
        outcome: 'confirmed',
      },
    ];
  });
}
