/**
 * A time of an appointment in words, and how it is held. Whoever names such a time says it from here, so that nobody is sent
 * to a hospital that rings them. In person is not said: it is what everybody expects. What is not known is not said either.
 */
import type { Instant } from '#lib/domain/instant.ts';
import type { Mode, SlotRef } from '#lib/domain/slot.ts';
import { sentence } from './sentence.ts';
import { dayAndTime } from './uk-time.ts';

/** How a time is held, as far as this device can tell: a request names its times by a print, which does not say it. */
export type ModeOf = (slot: SlotRef) => Mode | undefined;

const how = {
  inPerson: '',
  phone: 'by telephone (the hospital rings)',
  video: 'by video (the hospital sends a link)',
} as const satisfies Record<Mode, string>;

/** "by telephone (the hospital rings)"; empty in person, and where it is not known. */
export const howWords = (mode: Mode | undefined): string => (mode ? how[mode] : '');

/** What stands behind a time: ", by telephone (the hospital rings)". */
export const howAfter = (mode: Mode | undefined): string => (howWords(mode) ? `, ${howWords(mode)}` : '');

/** "Thursday 6 August 2026, 5:30pm, by telephone (the hospital rings)" */
export const timeWords = (at: Instant, mode: Mode | undefined): string =>
  `${dayAndTime(at)}${howAfter(mode)}`;

/** The same of anything that says both: an appointment, or a free time. */
export const appointmentTime = ({ slot, mode }: { slot: Pick<SlotRef, 'start'>; mode: Mode }): string =>
  timeWords(slot.start, mode);

/** Before and after booking, to whoever arranges it: a telephone appointment without a number is a call that nobody can make. */
export const noNumber = 'No number is held on which to ring: ask for one, and see that the hospital has it';
const noNumberOfYours = 'No number of yours is on record: ring the hospital, and say which to use';

/**
 * How it is held, whole: who does what, and who need not go; no full stop. `phone`: the patient's, as it is on record;
 * empty where none is, and then nobody is promised a call that cannot be made; undefined where it is not asked. `whom`:
 * "you", or the patient where somebody else reads it.
 */
export function howSentence(mode: Mode, phone: string | undefined, whom = 'the patient'): string {
  const stays = `${sentence(whom)} ${whom === 'you' ? 'do' : 'does'} not need to go anywhere`;
  switch (mode) {
    case 'inPerson':
      return 'In person';
    case 'phone':
      return `By telephone: the hospital rings ${whom}${phone ? ` on ${phone}` : ''}. ${stays}${
        phone === '' ? `. ${whom === 'you' ? noNumberOfYours : noNumber}` : ''
      }`;
    case 'video':
      return `By video: the hospital sends ${whom} a link. ${stays}`;
  }
}
