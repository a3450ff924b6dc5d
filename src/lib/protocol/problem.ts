/** A clear error: RFC 9457 problem details with a code that programs can read. */
import { z } from '#lib/domain/zod.ts';
import { settledRowSchema } from './rows.ts';

export const problemCodeSchema = z.enum([
  'malformed',
  'invalid',
  'too-large',
  'wrong-media-type',
  'signed-out',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'closed',
  'settled',
  'operator-only',
  'reference-in-use',
  'faulty-row',
  'not-a-candidate',
  'number-unusable',
  'not-recognised',
  'slow-down',
  'update-needed',
  'busy',
  'failed',
]);
export type ProblemCode = z.infer<typeof problemCodeSchema>;

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: problemCodeSchema,
  detail: z.optional(z.string()),
  /** With code `settled`: who was there before, and what they said. */
  settled: z.optional(settledRowSchema),
});
export type Problem = Readonly<z.infer<typeof problemSchema>>;
