/** What becomes of a referral beside its appointment: with a hospital, set aside, sent back, arranged by phone, closed. */
import { afterAct, cancelledBy } from './appointment.ts';
import { type Claim, type IntentOf } from './claim.ts';
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
import { dayMs, localDate, workingDaysAfter } from './instant.ts';
import { actorOf } from './person.ts';
import { asideWithinDays, contactWithinDays, triageWithinDays } from './priority.ts';
import { findCloseReason, findReturnReason, mayUse, stopsMessages } from './reasons.ts';
import {
  fits,
  isOpen,
  nothingArranged,
  type Contact,
  type Deferral,
  type Referral,
  type ReferralStatus,
} from './referral.ts';
import { bookingWindow } from './service.ts';
import { isClosedByDeath } from './same-patient.ts';
import { slotRef } from './slot.ts';

/** Tries that a referral remembers; the journal has all. */
const contactsMax = 20;
/** What was arranged by phone lies at most this far away. */
const arrangedWithinMs = 400 * dayMs;

export function decideDefer(claim: Claim, intent: IntentOf<'defer'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const held = facts.appointmentOf(intent.ubrn);
  if (referral.status.deferral?.service === intent.service) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral)) return refused('INVALID_REQUEST_STATE', held ?? null);
  if (held) return bookedElsewhere(held, facts);
  const service = facts.service(intent.service);
  if (!service || !fits(referral, service, facts.now)) return refused('INAPPROPRIATE_SLOT');
  if (service.booking !== 'triage') {
    const free = facts.freeSlots(service.id, bookingWindow(service, referral.priority, facts.now));
    if (free.length > 0) {
      const slots = free.map((slot) => slotRef(slot, service.site));
      return { ...refused('SLOTS_CURRENTLY_AVAILABLE'), slots };
    }
  }
  const within = service.booking === 'triage' ? triageWithinDays : contactWithinDays;
  const deferral: Deferral = {
    service: service.id,
    at: facts.now,
    contactBy: workingDaysAfter(facts.now, within[referral.priority]),
    reason: service.booking === 'triage' ? 'triage' : 'noTimes',
  };
  return confirmed(
    [{ effect: 'referral', ubrn: referral.ubrn, status: { ...nothingArranged, deferral } }],
    null,
  );
}

export function decideClose(claim: Claim, intent: IntentOf<'close'>, facts: Facts): Decision {
  if (intent.seen !== undefined) return decideNotDied(claim, intent, facts);
  const referral = must(facts.referral(intent.ubrn));
  const held = facts.appointmentOf(intent.ubrn);
  // That the patient has died is more than that it is closed: whoever says so later must not be told that it is known.
  const isKnown = !stopsMessages(intent.reason) || facts.hasDied(intent.ubrn);
  if (!isOpen(referral) && isKnown) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const reason = findCloseReason(intent.reason);
  if (!reason || !mayUse(reason, actorOf(claim.author), localDate(facts.now)))
    return refused('INAPPROPRIATE_VALUE');
  const status: ReferralStatus = {
    state: 'closed',
    closed: { reason: intent.reason, at: facts.now },
    deferral: null,
  };
  const effects: Effect[] = [{ effect: 'referral', ubrn: referral.ubrn, status }];
  // A time that is past is history and stays; one to come must not keep a place in a clinic.
  if (held && held.slot.start > facts.now && afterAct(held.status, 'cancel')) {
    const row = cancelledBy(held, actorOf(claim.author), intent.reason, facts.now);
    return confirmed([...effects, { effect: 'appointment', row }], row);
  }
  return confirmed(effects, null);
}

/**
 * The patient has not died: it stays closed, for another reason. Whoever says so has seen that record; somebody who closes it
 * for a reason of their own, and knows of no death, undoes none.
 */
function decideNotDied(claim: Claim, intent: IntentOf<'close'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  if (!isOpen(referral) && !isClosedByDeath(referral)) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (isOpen(referral)) return refused('INVALID_REQUEST_STATE', facts.appointmentOf(intent.ubrn) ?? null);
  const reason = findCloseReason(intent.reason);
  const isOfClosing =
    reason !== undefined &&
    !stopsMessages(reason.code) &&
    mayUse(reason, actorOf(claim.author), localDate(facts.now));
  if (!isOfClosing || !stopsMessages(intent.seen ?? '')) return refused('INAPPROPRIATE_VALUE');
  const closed = { reason: intent.reason, at: facts.now };
  return confirmed(
    [{ effect: 'referral', ubrn: referral.ubrn, status: { ...referral.status, closed } }],
    null,
  );
}

/** For those whom nobody books today, and who must not be forgotten: on its day it is to be booked again. */
export function decideSetAside(claim: Claim, intent: IntentOf<'setAside'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const held = facts.appointmentOf(intent.ubrn);
  const { aside, deferral } = referral.status;
  if (aside?.why === intent.why && aside.reviewOn === intent.reviewOn) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral)) return refused('INVALID_REQUEST_STATE', held ?? null);
  if (held) return bookedElsewhere(held, facts);
  // Where a hospital has to be in touch, the practice has nothing to set aside.
  if (deferral) return refused('INVALID_REQUEST_STATE');
  const latest = localDate(workingDaysAfter(facts.now, asideWithinDays[referral.priority]));
  if (intent.reviewOn > latest) return refused('INAPPROPRIATE_VALUE');
  const { why, reviewOn } = intent;
  return confirmed([becomes(referral, { aside: { ...doneBy(claim, facts), why, reviewOn } })], null);
}

/** A try to reach the patient. The date by which they must be contacted stays what it was. */
export function decideContact(claim: Claim, intent: IntentOf<'contact'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const { deferral } = referral.status;
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral) || !deferral) return refused('INVALID_REQUEST_STATE');
  const contact: Contact = { ...doneBy(claim, facts), outcome: intent.outcome };
  const contacts = [...(deferral.contacts ?? []), contact].slice(-contactsMax);
  return confirmed([becomes(referral, { deferral: { ...deferral, contacts } })], null);
}

/** The referral goes back to whoever referred, with advice: to book elsewhere, to ask again, or to close. */
export function decideReturn(claim: Claim, intent: IntentOf<'return'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const { deferral } = referral.status;
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral) || !deferral) return refused('INVALID_REQUEST_STATE');
  const reason = findReturnReason(intent.reason);
  if (!reason || !mayUse(reason, actorOf(claim.author), localDate(facts.now)) || !intent.comment?.trim())
    return refused('INAPPROPRIATE_VALUE');
  const returned = { ...doneBy(claim, facts), service: deferral.service, reason: intent.reason };
  return confirmed([becomes(referral, { deferral: null, returned })], null);
}

/**
 * What two people agreed on the phone, written down: nobody here gives that time away, and nobody here can confirm it. It is
 * a record of what happened, so it may come late.
 */
export function decideArrange(claim: Claim, intent: IntentOf<'arrange'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const held = facts.appointmentOf(intent.ubrn);
  const { arranged } = referral.status;
  const isSo =
    intent.start === null
      ? !arranged
      : arranged?.service === intent.service && arranged.start === intent.start;
  if (isSo) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral)) return refused('INVALID_REQUEST_STATE', held ?? null);
  if (held) return bookedElsewhere(held, facts);
  if (intent.start === null) {
    const { arranged: _, ...rest } = referral.status;
    return confirmed([{ effect: 'referral', ubrn: referral.ubrn, status: rest }], null);
  }
  if (Math.abs(intent.start - facts.now) > arrangedWithinMs) return refused('INAPPROPRIATE_VALUE');
  const service = facts.service(intent.service);
  if (service?.booking !== 'phone' || !fits(referral, service, facts.now))
    return refused('INAPPROPRIATE_SLOT');
  const { service: at, start } = intent;
  const status = { ...nothingArranged, arranged: { ...doneBy(claim, facts), service: at, start } };
  return confirmed([{ effect: 'referral', ubrn: referral.ubrn, status }], null);
}

/** Somebody rang: kept whatever has become of the referral since, but where it is closed there is nobody left to read it. */
export function decideRang(claim: Claim, intent: IntentOf<'rang'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const { rang } = referral.status;
  // Whatever the device's clock says, it is over: one that is ahead must not hide later calls.
  const rangAt = Math.min(intent.at, facts.now);
  // Two desks that were both cut off may have rung: the later call is what people need to know of.
  if (rang && rang.rangAt >= rangAt) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!isOpen(referral)) return refused('INVALID_REQUEST_STATE');
  return confirmed([becomes(referral, { rang: { ...doneBy(claim, facts), rangAt } })], null);
}

const doneBy = (claim: Claim, facts: Facts) => ({
  at: facts.now,
  byName: facts.nameOf(claim.author.person),
  claim: claim.id,
});

const becomes = ({ ubrn, status }: Referral, change: Partial<ReferralStatus>): Effect => ({
  effect: 'referral',
  ubrn,
  status: { ...status, ...change },
});
