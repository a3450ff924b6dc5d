/**
 * The times of one service, as the world publishes them. From its first free day on the clinics stand open, whole.
 * Before that day they are full: other surgeries' patients, who are in no table here, have all but the times that
 * patients of this world hold, so only those are published. What is published when gives each time its ordinal.
 */
import { publishedSessionsMax, publishedSlotsMax, type ClinicSession } from '#lib/domain/claim.ts';
import { minuteMs, type Instant, type LocalDate } from '#lib/domain/instant.ts';
import type { Service } from '#lib/domain/service.ts';
import { slotRef, type SlotRef } from '#lib/domain/slot.ts';
import type { Chance } from './chance.ts';
import type { Timetable } from './timetable.ts';

/** A time that a patient of this world has or had. */
export interface HeldTime {
  readonly service: Service;
  readonly start: Instant;
  readonly session: ClinicSession;
}

export interface Days {
  readonly first: LocalDate;
  readonly last: LocalDate;
}

export class HeldTimes {
  readonly service: Service;
  readonly #timetable: Timetable;
  readonly #taken = new Set<Instant>();
  readonly #days: Days;
  readonly #firstFree: LocalDate;
  #ordinals: ReadonlyMap<Instant, number> | undefined;

  /** `days`: the first and the last on which the world has clinics at all. */
  constructor(service: Service, timetable: Timetable, days: Days, firstFree: LocalDate) {
    this.service = service;
    this.#timetable = timetable;
    this.#days = days;
    this.#firstFree = firstFree;
  }

  /** Some time between two instants that nobody of this world has taken; undefined where the clinics are too few. */
  take(from: Instant, to: Instant, days: Days, chance: Chance): HeldTime | undefined {
    if (this.#ordinals) throw new Error('a time was taken after the times were published');
    const first = days.first > this.#days.first ? days.first : this.#days.first;
    const last = days.last < this.#days.last ? days.last : this.#days.last;
    const free = this.#timetable
      .sessions(first, last)
      .flatMap((session) => startsOf(session).map((start) => ({ service: this.service, start, session })))
      .filter(({ start }) => start >= from && start <= to && !this.#taken.has(start));
    if (free.length === 0) return undefined;
    const time = chance.pick(free);
    this.#taken.add(time.start);
    return time;
  }

  /** In the order of publication. */
  published(): readonly ClinicSession[] {
    const { first, last } = this.#days;
    const before = this.#taken.size > 0 ? this.#timetable.sessions(first, last) : [];
    const freeFrom = this.#timetable.sessions(this.#firstFree, last);
    const openFrom = freeFrom[0]?.start ?? Infinity;
    const held = before.filter(({ start }) => start < openFrom).flatMap((session) => this.#runsOf(session));
    return [...held, ...freeFrom];
  }

  refOf(time: HeldTime): SlotRef {
    this.#ordinals ??= new Map(
      this.published()
        .flatMap(startsOf)
        .map((start, ordinal) => [start, ordinal]),
    );
    const ordinal = this.#ordinals.get(time.start);
    if (ordinal === undefined) throw new Error(`${this.service.id} does not publish ${time.start}`);
    const { minutes, clinician, mode } = time.session;
    return slotRef(
      { service: this.service.id, ordinal, start: time.start, minutes, clinician, mode },
      this.service.site,
    );
  }

  /** The taken times of a session, neighbours together. */
  #runsOf(session: ClinicSession): ClinicSession[] {
    const runs: ClinicSession[] = [];
    for (const start of startsOf(session)) {
      if (!this.#taken.has(start)) continue;
      const run = runs.at(-1);
      const isNext = run && run.start + run.count * run.minutes * minuteMs === start;
      if (isNext) runs[runs.length - 1] = { ...run, count: run.count + 1 };
      else runs.push({ ...session, start, count: 1 });
    }
    return runs;
  }
}

/** Cut so that each part is what one claim may publish. */
export function publishable(sessions: readonly ClinicSession[]): ClinicSession[][] {
  const parts: ClinicSession[][] = [];
  let slots = 0;
  for (const session of sessions) {
    const part = parts.at(-1);
    slots += session.count;
    if (part && part.length < publishedSessionsMax && slots <= publishedSlotsMax) part.push(session);
    else {
      parts.push([session]);
      slots = session.count;
    }
  }
  return parts;
}

export function startsOf(session: ClinicSession): Instant[] {
  return Array.from({ length: session.count }, (_, i) => session.start + i * session.minutes * minuteMs);
}
