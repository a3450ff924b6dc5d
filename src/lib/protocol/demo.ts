/** POST /api/demo/take-time, demonstration only: let another practice have a time, so that a visitor sees one go. */
import { askedSlotSchema } from '#lib/domain/slot.ts';
import { z } from '#lib/domain/zod.ts';

export const takeTimeSchema = z.strictObject({ slot: askedSlotSchema });
export type TakeTime = Readonly<z.infer<typeof takeTimeSchema>>;

/** What came of it. Of whose patient it is now nothing is said: that is the other practice's business. */
export const timeTakenSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('taken'), practiceName: z.string() }),
  /** Somebody had it before, or the clinic took it away. */
  z.object({ kind: z.literal('gone') }),
  /** No other practice here has a patient who may have it. */
  z.object({ kind: z.literal('nobody') }),
]);
export type TimeTaken = Readonly<z.infer<typeof timeTakenSchema>>;
