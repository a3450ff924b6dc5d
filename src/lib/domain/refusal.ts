/** Why the ledger said no: the words integrators know from e-RS, and two of ours (the last). */
import { z } from './zod.ts';

export const refusalCodeSchema = z.enum([
  'NO_RELATIONSHIP',
  'INVALID_REQUEST_STATE',
  'ALREADY_BOOKED',
  'SLOTS_CURRENTLY_AVAILABLE',
  'INAPPROPRIATE_SLOT',
  'INAPPROPRIATE_VALUE',
  'SLOT_NOT_AVAILABLE',
  'EXPIRED_CLAIM',
  'STALE_APPOINTMENT',
]);
export type RefusalCode = z.infer<typeof refusalCodeSchema>;
