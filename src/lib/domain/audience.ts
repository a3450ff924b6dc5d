/**
 * Who has to learn of what was settled: nothing is settled silently. The rule, by who acted:
 *
 *   a practice   booked, moved, cancelled, deferred, arranged, closed → itself, to tell the patient; the patient; the clinic if a time went
 *                offered otherwise, so that a date or a hospital no longer fits → itself, to tell the patient; the patient
 *                refused → itself, to tell the patient
 *   a patient    moved, cancelled → the practice and the clinic; refused or booked lower down → the patient
 *                booked, where something else was arranged, or advice waits → the practice
 *   a clinic     booked, moved, cancelled, returned → the practice, to tell the patient; the patient; refused → itself
 *   a GP         not died after all → the practice of each referral of the patient, to tell them; the patient
 *   a device     changed, for a restored ledger answers otherwise → the practice, to tell the patient; the patient; the clinic
 *                of the time that was told
 *
 * A newer notice of a referral replaces the older ones in its scope: what is told is what is true now. A refusal changed
 * nothing, so it replaces refusals alone: what was to be told before it still is, also where the refusal is of no patient's
 * concern. What a patient did themself ends whatever older word stands for them. When the patient has died, nothing more is for
 * the patient and nobody is asked to tell them, whichever of their referrals it is about.
 */
import type { Actor, Appointment } from './appointment.ts';
import type { Claim, IntentOf } from './claim.ts';
import type { Decision, Effect, Facts } from './decision.ts';
import { noLongerFits } from './decide-refer.ts';
import type { AppointmentId, NoticeId, Ubrn } from './ids.ts';
import type { Instant } from './instant.ts';
import { endsOlder, type Notice, type NoticeEvent } from './notice.ts';
import { actorOf } from './person.ts';
import { stopsMessages } from './reasons.ts';
import type { Referral } from './referral.ts';
import { isClosedByDeath } from './same-patient.ts';
import { clinicScope, patientScope, practiceScope, type Scope, scopeKind, ubrnOfScope } from './scope.ts';
import type { SlotRef } from './slot.ts';

interface News {
  readonly event: NoticeEvent;
  readonly ubrn: Ubrn | null;
  readonly appointment: Appointment | null;
  readonly slot: SlotRef | null;
  readonly was: SlotRef | null;
  readonly reason: string | null;
  readonly about?: string;
  readonly start?: Instant;
  /** No patient waits to hear of it. */
  readonly isInternal?: true;
}

/** The notices that a decision adds, and those that it replaces. */
export function standingNotices(claim: Claim, decision: Decision, facts: Facts): readonly Effect[] {
  if (decision.already) return [];
  if (claim.intent.kind === 'close' && decision.outcome === 'confirmed') {
    if (stopsMessages(claim.intent.reason)) {
      const clinics = noticesOf(claim, decision, facts).filter(isForClinic);
      return [...stopAll(claim.intent.ubrn, facts), ...clinics];
    }
  }
  return noticesOf(claim, decision, facts);
}

function noticesOf(claim: Claim, decision: Decision, facts: Facts): readonly Effect[] {
  return newsOf(claim, decision, facts).flatMap((news) => noticesFor(news, claim, decision, facts));
}

const isForClinic = (effect: Effect) =>
  effect.effect === 'notice' && scopeKind(effect.row.scope) === 'clinic';

function newsOf(claim: Claim, decision: Decision, facts: Facts): readonly News[] {
  const { intent } = claim;
  if (decision.outcome === 'refused') return refusalNews(claim, facts);
  const { appointment } = decision;
  const news = (event: NoticeEvent, about: Partial<News>): News[] => [
    { event, ubrn: null, appointment: null, slot: null, was: null, reason: null, ...about },
  ];
  const about = appointment && { ubrn: appointment.ubrn, appointment, slot: appointment.slot };
  switch (intent.kind) {
    case 'book': {
      const undone = undoneByBooking(claim, intent.ubrn, facts);
      return decision.rank === 1
        ? news('booked', { ...about, ...undone })
        : news('bookedLower', { ...about, ...undone, was: intent.choices[0] ?? null });
    }
    case 'move':
      return news('moved', { ...about, was: intent.from, reason: intent.reason ?? null });
    case 'cancel':
      return news('cancelled', { ...about, reason: intent.reason });
    case 'defer':
      return news('deferred', { ubrn: intent.ubrn });
    case 'close':
      // What was still to be told of any of theirs was stopped, and nobody can say any more what it was.
      if (intent.seen !== undefined)
        return facts
          .referralsOfPatient(intent.ubrn)
          .flatMap((ubrn) => news('changed', { ubrn, about: 'notDied' }));
      return appointment
        ? news('cancelled', { ...about, reason: intent.reason })
        : news('closed', { ubrn: intent.ubrn, reason: intent.reason });
    case 'withdraw':
      return decision.effects.flatMap((effect) =>
        effect.effect === 'appointment'
          ? news('cancelled', {
              ubrn: effect.row.ubrn,
              appointment: effect.row,
              slot: effect.row.slot,
              reason: intent.reason,
            })
          : [],
      );
    case 'shortlist':
      return offerNews(intent, decision, facts).flatMap((told) => news('changed', told));
    case 'report':
      return news('changed', {
        ubrn: intent.ubrn,
        appointment,
        slot: appointment?.slot ?? null,
        was: intent.told.slot,
      });
    case 'return':
      return news('changed', { ubrn: intent.ubrn, about: 'returned', reason: intent.reason });
    case 'arrange':
      return intent.start === null
        ? news('changed', { ubrn: intent.ubrn, about: 'unarranged' })
        : news('changed', { ubrn: intent.ubrn, about: 'arranged', start: intent.start });
    case 'refer':
    case 'setAside':
    case 'contact':
    case 'rang':
    case 'acknowledge':
    case 'retract':
    case 'publish':
    case 'attend':
      return [];
  }
}

/** What people have to know with a booking: a time that was agreed by phone, and advice that nobody has acted on. */
function undoneByBooking(claim: Claim, ubrn: Ubrn, facts: Facts): Partial<News> {
  const { arranged, returned } = facts.referral(ubrn)?.status ?? {};
  const isUnread = returned !== undefined && actorOf(claim.author) !== 'practice';
  return {
    ...(arranged && arranged.start > facts.now ? { start: arranged.start } : {}),
    ...(isUnread ? { about: 'returned' } : {}),
  };
}

/** Another offer is told only where it undoes what the patient was told. */
function offerNews({ ubrn, offer }: IntentOf<'shortlist'>, { appointment, effects }: Decision, facts: Facts) {
  const before = facts.referral(ubrn);
  if (!before) return [];
  const offered = { ...before, ...offer };
  if (appointment && noLongerFits(offered, appointment, facts) && !noLongerFits(before, appointment, facts))
    return [{ ubrn, appointment, slot: appointment.slot, about: 'noLongerFits' }];
  const isUnasked =
    before.status.deferral !== null &&
    effects.some((effect) => effect.effect === 'referral' && effect.status.deferral === null);
  return isUnasked ? [{ ubrn, about: 'unasked' }] : [];
}

function refusalNews(claim: Claim, facts: Facts): readonly News[] {
  const { intent } = claim;
  const base = { event: 'refused', was: null, reason: null } as const;
  switch (intent.kind) {
    case 'book':
      return [{ ...base, ubrn: intent.ubrn, appointment: null, slot: intent.choices[0] ?? null }];
    case 'move':
    case 'cancel': {
      const appointment = facts.appointment(intent.appointment) ?? null;
      const slot = intent.kind === 'move' ? (intent.choices[0] ?? null) : intent.from;
      return [{ ...base, ubrn: appointment?.ubrn ?? null, appointment, slot, was: intent.from }];
    }
    case 'attend':
      return [{ ...base, ubrn: null, appointment: null, slot: intent.from }];
    case 'defer':
    case 'close':
    case 'arrange':
      return [{ ...base, ubrn: intent.ubrn, appointment: null, slot: null }];
    case 'shortlist':
    case 'setAside':
    case 'contact':
    case 'rang':
    case 'return':
      return [{ ...base, ubrn: intent.ubrn, appointment: null, slot: null, isInternal: true }];
    case 'refer':
      // There is none of that reference: naming the other one would say that something became of it.
      return [{ ...base, about: 'refer', ubrn: null, appointment: null, slot: null, isInternal: true }];
    case 'publish':
    case 'withdraw':
      return [{ ...base, ubrn: null, appointment: null, slot: null }];
    case 'retract': {
      const ubrn = facts.notice(intent.notice)?.ubrn ?? null;
      return [{ ...base, about: 'retract', ubrn, appointment: null, slot: null, isInternal: true }];
    }
    case 'acknowledge':
      // The task itself still stands; that is notice enough.
      return [];
    case 'report':
      // No person asked for it, and the device itself shows what has changed.
      return [];
  }
}

function noticesFor(news: News, claim: Claim, decision: Decision, facts: Facts): readonly Effect[] {
  const referral = news.ubrn ? facts.referral(news.ubrn) : undefined;
  const by = actorOf(claim.author);
  const effects: Effect[] = [];
  const mayTell = referral !== undefined && !isKnownDead(referral, claim, decision, facts);
  for (const { scope, tell } of audience(news, by, claim.author.scope, referral, mayTell, facts)) {
    // A referral that is not the author's is not named to them, not even by their own mistake. Where only their right is gone,
    // their colleagues have to learn whom it was about.
    const isTheirs = decision.code !== 'NO_RELATIONSHIP' || isOfPractice(referral, claim.author.scope);
    const standing = isTheirs && news.ubrn ? facts.noticesOf(news.ubrn) : [];
    for (const older of scopeKind(scope) === 'clinic' ? tooOld(standing, scope) : standing) {
      if (older.scope !== scope) continue;
      if (!endsOlder({ event: news.event, tell }, older)) continue;
      effects.push(replaced(older, facts.now));
    }
    const appointment = isTheirs ? (news.appointment?.id ?? null) : null;
    const row: Notice = {
      id: noticeId(claim, appointment ?? (news.about === 'notDied' ? news.ubrn : null), scope),
      scope,
      ubrn: isTheirs ? news.ubrn : null,
      event: news.event,
      ...(news.about === undefined ? {} : { about: news.about }),
      by,
      at: facts.now,
      claim: claim.id,
      tell: tell && isTheirs,
      appointment,
      slot: news.slot,
      was: news.was,
      ...(news.start === undefined ? {} : { start: news.start }),
      code: decision.code,
      reason: news.reason,
      attempts: 0,
      done: null,
    };
    effects.push({ effect: 'notice', row });
  }
  return by === 'patient' && hasActed(news)
    ? [...effects, ...overFor(claim.author.scope, effects, facts)]
    : effects;
}

const isOfPractice = (referral: Referral | undefined, scope: Scope) =>
  referral !== undefined && scope === practiceScope(referral.practice);

/** One for each thing that the claim changed and each kind of reader. */
const noticeId = ({ id }: Claim, subject: AppointmentId | Ubrn | null, scope: Scope) =>
  `${id}.${subject ?? 'claim'}.${scopeKind(scope)}` as NoticeId;

/** A clinic has a notice for each of its times that is concerned; of one referral only so many, lest somebody fill its list. */
const clinicNoticesMax = 20;

function tooOld(standing: readonly Notice[], scope: Scope): readonly Notice[] {
  const theirs = standing.filter((older) => older.scope === scope && older.event !== 'refused');
  return theirs.toSorted((a, b) => b.at - a.at).slice(clinicNoticesMax - 1);
}

const hasActed = ({ event }: News) =>
  event === 'booked' || event === 'bookedLower' || event === 'moved' || event === 'cancelled';

/** A patient who acted knows what is so now: what they were still to read of before is over. */
function overFor(scope: Scope, written: readonly Effect[], facts: Facts): readonly Effect[] {
  const ubrn = ubrnOfScope(scope);
  const isWritten = ({ id }: Notice) => written.some((one) => one.effect === 'notice' && one.row.id === id);
  return (ubrn ? facts.noticesOf(ubrn) : [])
    .filter((older) => older.scope === scope && !isWritten(older))
    .map((older) => replaced(older, facts.now));
}

const replaced = (older: Notice, at: Instant): Effect => ({
  effect: 'notice',
  row: { ...older, done: { at, byName: '', how: 'replaced' } },
});

/** By the record as this claim leaves it: that of one referral may be corrected, and another still say so. */
function isKnownDead({ ubrn }: Referral, { intent }: Claim, { outcome }: Decision, facts: Facts): boolean {
  if (!facts.hasDied(ubrn)) return false;
  if (intent.kind !== 'close' || intent.seen === undefined || outcome === 'refused') return true;
  const others = facts.referralsOfPatient(ubrn).filter((one) => one !== intent.ubrn);
  return others.some((one) => {
    const other = facts.referral(one);
    return other !== undefined && isClosedByDeath(other);
  });
}

interface Listener {
  readonly scope: Scope;
  readonly tell: boolean;
}

function audience(
  news: News,
  by: Actor,
  author: Scope,
  referral: Referral | undefined,
  mayTell: boolean,
  facts: Facts,
): readonly Listener[] {
  if (news.event === 'refused')
    return [{ scope: author, tell: by === 'practice' && mayTell && !news.isInternal }];
  if (!referral) return [];
  const practice = practiceScope(referral.practice);
  const patient = patientScope(referral.ubrn);
  const listeners: Listener[] = [];
  const hasMoved = news.event === 'moved' || news.event === 'cancelled';
  const isByDevice = news.event === 'changed' && news.about === undefined;
  if (by === 'patient' && !isByDevice) {
    if (hasMoved || isNewsTo(practice, referral, facts)) listeners.push({ scope: practice, tell: false });
    if (news.event === 'bookedLower') listeners.push({ scope: patient, tell: false });
  } else {
    listeners.push({ scope: practice, tell: mayTell });
    if (mayTell) listeners.push({ scope: patient, tell: false });
  }
  const isOfClinic = isByDevice || (hasMoved && by !== 'clinic');
  const left = news.event === 'cancelled' ? news.slot : news.was;
  const site = isOfClinic && left ? facts.service(left.service)?.site : undefined;
  if (site) listeners.push({ scope: clinicScope(site), tell: false });
  return listeners;
}

/**
 * A booking that a patient makes is as it should be. It is news to a practice that has advice or a time agreed by phone, or has
 * still to tell the patient of something that is so no more; what was refused or cancelled before says by itself that it was
 * booked since.
 */
function isNewsTo(practice: Scope, { ubrn, status }: Referral, facts: Facts): boolean {
  const isUndone = ({ scope, event }: Notice) =>
    scope === practice && event !== 'refused' && event !== 'cancelled';
  return (
    status.returned !== undefined || status.arranged !== undefined || facts.noticesOf(ubrn).some(isUndone)
  );
}

function stopAll(ubrn: Ubrn, facts: Facts): readonly Effect[] {
  // A clinic's notices are of its own times, and stay.
  const all = facts.referralsOfPatient(ubrn).flatMap((theirs) => facts.noticesOf(theirs));
  const toPatient = all.filter(({ scope }) => scopeKind(scope) !== 'clinic');
  return toPatient.map((notice) => ({
    effect: 'notice',
    row: { ...notice, done: { at: facts.now, byName: '', how: 'stopped' } },
  }));
}
