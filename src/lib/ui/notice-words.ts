/** What needs attention, in words: what happened, and what is to be done about it. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Intent } from '#lib/domain/claim.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { findCancelReason, findCloseReason, findReturnReason } from '#lib/domain/reasons.ts';
import { isSameSlot, isSameTime, type SlotRef } from '#lib/domain/slot.ts';
import { actorWords } from './actor-words.ts';
import type { Reader } from './offered-time.ts';
import { refusalWords } from './refusal-words.ts';
import { sentence } from './sentence.ts';
import { appointmentTime, timeWords, type ModeOf } from './time-words.ts';
import { clockOrDay, dayAndTime } from './uk-time.ts';

export interface NoticeWords {
  readonly tone: 'good' | 'bad' | 'info';
  readonly title: string;
  /** Sentences; may be empty. */
  readonly detail: string;
}

const by = {
  staff: actorWords,
  patient: { practice: 'your GP practice', patient: 'you', clinic: 'the hospital' },
} as const;

/** `booked`: what is booked now for the same referral, for staff. Where that came later, the news is not so bad any more. */
export function noticeWords(
  notice: Notice,
  reader: Reader,
  modeOf: ModeOf,
  booked?: Appointment,
): NoticeWords {
  const words = newsWords(notice, reader, modeOf);
  if (reader !== 'staff' || !booked || !isBookedSince(notice, booked)) return words;
  const now = appointmentTime(booked);
  const before = notice.slot ? timeWords(notice.slot.start, modeOf(notice.slot)) : '';
  const again = `Booked by ${by.staff[booked.bookedBy]}.`;
  return notice.event === 'cancelled'
    ? {
        tone: 'info',
        title: `Cancelled, and booked again for ${now}`,
        detail: `${again} ${before ? `It was ${before}. ` : ''}${words.detail}`,
      }
    : {
        tone: 'info',
        title: `Booked since for ${now}`,
        detail: `${again} ${before ? `Asked for was ${before}. ` : ''}${words.detail}`,
      };
}

/** It says that something is not booked, and now something is. */
function isBookedSince({ event, was, at, appointment }: Notice, booked: Appointment): boolean {
  const saysNotBooked = event === 'cancelled' || (event === 'refused' && !was);
  return saysNotBooked && booked.id !== appointment && booked.bookedAt >= at;
}

function newsWords(notice: Notice, reader: Reader, modeOf: ModeOf): NoticeWords {
  const time = (slot: SlotRef | null) => (slot ? timeWords(slot.start, modeOf(slot)) : '');
  const when = time(notice.slot);
  const was = time(notice.was);
  const who = by[reader][notice.by];
  const isStaff = reader === 'staff';
  const beside = besideBooking(notice, isStaff);
  switch (notice.event) {
    case 'booked':
      return {
        tone: beside.length > 0 ? 'info' : 'good',
        title: `Booked for ${when}`,
        detail: [`Booked by ${who}.`, ...beside].join(' '),
      };
    case 'bookedLower':
      return {
        tone: beside.length > 0 ? 'info' : 'good',
        title: `Booked for ${when}, not the first choice`,
        detail: [
          was ? `The first choice, ${was}, was taken.` : 'The first choice was taken.',
          ...beside,
        ].join(' '),
      };
    case 'moved':
      return {
        tone: 'info',
        // A clinic that a patient left is not told where to.
        title: when ? `Moved to ${when}` : 'Moved to another hospital',
        detail: [
          was && (when ? `It was ${was}.` : `${was} is free again.`),
          `Moved by ${who}.`,
          reasonSentence(notice, reader),
        ]
          .filter(Boolean)
          .join(' '),
      };
    case 'cancelled':
      return {
        tone: 'bad',
        title: when ? `Cancelled: the appointment on ${when}` : 'The appointment was cancelled',
        detail: [`Cancelled by ${who}.`, reasonSentence(notice, reader)].filter(Boolean).join(' '),
      };
    case 'deferred':
      return {
        tone: 'info',
        title: isStaff ? 'The hospital will contact the patient' : 'The hospital will contact you',
        detail: 'It has been asked to, and has a date to do it by.',
      };
    case 'refused':
      return {
        tone: 'bad',
        title: refusedTitle(notice, when, reader),
        detail: refusedDetail(notice, reader, was),
      };
    case 'closed':
      return { tone: 'info', title: 'The referral was closed', detail: reasonSentence(notice, reader) };
    case 'changed':
      if (notice.about) return aboutWords(notice, reader, when);
      return {
        tone: 'bad',
        title: 'This has changed since you were told',
        detail: changedDetail(notice, when, was, isStaff),
      };
  }
}

/** What stood when it was booked, and nobody has seen to: it may have to be called off, or come first. */
function besideBooking({ about, start }: Notice, isStaff: boolean): readonly string[] {
  const agreed = start === undefined ? [] : [`By phone, ${dayAndTime(start)} had been agreed.`];
  if (!isStaff)
    return agreed.map((words) => `${words} Ask your GP practice which of the two appointments to keep.`);
  return [
    ...(about === 'returned'
      ? ['A hospital had sent the referral back: read its advice, which is with the referral.']
      : []),
    ...agreed.map((words) => `${words} Ring that hospital if the patient does not need both.`),
  ];
}

/** Something of the referral has changed that is no answer to a request. What we do not know is still a change. */
function aboutWords(notice: Notice, reader: Reader, booked: string): NoticeWords {
  const isStaff = reader === 'staff';
  const when = notice.start === undefined ? '' : dayAndTime(notice.start);
  switch (notice.about) {
    case 'returned': {
      const reason = notice.reason ? findReturnReason(notice.reason) : undefined;
      const words = isStaff ? reason?.display : reason?.plainWords;
      return {
        tone: 'bad',
        title: isStaff
          ? 'The hospital sent the referral back'
          : 'The hospital asks your GP practice to look again',
        detail: [
          words && `${words}.`,
          isStaff
            ? 'Its advice is with the referral.'
            : 'Your GP practice will be in touch. You do not need to do anything.',
        ]
          .filter(Boolean)
          .join(' '),
      };
    }
    case 'arranged':
      return {
        tone: 'info',
        title: `Arranged by phone: ${when}`,
        detail: 'It was agreed with the hospital on the phone. It is not confirmed here.',
      };
    case 'unarranged':
      return {
        tone: 'bad',
        title: 'What was arranged by phone is off',
        detail: isStaff ? 'Nothing is booked now.' : 'You do not need to go. Nothing is booked now.',
      };
    case 'noLongerFits':
      // To a patient no more than that: why it was changed may be more than they were told.
      return isStaff
        ? {
            tone: 'bad',
            title: 'This appointment may no longer be right',
            detail: `The referral was changed. The appointment on ${
              booked || 'the day that was agreed'
            } stays booked until somebody moves or cancels it.`,
          }
        : {
            tone: 'info',
            title: 'Your practice has changed your referral',
            detail: 'This appointment may change; they will contact you. Until then it stays booked.',
          };
    case 'unasked':
      return isStaff
        ? {
            tone: 'bad',
            title: 'The hospital is no longer asked to contact the patient',
            detail:
              'The referral was changed, and that hospital does not fit any more. It is to be booked again.',
          }
        : {
            tone: 'info',
            title: 'Your practice has changed your referral',
            detail:
              'The hospital that was going to contact you will not do so now. Your GP practice will contact you.',
          };
    case 'notDied':
      return isStaff
        ? {
            tone: 'bad',
            title: 'The patient has not died: that was recorded by mistake',
            detail: 'Nobody told them anything of this referral meanwhile. Tell them how it stands now.',
          }
        : {
            tone: 'info',
            title: 'Messages about this referral had stopped by mistake',
            detail: 'Below is how it stands now. Your GP practice will contact you.',
          };
    default:
      return {
        tone: 'info',
        title: 'Something has changed',
        detail: isStaff ? 'Open the referral to see how it stands.' : '',
      };
  }
}

/** What may have been told, and what is so. The same time twice: it was told to be cancelled. */
function changedDetail({ slot, was }: Notice, when: string, before: string, isStaff: boolean): string {
  const told = `${isStaff ? 'People' : 'You'} may have been told that the appointment`;
  if (slot && was && isSameTime(slot, was)) return `${told} on ${when} is cancelled. It is booked.`;
  const now = when ? `It is now ${when}.` : 'It is not booked.';
  return before ? `${told} is on ${before}. ${now}` : now;
}

/** A refusal names no request, but what it is about gives it away: a move has two times, a cancellation one twice. */
function refusedTitle({ ubrn, slot, was, code, about }: Notice, when: string, reader: Reader): string {
  if (about === 'refer') return 'A new referral was not made';
  if (about === 'retract') return 'A note that the patient was told was not taken back';
  if (code === 'SLOTS_CURRENTLY_AVAILABLE') {
    return `The hospital was not asked to contact ${reader === 'staff' ? 'the patient' : 'you'}`;
  }
  if (!slot || !ubrn) return when ? `A request was refused: ${when}` : 'A request was refused';
  if (!was) return `Not booked: ${when}`;
  return isSameSlot(slot, was) ? `Not cancelled: the appointment on ${when}` : `Not moved to ${when}`;
}

function refusedDetail({ code, slot, was, about, ubrn }: Notice, reader: Reader, before: string): string {
  // Without a time, what was asked was to make, change or deal with the referral itself.
  const kind = about === 'refer' || about === 'retract' ? about : !slot && ubrn ? 'shortlist' : undefined;
  const why = code ? sentenceOf(refusalWords(code, kind, null, reader)) : '';
  const isMove = was && slot && !isSameSlot(slot, was);
  return code === 'SLOT_NOT_AVAILABLE' && isMove ? `${why} The old time still stands: ${before}.` : why;
}

function reasonSentence(notice: Notice, reader: Reader): string {
  if (!notice.reason) return '';
  const reason = findCancelReason(notice.reason) ?? findCloseReason(notice.reason);
  if (!reason) return '';
  if (reader === 'staff') return `Reason: ${reason.display}.`;
  // Nobody else's "I": what a practice wrote down for the patient is what they said.
  return reason.who.includes('patient') ? `Reason: “${reason.plainWords}”.` : `Reason: ${reason.plainWords}.`;
}

const dealt = {
  seen: 'Seen',
  inPerson: 'Told in person',
  phone: 'Told by phone',
  letter: 'Told by letter',
  online: 'The patient has read it',
  replaced: 'Something newer has come for this patient',
  stopped: 'Nothing more goes to this patient',
} as const satisfies Record<NonNullable<Notice['done']>['how'], string>;

/** How it was dealt with, by whom and when: "Told by phone: Rohan Shah, 1:04am". */
export function dealtWords(done: NonNullable<Notice['done']>, now: Instant): string {
  return `${dealt[done.how]}: ${done.byName ? `${done.byName}, ` : ''}${clockOrDay(done.at, now)}`;
}

/** Somebody told the patient, or the patient read it: more than that it was seen, or is over. */
export const isToldWord = ({ done }: Notice): boolean =>
  done !== null && done.how !== 'seen' && done.how !== 'replaced' && done.how !== 'stopped';

/** How a note of this device says that it was dealt with. */
export const notedHow = (intent: Intent) => {
  const how = intent.kind === 'acknowledge' ? intent.told?.how : undefined;
  return how === undefined || how === 'noAnswer' ? 'seen' : how;
};

/** The same while nobody but this device knows it. */
export const dealtHereWords = (how: keyof typeof dealt): string =>
  `${dealt[how]}: noted on this device, not sent yet`;

const sentenceOf = (text: string) => `${sentence(text)}.`;
