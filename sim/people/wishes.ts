/**
 * What people do next, going by their screen alone: a refused desk asks for another time, a told patient moves, a clinic
 * plans its day. Now and then somebody asks for what they may not have.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { HowTold } from '#lib/domain/claim.ts';
import type { AppointmentId } from '#lib/domain/ids.ts';
import { addDays, hourMs, localDate, minuteMs, type Instant } from '#lib/domain/instant.ts';
import { isNotedAsTold } from '#lib/domain/notice.ts';
import { actorOf, type Author } from '#lib/domain/person.ts';
import type { HeldClaim, ReferralView } from '#lib/domain/project.ts';
import { prioritySchema } from '#lib/domain/priority.ts';
import {
  asideReasonSchema,
  choiceSchema,
  contactOutcomeSchema,
  fits,
  offerOf,
  type Offer,
  type Referral,
} from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import { slotRef, type Slot, type SlotRef } from '#lib/domain/slot.ts';
import type { Chance } from '../chance.ts';
import { clinicWish } from './clinic-wishes.ts';
import { ask, onceALook, type Screen, type Wish } from './wish.ts';

export function wishOf(
  screen: Screen,
  author: Author,
  chance: Chance,
  newAppointmentId: () => AppointmentId,
): Wish | undefined {
  const { view } = screen;
  const changed = chance.pick(view.changed);
  if (changed && chance.isLucky(0.5)) return { kind: 'dismiss', id: changed.claim.id };
  const parked = chance.pick(view.parked);
  if (parked && chance.isLucky(0.03)) return { kind: 'dismiss', id: parked.claim.id };
  const notice = chance.pick(view.notices);
  if (notice && chance.isLucky(0.3))
    return ask({ kind: 'acknowledge', notice: notice.id, ...howTold(notice.tell, author, chance) });
  const told = chance.isLucky(0.04)
    ? chance.pick(chance.isLucky(0.7) ? noted(screen) : over(screen))
    : undefined;
  const noteOf = told?.done?.claim;
  if (told && noteOf) return ask({ kind: 'retract', notice: told.id, noted: noteOf });
  const open = chance.pick(view.open);
  if (open && chance.isLucky(0.12)) return secondThought(open, chance);
  if (actorOf(author) === 'clinic' && chance.isLucky(0.6)) return clinicWish(screen, chance);
  const one = chance.pick(toDo(screen, author, chance)) ?? chance.pick(view.referrals);
  return one && referralWish(one, screen, author, chance, newAppointmentId);
}

/** What somebody may have noted by mistake; and what else is over, for people press what they should not. */
const noted = onceALook(({ truth }) => [...truth.notices.values()].filter(isNotedAsTold));
const over = onceALook(({ truth }) => [...truth.notices.values()].filter(({ done }) => done !== null));

const ways: readonly HowTold[] = ['phone', 'inPerson', 'letter', 'noAnswer'];

function howTold(tell: boolean, author: Author, chance: Chance): { told?: { how: HowTold } } {
  const isForgetful = chance.isLucky(0.03);
  if (tell ? isForgetful : actorOf(author) !== 'practice' || chance.isLucky(0.9)) return {};
  return { told: { how: chance.pick(ways) ?? 'phone' } };
}

function secondThought({ claim, status }: HeldClaim, chance: Chance): Wish {
  const { intent } = claim;
  // Noted by mistake and on its way: a screen offers to say so without waiting for the answer.
  if (intent.kind === 'acknowledge' && intent.told && status.state === 'sent' && chance.isLucky(0.7))
    return ask({ kind: 'retract', notice: intent.notice, noted: claim.id });
  const isOften = status.state === 'waiting' && chance.isLucky(0.5);
  return { kind: isOften ? 'takeBack' : 'callOff', id: claim.id };
}

/** Those whom somebody has to see to go first, most of the time. */
function toDo(screen: Screen, author: Author, chance: Chance): readonly ReferralView[] {
  if (chance.isLucky(0.25)) return [];
  return actorOf(author) === 'clinic' ? toContact(screen) : toBook(screen);
}

const toContact = onceALook(({ view }) =>
  view.referrals.filter(
    ({ place, open }) => !open && (place === 'withHospital' || place === 'contactOverdue'),
  ),
);
const toBook = onceALook(({ view }) =>
  view.referrals.filter(({ place, open }) => !open && place === 'toBook'),
);

function referralWish(
  one: ReferralView,
  screen: Screen,
  author: Author,
  chance: Chance,
  newAppointmentId: () => AppointmentId,
): Wish | undefined {
  const { referral, place, open, appointment } = one;
  // An unsent wish may give way to another, and a sent one stands in the way: either is asked for now and then.
  if (open && !chance.isLucky(0.15)) return undefined;
  const may = chance.fraction();
  const actor = actorOf(author);
  if (actor === 'clinic' && (place === 'withHospital' || place === 'contactOverdue') && may < 0.4)
    return clinicContact(referral, chance);
  if (actor === 'practice' && chance.isLucky(0.1)) return referring(one, screen, author, chance);
  if (actor === 'practice' && chance.isLucky(0.12)) return planning(one, screen, chance);
  if (place !== 'booked' && place !== 'attendanceDue' && place !== 'seen' && place !== 'closed') {
    if (may < 0.04) return { kind: 'open', ubrn: referral.ubrn };
    if (actor === 'practice' && may < 0.2) return deferral(one, screen, chance);
    if (actor === 'practice' && may < 0.24) return closing(one, author, chance);
    const choices = choicesFor(one, screen, author, chance);
    if (choices.length === 0) return actor === 'practice' ? deferral(one, screen, chance) : undefined;
    return ask({ kind: 'book', ubrn: referral.ubrn, appointment: newAppointmentId(), choices });
  }
  // Heard of a death when the referral was over already; or somebody who did not look.
  if (place === 'closed' && actor === 'practice' && may < 0.2) return closing(one, author, chance);
  if (!appointment || place !== 'booked') return undefined;
  if (may < 0.35) return moving(one, appointment, screen, author, chance);
  if (may < 0.6)
    return ask({
      kind: 'cancel',
      appointment: appointment.id,
      from: appointment.slot,
      ...cancelReason(author, chance),
    });
  if (may < 0.66 && actor === 'practice') return closing(one, author, chance);
  if (may < 0.72) {
    // Somebody who did not look: booked already.
    const choices = choicesFor(one, screen, author, chance);
    if (choices.length > 0)
      return ask({ kind: 'book', ubrn: referral.ubrn, appointment: newAppointmentId(), choices });
  }
  return undefined;
}

function moving(
  one: ReferralView,
  { id, slot }: Appointment,
  screen: Screen,
  author: Author,
  chance: Chance,
): Wish | undefined {
  const choices = choicesFor(one, screen, author, chance);
  if (choices.length === 0) return undefined;
  const isClinic = actorOf(author) === 'clinic';
  return ask({
    kind: 'move',
    appointment: id,
    from: slot,
    choices,
    ...(isClinic ? { reason: 'CLINIC_CANCELLED' } : {}),
  });
}

export function cancelReason(author: Author, chance: Chance): { reason: string; comment?: string } {
  const isMistaken = chance.isLucky(0.04);
  if ((actorOf(author) === 'clinic') !== isMistaken) return { reason: 'CLINIC_CANCELLED' };
  if (chance.isLucky(0.5)) return { reason: 'PATIENT_ILL' };
  return {
    reason: 'PATIENT_APPOINTMENT_CANCELLATION_OTHER',
    ...(chance.isLucky(0.9) ? { comment: 'Asked for it' } : {}),
  };
}

function deferral({ referral }: ReferralView, { truth }: Screen, chance: Chance): Wish | undefined {
  const service = chance.pick(chance.isLucky(0.7) ? referral.shortlist : [...truth.services.keys()]);
  return service && ask({ kind: 'defer', ubrn: referral.ubrn, service });
}

/** What a practice does with those whom it books nothing for today; now and then with one for whom it may not. */
function planning({ referral }: ReferralView, { truth, now }: Screen, chance: Chance): Wish {
  const { ubrn, shortlist } = referral;
  if (chance.isLucky(0.15))
    return ask({ kind: 'rang', ubrn, at: now - chance.between(0, 40) * minuteMs, ...note(chance) });
  if (chance.isLucky(0.6)) {
    const days = chance.pick([0, 1, 1, 2, 4, 15, 40]) ?? 1;
    return ask({
      kind: 'setAside',
      ubrn,
      why: chance.pick(asideReasonSchema.options) ?? 'thinking',
      reviewOn: addDays(localDate(now), days),
      ...note(chance),
    });
  }
  const services = [...truth.services.values()];
  const byPhone = services.filter(({ booking }) => booking === 'phone').map(({ id }) => id);
  const service = chance.pick(chance.isLucky(0.9) && byPhone.length > 0 ? byPhone : shortlist);
  if (!service) return { kind: 'open', ubrn };
  const start = chance.isLucky(0.2) ? null : now + chance.between(-2, 40) * hourMs;
  return ask({ kind: 'arrange', ubrn, service, start, ...note(chance) });
}

/** A GP's: another offer, now and then a new referral. A receptionist may do neither, and tries. */
function referring(
  { referral }: ReferralView,
  { view, truth, now }: Screen,
  author: Author,
  chance: Chance,
): Wish | undefined {
  if (author.role !== 'gp' && !chance.isLucky(0.1)) return undefined;
  const like = chance.pick([...truth.services.values()]);
  if (!like) return undefined;
  const alike = [...truth.services.values()].filter((one) => one.specialty === like.specialty);
  const priority = chance.pick(prioritySchema.options) ?? 'routine';
  const isCareless = chance.isLucky(0.1);
  const offered = isCareless
    ? [...truth.services.values()]
    : alike.filter((one) => fits({ ...referral, priority, shortlist: [one.id] }, one, now));
  const offer: Offer = {
    specialty: like.specialty,
    clinicType: 'GENERAL',
    priority,
    choice: chance.pick(choiceSchema.options) ?? 'anywhere',
    shortlist: chance.some(offered, chance.between(1, 3)).map(({ id }) => id),
  };
  // Few: a practice that refers at every look has no time to book.
  const isNew = chance.isLucky(0.3) && view.referrals.length < referralsMax;
  if (isNew) return ask({ kind: 'refer', patientOf: referral.ubrn, offer });
  return ask({ kind: 'shortlist', ubrn: referral.ubrn, seen: offerOf(referral), offer });
}

/** Of one practice: a world that fills up with referrals is one in which nobody meets. */
const referralsMax = 100;

function clinicContact({ ubrn }: Referral, chance: Chance): Wish {
  if (chance.isLucky(0.6)) {
    const outcome = chance.pick(contactOutcomeSchema.options) ?? 'noAnswer';
    return ask({ kind: 'contact', ubrn, outcome, ...note(chance) });
  }
  const reason = chance.pick(['SERVICE_INAPPROPRIATE', 'FURTHER_INFORMATION_REQUIRED', 'PATIENT_ILL']) ?? '';
  return ask({ kind: 'return', ubrn, reason, comment: chance.isLucky(0.9) ? 'An ECG first, please' : ' ' });
}

const note = (chance: Chance) => (chance.isLucky(0.5) ? { comment: `Said so ${chance.between(1, 9)}` } : {});

const closeReasons = [
  'TREATMENT_NO_LONGER_REQUIRED',
  'INTEND_PRIVATE',
  'RAISED_IN_ERROR',
  'PATIENT_DIED',
  'TRIAGE_ENDED',
];

/** A receptionist may not, and tries now and then. */
function closing({ referral }: ReferralView, author: Author, chance: Chance): Wish | undefined {
  if (author.role !== 'gp' && !chance.isLucky(0.2)) return undefined;
  // The patient was at the desk this morning; and now and then somebody corrects what nobody has recorded.
  const isDeath = referral.status.closed?.reason === 'PATIENT_DIED';
  if (chance.isLucky(isDeath ? 0.6 : 0.03)) {
    const reason = chance.pick(['RAISED_IN_ERROR', 'REFERRER_CANCELLATION', 'PATIENT_DIED']) ?? '';
    return ask({ kind: 'close', ubrn: referral.ubrn, reason, seen: 'PATIENT_DIED' });
  }
  return ask({ kind: 'close', ubrn: referral.ubrn, reason: chance.pick(closeReasons) ?? '' });
}

/** From one to ten, the sooner the likelier, so that people meet at the same times. */
function choicesFor({ referral }: ReferralView, screen: Screen, author: Author, chance: Chance): SlotRef[] {
  const { truth, now } = screen;
  const isCareless = chance.isLucky(0.05);
  const isOwn = (site: string) => actorOf(author) !== 'clinic' || author.scope === `clinic:${site}`;
  const offered = new Map(
    [...truth.services.values()]
      .filter((service) => isOwn(service.site) && (isCareless || fits(referral, service, now)))
      .map((service) => [service.id, { site: service.site, from: earliest(service, author, now) }]),
  );
  const wanted = chance.isLucky(0.1) ? chance.between(4, 10) : chance.between(1, 3);
  const most = chance.isLucky(0.7) ? 6 : Infinity;
  const free: Slot[] = [];
  for (const slot of inOrder(screen)) {
    if (free.length >= most) break;
    const from = offered.get(slot.service)?.from;
    if (from !== undefined && (isCareless || slot.start >= from)) free.push(slot);
  }
  return chance.some(free, wanted).map((slot) => slotRef(slot, offered.get(slot.service)?.site ?? ''));
}

const earliest = ({ noticeHours }: Service, author: Author, now: Instant): Instant =>
  now + (actorOf(author) === 'clinic' ? 0 : noticeHours * hourMs);

/** All free times that a screen has, the soonest first. */
const inOrder = onceALook(({ times }): readonly Slot[] =>
  [...times.values()].flat().sort((a, b) => a.start - b.start || (a.service < b.service ? -1 : 1)),
);
