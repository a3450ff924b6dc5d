/** Access to records: a new code for a patient, and who opened what. Read and asked for online alone; no part of truth. */
import { ubrnSchema } from '#lib/domain/ids.ts';
import { instantSchema } from '#lib/domain/instant.ts';
import { roleSchema } from '#lib/domain/person.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';

/** POST /api/referrals/:ubrn/access-code. It names its scope as an exchange does: the screen may be of another session than the cookie. */
export const issueCodeSchema = z.strictObject({ scope: scopeSchema });

/** POST /api/referrals/:ubrn/patient: who a restricted patient is. A POST, so that no cache keeps the answer. */
export const whoIsSchema = z.strictObject({ scope: scopeSchema });

export const issuedCodeSchema = z.object({ code: z.string(), issuedAt: instantSchema });
export type IssuedCode = Readonly<z.infer<typeof issuedCodeSchema>>;

/** Rows of one page. */
export const accessPageMax = 50;

/** Where a page ended: opaque to whoever asks for the next. */
export const accessCursorSchema = z
  .string()
  .check(z.regex(/^\d{1,15}\.\d{1,15}\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/));

export const accessActSchema = z.object({
  id: z.string(),
  kind: z.enum(['opened', 'codeIssued', 'signedInForPatient', 'askedWho']),
  ubrn: ubrnSchema,
  /** Empty for whoever signed in for a patient: nobody knows it. */
  name: z.string(),
  role: z.nullable(roleSchema),
  /** By the device's clock, which may be wrong. */
  at: instantSchema,
  /** By the server's. Later where the device had no connection. */
  receivedAt: instantSchema,
});
export type AccessAct = Readonly<z.infer<typeof accessActSchema>>;

/** GET /api/access?scope=…&ubrn=…&before=…: newest first. */
export const accessPageSchema = z.object({
  acts: z.array(accessActSchema),
  /** For `before`; null on the last page. */
  more: z.nullable(accessCursorSchema),
});
export type AccessPage = Readonly<z.infer<typeof accessPageSchema>>;
