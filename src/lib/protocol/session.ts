/** Signing in and out. Sessions live on the server; the browser holds only a cookie that scripts cannot read. */
import { ubrnSchema, personIdSchema } from '#lib/domain/ids.ts';
import { instantSchema } from '#lib/domain/instant.ts';
import { authorSchema, roleSchema } from '#lib/domain/person.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';

export const signInSchema = z.discriminatedUnion('kind', [
  /** Demonstration only: choose who to be. */
  z.strictObject({ kind: z.literal('demo'), person: personIdSchema }),
  z.strictObject({
    kind: z.literal('patient'),
    ubrn: ubrnSchema,
    code: z.string().check(z.minLength(1), z.maxLength(64)),
    birthYear: z.int().check(z.minimum(1880), z.maximum(2200)),
    /** Whoever signs in is not the patient, and says so: a parent, a carer, a friend. */
    isForPatient: z.optional(z.boolean()),
  }),
]);
export type SignIn = Readonly<z.infer<typeof signInSchema>>;

export const sessionInfoSchema = z.object({
  author: authorSchema,
  name: z.string(),
  organisationName: z.string(),
  organisationPhone: z.string(),
  expiresAt: instantSchema,
  /** Somebody signed in for the patient: screens name the patient and do not say "you". */
  isForPatient: z.optional(z.boolean()),
});
export type SessionInfo = Readonly<z.infer<typeof sessionInfoSchema>>;

/** GET /api/session: who is signed in here, at most one a kind of scope. */
export const sessionsSchema = z.object({
  sessions: z.array(sessionInfoSchema),
  isDemo: z.boolean(),
  now: instantSchema,
});
export type Sessions = Readonly<z.infer<typeof sessionsSchema>>;

/** GET /api/demo/people: whom a visitor of the demonstration may be. */
export const demoPersonSchema = z.object({
  person: personIdSchema,
  name: z.string(),
  role: roleSchema,
  scope: scopeSchema,
  organisationName: z.string(),
  town: z.string(),
});
export const demoPatientSchema = z.object({
  ubrn: ubrnSchema,
  code: z.string(),
  birthYear: z.int(),
  name: z.string(),
  situation: z.string(),
});
export const demoPeopleSchema = z.object({
  staff: z.array(demoPersonSchema),
  patients: z.array(demoPatientSchema),
});
export type DemoPeople = Readonly<z.infer<typeof demoPeopleSchema>>;
