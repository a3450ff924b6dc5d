/** A world with work to do: a few hundred referrals, some hundred times a service. Made to be killed, and to be measured. */
import { randomUUID } from 'node:crypto';
import type { Intent } from '#lib/domain/claim.ts';
import type { AppointmentId, ClaimId } from '#lib/domain/ids.ts';
import { dayMs } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { slotRef, type SlotRef } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { OpenLedger } from '../ledger.ts';
import { publishedSlots } from '../facts.ts';
import {
  claimId,
  monday,
  nora,
  northEyes,
  northSkin,
  publish,
  referral,
  rita,
  sam,
  session,
  smallLoad,
  southEyes,
  southSkin,
  tuesday,
  ubrnNumber,
} from './small-world.ts';

export const busyReferrals = 400;
const services = [northEyes, northSkin, southEyes, southSkin];
/** Two weeks of twenty times a day, for each service. */
const days = 10;
const aDay = 20;

const sessions = Array.from({ length: days }, (_, day) =>
  session({ start: tuesday + day * dayMs, minutes: 15, count: aDay }),
);
const slots: readonly SlotRef[] = services.flatMap((id) =>
  publishedSlots({ effect: 'publish', service: id, firstOrdinal: 0, sessions }).map((slot) =>
    slotRef(slot, id.split('-')[0] ?? ''),
  ),
);

/** Loads it where it is not yet; a second time does nothing. */
export async function loadBusyWorld({ clerk }: OpenLedger): Promise<void> {
  const all = Array.from({ length: busyReferrals }, (_, n) =>
    referral(n + 1, { shortlist: services, specialty: n % 2 ? 'EYES' : 'SKIN' }),
  );
  await clerk.load(smallLoad(all));
  for (const [index, id] of services.entries()) {
    const author = id.startsWith('RXX') ? nora : sam;
    const claim = {
      v: 1,
      id: claimId(0xee_0000 + index),
      author,
      madeAt: monday,
      intent: publish(id, ...sessions),
    };
    await clerk.settle(author, exchange(author, [JSON.stringify(claim)]));
  }
}

export const exchange = (author: Author, claims: string[], cursor: string | null = null) => ({
  protocol: 1,
  scope: author.scope,
  cursor,
  claims,
  packs: {},
  seen: [],
});

/** Bookings with three choices, and cancellations of what was booked, in about the shape of a busy morning. */
export class Bookings {
  readonly #random: () => number;
  readonly #booked: { appointment: AppointmentId; slot: SlotRef }[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  text(): string {
    return JSON.stringify({
      v: 1,
      id: randomUUID() as ClaimId,
      author: rita,
      madeAt: monday,
      intent: this.#intent(),
    });
  }

  heard({ outcome, appointment }: Verdict): void {
    if (outcome === 'confirmed' && appointment?.status === 'booked') {
      this.#booked.push({ appointment: appointment.id, slot: appointment.slot });
    }
  }

  #intent(): Intent {
    // Half of what is booked is given up again, or there would soon be nothing left to book.
    const given = this.#random() < 0.5 ? this.#booked.shift() : undefined;
    if (given)
      return { kind: 'cancel', appointment: given.appointment, from: given.slot, reason: 'PATIENT_ILL' };
    return {
      kind: 'book',
      ubrn: ubrnNumber(1 + Math.floor(this.#random() * busyReferrals)),
      appointment: randomUUID() as AppointmentId,
      choices: [this.#slot(), this.#slot(), this.#slot()],
    };
  }

  #slot(): SlotRef {
    const slot = slots[Math.floor(this.#random() * slots.length)];
    if (!slot) throw new Error('busy world: no such slot');
    return slot;
  }
}
