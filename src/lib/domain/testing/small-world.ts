/** Truth as the ledger holds it, in memory and written plainly: facts for `decide`, and what its effects make of them. */
import { holdsReferral, holdsSlot, type Appointment } from '../appointment.ts';
import type { Claim } from '../claim.ts';
import { decide } from '../decide.ts';
import type { Decision, Effect, Facts } from '../decision.ts';
import type { AppointmentId, NoticeId, PersonId, ServiceId, Ubrn } from '../ids.ts';
import { minuteMs, type Instant } from '../instant.ts';
import { isStanding, newsSince, type Notice } from '../notice.ts';
import type { Author } from '../person.ts';
import { nothingArranged, type Referral } from '../referral.ts';
import { hasDied, ofSamePatient } from '../same-patient.ts';
import type { Service } from '../service.ts';
import type { Slot } from '../slot.ts';
import { aReferral, aService, aSlot, monday } from './samples.ts';

export class SmallWorld {
  now: Instant = monday;
  readonly referrals = new Map<Ubrn, Referral>();
  readonly services = new Map<ServiceId, Service>();
  readonly slots = new Map<string, Slot>();
  readonly appointments = new Map<AppointmentId, Appointment>();
  readonly notices = new Map<NoticeId, Notice>();
  readonly withoutRight = new Set<PersonId>();

  add(...things: (Referral | Service | Slot | Appointment)[]): this {
    for (const thing of things) {
      if ('shortlist' in thing) this.referrals.set(thing.ubrn, thing);
      else if ('provider' in thing) this.services.set(thing.id, thing);
      else if ('ordinal' in thing) this.slots.set(key(thing.service, thing.ordinal), thing);
      else this.appointments.set(thing.id, thing);
    }
    return this;
  }

  facts(sender: Author): Facts {
    const appointments = () => [...this.appointments.values()];
    return {
      now: this.now,
      sender,
      holdsRight: ({ person }) => !this.withoutRight.has(person),
      nameOf: (person) => `Name of ${person}`,
      referral: (ubrn) => this.referrals.get(ubrn),
      referralsOfPatient: (ubrn) => ofSamePatient(this.referrals, ubrn).map((one) => one.ubrn),
      hasDied: (ubrn) => hasDied(this.referrals, ubrn),
      appointment: (id) => this.appointments.get(id),
      appointmentOf: (ubrn) => appointments().find((one) => one.ubrn === ubrn && holdsReferral(one)),
      service: (id) => this.services.get(id),
      slot: (service, ordinal) => this.slots.get(key(service, ordinal)),
      holder: (service, ordinal) => this.#holder(service, ordinal),
      freeSlots: (service, { from, to }) =>
        [...this.slots.values()]
          .filter((slot) => slot.service === service && slot.start >= from && slot.start <= to)
          .filter((slot) => !this.#holder(slot.service, slot.ordinal))
          .sort((a, b) => a.start - b.start)
          .slice(0, 5),
      notice: (id) => this.notices.get(id),
      noticesOf: (ubrn) => this.standing().filter((notice) => notice.ubrn === ubrn),
      newsSince: (notice) => newsSince(notice, this.notices.values()),
      nextOrdinal: (service) => 1 + Math.max(-1, ...this.#slotsOf(service).map(({ ordinal }) => ordinal)),
    };
  }

  standing(): readonly Notice[] {
    return [...this.notices.values()].filter(isStanding);
  }

  settle(claim: Claim, sender: Author = claim.author): Decision {
    const decision = decide(claim, this.facts(sender));
    for (const effect of decision.effects) this.#write(effect);
    return decision;
  }

  /** The two laws that the ledger's indexes keep: one holder a slot, one a referral. */
  breaches(): readonly string[] {
    const held = [...this.appointments.values()];
    const slots = held.filter(holdsSlot).map(({ slot }) => key(slot.service, slot.ordinal));
    const referrals = held.filter(holdsReferral).map(({ ubrn }) => ubrn);
    return [
      ...repeated(slots).map((s) => `two hold slot ${s}`),
      ...repeated(referrals).map((u) => `two for ${u}`),
    ];
  }

  #write(effect: Effect): void {
    switch (effect.effect) {
      case 'appointment':
        this.appointments.set(effect.row.id, effect.row);
        break;
      case 'referral': {
        const referral = this.referrals.get(effect.ubrn);
        if (referral) this.referrals.set(effect.ubrn, { ...referral, status: effect.status });
        break;
      }
      case 'referralText': {
        const before = this.referrals.get(effect.text.ubrn);
        const patient = [...this.referrals.values()].find(
          ({ patient: { id } }) => id === effect.patient,
        )?.patient;
        if (!patient) throw new Error('small world: a referral of nobody');
        this.add({ ...effect.text, patient, status: before?.status ?? nothingArranged });
        break;
      }
      case 'publish': {
        let ordinal = effect.firstOrdinal;
        for (const { start, minutes, count, clinician, mode } of effect.sessions) {
          for (let i = 0; i < count; i += 1, ordinal += 1) {
            const at = start + i * minutes * minuteMs;
            this.add({ service: effect.service, ordinal, start: at, minutes, clinician, mode });
          }
        }
        break;
      }
      case 'withdraw':
        for (const ordinal of effect.ordinals) this.slots.delete(key(effect.service, ordinal));
        break;
      case 'notice':
        this.notices.set(effect.row.id, effect.row);
        break;
    }
  }

  #holder(service: ServiceId, ordinal: number): Appointment | undefined {
    const isHere = ({ slot }: Appointment) => slot.service === service && slot.ordinal === ordinal;
    return [...this.appointments.values()].find((one) => isHere(one) && holdsSlot(one));
  }

  #slotsOf(service: ServiceId): readonly Slot[] {
    return [...this.slots.values()].filter((slot) => slot.service === service);
  }
}

/** Referrals 1 to 3 for services 1 and 2, five slots each. */
export function smallWorld(): SmallWorld {
  const world = new SmallWorld().add(aService(1), aService(2));
  for (const n of [1, 2, 3]) world.add(aReferral(n));
  for (const service of [1, 2]) for (let i = 0; i < 5; i += 1) world.add(aSlot(service, i));
  return world;
}

const key = (service: ServiceId, ordinal: number) => `${service}|${ordinal}`;

const repeated = (keys: readonly string[]) => keys.filter((one, index) => keys.indexOf(one) !== index);
