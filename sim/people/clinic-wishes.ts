/** What a clinic's clerk does besides seeing to referrals: record who came, open times, take times away. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { hourMs } from '#lib/domain/instant.ts';
import type { Service } from '#lib/domain/service.ts';
import { slotRef, type Slot } from '#lib/domain/slot.ts';
import type { Chance } from '../chance.ts';
import { ask, onceALook, type Screen, type Wish } from './wish.ts';

const outcomes = ['arrived', 'fulfilled', 'noshow'] as const;

export function clinicWish(screen: Screen, chance: Chance): Wish | undefined {
  const one = chance.pick(due(screen));
  if (one && chance.isLucky(0.6)) return attendance(one, chance);
  const service = chance.pick([...screen.truth.services.values()]);
  if (!service) return undefined;
  if (!wellOpened(screen).has(service.id)) return publication(service, screen, chance);
  return chance.isLucky(0.35) ? withdrawal(service, screen, chance) : undefined;
}

const due = onceALook(({ truth, now }) =>
  [...truth.appointments.values()].filter(({ status, slot }) => isDue(status, slot.start, now)),
);

/** Services that have free times enough. */
const wellOpened = onceALook(({ times, now, freeEnough }) => {
  const enough = new Set<ServiceId>();
  for (const [service, free] of times) {
    if (free.filter(({ start }) => start > now + hourMs).length >= freeEnough) enough.add(service);
  }
  return enough;
});

const isDue = (status: Appointment['status'], start: Instant, now: Instant) =>
  status === 'arrived' || (status === 'booked' && start <= now + 2 * hourMs);

function attendance({ id, slot, status }: Appointment, chance: Chance): Wish {
  const outcome = (status === 'booked' ? chance.pick(outcomes) : 'fulfilled') ?? 'arrived';
  return ask({ kind: 'attend', appointment: id, from: slot, outcome });
}

function publication({ id }: Service, { now, freeEnough }: Screen, chance: Chance): Wish {
  // Clinics begin at few times of a day, so that after a restore another one gets the number and start of one that is lost.
  const start = Math.floor(now / (6 * hourMs) + chance.between(1, 3)) * 6 * hourMs;
  const session = {
    start,
    minutes: chance.pick([10, 20, 30]) ?? 20,
    count: chance.between(1, freeEnough),
    clinician: chance.pick(['Ms Iris', 'Mr Lens', '']) ?? '',
    mode: 'inPerson' as const,
  };
  return ask({ kind: 'publish', service: id, sessions: [session] });
}

/** Free ones and booked ones, each as the clerk sees it. */
function withdrawal({ id, site }: Service, screen: Screen, chance: Chance): Wish | undefined {
  const slots = chance
    .some(comingOf(screen)(id), chance.between(1, 3))
    .map((one) =>
      'ordinal' in one
        ? { slot: slotRef(one, site), appointment: null }
        : { slot: one.slot, appointment: one.id },
    );
  if (slots.length === 0) return undefined;
  return ask({ kind: 'withdraw', service: id, slots, reason: 'CLINIC_CANCELLED' });
}

/** What is to come of a service, free times first. */
const comingOf = onceALook(({ truth, times, now }) => {
  const coming = new Map<ServiceId, readonly (Slot | Appointment)[]>();
  return (id: ServiceId) => {
    const known = coming.get(id);
    if (known) return known;
    const booked = [...truth.appointments.values()].filter(
      ({ slot, status }) => slot.service === id && status === 'booked' && slot.start > now,
    );
    const isTaken = new Set(booked.map(({ slot }) => slot.ordinal));
    const free = (times.get(id) ?? []).filter(({ start, ordinal }) => start > now && !isTaken.has(ordinal));
    const all = [...free, ...booked];
    coming.set(id, all);
    return all;
  };
});
