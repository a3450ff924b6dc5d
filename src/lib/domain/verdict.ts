/** A verdict: what the ledger answered, for good. Only the ledger makes one; a device can only hold what it was sent. */
import { appointmentSchema } from './appointment.ts';
import { claimIdSchema, ubrnSchema } from './ids.ts';
import { instantSchema } from './instant.ts';
import { refusalCodeSchema } from './refusal.ts';
import { slotRefSchema } from './slot.ts';
import { z } from './zod.ts';

export const verdictSchema = z.object({
  claim: claimIdSchema,
  /** Place in the journal; lets a device lay a verdict over a truth that is older than it. */
  seq: z.int(),
  /** The ledger's time. */
  at: instantSchema,
  outcome: z.enum(['confirmed', 'refused']),
  code: z.nullable(refusalCodeSchema),
  /** It was so before this claim: nothing changed. */
  already: z.boolean(),
  /** Which choice was taken, from 1. */
  rank: z.nullable(z.int()),
  /** Confirmed: the appointment as it now is. Refused: the one that stands in the way, or that still stands. */
  appointment: z.nullable(appointmentSchema),
  /** SLOTS_CURRENTLY_AVAILABLE: times that the service has. */
  slots: z.array(slotRefSchema),
  /** A new referral: its booking reference. */
  ubrn: z.optional(ubrnSchema),
});
export type Verdict = Readonly<z.infer<typeof verdictSchema>>;
