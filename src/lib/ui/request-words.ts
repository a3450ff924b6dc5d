/**
 * A booking request in words, from saved to answered. One place, so that no screen can call a waiting one booked.
 *
 *   saved → sending → not known whether it arrived → booked, or not, and why
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Intent, IntentKind } from '#lib/domain/claim.ts';
import { formatUbrn } from '#lib/domain/ids.ts';
import type { HeldClaim, ReferralView } from '#lib/domain/project.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { isSameSlot } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { actorWords } from './actor-words.ts';
import { ordinalWord, type Reader } from './offered-time.ts';
import { refusalWords } from './refusal-words.ts';
import { appointmentTime } from './time-words.ts';
import { clock, clockOrDay } from './uk-time.ts';

export type Tone = 'saved' | 'sending' | 'unknown' | 'good' | 'bad' | 'stuck';

export interface RequestWords {
  readonly tone: Tone;
  readonly status: string;
  /** More about it; empty where the status says all. */
  readonly detail: string;
  /** What to say to a patient who is there; empty where nothing need be said, or the patient reads this. */
  readonly say: string;
}

/** What is asked for, as people call it: that a record of a death is wrong comes as another reason to close. */
export type Said = IntentKind | 'notDied';
export const saidOf = (intent: Intent): Said =>
  intent.kind === 'close' && intent.seen !== undefined ? 'notDied' : intent.kind;

export const requestName = {
  book: 'Booking request',
  move: 'Request to move the appointment',
  cancel: 'Cancellation',
  defer: 'Request that the hospital contacts the patient',
  close: 'Request to close the referral',
  notDied: 'Word that the patient has not died',
  refer: 'New referral',
  shortlist: 'Change to the referral',
  setAside: 'Setting the referral aside',
  contact: 'Note of a call or letter to the patient',
  return: 'Sending the referral back',
  arrange: 'Note of what was arranged by phone',
  rang: 'Note of a call to the hospital',
  acknowledge: 'Note that this was dealt with',
  retract: 'Note that the patient was not told',
  publish: 'New clinic times',
  withdraw: 'Clinic times taken away',
  attend: 'Attendance',
  report: 'Word that an answer has changed',
} as const satisfies Record<Said, string>;

export const notYet = {
  book: 'Not booked yet.',
  move: 'Not moved yet.',
  cancel: 'Not cancelled yet.',
  defer: 'The hospital has not been asked yet.',
  close: 'Not closed yet.',
  notDied: 'Everybody else still reads that the patient has died.',
  refer: 'Not sent yet. It has no booking reference yet.',
  shortlist: 'Not changed yet: everybody else sees the referral as it was.',
  setAside: 'Other computers still show it as to be booked.',
  contact: 'The server does not have it yet.',
  return: 'The practice does not have it back yet.',
  arrange: 'The server does not have it yet.',
  rang: 'The server does not have it yet.',
  acknowledge: 'The server does not have it yet.',
  retract: 'Other computers still show that the patient was told.',
  publish: 'The times cannot be booked yet.',
  withdraw: 'The times can still be booked.',
  attend: 'The server does not have it yet.',
  report: 'Others have not been told yet.',
} as const satisfies Record<Said, string>;

const done: Partial<Record<Said, string>> = {
  book: 'Booked',
  move: 'Moved',
  cancel: 'Cancelled',
  defer: 'The hospital has been asked',
  close: 'Referral closed',
  notDied: 'Record corrected',
  shortlist: 'Referral changed',
  setAside: 'Set aside',
  arrange: 'Recorded',
};

/** The answer in a word, to head the page of a request; undefined while there is none that holds. */
export function answerTitle({ claim, status }: HeldClaim): string | undefined {
  if (status.state !== 'settled' || status.isDoubted) return undefined;
  const kind = saidOf(claim.intent);
  return status.verdict.outcome === 'refused' ? notDone[kind] : done[kind];
}

/**
 * An answer stays what it was, and what it gave may be gone: in words, what became of it; empty while it is so still, and
 * where the answer itself is in doubt or has changed. `view`: the referral as it is now.
 */
export function sinceWords(
  { claim, status }: HeldClaim,
  view: Pick<ReferralView, 'appointment' | 'history'>,
): string {
  if (status.state !== 'settled' || status.isDoubted || status.before) return '';
  const { outcome, appointment: given, at } = status.verdict;
  if (outcome !== 'confirmed') return '';
  const { appointment, history } = view;
  switch (claim.intent.kind) {
    case 'book':
    case 'move': {
      const now = given && history.find(({ id }) => id === given.id);
      return now ? goneWords(given, now) : '';
    }
    case 'cancel':
    case 'defer':
      return appointment && appointment.bookedAt > at
        ? `It was booked since, for ${appointmentTime(appointment)}.`
        : '';
    default:
      return '';
  }
}

function goneWords(given: Appointment, now: Appointment): string {
  const time = appointmentTime(given);
  if (now.status === 'noshow') return `The patient did not come on ${appointmentTime(now)}.`;
  if (now.status === 'cancelled')
    return `The appointment on ${time} was cancelled${now.cancelled ? ` by ${actorWords[now.cancelled.by]}` : ''}.`;
  return isSameSlot(now.slot, given.slot)
    ? ''
    : `It was moved since, from ${time} to ${appointmentTime(now)}.`;
}

/** No browser promises to send what waits while the page is closed. */
const whenSent =
  'It is sent when this device is connected and this page is open. You may close the page: then open it again when you are connected, and look here for the answer.';

export const sayWaiting: Partial<Record<Said, string>> = {
  book: 'Your request is saved. It is not booked yet. We will phone you.',
  move: 'Your request is saved. It is not moved yet: your old time still stands. We will phone you.',
  cancel: 'Your request is saved. It is not cancelled yet. We will phone you.',
  defer: 'Your request is saved. We will ask the hospital to contact you.',
  refer: 'Your referral is saved. It is not sent yet. We will let you know your booking reference.',
};

export function requestWords(held: HeldClaim, now: Instant, reader: Reader): RequestWords {
  const { claim, status } = held;
  const kind = saidOf(claim.intent);
  const say = reader === 'staff' ? (sayWaiting[kind] ?? '') : '';
  if (held.isCalledOff && status.state !== 'settled') {
    const detail = 'If it was booked after all, we cancel it as soon as we know.';
    return { tone: 'unknown', status: 'Called off. We keep checking what became of it.', detail, say: '' };
  }
  switch (status.state) {
    case 'waiting':
      return {
        tone: 'saved',
        status: `Saved on this device. ${notYet[kind]}`,
        // Whoever sits at a practice sees it under "Waiting to send"; a patient has only this page.
        detail: reader === 'patient' ? whenSent : '',
        say,
      };
    case 'sent':
      return status.isSending && status.attempts <= 1
        ? { tone: 'sending', status: 'Sending…', detail: notYet[kind], say: '' }
        : {
            tone: 'unknown',
            status: 'We don’t know yet whether it arrived. We keep checking.',
            detail: `Sent ${clockOrDay(status.at, now)}.`,
            say,
          };
    case 'parked':
      return {
        tone: 'stuck',
        status: 'This could not be dealt with, and is not sent again.',
        detail: `${parkedWords(status.reason)} ${beforeAskingAnew}`,
        say: '',
      };
    case 'settled': {
      const words = settledWords(kind, status.verdict, now, reader);
      return status.isDoubted
        ? {
            tone: 'unknown',
            status: 'We are checking this answer again.',
            detail: `It was: ${words.status}`,
            say: '',
          }
        : words;
    }
  }
}

const parkedReasons: Readonly<Record<string, string>> = {
  unreadable: 'The server could not read it.',
  newer: 'It was made by a newer version of this app than the server knows.',
  reused: 'Its number was used before for something else.',
  otherScope: 'It was asked for by somebody of another organisation.',
  failed: 'The server failed on it. Its owners have been told.',
  refusedByServer: 'The server did not take it.',
};

/** It has no answer, which is not the same as a no: a try whose answer was lost may have been settled. */
const beforeAskingAnew = 'An earlier try may have arrived: look at what is so now before you ask anew.';

/** Who asked, and who sent it where that was somebody else; empty where it is not known. For staff alone. */
export function peopleWords({ askedBy, sentBy, claim }: HeldClaim, now: Instant): string {
  if (!askedBy) return '';
  const asked = `Asked by ${askedBy}, ${clockOrDay(claim.madeAt, now)}.`;
  return sentBy && sentBy !== askedBy ? `${asked} Sent by ${sentBy}.` : asked;
}

/** What a button says that will only save, for want of a line. */
export const saveWords = 'Save the request';

/** After “Take it back”: it never left this device. */
export const takenBackWords = 'Taken back. Nothing was sent.';

/** Reasons are the server's short words; one that we do not know is shown as it came. */
export const parkedWords = (reason: string) => parkedReasons[reason] ?? `The server’s reason: ${reason}`;

function settledWords(kind: Said, verdict: Verdict, now: Instant, reader: Reader): RequestWords {
  if (verdict.outcome === 'refused') return refusedWords(kind, verdict, now, reader);
  return { tone: 'good', status: confirmedWords(kind, verdict, now, reader), detail: '', say: '' };
}

function confirmedWords(kind: Said, verdict: Verdict, now: Instant, reader: Reader): string {
  const at = clockOrDay(verdict.at, now);
  const when = verdict.appointment ? appointmentTime(verdict.appointment) : '';
  const lower = (verdict.rank ?? 1) > 1;
  const whose = reader === 'staff' ? 'The' : 'Your';
  switch (kind) {
    case 'book':
      if (verdict.already) return `Already booked: ${when}.`;
      return lower
        ? `${whose} first choice was taken. Booked ${whose.toLowerCase()} ${ordinalWord(verdict.rank ?? 1)}: ${when}. Confirmed ${at}.`
        : `Booked: confirmed ${at}.`;
    case 'move':
      return lower && !verdict.already
        ? `${whose} first choice was taken. Moved to ${whose.toLowerCase()} ${ordinalWord(verdict.rank ?? 1)}: ${when}. Confirmed ${at}.`
        : `Moved to ${when}: confirmed ${at}.`;
    case 'cancel':
      return verdict.already ? 'It was cancelled before.' : `Cancelled: confirmed ${at}.`;
    case 'defer':
      return `The hospital has been asked to contact ${reader === 'staff' ? 'the patient' : 'you'}: confirmed ${at}.`;
    case 'close':
      return `Referral closed: confirmed ${at}.`;
    case 'notDied':
      return verdict.already
        ? 'It was corrected before.'
        : `Recorded that the patient has not died: confirmed ${at}. The referral stays closed.`;
    case 'refer':
      return `Referred: confirmed ${at}.${verdict.ubrn ? ` Booking reference ${formatUbrn(verdict.ubrn)}.` : ''}`;
    case 'shortlist':
      return verdict.already ? 'It was so before.' : `Referral changed: confirmed ${at}.`;
    case 'setAside':
      return `Set aside: confirmed ${at}.`;
    case 'return':
      return `Sent back: confirmed ${at}.`;
    case 'arrange':
      return `Recorded ${at}. It is a note of what was agreed: nothing is booked here.`;
    case 'contact':
    case 'rang':
    case 'acknowledge':
    case 'retract':
      return `Recorded ${clock(verdict.at)}.`;
    case 'publish':
      return `Clinic times added: confirmed ${at}.`;
    case 'withdraw':
      return `Times taken away: confirmed ${at}.`;
    case 'attend':
      return `Attendance recorded ${at}.`;
    case 'report':
      return verdict.already ? 'Nothing had changed for anybody.' : `All concerned have been told: ${at}.`;
  }
}

const notDone = {
  book: 'Not booked',
  move: 'Not moved',
  cancel: 'Not cancelled',
  defer: 'The hospital was not asked',
  close: 'Not closed',
  notDied: 'Record not corrected',
  refer: 'Not referred',
  shortlist: 'Not changed',
  setAside: 'Not set aside',
  contact: 'Not recorded',
  return: 'Not sent back',
  arrange: 'Not recorded',
  rang: 'Not recorded',
  acknowledge: 'Not recorded',
  retract: 'Not put back',
  publish: 'Times not added',
  withdraw: 'Times not taken away',
  attend: 'Not recorded',
  report: 'Not passed on',
} as const satisfies Record<Said, string>;

function refusedWords(kind: Said, verdict: Verdict, now: Instant, reader: Reader): RequestWords {
  const why = verdict.code
    ? refusalWords(verdict.code, kind === 'notDied' ? 'close' : kind, verdict.appointment, reader)
    : 'the server gave no reason';
  return {
    tone: 'bad',
    status: `${notDone[kind]}: ${why}.`,
    detail: `Answered ${clockOrDay(verdict.at, now)}.`,
    say: '',
  };
}
