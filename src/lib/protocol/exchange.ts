/**
 * The exchange: everything a device and the server say to each other about truth, in one round trip.
 * Requests are parsed strictly, each claim by itself; replies leniently, so that a newer server can add keys.
 */
import { appointmentSchema } from '#lib/domain/appointment.ts';
import {
  appointmentIdSchema,
  claimIdSchema,
  noticeIdSchema,
  personIdSchema,
  serviceIdSchema,
  ubrnSchema,
} from '#lib/domain/ids.ts';
import { instantSchema } from '#lib/domain/instant.ts';
import { noticeSchema } from '#lib/domain/notice.ts';
import { referralSchema } from '#lib/domain/referral.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { serviceSchema } from '#lib/domain/service.ts';
import { modeSchema, slotRefSchema } from '#lib/domain/slot.ts';
import { verdictSchema } from '#lib/domain/verdict.ts';
import { z } from '#lib/domain/zod.ts';

/** Edges of one exchange. */
export const claimsMax = 50;
export const claimCharsMax = 16_384;
export const packsMax = 300;
export const seenMax = 200;
export const alternativesMax = 5;

/** Where a device is in the journal: "seq.hash", opaque to it. */
export const cursorSchema = z.string().check(z.regex(/^\d{1,15}\.[0-9a-f]{16}$/));
/** Which state of a service's slots a device holds: the same form. */
export const revisionSchema = z.string().check(z.regex(/^\d{1,15}\.[0-9a-f]{16}$/));

/** Somebody opened a patient's record on a device: reads can be audited though they are local. */
export const accessEventSchema = z.strictObject({
  id: claimIdSchema,
  person: personIdSchema,
  ubrn: ubrnSchema,
  at: instantSchema,
});
export type AccessEvent = Readonly<z.infer<typeof accessEventSchema>>;

export const syncRequestSchema = z.strictObject({
  protocol: z.int().check(z.minimum(1), z.maximum(1_000)),
  scope: scopeSchema,
  cursor: z.nullable(cursorSchema),
  /** Each the exact text that was fixed when the claim was made; read one by one. */
  claims: z.array(z.string().check(z.maxLength(claimCharsMax))).check(z.maxLength(claimsMax)),
  /** Service → the revision held, or null when it is wanted and not held. */
  packs: z
    .record(serviceIdSchema, z.nullable(revisionSchema))
    .check(z.refine((packs) => Object.keys(packs).length <= packsMax, `at most ${packsMax} services`)),
  seen: z.array(accessEventSchema).check(z.maxLength(seenMax)),
});
export type SyncRequest = Readonly<z.infer<typeof syncRequestSchema>>;

/** A free time with what a person needs to choose it. */
export const offerSchema = z.object({
  slot: slotRefSchema,
  minutes: z.int(),
  clinician: z.string(),
  mode: modeSchema,
});
export type Offer = Readonly<z.infer<typeof offerSchema>>;

export const answerSchema = z.object({
  verdict: verdictSchema,
  /** The ledger had settled this claim before: "duplicate" is a confirmation that the first attempt landed. */
  replayed: z.boolean(),
  /** Advice, computed after commit, fresh on every replay. */
  alternatives: z.array(offerSchema),
});
export type Answer = Readonly<z.infer<typeof answerSchema>>;

export const parkedReasonSchema = z.enum([
  /** Not a claim that this server can read. */
  'unreadable',
  /** Made by a newer app than this server. */
  'newer',
  /** Its id was used for another claim. */
  'reused',
  /** Its author belongs to another scope than the exchange. */
  'otherScope',
  /** It alone made its batch fail. */
  'failed',
]);
export type ParkedReason = z.infer<typeof parkedReasonSchema>;

/** No verdict: uses up no id and dequeues nothing; a person has to look. */
export const parkedSchema = z.object({
  index: z.int(),
  claim: z.nullable(claimIdSchema),
  reason: parkedReasonSchema,
});
export type Parked = Readonly<z.infer<typeof parkedSchema>>;

/** One row of truth, or null when it left the scope. */
export const rowSchema = z.discriminatedUnion('entity', [
  z.object({ entity: z.literal('referral'), key: ubrnSchema, row: z.nullable(referralSchema) }),
  z.object({
    entity: z.literal('appointment'),
    key: appointmentIdSchema,
    row: z.nullable(appointmentSchema),
  }),
  z.object({ entity: z.literal('notice'), key: noticeIdSchema, row: z.nullable(noticeSchema) }),
  z.object({ entity: z.literal('service'), key: serviceIdSchema, row: z.nullable(serviceSchema) }),
]);
export type Row = Readonly<z.infer<typeof rowSchema>>;
export type Entity = Row['entity'];

export const deltaSchema = z.object({
  cursor: cursorSchema,
  /** There is more to fetch at once: the screen says "catching up", never "none". */
  more: z.boolean(),
  /** The cursor was of another history (a restore): truth starts afresh with these rows, claims stay. */
  reset: z.boolean(),
  rows: z.array(rowSchema),
});
export type Delta = Readonly<z.infer<typeof deltaSchema>>;

/** The free slots of one service; see pack.ts for the columns. */
export const packSchema = z.object({
  service: serviceIdSchema,
  revision: revisionSchema,
  asOf: instantSchema,
  clinicians: z.array(z.string()),
  columns: z.string(),
});
export type Pack = Readonly<z.infer<typeof packSchema>>;

export const syncReplySchema = z.object({
  protocol: z.int(),
  scope: scopeSchema,
  now: instantSchema,
  answers: z.array(answerSchema),
  parked: z.array(parkedSchema),
  delta: deltaSchema,
  packs: z.array(packSchema),
  /** Changed too, but beyond this reply's byte limit: ask again. */
  packsMore: z.array(serviceIdSchema),
});
export type SyncReply = Readonly<z.infer<typeof syncReplySchema>>;
