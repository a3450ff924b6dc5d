/** What people of the demo world asked for, and when: claims like anybody's, which the loader hands to the clerk in order. */
import type { Claim, ClinicSession, HowTold, Intent } from '#lib/domain/claim.ts';
import { claimVersion } from '#lib/domain/claim.ts';
import { appointmentIdSchema, claimIdSchema, noticeIdSchema } from '#lib/domain/ids.ts';
import type { AppointmentId, ClaimId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant, LocalDate } from '#lib/domain/instant.ts';
import { actorOf, type Author } from '#lib/domain/person.ts';
import type { AsideReason } from '#lib/domain/referral.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import { uuidOf } from './chance.ts';
import type { HeldTime } from './held-times.ts';

/** One claim to come. Slots get their ordinals when all is planned, so what is asked is made last. */
export interface Act {
  readonly at: Instant;
  readonly author: Author;
  readonly claim: ClaimId;
  readonly intent: () => Intent;
  /** What the ledger must answer: a world that was told otherwise is not the world that was planned. */
  readonly outcome: 'confirmed' | 'refused';
}

/** What a later act has to know of an earlier one. */
export interface Booking {
  readonly claim: ClaimId;
  readonly appointment: AppointmentId;
  readonly time: HeldTime;
  readonly at: Instant;
}

export type RefOf = (time: HeldTime) => SlotRef;

export class History {
  readonly acts: Act[] = [];
  readonly #key: string;
  readonly #refOf: RefOf;
  #count = 0;

  /** `key` makes ids that no other world has. */
  constructor(key: string, refOf: RefOf) {
    this.#key = key;
    this.#refOf = refOf;
  }

  /** `taken`: choices before the one that is had, which somebody else has by then. */
  book(at: Instant, author: Author, ubrn: Ubrn, time: HeldTime, taken: readonly HeldTime[] = []): Booking {
    const appointment = this.#appointment();
    const claim = this.#add(at, author, () => ({
      kind: 'book',
      ubrn,
      appointment,
      choices: [...taken, time].map(this.#refOf),
    }));
    return { claim, appointment, time, at };
  }

  bookInVain(at: Instant, author: Author, ubrn: Ubrn, taken: readonly HeldTime[]): ClaimId {
    const appointment = this.#appointment();
    const intent = () => ({ kind: 'book' as const, ubrn, appointment, choices: taken.map(this.#refOf) });
    return this.#add(at, author, intent, 'refused');
  }

  move(at: Instant, author: Author, from: Booking, time: HeldTime): Booking {
    const { appointment } = from;
    const claim = this.#add(at, author, () => ({
      kind: 'move',
      appointment,
      from: this.#refOf(from.time),
      choices: [this.#refOf(time)],
    }));
    return { claim, appointment, time, at };
  }

  cancel(at: Instant, author: Author, { appointment, time }: Booking, reason: string): ClaimId {
    return this.#add(at, author, () => ({ kind: 'cancel', appointment, from: this.#refOf(time), reason }));
  }

  attend(at: Instant, author: Author, { appointment, time }: Booking, outcome: 'fulfilled' | 'noshow'): void {
    this.#add(at, author, () => ({ kind: 'attend', appointment, from: this.#refOf(time), outcome }));
  }

  defer(at: Instant, author: Author, ubrn: Ubrn, service: ServiceId): ClaimId {
    return this.#add(at, author, () => ({ kind: 'defer', ubrn, service }));
  }

  setAside(at: Instant, author: Author, ubrn: Ubrn, why: AsideReason, reviewOn: LocalDate): ClaimId {
    return this.#add(at, author, () => ({ kind: 'setAside', ubrn, why, reviewOn }));
  }

  close(at: Instant, author: Author, ubrn: Ubrn, reason: string): ClaimId {
    return this.#add(at, author, () => ({ kind: 'close', ubrn, reason }));
  }

  publish(at: Instant, author: Author, service: ServiceId, sessions: readonly ClinicSession[]): void {
    this.#add(at, author, () => ({ kind: 'publish', service, sessions: [...sessions] }));
  }

  /** Of the notice that a claim raised in the author's scope; `told` where the patient had to be told. */
  acknowledge(
    at: Instant,
    author: Author,
    of: ClaimId,
    appointment: AppointmentId | null,
    told?: HowTold,
  ): void {
    const notice = noticeIdSchema.parse(`${of}.${appointment ?? 'claim'}.${scopeKind(author.scope)}`);
    this.#add(at, author, () => ({ kind: 'acknowledge', notice, ...(told && { told: { how: told } }) }));
  }

  #add(at: Instant, author: Author, intent: () => Intent, outcome: Act['outcome'] = 'confirmed'): ClaimId {
    this.#count += 1;
    const claim = claimIdSchema.parse(uuidOf(this.#key, 'claim', this.#count, actorOf(author)));
    this.acts.push({ at, author, claim, intent, outcome });
    return claim;
  }

  #appointment(): AppointmentId {
    return appointmentIdSchema.parse(uuidOf(this.#key, 'appointment', this.#count));
  }
}

/** The claim's bytes: the same whenever the loader comes by. */
export function claimText({ claim: id, author, at: madeAt, intent }: Act): string {
  return JSON.stringify({ v: claimVersion, id, author, madeAt, intent: intent() } satisfies Claim);
}
