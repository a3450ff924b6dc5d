/** A service: what a provider offers at one site, for whom, and how it is booked. Public, not personal. */
import { odsCodeSchema, serviceIdSchema } from './ids.ts';
import type { Instant } from './instant.ts';
import { dayMs, hourMs } from './instant.ts';
import { prioritySchema } from './priority.ts';
import { z } from './zod.ts';

const days = z.int().check(z.minimum(0), z.maximum(400));

export const serviceSchema = z.object({
  id: serviceIdSchema,
  provider: odsCodeSchema,
  providerName: z.string(),
  site: odsCodeSchema,
  siteName: z.string(),
  address: z.string(),
  postcode: z.string(),
  lat: z.number(),
  lon: z.number(),
  phone: z.string(),
  /** Staff see this. */
  name: z.string(),
  /** Patients see this: it never reveals more than the patient was told. */
  patientName: z.string(),
  specialty: z.string(),
  clinicTypes: z.array(z.string()),
  priorities: z.array(prioritySchema),
  /** Whole years, both ends included. */
  ageFrom: z.int(),
  ageTo: z.int(),
  sex: z.nullable(z.enum(['female', 'male'])),
  booking: z.enum(['direct', 'phone', 'triage']),
  /** How far ahead each priority may be booked, in days; the least notice in hours. */
  windowDays: z.object({ routine: days, urgent: days, TWO_WEEK_WAIT: days }),
  noticeHours: z.int().check(z.minimum(0)),
  /** Median weeks from referral to the start of treatment, ×10; 0 when unknown. It is not a wait for the first appointment. */
  medianWeeksTenths: z.int(),
});
export type Service = Readonly<z.infer<typeof serviceSchema>>;
export type Booking = Service['booking'];

export interface BookingWindow {
  readonly from: Instant;
  readonly to: Instant;
}

/** A clinic that fits in somebody who was sent to it knows its own day: only the past is shut to it. */
export const clinicWindow = (now: Instant): BookingWindow => ({ from: now + 1, to: Infinity });

/** The instants between which a slot of this service may start, for a priority, seen from `now`: both are among them. */
export function bookingWindow(
  service: Service,
  priority: keyof Service['windowDays'],
  now: Instant,
): BookingWindow {
  return { from: now + service.noticeHours * hourMs, to: now + service.windowDays[priority] * dayMs };
}
