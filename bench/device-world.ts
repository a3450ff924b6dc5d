/**
 * The same free times for both contestants: 100,000 of 200 services, in sessions as clinics hold them (three and a half hours
 * from nine or half past one, Monday to Friday). From its first free day on a service stands open, but for the times that
 * were taken since: people pick early ones, so few are scattered. The worst case has them everywhere.
 */
import type { ServiceId } from '#lib/domain/ids.ts';
import { addDays, instantOf, localDate, localWeekday, minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Slot } from '#lib/domain/slot.ts';

/** What is looked for, by both. */
export interface Wish {
  readonly services: readonly ServiceId[];
  readonly from: Instant;
  readonly to: Instant;
  /** 0 Sunday … 6 Saturday. */
  readonly weekdays: readonly number[];
}

export interface Timing {
  readonly fetchedMs: number;
  /** From the first byte asked for to the first answer of a search. */
  readonly searchableMs: number;
  readonly searchMs: number;
  readonly found: number;
  readonly storedBytes: number;
}

export const serviceCount = 200;
export const slotsPerService = 500;
/** Of the times after the first free day, how many are gone. */
export const takenShares = { usual: 0.05, worst: 0.4 } as const;

export function servicesOfSlots(
  from: Instant,
  seed: number,
  takenShare: number,
  { services = serviceCount, each = slotsPerService } = {},
): readonly (readonly Slot[])[] {
  const chance = numbers(seed);
  return Array.from({ length: services }, (_, index) =>
    slotsOf(`RTE01.service-${index}` as ServiceId, from, chance, takenShare, each),
  );
}

function slotsOf(
  service: ServiceId,
  from: Instant,
  chance: () => number,
  takenShare: number,
  count: number,
): Slot[] {
  const minutes = chance() < 0.5 ? 20 : 30;
  const clinicians = ['', 'Dr A Khan', 'Mr B Jones', 'Ms C Okafor'].slice(0, 1 + Math.floor(chance() * 4));
  const slots: Slot[] = [];
  let ordinal = 0;
  for (let date = addDays(localDate(from), 1); slots.length < count; date = addDays(date, 1)) {
    const weekday = localWeekday(instantOf(date, 720));
    if (weekday === 0 || weekday === 6) continue;
    const clinician = clinicians[Math.floor(chance() * clinicians.length)] ?? '';
    const mode = chance() < 0.85 ? 'inPerson' : 'phone';
    for (const opens of [540, 810]) {
      for (let at = opens; at + minutes <= opens + 210 && slots.length < count; at += minutes) {
        ordinal += 1;
        if (chance() < takenShare) continue;
        slots.push({ service, ordinal, start: instantOf(date, at), minutes, clinician, mode });
      }
    }
  }
  return slots;
}

/** Numbers in [0, 1), the same for the same seed (a linear congruential generator: good enough for a world, for nothing else). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const weekMs = 7 * 24 * 60 * minuteMs;
