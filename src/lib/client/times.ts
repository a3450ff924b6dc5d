/** Times to offer: what the held packs say, less what is known here to be gone. */
import { pickAlternatives } from '#lib/domain/alternatives.ts';
import { holdsSlot } from '#lib/domain/appointment.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { View } from '#lib/domain/project.ts';
import { fits, type Referral } from '#lib/domain/referral.ts';
import { bookingWindow, clinicWindow, type Service } from '#lib/domain/service.ts';
import { slotRef, type Slot, type SlotRef } from '#lib/domain/slot.ts';
import { alternativesMax } from '#lib/protocol/exchange.ts';
import type { Alternatives, Offered, ServiceTimes, TimesFound, TimesQuery } from './desk.ts';
import type { HeldPacks } from './packs.ts';
import { searchSlots, type SlotsFound, type SlotWish } from './slot-search.ts';

export interface TimesKnown {
  readonly now: Instant;
  readonly isClinic: boolean;
  readonly view: View;
  /** Asked for here already, by somebody else. */
  readonly promised: readonly SlotRef[];
  readonly packs: Pick<HeldPacks, 'get' | 'asOf'>;
  readonly service: (id: ServiceId) => Service | undefined;
}

export function findTimes(query: TimesQuery, known: TimesKnown): TimesFound {
  let soonest: readonly Slot[] = [];
  const services: ServiceTimes[] = [];
  const gone = goneSlots(known);
  for (const id of new Set(query.services)) {
    const service = known.service(id);
    // A hundred hospitals with as many times each as a page holds: what comes after a whole page of others is only counted.
    const latest = soonest.length < query.limit ? Infinity : soonest.at(-1)?.start;
    const found = service && search(service, query.referral, query, query.limit, gone, known, latest);
    services.push({
      service: id,
      count: found?.count ?? 0,
      earliest: found?.first[0],
      asOf: known.packs.asOf(id),
    });
    soonest = withSoonest(soonest, found?.first ?? [], query.limit);
  }
  return {
    times: soonest.flatMap((slot) => {
      const service = known.service(slot.service);
      return service ? [offer(slot, service)] : [];
    }),
    total: services.reduce((sum, { count }) => sum + count, 0),
    services,
  };
}

/** Both by start; of those at one time, the earlier list's come first. */
function withSoonest(slots: readonly Slot[], more: readonly Slot[], limit: number): readonly Slot[] {
  if (more.length === 0) return slots;
  return [...slots, ...more].sort((a, b) => a.start - b.start).slice(0, limit);
}

export function findAlternatives(referral: Referral, wish: SlotRef, known: TimesKnown): Alternatives {
  const gone = goneSlots({ ...known, promised: [...known.promised, wish] });
  const free = (id: ServiceId, limit: number) => {
    const service = known.service(id);
    const isOpen = service !== undefined && (known.isClinic || fits(referral, service, known.now));
    return isOpen ? search(service, referral, {}, limit, gone, known).first : [];
  };
  const others = referral.shortlist.filter((id) => id !== wish.service).map((id) => free(id, 1));
  const picked = pickAlternatives(wish.start, free(wish.service, Infinity), others, alternativesMax);
  const ages = [wish.service, ...referral.shortlist].flatMap((id) => known.packs.asOf(id) ?? []);
  return {
    times: picked.flatMap((slot) => {
      const service = known.service(slot.service);
      return service ? [offer(slot, service)] : [];
    }),
    asOf: ages.length > 0 ? Math.min(...ages) : null,
  };
}

/** All that is to come, whatever the notice: for the clinic whose times they are. */
export function freeSlots(id: ServiceId, known: TimesKnown): readonly Slot[] {
  const columns = known.packs.get(id);
  if (!columns) return [];
  const gone = goneSlots(known);
  return searchSlots(columns, clinicWindow(known.now), {}, Infinity, gone.get(id)).first;
}

function search(
  service: Service,
  referral: Referral,
  wish: SlotWish,
  limit: number,
  gone: GoneSlots,
  { packs, isClinic, now }: TimesKnown,
  latest?: Instant,
): SlotsFound {
  const columns = packs.get(service.id);
  if (!columns) return { count: 0, first: [] };
  const window = isClinic ? clinicWindow(now) : bookingWindow(service, referral.priority, now);
  return searchSlots(columns, window, wish, limit, gone.get(service.id), latest);
}

/** Ordinals by service: asked for each of a hundred thousand slots, so no text is made to ask with. */
type GoneSlots = ReadonlyMap<ServiceId, ReadonlySet<number>>;

/** An appointment may be here before the pack without its time is. */
function goneSlots({ view, promised }: TimesKnown): GoneSlots {
  const booked = view.referrals.flatMap(({ history }) => history.filter(holdsSlot).map(({ slot }) => slot));
  const gone = new Map<ServiceId, Set<number>>();
  for (const { service, ordinal } of [...booked, ...promised]) {
    const ordinals = gone.get(service) ?? new Set();
    gone.set(service, ordinals.add(ordinal));
  }
  return gone;
}

const offer = (slot: Slot, service: Service): Offered => ({
  slot,
  ref: slotRef(slot, service.site),
  service,
});
