/** What settling a claim needs to know and what it comes to: the vocabulary of decide.ts and of whoever carries it out. */
import { isToCome, type Appointment } from './appointment.ts';
import type { Claim, ClinicSession } from './claim.ts';
import type { AppointmentId, NoticeId, PersonId, ServiceId, Ubrn } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Notice } from './notice.ts';
import type { Author } from './person.ts';
import type { Referral, ReferralStatus, ReferralText } from './referral.ts';
import type { RefusalCode } from './refusal.ts';
import type { BookingWindow, Service } from './service.ts';
import type { Slot, SlotRef } from './slot.ts';

/** What is so, as far as one claim needs it. The ledger answers from its tables, the device from what it holds. */
export interface Facts {
  /** The ledger's time, one for a batch. */
  readonly now: Instant;
  /** Who handed the claim in; its author may be a colleague. */
  readonly sender: Author;
  /** Is this person still in this role at this organisation? */
  holdsRight(author: Author): boolean;
  nameOf(person: PersonId): string;
  referral(ubrn: Ubrn): Referral | undefined;
  /** All referrals of the same patient, this one among them, whatever practice they are of. */
  referralsOfPatient(ubrn: Ubrn): readonly Ubrn[];
  /** By any of the patient's referrals: whoever closed one of them knew it for all. */
  hasDied(ubrn: Ubrn): boolean;
  appointment(id: AppointmentId): Appointment | undefined;
  /** The one that holds the referral (booked, arrived or fulfilled). */
  appointmentOf(ubrn: Ubrn): Appointment | undefined;
  service(id: ServiceId): Service | undefined;
  /** A published slot that was not withdrawn, taken or not. */
  slot(service: ServiceId, ordinal: number): Slot | undefined;
  /** The appointment that holds the slot. */
  holder(service: ServiceId, ordinal: number): Appointment | undefined;
  /** Free slots of a service that start within the window, earliest first; a handful is enough. */
  freeSlots(service: ServiceId, window: BookingWindow): readonly Slot[];
  notice(id: NoticeId): Notice | undefined;
  /** The notices of a referral that nobody has dealt with, in all scopes. */
  noticesOf(ubrn: Ubrn): readonly Notice[];
  /** Notices of the same referral and scope since this one was dealt with, whatever became of them. */
  newsSince(notice: Notice): readonly Notice[];
  /** The ordinal that the next published slot of this service gets. */
  nextOrdinal(service: ServiceId): number;
}

/** One change of truth. The ledger writes it, the journal keeps it, replaying them all gives the state. No patient's text. */
export type Effect =
  | { readonly effect: 'appointment'; readonly row: Appointment }
  | { readonly effect: 'referral'; readonly ubrn: Ubrn; readonly status: ReferralStatus }
  /** A new referral, or another offer in one. `patient`: the id of whom it is for, for good. */
  | { readonly effect: 'referralText'; readonly patient: string; readonly text: ReferralText }
  | {
      readonly effect: 'publish';
      readonly service: ServiceId;
      readonly firstOrdinal: number;
      readonly sessions: readonly ClinicSession[];
    }
  | { readonly effect: 'withdraw'; readonly service: ServiceId; readonly ordinals: readonly number[] }
  | { readonly effect: 'notice'; readonly row: Notice };

export interface Decision {
  readonly outcome: 'confirmed' | 'refused';
  readonly code: RefusalCode | null;
  readonly already: boolean;
  readonly rank: number | null;
  readonly appointment: Appointment | null;
  readonly slots: readonly SlotRef[];
  readonly ubrn?: Ubrn;
  readonly effects: readonly Effect[];
}

export const isExpired = (claim: Claim, facts: Facts) =>
  claim.expiresAt !== undefined && facts.now > claim.expiresAt;

export function confirmed(
  effects: readonly Effect[],
  appointment: Appointment | null,
  rank: number | null = null,
): Decision {
  return { outcome: 'confirmed', code: null, already: false, rank, appointment, slots: [], effects };
}

export function confirmedAlready(appointment: Appointment | null, rank: number | null): Decision {
  return { outcome: 'confirmed', code: null, already: true, rank, appointment, slots: [], effects: [] };
}

export function refused(code: RefusalCode, appointment: Appointment | null = null): Decision {
  return { outcome: 'refused', code, already: false, rank: null, appointment, slots: [], effects: [] };
}

/** What `mayAct` has looked up already; it missing now would be our bug. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('decide: a fact that mayAct relied on is gone');
  return value;
}

export function bookedElsewhere(held: Appointment, facts: Facts): Decision {
  return refused(isToCome(held, facts.now) ? 'ALREADY_BOOKED' : 'INVALID_REQUEST_STATE', held);
}
