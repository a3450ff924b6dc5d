/** What a referrer asks for: a new referral, or another offer in one that is there. */
import { isToCome, type Appointment } from './appointment.ts';
import type { Claim, IntentOf } from './claim.ts';
import {
  confirmed,
  confirmedAlready,
  isExpired,
  must,
  refused,
  type Decision,
  type Effect,
  type Facts,
} from './decision.ts';
import { ubrnsFor } from './ids.ts';
import { localDate, workingDaysAfter, type Instant } from './instant.ts';
import { asideWithinDays, contactWithinDays, triageWithinDays } from './priority.ts';
import {
  fits,
  isOpen,
  isSameOffer,
  nothingArranged,
  offerOf,
  textOf,
  type Deferral,
  type Offer,
  type Referral,
  type ReferralStatus,
} from './referral.ts';
import type { Service } from './service.ts';

/** Nothing of it reaches a hospital before it is booked or a hospital is asked. */
export function decideRefer(claim: Claim, { patientOf, offer }: IntentOf<'refer'>, facts: Facts): Decision {
  const known = must(facts.referral(patientOf));
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const made: Referral = {
    ...known,
    ...offerOf(offer),
    ubrn: must(ubrnsFor(claim.id).find((ubrn) => facts.referral(ubrn) === undefined)),
    referrer: facts.nameOf(claim.author.person),
    referredAt: facts.now,
    status: nothingArranged,
  };
  if (!isOfferable(made, facts)) return refused('INAPPROPRIATE_SLOT');
  const effects: Effect[] = [{ effect: 'referralText', patient: made.patient.id, text: textOf(made) }];
  return { ...confirmed(effects, null), ubrn: made.ubrn };
}

/** What was arranged stays where it can: whoever finds that it no longer fits hears of it (audience.ts). */
export function decideShortlist(claim: Claim, intent: IntentOf<'shortlist'>, facts: Facts): Decision {
  const referral = must(facts.referral(intent.ubrn));
  const held = facts.appointmentOf(intent.ubrn);
  if (isSameOffer(referral, intent.offer)) return confirmedAlready(held ?? null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const isPast = held !== undefined && (held.status !== 'booked' || held.slot.start <= facts.now);
  // Somebody else changed it meanwhile: to change it back unseen would lose what they did.
  if (!isOpen(referral) || isPast || !isSameOffer(referral, intent.seen))
    return refused('INVALID_REQUEST_STATE', held ?? null);
  const offered: Referral = { ...referral, ...offerOf(intent.offer) };
  if (!isOfferable(offered, facts)) return refused('INAPPROPRIATE_SLOT', held ?? null);
  const effects: Effect[] = [{ effect: 'referralText', patient: referral.patient.id, text: textOf(offered) }];
  const status = statusUnder(offered, facts);
  if (status) effects.push({ effect: 'referral', ubrn: referral.ubrn, status });
  return confirmed(effects, held ?? null);
}

/** What another offer would undo; a person reads it before they ask. */
export type Undone =
  /** The appointment no longer fits. It stands until somebody moves or cancels it. */
  | 'appointment'
  /** The hospital that had to contact the patient is no longer asked. */
  | 'contact'
  /** Set aside for longer than the priority allows: back today. */
  | 'aside';

/** The same rules as the answer will follow, on what is known here. */
export function undoneBy(
  before: Referral,
  offer: Offer,
  held: Appointment | undefined,
  facts: Pick<Facts, 'service' | 'now'>,
): readonly Undone[] {
  const offered: Referral = { ...before, ...offerOf(offer) };
  const status = statusUnder(offered, facts) ?? before.status;
  const stands = held && isToCome(held, facts.now) ? held : undefined;
  return [
    ...(stands && noLongerFits(offered, stands, facts) ? (['appointment'] as const) : []),
    ...(before.status.deferral && !status.deferral ? (['contact'] as const) : []),
    ...(before.status.aside && !status.aside ? (['aside'] as const) : []),
  ];
}

/** Would this appointment be given again as the referral is now? Where no service is known, nothing can be said. */
export function noLongerFits(
  referral: Referral,
  held: Appointment,
  facts: Pick<Facts, 'service' | 'now'>,
): boolean {
  const service = facts.service(held.slot.service);
  if (!service) return false;
  return !isUntold(referral, service) && !fits(referral, service, facts.now);
}

/** A patient's device is not told what a service is for: of one off the list it cannot say whether it fits. */
export function isUntold({ choice, shortlist }: Referral, { id, clinicTypes }: Service): boolean {
  return choice === 'anywhere' && clinicTypes.length === 0 && !shortlist.includes(id);
}

/** Every service offered is of the kind that is asked for, and takes this patient; somewhere there is to choose. */
function isOfferable(referral: Referral, facts: Facts): boolean {
  if (new Set(referral.shortlist).size !== referral.shortlist.length) return false;
  if (referral.choice === 'shortlist' && referral.shortlist.length === 0) return false;
  return referral.shortlist.every((id) => {
    const service = facts.service(id);
    return (
      service !== undefined &&
      service.specialty === referral.specialty &&
      service.clinicTypes.includes(referral.clinicType) &&
      fits(referral, service, facts.now)
    );
  });
}

/** What is arranged under another offer; undefined where it stays as it is. */
function statusUnder(offered: Referral, facts: Pick<Facts, 'service' | 'now'>): ReferralStatus | undefined {
  // Sent back with advice, and this is what became of it.
  const { returned: _, aside, deferral, ...rest } = offered.status;
  const asked = deferral && facts.service(deferral.service);
  const after: ReferralStatus = {
    ...rest,
    deferral: asked && fits(offered, asked, facts.now) ? sooner(deferral, offered, facts.now) : null,
    ...(aside && aside.reviewOn <= latestReview(offered, facts.now) ? { aside } : {}),
  };
  const isSame =
    offered.status.returned === undefined && after.aside === aside && after.deferral === deferral;
  return isSame ? undefined : after;
}

/** More urgent now: heard from sooner. Less urgent: what the patient was promised stays. */
function sooner(deferral: Deferral, { priority }: Offer, now: Instant): Deferral {
  const within = deferral.reason === 'triage' ? triageWithinDays : contactWithinDays;
  const contactBy = workingDaysAfter(now, within[priority]);
  return contactBy < deferral.contactBy ? { ...deferral, contactBy } : deferral;
}

const latestReview = ({ priority }: Offer, now: Instant) =>
  localDate(workingDaysAfter(now, asideWithinDays[priority]));
