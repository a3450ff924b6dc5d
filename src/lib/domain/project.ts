/**
 * What a screen may show: truth with this device's claims laid beside it, derived and never stored.
 * A claim that has no verdict never changes a status here; it only appears as a request that waits.
 */
import { holdsReferral, isToCome, type Appointment } from './appointment.ts';
import { isOneAReferral, ubrnOf, type Claim } from './claim.ts';
import { isUntold, noLongerFits } from './decide-refer.ts';
import type { ClaimId, NoticeId, Ubrn } from './ids.ts';
import type { Instant } from './instant.ts';
import { isBadNews, isStanding, type Notice } from './notice.ts';
import { isOpen, type Referral } from './referral.ts';
import { allClose, type CloseTime } from './close-times.ts';
import type { Truth } from './truth.ts';
import type { Verdict } from './verdict.ts';
import { compareWork, dueBy, place, taskOf, type Place, type Task } from './worklist.ts';

/** Where a claim of this device stands. Only `settled` has an answer. */
export type ClaimState =
  | { readonly state: 'waiting' }
  /** Marked before its first byte left: from here nobody can take it back, only call it off. */
  | { readonly state: 'sent'; readonly at: Instant; readonly attempts: number; readonly isSending: boolean }
  | {
      readonly state: 'settled';
      readonly verdict: Verdict;
      /** What this device was told before, where the ledger was restored and now says otherwise. Shown until seen. */
      readonly before: Verdict | null;
      /** The ledger's history is another since, and it is being asked again: until then truth alone counts. */
      readonly isDoubted: boolean;
    }
  | { readonly state: 'parked'; readonly reason: string };

export interface HeldClaim {
  readonly claim: Claim;
  readonly status: ClaimState;
  /** A person changed their mind after it was sent: what it books is cancelled as soon as its verdict is in. */
  readonly isCalledOff: boolean;
  /** Names, where they are known: a colleague may have sent what somebody asked. */
  readonly askedBy?: string;
  readonly sentBy?: string;
}

export interface ReferralView {
  readonly referral: Referral;
  readonly place: Place;
  readonly due: Instant;
  /** The appointment that holds the referral, as the ledger said. */
  readonly appointment: Appointment | undefined;
  /** It is booked, and would not be given again as the referral is now. */
  readonly noLongerFits: boolean;
  /** All of them, newest first: cancelled and missed ones are history that people ask about. */
  readonly history: readonly Appointment[];
  /** What this device still has to hear about. At most one is open; a called-off one may follow. */
  readonly open: HeldClaim | undefined;
  readonly notices: readonly Notice[];
  /** The ledger does not know yet that anybody told the patient of a refusal, or of a time that was lost. */
  readonly hasBadNews: boolean;
  readonly tasks: readonly Task[];
  /** Times of the same patient's other referrals that lie too close to this one's. */
  readonly close: readonly CloseTime[];
}

export interface View {
  readonly referrals: readonly ReferralView[];
  readonly byUbrn: ReadonlyMap<Ubrn, ReferralView>;
  /** Standing notices, newest first. */
  readonly notices: readonly Notice[];
  /** Notes of this device that a notice was dealt with, without a verdict, and not taken back: those that count. */
  readonly noted: ReadonlyMap<NoticeId, HeldClaim>;
  /** Every claim without a verdict, whatever it is about. */
  readonly open: readonly HeldClaim[];
  readonly parked: readonly HeldClaim[];
  /** Answers that were one thing and are another since the ledger was restored. */
  readonly changed: readonly HeldClaim[];
}

const noTimes: readonly CloseTime[] = [];
const noHistory: readonly Appointment[] = [];
const noNotices: readonly Notice[] = [];
const noTasks: readonly Task[] = [];

const newestFirst = (a: Appointment, b: Appointment) => b.bookedAt - a.bookedAt || (a.id < b.id ? -1 : 1);

export const isOpenClaim = ({ status }: HeldClaim) => status.state === 'waiting' || status.state === 'sent';

export function project(truth: Truth, claims: readonly HeldClaim[], now: Instant): View {
  const appointments = appointmentsNow(truth, claims);
  const byReferral = groupBy([...appointments.values()], (appointment) => appointment.ubrn);
  const openByReferral = new Map<Ubrn, HeldClaim>();
  for (const held of claims) {
    if (!isOpenClaim(held) || !isOneAReferral(held.claim.intent)) continue;
    const ubrn = subjectOf(held.claim, appointments) ?? subjectOf(held.claim, truth.appointments);
    if (ubrn) openByReferral.set(ubrn, held);
  }
  const said = saidHere(claims);
  const standing = [...truth.notices.values()]
    .flatMap((notice) => standingHere(notice, said) ?? [])
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  const noticesByReferral = groupBy(standing, (notice) => notice.ubrn);
  const ofBadNews = new Set<Ubrn | null>();
  for (const notice of truth.notices.values())
    if (isStanding(notice) && isBadNews(notice)) ofBadNews.add(notice.ubrn);

  const views = [...truth.referrals.values()].map((referral): ReferralView => {
    const history = byReferral.get(referral.ubrn)?.sort(newestFirst) ?? noHistory;
    const appointment = history.find(holdsReferral);
    const notices = noticesByReferral.get(referral.ubrn) ?? noNotices;
    return {
      referral,
      place: place(referral, history, now),
      due: dueBy(referral, appointment),
      appointment,
      noLongerFits:
        appointment !== undefined &&
        isToCome(appointment, now) &&
        isOpen(referral) &&
        (noLongerFits(referral, appointment, { service: (id) => truth.services.get(id), now }) ||
          isSaidNotToFit(referral, appointment, truth)),
      history,
      open: openByReferral.get(referral.ubrn),
      notices,
      hasBadNews: ofBadNews.has(referral.ubrn),
      tasks: notices.length === 0 ? noTasks : notices.flatMap((notice) => taskOf(notice) ?? []),
      close: noTimes,
    };
  });
  const close = allClose(views, now);
  const referrals = views.map((view) => {
    const theirs = close.get(view.referral.ubrn);
    return theirs ? { ...view, close: theirs } : view;
  });
  referrals.sort(compareWork);
  return {
    referrals,
    byUbrn: new Map(referrals.map((view) => [view.referral.ubrn, view])),
    notices: standing,
    noted: said.noted,
    open: claims.filter(isOpenClaim),
    parked: claims.filter(({ status }) => status.state === 'parked'),
    changed: claims.filter(({ status }) => status.state === 'settled' && status.before !== null),
  };
}

/** Where a device cannot say by itself, what it was told of this very time counts, read or not. */
function isSaidNotToFit(referral: Referral, { id, slot }: Appointment, truth: Truth): boolean {
  const service = truth.services.get(slot.service);
  if (!service || !isUntold(referral, service)) return false;
  return [...truth.notices.values()].some(
    (notice) =>
      notice.about === 'noLongerFits' && notice.appointment === id && notice.slot?.start === slot.start,
  );
}

/** Truth's appointments with the verdicts that are newer than it: the answer may be here before the rows are. */
function appointmentsNow(truth: Truth, claims: readonly HeldClaim[]): ReadonlyMap<string, Appointment> {
  const newer: Verdict[] = [];
  for (const { status } of claims) {
    if (status.state === 'settled' && !status.isDoubted && status.verdict.seq > truth.seq)
      newer.push(status.verdict);
  }
  if (newer.length === 0) return truth.appointments;
  const appointments = new Map<string, Appointment>(truth.appointments);
  for (const { outcome, appointment } of newer.sort((a, b) => a.seq - b.seq)) {
    if (outcome !== 'confirmed' || !appointment) continue;
    // At most one holds a referral: the one before does no longer, though the row that says what became of it is not here.
    if (holdsReferral(appointment)) {
      for (const { id, ubrn } of [...appointments.values()].filter(holdsReferral)) {
        if (ubrn === appointment.ubrn) appointments.delete(id);
      }
    }
    appointments.set(appointment.id, appointment);
  }
  return appointments;
}

/** What people at this device say of tasks, though the ledger has not heard yet. It shows among what waits to be sent. */
interface SaidHere {
  readonly noted: View['noted'];
  /** Notes that were made by mistake. */
  readonly retracted: ReadonlySet<ClaimId>;
}

function saidHere(claims: readonly HeldClaim[]): SaidHere {
  const retracted = new Set<ClaimId>();
  for (const { claim, status } of claims) {
    // One that the server could not deal with leaves the patient untold all the same.
    if (claim.intent.kind === 'retract' && status.state !== 'settled') retracted.add(claim.intent.noted);
  }
  const noted = new Map<NoticeId, HeldClaim>();
  for (const held of claims) {
    const { id, intent } = held.claim;
    if (!isOpenClaim(held) || intent.kind !== 'acknowledge' || retracted.has(id)) continue;
    if (intent.told?.how !== 'noAnswer' && !noted.has(intent.notice)) noted.set(intent.notice, held);
  }
  return { noted, retracted };
}

/** Whoever takes a note back has to tell the patient, with or without a line. */
function standingHere(notice: Notice, { noted, retracted }: SaidHere): Notice | undefined {
  if (noted.has(notice.id)) return undefined;
  if (isStanding(notice)) return notice;
  const by = notice.done?.claim;
  return by && retracted.has(by) ? undone(notice) : undefined;
}

/** One for each row, so that what is shown stays the same object while nothing of it changes. */
const undoneOf = new WeakMap<Notice, Notice>();
function undone(notice: Notice): Notice {
  const known = undoneOf.get(notice) ?? { ...notice, done: null };
  undoneOf.set(notice, known);
  return known;
}

/** The referral that a claim is about, by its own word or by its appointment's. */
export function subjectOf(claim: Claim, appointments: ReadonlyMap<string, Appointment>): Ubrn | undefined {
  const { intent } = claim;
  const named = ubrnOf(intent);
  if (named) return named;
  return 'appointment' in intent ? appointments.get(intent.appointment)?.ubrn : undefined;
}

export function findClaim(claims: readonly HeldClaim[], id: ClaimId): HeldClaim | undefined {
  return claims.find(({ claim }) => claim.id === id);
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
