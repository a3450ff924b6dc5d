/**
 * Rows needing a person: what came in an operator's file for a practice, and could not be told to be of one patient. Read and
 * settled online alone (docs/decisions/0022): no part of truth, of no exchange, and kept on no device.
 */
import type { Doubt } from '#lib/domain/identity.ts';
import { ubrnSchema } from '#lib/domain/ids.ts';
import { instantSchema, localDateSchema } from '#lib/domain/instant.ts';
import { commentCharsMax } from '#lib/domain/claim.ts';
import { roleSchema } from '#lib/domain/person.ts';
import { prioritySchema } from '#lib/domain/priority.ts';
import { identitySchema } from '#lib/domain/referral.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';

/** A digest of the row. */
export const rowIdSchema = z.string().check(z.regex(/^[0-9a-f]{16}$/));

/** Rows of one page: each is read with care. */
export const rowsPageMax = 20;

/** Where a page ended: opaque to whoever asks for the next. */
export const rowsCursorSchema = z.string().check(z.regex(/^\d{1,15}\.\d{1,9}\.[0-9a-f]{16}$/));

/** POST /api/rows. A question, yet a POST: no cache keeps whom the rows are about. */
export const askRowsSchema = z.strictObject({ scope: scopeSchema, after: z.optional(rowsCursorSchema) });

/** POST /api/rows/count: how many wait, and nothing of them. */
export const countRowsSchema = z.strictObject({ scope: scopeSchema });
export const rowsCountSchema = z.object({ count: z.int() });

const doubts = [
  'noNumber',
  'notANumber',
  'otherBirthDate',
  'otherName',
  'sameNameOtherNumber',
  'numberOfTwo',
  'twoRecords',
] as const satisfies readonly Doubt[];

/** What is in doubt now; `none`: nothing any more, as when the record that it disagreed with was put right. */
export const rowDoubtSchema = z.enum([...doubts, 'none']);
export type RowDoubt = z.infer<typeof rowDoubtSchema>;

/** Why nobody at the practice can say whose it is. */
export const forOperatorSchema = z.enum([
  /** It may be about somebody whom the practice does not know, or who is restricted: who, it does not say. */
  'others',
  /** The row itself is of a restricted patient. */
  'restricted',
  /** Its booking reference belongs to a referral that is held. */
  'referenceInUse',
  /** It names something that is not held, such as a service. */
  'faulty',
]);
export type ForOperator = z.infer<typeof forOperatorSchema>;

export const rowPersonSchema = z.object({
  givenName: z.string(),
  familyName: z.string(),
  birthDate: localDateSchema,
  /** As the sender wrote it. */
  nhsNumber: z.string(),
  isNumberValid: z.boolean(),
  /** One that `nhsNumber` has taken the place of, as the sender says. */
  formerNumber: z.nullable(z.string()),
  sex: z.nullable(z.enum(['female', 'male', 'other'])),
});
export type RowPerson = Readonly<z.infer<typeof rowPersonSchema>>;

/** A patient of whom the practice has a referral; never where they live, nor their telephone. */
export const candidateSchema = z.extend(identitySchema, {
  id: z.string(),
  /** The practice's referrals of them, the newest first, and at most three: it takes no more to know somebody. */
  ubrns: z.array(ubrnSchema),
});
export type Candidate = Readonly<z.infer<typeof candidateSchema>>;

export const waitingRowSchema = z.object({
  id: rowIdSchema,
  file: z.string(),
  line: z.int(),
  /** The booking reference that it came with. */
  ubrn: z.nullable(ubrnSchema),
  specialty: z.string(),
  clinicType: z.string(),
  priority: z.nullable(prioritySchema),
  referrer: z.string(),
  referredAt: z.nullable(instantSchema),
  /** Null where the row is of a restricted patient, or can't be read. */
  person: z.nullable(rowPersonSchema),
  /** Null where saying it would tell of somebody whom the practice does not know. */
  doubt: z.nullable(rowDoubtSchema),
  candidates: z.array(candidateSchema),
  forOperator: z.nullable(forOperatorSchema),
  mayBeNew: z.boolean(),
  mayBeNotOurs: z.boolean(),
});
export type WaitingRow = Readonly<z.infer<typeof waitingRowSchema>>;

export const rowsPageSchema = z.object({
  rows: z.array(waitingRowSchema),
  /** Of all that wait for this practice. */
  count: z.int(),
  /** For `after`; null on the last page. */
  more: z.nullable(rowsCursorSchema),
});
export type RowsPage = Readonly<z.infer<typeof rowsPageSchema>>;

export const rowAsSchema = z.enum(['patient', 'new', 'notOurs']);
export type RowAs = z.infer<typeof rowAsSchema>;

/** POST /api/rows/:id. */
export const settleRowSchema = z.strictObject({
  scope: scopeSchema,
  as: z.union([
    z.strictObject({ patient: z.string().check(z.minLength(1), z.maxLength(100)) }),
    z.literal('new'),
    z.literal('notOurs'),
  ]),
  note: z.optional(z.string().check(z.maxLength(commentCharsMax))),
});
export type SettleRow = Readonly<z.infer<typeof settleRowSchema>>;

/** Who settled a row, and how. */
export const settledRowSchema = z.object({
  how: z.enum([...rowAsSchema.options, 'operator']),
  /** Empty for the operator, and for somebody who is not held any more. */
  byName: z.string(),
  byRole: z.nullable(roleSchema),
  at: instantSchema,
  /** The referral that it has become; null where nothing came in. */
  ubrn: z.nullable(ubrnSchema),
  /** Somebody had settled it already, in just this way. */
  isAlready: z.boolean(),
});
export type SettledRow = Readonly<z.infer<typeof settledRowSchema>>;
