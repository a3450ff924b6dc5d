/**
 * A notice: a row that waits for a person of one scope. Written in the same transaction as what it tells of,
 * so nothing is settled silently. It stands until someone acknowledges it or a newer one of that referral replaces it.
 */
import { actorSchema } from './appointment.ts';
import { appointmentIdSchema, claimIdSchema, noticeIdSchema, ubrnSchema } from './ids.ts';
import { instantSchema } from './instant.ts';
import { scopeSchema } from './scope.ts';
import { slotRefSchema } from './slot.ts';
import { refusalCodeSchema } from './refusal.ts';
import { z } from './zod.ts';

export const noticeSchema = z.object({
  id: noticeIdSchema,
  scope: scopeSchema,
  ubrn: z.nullable(ubrnSchema),
  event: z.enum(['booked', 'bookedLower', 'moved', 'cancelled', 'deferred', 'refused', 'closed', 'changed']),
  /**
   * What has changed, more exactly, where `changed` is not about an answer of a ledger since restored: `returned`, `arranged`,
   * `unarranged`, `notDied`. With `booked`, `returned`: while advice stood. A text, so that an app which does not know one says "changed" and not nothing.
   */
  about: z.optional(z.string()),
  by: actorSchema,
  at: instantSchema,
  claim: claimIdSchema,
  /** The patient has to be told; seeing it is not enough. */
  tell: z.boolean(),
  appointment: z.nullable(appointmentIdSchema),
  /** The time it is about: booked or moved to, cancelled, or the first one asked for. */
  slot: z.nullable(slotRefSchema),
  /** For a move, the time before; for a booking lower down, the first choice. */
  was: z.nullable(slotRefSchema),
  /** Of a time arranged by phone: it is no slot of anybody's here. */
  start: z.optional(instantSchema),
  code: z.nullable(refusalCodeSchema),
  reason: z.nullable(z.string()),
  /** What its author wrote beside the coded reason. It lies apart from the row, and only the practice reads it. */
  note: z.optional(z.string()),
  /** How often somebody tried to reach the patient in vain. */
  attempts: z.int(),
  done: z.nullable(
    z.object({
      at: instantSchema,
      byName: z.string(),
      /** `online`: the patient saw it themselves. `replaced`: a newer notice says what is true now. `stopped`: no more messages. */
      how: z.enum(['seen', 'inPerson', 'phone', 'letter', 'online', 'replaced', 'stopped']),
      /** The claim in which a person noted it. */
      claim: z.optional(claimIdSchema),
    }),
  ),
  /** Claims that noted it by mistake: none of them counts, whenever it comes. */
  retracted: z.optional(z.array(claimIdSchema)),
});
export type Notice = Readonly<z.infer<typeof noticeSchema>>;
export type NoticeEvent = Notice['event'];

/** The time that it is about: where nothing is booked now, the one that was. */
export const subjectSlot = ({ slot, was }: Notice) => slot ?? was;

export const isStanding = (notice: Notice) => notice.done === null;

/**
 * Does newer news of a referral end what older news of it still asks? A refusal says nothing of what is so, and ends only what
 * was refused before; what staff alone need know ends nothing that a patient has still to hear.
 */
export function endsOlder(
  newer: Pick<Notice, 'event' | 'tell'>,
  older: Pick<Notice, 'event' | 'tell'>,
): boolean {
  return newer.event !== 'refused' || (older.event === 'refused' && (newer.tell || !older.tell));
}

/** Somebody noted that they told the patient, who had to be; not that the patient read it, nor that it is over. */
export const isNotedAsTold = ({ tell, done }: Notice) => tell && done !== null && isByHand(done.how);

const isByHand = (how: NonNullable<Notice['done']>['how']) =>
  how === 'inPerson' || how === 'phone' || how === 'letter';

/** It tells when to come. Once that is past, nobody need be told of it. */
export const tellsWhenToCome = ({ event }: Notice) =>
  event === 'booked' || event === 'bookedLower' || event === 'moved';

/** The patient has to be told that a time was refused, or lost. */
export const isBadNews = ({ event, tell }: Notice): boolean =>
  tell && (event === 'refused' || event === 'cancelled');

/** Of standing notices: does any ask that the patient be told? */
export const mustTell = (standing: readonly Notice[]): boolean => standing.some(({ tell }) => tell);

/**
 * News of the same referral and scope since somebody dealt with this. What came before that and ends it would have replaced it,
 * so the moment at which it was dealt with is the one to count from. What a ledger that was restored is asked again it writes
 * within one moment, in an order that no row tells: then all of it counts, and whoever asks is refused and looks.
 */
export function newsSince<N extends Notice>({ id, ubrn, scope, done }: Notice, all: Iterable<N>): N[] {
  if (!ubrn || !done) return [];
  return [...all].filter(
    (one) => one.id !== id && one.ubrn === ubrn && one.scope === scope && one.at >= done.at,
  );
}
