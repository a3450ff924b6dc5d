/**
 * An appointment: a slot given to a referral. The one state machine, as a table; statuses are FHIR R4's.
 *
 *   (none) ─ book → booked ─ attend → arrived ─ attend → fulfilled
 *                   │  └─ move → booked     └─ attend → noshow (also straight from booked)
 *                   └─ cancel, withdraw, close → cancelled
 */
import { appointmentIdSchema, type ServiceId, ubrnSchema } from './ids.ts';
import { instantSchema, type Instant } from './instant.ts';
import { isSameSlot, modeSchema, slotRefSchema, type SlotRef } from './slot.ts';
import { z } from './zod.ts';

export const statusSchema = z.enum(['booked', 'arrived', 'fulfilled', 'noshow', 'cancelled']);
export type Status = z.infer<typeof statusSchema>;

export type Act = 'move' | 'cancel' | 'arrive' | 'fulfil' | 'noshow';

/** What each act makes of each status; where there is no entry the act is illegal. */
export const transitions = {
  booked: { move: 'booked', cancel: 'cancelled', arrive: 'arrived', fulfil: 'fulfilled', noshow: 'noshow' },
  arrived: { fulfil: 'fulfilled', noshow: 'noshow' },
  fulfilled: {},
  noshow: {},
  cancelled: {},
} as const satisfies Record<Status, Partial<Record<Act, Status>>>;

export function afterAct(status: Status, act: Act): Status | undefined {
  return (transitions[status] as Partial<Record<Act, Status>>)[act];
}

/** Kinds of people, as far as others may know who did a thing. */
export const actorSchema = z.enum(['practice', 'patient', 'clinic']);
export type Actor = z.infer<typeof actorSchema>;

export const appointmentSchema = z.object({
  id: appointmentIdSchema,
  ubrn: ubrnSchema,
  slot: slotRefSchema,
  minutes: z.int(),
  clinician: z.string(),
  mode: modeSchema,
  status: statusSchema,
  /** Which of the choices it was: 1 is the first. */
  rank: z.int(),
  bookedAt: instantSchema,
  bookedBy: actorSchema,
  /** The last change of time, if there was one. */
  moved: z.nullable(z.object({ at: instantSchema, by: actorSchema, from: slotRefSchema })),
  cancelled: z.nullable(z.object({ at: instantSchema, by: actorSchema, reason: z.string() })),
});
export type Appointment = Readonly<z.infer<typeof appointmentSchema>>;

/** Holds its slot: nobody else may have it. (The ledger's partial index says the same: status <> 'cancelled'.) */
export const holdsSlot = (appointment: Appointment) => appointment.status !== 'cancelled';

/** Holds its referral: no other may be booked. A missed one does not. (The ledger's partial index says the same.) */
export const holdsReferral = (appointment: Appointment) =>
  appointment.status !== 'cancelled' && appointment.status !== 'noshow';

/** Booked, and its time is to come: it may still be moved or cancelled. */
export const isToCome = (appointment: Appointment | undefined, now: Instant): boolean =>
  appointment?.status === 'booked' && appointment.slot.start > now;

export const isAt = (appointment: Appointment, service: ServiceId) => appointment.slot.service === service;

/** Index of the choice that this appointment already is, or -1. */
export function bookedIn(appointment: Appointment, choices: readonly SlotRef[]): number {
  return choices.findIndex((choice) => isSameSlot(choice, appointment.slot));
}

export function cancelledBy(appointment: Appointment, by: Actor, reason: string, at: Instant): Appointment {
  return { ...appointment, status: 'cancelled', cancelled: { at, by, reason } };
}
