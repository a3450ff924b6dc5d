/** Names of things. Branded, so that a reference to one thing cannot be passed for another. */
import { shortHash } from './short-hash.ts';
import { z } from './zod.ts';

const uuid = z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/));

/** Made by the device that asks; the ledger's key for "the same claim again". Lower-case UUID. */
export const claimIdSchema = uuid.brand<'ClaimId'>();
export type ClaimId = z.infer<typeof claimIdSchema>;

/** Made by the device that books, so that a move or a cancellation can be queued behind the booking. Lower-case UUID. */
export const appointmentIdSchema = uuid.brand<'AppointmentId'>();
export type AppointmentId = z.infer<typeof appointmentIdSchema>;

/** Unique Booking Reference Number: 12 digits, leading zeros kept, no check digit. On screens: "booking reference". */
export const ubrnSchema = z
  .string()
  .check(z.regex(/^\d{12}$/))
  .brand<'Ubrn'>();
export type Ubrn = z.infer<typeof ubrnSchema>;

/** How many references a new referral has to try: with a hundred million in use, one in ten thousand is taken. */
const ubrnTries = 4;

/**
 * References that the referral made by this claim may get, in the order in which they are tried. They follow from the claim's
 * id, so that nobody has to count, and nobody can tell from one reference what the next one is.
 */
export function ubrnsFor(claim: ClaimId): readonly Ubrn[] {
  return Array.from({ length: ubrnTries }, (_, attempt) => {
    const half = (part: string) =>
      String(shortHash(`${part}${attempt}|${claim}`) % 1_000_000).padStart(6, '0');
    return `${half('a')}${half('b')}` as Ubrn;
  });
}

/** A service in the directory: letters, digits, dots and dashes. */
export const serviceIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9.-]{1,40}$/))
  .brand<'ServiceId'>();
export type ServiceId = z.infer<typeof serviceIdSchema>;

/** Derived by the ledger from the claim that caused it, never made by chance. */
export const noticeIdSchema = z
  .string()
  .check(z.regex(/^[a-z0-9:.-]{1,200}$/i))
  .brand<'NoticeId'>();
export type NoticeId = z.infer<typeof noticeIdSchema>;

/** ODS code of a practice, a provider or a site. */
export const odsCodeSchema = z
  .string()
  .check(z.regex(/^[A-Z0-9]{3,10}$/))
  .brand<'OdsCode'>();
export type OdsCode = z.infer<typeof odsCodeSchema>;

/** Someone who acts: a member of staff, or `patient:<ubrn>` for a patient who signed in with a booking reference. */
export const personIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9:._-]{1,64}$/))
  .brand<'PersonId'>();
export type PersonId = z.infer<typeof personIdSchema>;

/** "012345678901" → "0123 4567 8901", as letters print it. */
export function formatUbrn(ubrn: Ubrn): string {
  return `${ubrn.slice(0, 4)} ${ubrn.slice(4, 8)} ${ubrn.slice(8)}`;
}

/** What a person typed, with any spaces or dashes, or undefined when it is not a booking reference. */
export function parseUbrn(typed: string): Ubrn | undefined {
  const parsed = ubrnSchema.safeParse(typed.replace(/[\s-]/g, ''));
  return parsed.success ? parsed.data : undefined;
}
