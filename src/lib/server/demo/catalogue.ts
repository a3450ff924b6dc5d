/** What can be booked in the demo world, and when: its services with their times, and who is in reach for what. */
import { addDays, type LocalDate } from '#lib/domain/instant.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import { historyDays, horizonOf } from './calendar.ts';
import { HeldTimes } from './held-times.ts';
import type { WorldSize } from './places.ts';
import { demoServices, type DemoService } from './services.ts';
import { timetableOf, type Timetable } from './timetable.ts';

/** Clinics of one service in a week, at most. */
const weeklySessionsMax = { small: 1, region: 4 } as const satisfies Record<WorldSize, number>;
/** Suspected cancer has fourteen days, and holidays may take some of them. */
const weeklyCancerSessionsMax = { small: 2, region: 4 } as const satisfies Record<WorldSize, number>;

export interface Catalogue {
  readonly services: readonly DemoService[];
  /** By the specialty's name: those in reach. */
  readonly near: ReadonlyMap<string, readonly DemoService[]>;
  service(id: string): DemoService;
  /** Of services that have free times; undefined for the others. */
  times(id: ServiceId): HeldTimes | undefined;
  readonly allTimes: readonly HeldTimes[];
}

export function catalogueOf(seed: string, size: WorldSize, today: LocalDate): Catalogue {
  const services = demoServices(seed, size);
  // Nobody is seen on the first day: a clinic's times are published that morning.
  const days = { first: addDays(today, 1 - historyDays), last: horizonOf(today) };
  const byId = new Map<string, DemoService>(services.map((demo) => [demo.service.id, demo]));
  const times = new Map<string, HeldTimes>();
  for (const demo of services) {
    if (demo.firstFreeDay === null) continue;
    const firstFree = addDays(today, demo.firstFreeDay);
    times.set(demo.service.id, new HeldTimes(demo.service, demoTimetable(seed, size, demo), days, firstFree));
  }
  return {
    services,
    near: Map.groupBy(
      services.filter((demo) => demo.isNear),
      (demo) => demo.service.specialty,
    ),
    service(id) {
      const demo = byId.get(id);
      if (!demo) throw new Error(`the demo world has no service ${id}`);
      return demo;
    },
    times: (id) => times.get(id),
    allTimes: [...times.values()],
  };
}

export function demoTimetable(seed: string, size: WorldSize, demo: DemoService): Timetable {
  const sessionsMax = demo.offer.suspectedCancer ? weeklyCancerSessionsMax[size] : weeklySessionsMax[size];
  return timetableOf(seed, demo, sessionsMax);
}
