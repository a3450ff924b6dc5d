/**
 * The rules of settling, total and pure: the ledger records what this returns, the device shows it as a guess.
 * The order of the checks is the order of the table "What the ledger answers" in ARCHITECTURE.md, and is part of the contract:
 *
 *   right → already so → expired → closed, past or attended → booked elsewhere → values → not as seen → deferral → choices
 *
 * A claim seen before never comes here: the ledger answers with its first verdict.
 */
import { afterAct, bookedIn, cancelledBy, type Act, type Appointment } from './appointment.ts';
import { standingNotices } from './audience.ts';
import { publishedSlotsMax, type Claim, type Intent, type IntentOf } from './claim.ts';
import {
  decideArrange,
  decideClose,
  decideContact,
  decideDefer,
  decideRang,
  decideReturn,
  decideSetAside,
} from './decide-referral.ts';
import { decideAcknowledge, decideRetract } from './decide-notice.ts';
import { decideRefer, decideShortlist } from './decide-refer.ts';
import {
  bookedElsewhere,
  confirmed,
  confirmedAlready,
  isExpired,
  must,
  refused,
  type Decision,
  type Effect,
  type Facts,
} from './decision.ts';
import type { AppointmentId } from './ids.ts';
import { dayMs, hourMs, localDate } from './instant.ts';
import { actorOf, isRoleOfScope, mayAsk, type Author } from './person.ts';
import { findCancelReason, mayUse } from './reasons.ts';
import { afterBooking, fits, isNothingArranged, isOpen, type Referral } from './referral.ts';
import { isAsTold, isSaidAlready } from './report.ts';
import { clinicScope, scopeKey, scopeKind } from './scope.ts';
import { bookingWindow, clinicWindow, type Service } from './service.ts';
import { isSameSlot, slotPrint, slotRef, type Slot, type SlotRef } from './slot.ts';

/** A clinic may take hold of a day's attendance from two hours before the time. */
const attendFromMs = 2 * hourMs;
/** Clinics plan at most this far ahead. */
const publishAheadMs = 400 * dayMs;

export function decide(claim: Claim, facts: Facts): Decision {
  const decision = decideIntent(claim, facts);
  return { ...decision, effects: [...decision.effects, ...standingNotices(claim, decision, facts)] };
}

function decideIntent(claim: Claim, facts: Facts): Decision {
  if (!mayAct(claim.author, claim.intent, facts) || !mayAct(facts.sender, claim.intent, facts)) {
    return refused('NO_RELATIONSHIP');
  }
  const { intent } = claim;
  switch (intent.kind) {
    case 'book':
      return decideBook(claim, intent, facts);
    case 'move':
      return decideMove(claim, intent, facts);
    case 'cancel':
      return decideCancel(claim, intent, facts);
    case 'defer':
      return decideDefer(claim, intent, facts);
    case 'close':
      return decideClose(claim, intent, facts);
    case 'refer':
      return decideRefer(claim, intent, facts);
    case 'shortlist':
      return decideShortlist(claim, intent, facts);
    case 'setAside':
      return decideSetAside(claim, intent, facts);
    case 'contact':
      return decideContact(claim, intent, facts);
    case 'return':
      return decideReturn(claim, intent, facts);
    case 'arrange':
      return decideArrange(claim, intent, facts);
    case 'rang':
      return decideRang(claim, intent, facts);
    case 'acknowledge':
      return decideAcknowledge(claim, intent, facts);
    case 'retract':
      return decideRetract(claim, intent, facts);
    case 'publish':
      return decidePublish(claim, intent, facts);
    case 'withdraw':
      return decideWithdraw(claim, intent, facts);
    case 'attend':
      return decideAttend(claim, intent, facts);
    case 'report':
      return decideReport(intent, facts);
  }
}

/** The right is held, the role may ask for this, and the thing is theirs. "Not yours" and "does not exist" are one answer. */
function mayAct(author: Author, intent: Intent, facts: Facts): boolean {
  if (!isRoleOfScope(author.role, author.scope) || !facts.holdsRight(author)) return false;
  if (!(mayAsk[author.role] as readonly string[]).includes(intent.kind)) return false;
  switch (intent.kind) {
    case 'book': {
      const referral = facts.referral(intent.ubrn);
      return (
        referral !== undefined &&
        ownsReferral(author, referral, facts) &&
        ownsChoices(author, intent.choices, facts)
      );
    }
    case 'defer':
    case 'close':
    case 'shortlist':
    case 'setAside':
    case 'contact':
    case 'return':
    case 'arrange':
    case 'rang': {
      const referral = facts.referral(intent.ubrn);
      return referral !== undefined && ownsReferral(author, referral, facts);
    }
    case 'refer': {
      const referral = facts.referral(intent.patientOf);
      return referral !== undefined && ownsReferral(author, referral, facts);
    }
    case 'move':
      return ownsAppointment(author, intent.appointment, facts) && ownsChoices(author, intent.choices, facts);
    case 'cancel':
    case 'attend':
      return ownsAppointment(author, intent.appointment, facts);
    case 'report': {
      const referral = facts.referral(intent.ubrn);
      const isOfReferral = (facts.appointment(intent.appointment)?.ubrn ?? intent.ubrn) === intent.ubrn;
      return referral !== undefined && isOfReferral && ownsReferral(author, referral, facts);
    }
    case 'acknowledge':
    case 'retract':
      return facts.notice(intent.notice)?.scope === author.scope;
    case 'publish':
    case 'withdraw':
      return isClinicOf(author, facts.service(intent.service));
  }
}

function ownsReferral(author: Author, referral: Referral, facts: Facts): boolean {
  switch (scopeKind(author.scope)) {
    case 'practice':
      return referral.practice === scopeKey(author.scope);
    case 'patient':
      return referral.ubrn === scopeKey(author.scope);
    case 'clinic': {
      const held = facts.appointmentOf(referral.ubrn);
      const service = referral.status.deferral?.service ?? held?.slot.service;
      return service !== undefined && isClinicOf(author, facts.service(service));
    }
  }
}

function ownsAppointment(author: Author, id: AppointmentId, facts: Facts): boolean {
  const appointment = facts.appointment(id);
  const referral = appointment && facts.referral(appointment.ubrn);
  if (!appointment || !referral) return false;
  return scopeKind(author.scope) === 'clinic'
    ? isClinicOf(author, facts.service(appointment.slot.service))
    : ownsReferral(author, referral, facts);
}

/** A clinic gives only its own times. */
function ownsChoices(author: Author, choices: readonly SlotRef[], facts: Facts): boolean {
  return (
    scopeKind(author.scope) !== 'clinic' ||
    choices.every((choice) => isClinicOf(author, facts.service(choice.service)))
  );
}

function isClinicOf(author: Author, service: Service | undefined): boolean {
  return service !== undefined && author.scope === clinicScope(service.site);
}

function decideBook(claim: Claim, intent: IntentOf<'book'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const held = facts.appointmentOf(intent.ubrn);
  const already = held ? bookedIn(held, intent.choices) : -1;
  if (held && already >= 0) return confirmedAlready(held, already + 1);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral)) return refused('INVALID_REQUEST_STATE');
  if (held) return bookedElsewhere(held, facts);
  // The device made the id; one that is in use already would overwrite another appointment.
  if (facts.appointment(intent.appointment)) return refused('INAPPROPRIATE_VALUE');
  const pick = firstFree(intent.choices, referral, claim.author, facts);
  if (pick === 'unfitting') return refused('INAPPROPRIATE_SLOT');
  if (pick === 'taken') return refused('SLOT_NOT_AVAILABLE');
  const row: Appointment = {
    id: intent.appointment,
    ubrn: intent.ubrn,
    slot: must(intent.choices[pick.rank - 1]),
    ...termsOf(pick.slot),
    status: 'booked',
    rank: pick.rank,
    bookedAt: facts.now,
    bookedBy: actorOf(claim.author),
    moved: null,
    cancelled: null,
  };
  const effects: Effect[] = [{ effect: 'appointment', row }];
  if (!isNothingArranged(referral.status)) {
    const status = afterBooking(referral.status, actorOf(claim.author));
    effects.push({ effect: 'referral', ubrn: referral.ubrn, status });
  }
  return confirmed(effects, row, pick.rank);
}

function decideMove(claim: Claim, intent: IntentOf<'move'>, facts: Facts): Decision {
  const appointment = must(facts.appointment(intent.appointment));
  const referral = must(facts.referral(appointment.ubrn));
  const already = appointment.status === 'booked' ? bookedIn(appointment, intent.choices) : -1;
  if (already >= 0) return confirmedAlready(appointment, already + 1);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM', appointment);
  const status = statusAfter(appointment, 'move', referral, facts);
  if (status === undefined) return refused('INVALID_REQUEST_STATE', appointment);
  if (!isReason(claim.author, intent, facts)) return refused('INAPPROPRIATE_VALUE', appointment);
  if (status === 'cancelled' || !isSameSlot(appointment.slot, intent.from))
    return refused('STALE_APPOINTMENT', appointment);
  const pick = firstFree(intent.choices, referral, claim.author, facts);
  if (pick === 'unfitting') return refused('INAPPROPRIATE_SLOT', appointment);
  if (pick === 'taken') return refused('SLOT_NOT_AVAILABLE', appointment);
  const row: Appointment = {
    ...appointment,
    slot: must(intent.choices[pick.rank - 1]),
    ...termsOf(pick.slot),
    status,
    rank: pick.rank,
    moved: { at: facts.now, by: actorOf(claim.author), from: appointment.slot },
  };
  return confirmed([{ effect: 'appointment', row }], row, pick.rank);
}

function decideCancel(claim: Claim, intent: IntentOf<'cancel'>, facts: Facts): Decision {
  const appointment = must(facts.appointment(intent.appointment));
  const referral = must(facts.referral(appointment.ubrn));
  if (appointment.status === 'cancelled') return confirmedAlready(appointment, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM', appointment);
  if (statusAfter(appointment, 'cancel', referral, facts) === undefined) {
    return refused('INVALID_REQUEST_STATE', appointment);
  }
  if (!isReason(claim.author, intent, facts)) return refused('INAPPROPRIATE_VALUE', appointment);
  if (!isSameSlot(appointment.slot, intent.from)) return refused('STALE_APPOINTMENT', appointment);
  const row = cancelledBy(appointment, actorOf(claim.author), intent.reason, facts.now);
  return confirmed([{ effect: 'appointment', row }], row);
}

function decidePublish(claim: Claim, intent: IntentOf<'publish'>, facts: Facts): Decision {
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const slots = intent.sessions.reduce((sum, session) => sum + session.count, 0);
  const isPlannable = intent.sessions.every(
    ({ start }) => start > facts.now && start < facts.now + publishAheadMs && start % 60_000 === 0,
  );
  const service = must(facts.service(intent.service));
  if (slots > publishedSlotsMax || !isPlannable || service.booking !== 'direct')
    return refused('INAPPROPRIATE_VALUE');
  return confirmed(
    [
      {
        effect: 'publish',
        service: intent.service,
        firstOrdinal: facts.nextOrdinal(intent.service),
        sessions: intent.sessions,
      },
    ],
    null,
  );
}

function decideWithdraw(claim: Claim, intent: IntentOf<'withdraw'>, facts: Facts): Decision {
  const service = must(facts.service(intent.service));
  if (intent.slots.some(({ slot }) => slot.service !== intent.service)) return refused('INAPPROPRIATE_VALUE');
  const named = new Map(intent.slots.map((seen) => [seen.slot.ordinal, seen]));
  const standing = [...named.values()].filter(({ slot }) => facts.slot(slot.service, slot.ordinal));
  if (standing.length === 0) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isReason(claim.author, intent, facts)) return refused('INAPPROPRIATE_VALUE');
  const effects: Effect[] = [];
  for (const { slot, appointment } of standing) {
    const now = must(facts.slot(slot.service, slot.ordinal));
    const holder = facts.holder(slot.service, slot.ordinal);
    if (now.start <= facts.now) return refused('INVALID_REQUEST_STATE', holder ?? null);
    const isAsSeen = isSameSlot(slotRef(now, service.site), slot) && (holder?.id ?? null) === appointment;
    if (!isAsSeen) return refused('STALE_APPOINTMENT', holder ?? null);
    if (!holder) continue;
    if (!afterAct(holder.status, 'cancel')) return refused('INVALID_REQUEST_STATE', holder);
    effects.push({ effect: 'appointment', row: cancelledBy(holder, 'clinic', intent.reason, facts.now) });
  }
  const ordinals = standing.map(({ slot }) => slot.ordinal);
  return confirmed([...effects, { effect: 'withdraw', service: intent.service, ordinals }], null);
}

/** Changes nothing but what people have to hear: see report.ts. */
function decideReport(intent: IntentOf<'report'>, facts: Facts): Decision {
  const held = facts.appointmentOf(intent.ubrn);
  const named = facts.appointment(intent.appointment);
  const isKnown =
    isAsTold(
      intent,
      [held, named].filter((one) => one !== undefined),
    ) || isSaidAlready(intent, held, facts.noticesOf(intent.ubrn));
  return isKnown ? confirmedAlready(held ?? null, null) : confirmed([], held ?? null);
}

function decideAttend(claim: Claim, intent: IntentOf<'attend'>, facts: Facts): Decision {
  const appointment = must(facts.appointment(intent.appointment));
  if (appointment.status === intent.outcome) return confirmedAlready(appointment, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM', appointment);
  const act = { arrived: 'arrive', fulfilled: 'fulfil', noshow: 'noshow' } as const;
  const status = afterAct(appointment.status, act[intent.outcome]);
  const isDue = appointment.slot.start <= facts.now + (intent.outcome === 'arrived' ? attendFromMs : 0);
  if (status === undefined || !isDue) return refused('INVALID_REQUEST_STATE', appointment);
  if (!isSameSlot(appointment.slot, intent.from)) return refused('STALE_APPOINTMENT', appointment);
  const row: Appointment = { ...appointment, status };
  return confirmed([{ effect: 'appointment', row }], row);
}

/** The first choice that fits and is free; else whether any fitted at all. */
function firstFree(
  choices: readonly SlotRef[],
  referral: Referral,
  author: Author,
  facts: Facts,
): { rank: number; slot: Slot } | 'unfitting' | 'taken' {
  let anyFits = false;
  for (const [index, choice] of choices.entries()) {
    const service = facts.service(choice.service);
    if (!service || !mayHave(referral, service, author, facts)) continue;
    anyFits = true;
    const slot = facts.slot(choice.service, choice.ordinal);
    if (!slot || slot.start !== choice.start || slotPrint(slot, service.site) !== choice.print) continue;
    if (facts.holder(choice.service, choice.ordinal)) continue;
    const { from, to } =
      actorOf(author) === 'clinic'
        ? clinicWindow(facts.now)
        : bookingWindow(service, referral.priority, facts.now);
    if (slot.start >= from && slot.start <= to) return { rank: index + 1, slot };
  }
  return anyFits ? 'taken' : 'unfitting';
}

/**
 * A clinic may give its own time to whoever was sent to it; everybody else is bound by what the referral fits, and books no
 * time of a service that has since become one to ring, or one that looks at referrals first.
 */
function mayHave(referral: Referral, service: Service, author: Author, facts: Facts): boolean {
  const isClinic = actorOf(author) === 'clinic';
  if (fits(referral, service, facts.now)) return isClinic || service.booking === 'direct';
  if (!isClinic) return false;
  const sentTo = referral.status.deferral?.service ?? facts.appointmentOf(referral.ubrn)?.slot.service;
  return sentTo === service.id;
}

/** Undefined where the state forbids it. One that somebody cancelled stays so: it is not as the person saw it. */
function statusAfter(
  appointment: Appointment,
  act: Act,
  referral: Referral,
  facts: Facts,
): Appointment['status'] | undefined {
  if (!isOpen(referral) || appointment.slot.start <= facts.now) return undefined;
  return appointment.status === 'cancelled' ? 'cancelled' : afterAct(appointment.status, act);
}

/** A coded reason that this kind of person may give, with the comment that some need. Only a move of one's own needs none. */
function isReason(
  author: Author,
  given: { reason?: string | undefined; comment?: string | undefined },
  facts: Facts,
): boolean {
  if (given.reason === undefined) return actorOf(author) !== 'clinic';
  const reason = findCancelReason(given.reason);
  if (!reason || !mayUse(reason, actorOf(author), localDate(facts.now))) return false;
  return !reason.needsComment || Boolean(given.comment?.trim());
}

const termsOf = (slot: Slot) => ({ minutes: slot.minutes, clinician: slot.clinician, mode: slot.mode });
