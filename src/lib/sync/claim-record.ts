/**
 * One claim as a device keeps it, for good: an app of another version will read it. The tag may lie open in a database;
 * the body identifies a patient and passes through the vault.
 *
 *   waiting ─ markSent → sent ─ verdict ───────────→ settled ─ restore: askAgain → settled, or changed
 *      │                  └── park → parked ─ new app → sent
 *      └ taken back or               └ seen by a person, or replaced by a new wish → dismissed
 *        replaced: gone
 */
import type { CallOff } from '#lib/domain/call-off.ts';
import { claimSchema, type Claim } from '#lib/domain/claim.ts';
import { claimIdSchema, type ClaimId } from '#lib/domain/ids.ts';
import { instantSchema } from '#lib/domain/instant.ts';
import { authorSchema } from '#lib/domain/person.ts';
import type { ClaimState, HeldClaim } from '#lib/domain/project.ts';
import { verdictSchema } from '#lib/domain/verdict.ts';
import { z } from '#lib/domain/zod.ts';
import { answerSchema } from '#lib/protocol/exchange.ts';

export const recordVersion = 1;

export const claimTagSchema = z.object({
  v: z.literal(recordVersion),
  id: claimIdSchema,
  /** The intent's kind; any text, since a newer app may have made the claim. */
  kind: z.string(),
  /** Which referral it is about, keyed so that it names nobody; null for what may be asked side by side. */
  referralKey: z.nullable(z.string()),
  pressing: z.boolean(),
  madeAt: instantSchema,
  /** Its place among this device's claims. Not the clock: clocks are set back. */
  order: z.int(),
  state: z.enum(['waiting', 'sent', 'settled', 'parked', 'dismissed']),
  /** When it was first marked sent. */
  sentAt: z.nullable(instantSchema),
  attempts: z.int(),
  /** When its verdict was applied, by the ledger's clock: retention counts from here. */
  endedAt: z.nullable(instantSchema),
  parkedReason: z.nullable(z.string()),
  /** Settled, but the ledger's history is another since, or two answers met: send it once more and compare. */
  askAgain: z.boolean(),
  /** The booking that this cancellation calls off. */
  follows: z.nullable(claimIdSchema),
  /** Goes up with each change. A store that seals outside its transaction compares it inside. */
  revision: z.int(),
});
export type ClaimTag = Readonly<z.infer<typeof claimTagSchema>>;

/** Shown for a claim whose referral has left truth. In plain words, fixed when it is made. */
export const claimLabelSchema = z.object({
  who: z.string(),
  what: z.string(),
  when: z.string(),
  /** Who asked, by name; apps of before did not write it. */
  by: z.optional(z.string()),
});
export type ClaimLabel = Readonly<z.infer<typeof claimLabelSchema>>;

export const claimBodySchema = z.object({
  /** The exact text that goes to the ledger, every time. */
  bytes: z.string(),
  label: claimLabelSchema,
  /** Who was signed in when it first went out; nobody need be, where the browser sends it by itself. */
  sentBy: z.optional(z.string()),
  callOff: z.nullable(z.object({ id: claimIdSchema, author: authorSchema, at: instantSchema })),
  answer: z.nullable(answerSchema),
  /** What was told before, where the ledger was restored and now says otherwise; until a person has seen it. */
  before: z.nullable(verdictSchema),
});
export type ClaimBody = Readonly<z.infer<typeof claimBodySchema> & { callOff: CallOff | null }>;

export interface ClaimRecord extends ClaimTag {
  readonly body: ClaimBody;
}

/** Reads the open part of a stored record. A newer one is left alone; an unreadable one goes to quarantine. */
export function readClaimTag(raw: unknown): ClaimTag | 'newer' | 'unreadable' {
  const parsed = claimTagSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const version = z.object({ v: z.int().check(z.minimum(recordVersion + 1)) }).safeParse(raw);
  return version.success ? 'newer' : 'unreadable';
}

/** Dismissed ones are kept for the record, and shown nowhere. */
export const isShown = (record: ClaimTag) => record.state !== 'dismissed';

/** Undefined when this app cannot read its bytes (they are still sent as they are). They never change: read once is enough. */
export const claimOf = ({ body }: ClaimRecord): Claim | undefined =>
  claimSchema.safeParse(parseJson(body.bytes)).data;

/** The claim as `project` takes it; undefined when this app cannot read its bytes. */
export function heldClaim(
  record: ClaimRecord,
  sending: ReadonlySet<ClaimId> = new Set(),
  claim: Claim | undefined = claimOf(record),
): HeldClaim | undefined {
  const status = claimState(record, sending);
  if (!claim || !status) return undefined;
  const { label, sentBy, callOff } = record.body;
  return {
    claim,
    status,
    isCalledOff: callOff !== null,
    ...(label.by === undefined ? {} : { askedBy: label.by }),
    ...(sentBy === undefined ? {} : { sentBy }),
  };
}

function claimState(record: ClaimRecord, sending: ReadonlySet<ClaimId>): ClaimState | undefined {
  const { answer, before } = record.body;
  switch (record.state) {
    case 'waiting':
      return { state: 'waiting' };
    case 'sent':
      return {
        state: 'sent',
        at: record.sentAt ?? record.madeAt,
        attempts: record.attempts,
        isSending: sending.has(record.id),
      };
    case 'settled':
      return (
        (answer && { state: 'settled', verdict: answer.verdict, before, isDoubted: record.askAgain }) ??
        undefined
      );
    case 'parked':
    case 'dismissed':
      return { state: 'parked', reason: record.parkedReason ?? '' };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
