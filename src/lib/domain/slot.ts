/**
 * A slot is one bookable time of one service. Slots never change: a clinic that moves is a withdrawal and a publication,
 * and ordinals are never reused. The print tells whether a slot is still what the person saw (a restore can differ).
 */
import { serviceIdSchema, type ServiceId } from './ids.ts';
import { instantSchema, type Instant } from './instant.ts';
import { shortHash } from './short-hash.ts';
import { z } from './zod.ts';

export const modeSchema = z.enum(['inPerson', 'phone', 'video']);
export type Mode = z.infer<typeof modeSchema>;
export const modeLabel = {
  inPerson: 'In person',
  phone: 'By telephone',
  video: 'By video',
} as const satisfies Record<Mode, string>;

export const ordinalMax = 2_147_483_647;

const refShape = {
  service: serviceIdSchema,
  ordinal: z.int().check(z.minimum(0), z.maximum(ordinalMax)),
  start: instantSchema,
  print: z.string().check(z.regex(/^[0-9a-f]{8}$/)),
};
/** What is said of a slot: enough to show it for ever, and to notice that it is no longer what it was. */
export const slotRefSchema = z.object(refShape);
/** The same in a claim, where what the ledger does not know of may not be meant to be left out. */
export const askedSlotSchema = z.strictObject(refShape);
export type SlotRef = Readonly<z.infer<typeof slotRefSchema>>;

export interface Slot {
  readonly service: ServiceId;
  readonly ordinal: number;
  readonly start: Instant;
  readonly minutes: number;
  /** Empty where the clinic is not in a named clinician's name. */
  readonly clinician: string;
  readonly mode: Mode;
}

export function slotRef(slot: Slot, site: string): SlotRef {
  return { service: slot.service, ordinal: slot.ordinal, start: slot.start, print: slotPrint(slot, site) };
}

/** Short hash, in hex, of start, length, site, clinician and mode. */
export function slotPrint(
  slot: Pick<Slot, 'start' | 'minutes' | 'clinician' | 'mode'>,
  site: string,
): string {
  const text = `${slot.start}|${slot.minutes}|${site}|${slot.clinician}|${slot.mode}`;
  return shortHash(text).toString(16).padStart(8, '0');
}

/** The same time of the same people, whatever ordinal it has: a restored ledger may give it another. */
export function isSameTime(a: SlotRef, b: SlotRef): boolean {
  return a.service === b.service && a.start === b.start && a.print === b.print;
}

export function isSameSlot(a: SlotRef, b: SlotRef): boolean {
  return a.ordinal === b.ordinal && isSameTime(a, b);
}
