/**
 * A claim: what a person asks. Its bytes are fixed when it is made; the ledger settles it once.
 * Shapes are additive and read for ever: add kinds and optional keys, never change or remove one.
 */
import { statusSchema } from './appointment.ts';
import {
  appointmentIdSchema,
  claimIdSchema,
  noticeIdSchema,
  serviceIdSchema,
  ubrnSchema,
  type Ubrn,
} from './ids.ts';
import { instantSchema, localDateSchema } from './instant.ts';
import { authorSchema } from './person.ts';
import { asideReasonSchema, contactOutcomeSchema, offerSchema } from './referral.ts';
import { askedSlotSchema, modeSchema } from './slot.ts';
import { z } from './zod.ts';

/** What one claim may name, so that it can never write more than the ledger takes at once. */
export const choicesMax = 10;
export const withdrawnSlotsMax = 50;
export const publishedSessionsMax = 20;
export const publishedSlotsMax = 200;
export const commentCharsMax = 200;
/** What a hospital has to say to a referrer. */
export const adviceCharsMax = 2_000;

const choices = z.array(askedSlotSchema).check(z.minLength(1), z.maxLength(choicesMax));
const comment = z.optional(z.string().check(z.maxLength(commentCharsMax)));
const reasonCode = z.string().check(z.minLength(1), z.maxLength(80));

export const howToldSchema = z.enum(['inPerson', 'phone', 'letter', 'noAnswer']);
export type HowTold = z.infer<typeof howToldSchema>;

export const sessionSchema = z.strictObject({
  start: instantSchema,
  minutes: z.int().check(z.minimum(5), z.maximum(240)),
  count: z.int().check(z.minimum(1), z.maximum(60)),
  clinician: z.string().check(z.maxLength(80)),
  mode: modeSchema,
});
export type ClinicSession = Readonly<z.infer<typeof sessionSchema>>;

export const intentSchema = z.discriminatedUnion('kind', [
  /** Ranked choices: the ledger takes the first that is free and fits. */
  z.strictObject({ kind: z.literal('book'), ubrn: ubrnSchema, appointment: appointmentIdSchema, choices }),
  /** Takes the new time first and frees the old one in the same transaction. `reason`: a provider must give one. */
  z.strictObject({
    kind: z.literal('move'),
    appointment: appointmentIdSchema,
    from: askedSlotSchema,
    choices,
    reason: z.optional(reasonCode),
    comment,
  }),
  z.strictObject({
    kind: z.literal('cancel'),
    appointment: appointmentIdSchema,
    from: askedSlotSchema,
    reason: reasonCode,
    comment,
  }),
  /** Ask this one hospital to contact the patient. */
  z.strictObject({ kind: z.literal('defer'), ubrn: ubrnSchema, service: serviceIdSchema }),
  /**
   * The screens ask for a comment where the reason needs one; apps of before sent none. `seen`: the reason for which it is closed
   * already, where that is wrong; only that the patient had died can be (docs/decisions/0033).
   */
  z.strictObject({
    kind: z.literal('close'),
    ubrn: ubrnSchema,
    reason: reasonCode,
    seen: z.optional(reasonCode),
    comment,
  }),
  /**
   * A new referral for the patient of this one, whom the practice knows by it: no claim carries who somebody is. The ledger gives
   * its booking reference.
   */
  z.strictObject({ kind: z.literal('refer'), patientOf: ubrnSchema, offer: offerSchema }),
  /** Another shortlist, priority or kind of clinic. `seen`: what the person changed. */
  z.strictObject({ kind: z.literal('shortlist'), ubrn: ubrnSchema, seen: offerSchema, offer: offerSchema }),
  /** Nothing to be done until that day: then it is to be booked again. */
  z.strictObject({
    kind: z.literal('setAside'),
    ubrn: ubrnSchema,
    why: asideReasonSchema,
    reviewOn: localDateSchema,
    comment,
  }),
  /** The clinic tried to reach a patient whom it was asked to contact. */
  z.strictObject({
    kind: z.literal('contact'),
    ubrn: ubrnSchema,
    outcome: contactOutcomeSchema,
    comment,
  }),
  /** The clinic sends the referral back to who referred, with its advice. */
  z.strictObject({
    kind: z.literal('return'),
    ubrn: ubrnSchema,
    reason: reasonCode,
    /** The advice; a referral cannot be sent back without. */
    comment: z.optional(z.string().check(z.maxLength(adviceCharsMax))),
  }),
  /** A time arranged by phone with a service that is booked so; null: it is off again. */
  z.strictObject({
    kind: z.literal('arrange'),
    ubrn: ubrnSchema,
    service: serviceIdSchema,
    start: z.nullable(instantSchema),
    comment,
  }),
  /** An urgent request had no answer, so somebody rang the hospital: when, and with whom they spoke. */
  z.strictObject({
    kind: z.literal('rang'),
    ubrn: ubrnSchema,
    at: instantSchema,
    comment,
  }),
  /** `told` where the notice asks that the patient be told. */
  z.strictObject({
    kind: z.literal('acknowledge'),
    notice: noticeIdSchema,
    told: z.optional(z.strictObject({ how: howToldSchema })),
  }),
  /** That the patient was told was noted by mistake, by this claim: they still have to be. */
  z.strictObject({ kind: z.literal('retract'), notice: noticeIdSchema, noted: claimIdSchema }),
  z.strictObject({
    kind: z.literal('publish'),
    service: serviceIdSchema,
    sessions: z.array(sessionSchema).check(z.minLength(1), z.maxLength(publishedSessionsMax)),
  }),
  /** Each time with what the clerk saw in it: the appointment that will be cancelled, or null for a free one. */
  z.strictObject({
    kind: z.literal('withdraw'),
    service: serviceIdSchema,
    slots: z
      .array(z.strictObject({ slot: askedSlotSchema, appointment: z.nullable(appointmentIdSchema) }))
      .check(z.minLength(1), z.maxLength(withdrawnSlotsMax)),
    reason: reasonCode,
    comment,
  }),
  z.strictObject({
    kind: z.literal('attend'),
    appointment: appointmentIdSchema,
    from: askedSlotSchema,
    outcome: z.enum(['arrived', 'fulfilled', 'noshow']),
  }),
  /** Made by a device, not by a person: this was told, and a restored ledger has answered otherwise. */
  z.strictObject({
    kind: z.literal('report'),
    ubrn: ubrnSchema,
    appointment: appointmentIdSchema,
    told: z.strictObject({ slot: askedSlotSchema, status: statusSchema }),
  }),
]);
export type Intent = Readonly<z.infer<typeof intentSchema>>;
export type IntentKind = Intent['kind'];
export type IntentOf<K extends IntentKind> = Extract<Intent, { kind: K }>;

export const claimVersion = 1;

export const claimSchema = z.strictObject({
  v: z.literal(claimVersion),
  id: claimIdSchema,
  author: authorSchema,
  /** The device's clock: evidence for a person who looks into it; no decision reads it. */
  madeAt: instantSchema,
  expiresAt: z.optional(instantSchema),
  intent: intentSchema,
});
export type Claim = Readonly<z.infer<typeof claimSchema>>;

/**
 * Asked one at a time for a referral. Side by side go what is dealt with or recorded (a second try to reach a patient does not
 * take the first one's place), what a device says by itself, and the clinic's own planning.
 */
export function isOneAReferral({ kind }: Intent): boolean {
  switch (kind) {
    case 'acknowledge':
    case 'retract':
    case 'refer':
    case 'contact':
    case 'rang':
    case 'report':
    case 'publish':
    case 'withdraw':
      return false;
    case 'book':
    case 'move':
    case 'cancel':
    case 'defer':
    case 'close':
    case 'shortlist':
    case 'setAside':
    case 'return':
    case 'arrange':
    case 'attend':
      return true;
  }
}

/** The referral that a claim names itself; move, cancel, attend name an appointment instead. */
export function ubrnOf(intent: Intent): Ubrn | undefined {
  return 'ubrn' in intent ? intent.ubrn : undefined;
}
