/**
 * What has happened to a referral in the weeks before today, told in claims. Each story leaves its referral in one state that
 * a worklist has to show. All of it lies before today's first minute, so that a world follows from its date, not its hour.
 */
import { addDays, instantOf, localDate, minuteMs, dayMs, hourMs } from '#lib/domain/instant.ts';
import type { Instant, LocalDate } from '#lib/domain/instant.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { HowTold } from '#lib/domain/claim.ts';
import { personIdSchema } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Priority } from '#lib/domain/priority.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { patientScope } from '#lib/domain/scope.ts';
import { historyDays, isClinicDay, daysFrom, later } from './calendar.ts';
import type { Catalogue } from './catalogue.ts';
import type { Chance } from './chance.ts';
import type { HeldTime } from './held-times.ts';
import type { Booking, History } from './history.ts';
import { meets, type Need } from './referrals.ts';
import { authorOf, clerkOf, practiceStaff } from './staff.ts';

export interface Scene {
  readonly seed: string;
  readonly today: LocalDate;
  readonly catalogue: Catalogue;
  readonly history: History;
  /** Bookings that stand to this day: what somebody else can have wanted in vain. */
  readonly standing: Map<ServiceId, Booking[]>;
}

export interface Telling {
  readonly scene: Scene;
  readonly referral: Referral;
  readonly chance: Chance;
}

export interface Story {
  /** How many of a hundred. */
  readonly share: number;
  readonly need: Need;
  readonly daysAgo: (priority: Priority, chance: Chance) => number;
  /** Told after the others, since it needs what they booked. */
  readonly isAboutOthers?: true;
  readonly tell: (telling: Telling) => void;
}

const firstBookingDay = 1 - historyDays;
/** Somebody picks the first of a list with this probability, else the next with the same, and so on. */
const firstPicked = 0.35;

export const stories = {
  toBook: {
    share: 25,
    need: 'nothing',
    daysAgo: (priority, chance) => chance.int(1, leftWithin[priority]),
    tell: () => undefined,
  },
  booked: { share: 30, need: 'times', daysAgo: between(3, 50), tell: (telling) => void tellBooked(telling) },
  moved: { share: 4, need: 'times', daysAgo: between(12, 50), tell: tellMoved },
  bookedLower: {
    share: 4,
    need: 'times',
    daysAgo: between(4, 30),
    isAboutOthers: true,
    tell: tellBookedLower,
  },
  refused: { share: 3, need: 'times', daysAgo: between(3, 20), isAboutOthers: true, tell: tellRefused },
  cancelledByClinic: { share: 5, need: 'times', daysAgo: between(15, 60), tell: tellCancelledByClinic },
  cancelledByPatient: { share: 3, need: 'times', daysAgo: between(15, 60), tell: tellCancelledByPatient },
  deferred: {
    share: 9,
    need: 'asking',
    daysAgo: (priority, chance) => chance.int(2, inTime[priority]),
    tell: tellDeferred,
  },
  overdue: {
    share: 3,
    need: 'asking',
    daysAgo: (priority, chance) => chance.int(overdueFrom[priority], overdueFrom[priority] + 10),
    tell: tellDeferred,
  },
  seen: {
    share: 8,
    need: 'times',
    daysAgo: between(30, 130),
    tell: (telling) => tellPast(telling, 'fulfilled'),
  },
  missed: {
    share: 2,
    need: 'times',
    daysAgo: between(30, 130),
    tell: (telling) => tellPast(telling, 'noshow'),
  },
  attendanceDue: {
    share: 2,
    need: 'times',
    daysAgo: between(30, 90),
    tell: (telling) => tellPast(telling, undefined),
  },
  closed: { share: 8, need: 'nothing', daysAgo: between(5, 70), tell: tellClosed },
} as const satisfies Record<string, Story>;

export type StoryName = keyof typeof stories;

/** Days that a referral of each priority has been left to book, at most: pressing ones do not lie about. */
const leftWithin = { routine: 32, urgent: 8, TWO_WEEK_WAIT: 3 } as const satisfies Record<Priority, number>;
/** Asked of a hospital so many days ago, at most and at least, its day to be in touch is yet to come, or past. */
const inTime = { routine: 50, urgent: 6, TWO_WEEK_WAIT: 3 } as const satisfies Record<Priority, number>;
const overdueFrom = { routine: 62, urgent: 18, TWO_WEEK_WAIT: 12 } as const satisfies Record<
  Priority,
  number
>;

function between(from: number, to: number) {
  return (_: Priority, chance: Chance) => chance.int(from, to);
}

/** A time to come, booked at the desk or by the patient. */
export function tellBooked(telling: Telling): Booking | undefined {
  const booking = bookAhead(telling);
  if (booking) stand(telling.scene, booking);
  return booking;
}

function tellMoved(telling: Telling): void {
  const { scene, referral, chance } = telling;
  const booking = bookAhead(telling, 6);
  const moveDay = booking && workday(telling, daysAfter(booking.at, 1), yesterday(scene));
  if (!booking || moveDay === undefined) return;
  const byPatient = chance.is(0.7);
  const at = byPatient ? anyTime(chance, moveDay) : deskTime(chance, moveDay);
  const time = takeTime(telling, [booking.time.service.id], at, scene.today);
  if (!time) return;
  const author = byPatient ? patientAuthor(referral) : deskAuthor(telling);
  const moved = scene.history.move(at, author, booking, time);
  stand(scene, moved);
  if (byPatient) seeLater(telling, moved, deskAuthor(telling));
  else tellLater(telling, moved.claim, moved.appointment, at);
  seeLater(telling, moved, clinicAuthor(telling, booking.time.service.id));
}

/** The wish was gone, the next best was free. */
export function tellBookedLower(telling: Telling): void {
  const { scene, referral, chance } = telling;
  const day = workday(telling, daysAfter(referral.referredAt, 1), yesterday(scene));
  if (day === undefined) return;
  const at = deskTime(chance, day);
  const wish = wishedInVain(telling, at);
  const time = wish && takeTime(telling, openServices(telling), at, scene.today);
  if (!wish || !time) return;
  const booking = scene.history.book(at, deskAuthor(telling), referral.ubrn, time, [wish]);
  stand(scene, booking);
  if (chance.is(0.5)) tellLater(telling, booking.claim, booking.appointment, at);
}

/** Asked for from a desk that was cut off, settled overnight. */
export function tellRefused(telling: Telling): void {
  const { scene, referral, chance } = telling;
  const at = nightTime(chance, addDays(scene.today, -chance.int(1, 2)));
  const wish = wishedInVain(telling, at);
  if (wish) scene.history.bookInVain(at, deskAuthor(telling), referral.ubrn, [wish]);
}

export function tellCancelledByClinic(telling: Telling): void {
  const { scene, chance } = telling;
  const booking = bookAhead(telling, 10);
  const latest = yesterday(scene);
  // Half of them lately, so that somebody still has to be told.
  const from = chance.is(0.5) ? addDays(scene.today, -4) : booking && daysAfter(booking.at, 2);
  const day = booking && from && workday(telling, later(from, daysAfter(booking.at, 1)), latest);
  if (!booking || !day) return;
  const at = deskTime(chance, day);
  const reason = chance.pick(['CLINIC_CANCELLED', 'SLOT_CANCELLED', 'CLINIC_OVERRUN']);
  const claim = scene.history.cancel(at, clinicAuthor(telling, booking.time.service.id), booking, reason);
  if (at < instantOf(addDays(scene.today, -4))) tellLater(telling, claim, booking.appointment, at);
}

function tellCancelledByPatient(telling: Telling): void {
  const { scene, referral, chance } = telling;
  const booking = bookAhead(telling, 10);
  const day = booking && workday(telling, daysAfter(booking.at, 1), yesterday(scene));
  if (!booking || day === undefined) return;
  const reason = chance.pick(['PATIENT_ILL', 'PATIENT_HOLIDAY']);
  const at = anyTime(chance, day);
  const claim = scene.history.cancel(at, patientAuthor(referral), booking, reason);
  const news = { ...booking, claim, at };
  seeLater(telling, news, deskAuthor(telling));
  seeLater(telling, news, clinicAuthor(telling, booking.time.service.id));
}

/** Asked of a hospital on the day after the referral, or as soon as somebody was there. */
export function tellDeferred(telling: Telling): void {
  const { scene, referral, chance } = telling;
  const from = later(daysAfter(referral.referredAt, 1), addDays(scene.today, firstBookingDay));
  const day = [...daysFrom(from, yesterday(scene))].find(isClinicDay);
  const service = referral.shortlist.find((id) => meets(scene.catalogue.service(id), 'asking'));
  if (day === undefined || service === undefined) return;
  const at = deskTime(chance, day);
  const claim = scene.history.defer(at, deskAuthor(telling), referral.ubrn, service);
  tellLater(telling, claim, null, at);
}

/** Seen, missed, or nobody has said which. */
function tellPast(telling: Telling, outcome: 'fulfilled' | 'noshow' | undefined): void {
  const { scene, chance } = telling;
  const first = outcome === undefined ? -5 : firstBookingDay;
  const days = { first: addDays(scene.today, first), last: yesterday(scene) };
  const booking = bookWithin(telling, addDays(scene.today, -6), days);
  if (!booking || outcome === undefined) return;
  const at = instantOf(localDate(booking.time.start), 18 * 60 + 15 * chance.int(0, 8));
  scene.history.attend(at, clinicAuthor(telling, booking.time.service.id), booking, outcome);
}

function tellClosed(telling: Telling): void {
  const { scene, referral, chance } = telling;
  const day = workday(telling, daysAfter(referral.referredAt, 1), yesterday(scene));
  if (day === undefined) return;
  const reasons = [
    'TREATMENT_NO_LONGER_REQUIRED',
    'INTEND_PRIVATE',
    'PATIENT_REQUEST_CANCELLATION_OTHER',
    'RAISED_IN_ERROR',
  ];
  const reason = chance.is(0.06) ? 'PATIENT_DIED' : chance.pick(reasons);
  const gp = chance.pick(practiceStaff(scene.seed, referral.practice).gps);
  scene.history.close(deskTime(chance, day), authorOf(gp), referral.ubrn, reason);
}

/** Books a time from today on, at least `daysAgo` days ago. */
function bookAhead(telling: Telling, daysAgo = 1): Booking | undefined {
  const { today } = telling.scene;
  return bookWithin(telling, addDays(today, -daysAgo), { first: today, last: addDays(today, 140) });
}

function bookWithin(
  telling: Telling,
  lastDay: LocalDate,
  seen: { readonly first: LocalDate; readonly last: LocalDate },
): Booking | undefined {
  const { scene, referral, chance } = telling;
  const longest = addDays(seen.first, -Math.max(...Object.values(leadDays(telling))));
  const day = workday(telling, later(daysAfter(referral.referredAt, 1), longest), lastDay);
  if (day === undefined) return undefined;
  const byPatient = chance.is(0.4);
  const at = byPatient ? anyTime(chance, day) : deskTime(chance, day);
  const time = takeTime(telling, openServices(telling), at, seen.first, seen.last);
  if (!time) return undefined;
  const author = byPatient ? patientAuthor(referral) : deskAuthor(telling);
  const booking = scene.history.book(at, author, referral.ubrn, time);
  if (!byPatient) tellLater(telling, booking.claim, booking.appointment, at);
  return booking;
}

/** Nobody books further ahead than the priority's window. */
function leadDays({ scene, referral }: Telling): readonly number[] {
  return referral.shortlist.map((id) => scene.catalogue.service(id).service.windowDays[referral.priority]);
}

function takeTime(
  { scene, referral, chance }: Telling,
  services: readonly ServiceId[],
  at: Instant,
  first: LocalDate,
  last: LocalDate = addDays(scene.today, 140),
): HeldTime | undefined {
  for (const id of services) {
    const { service } = scene.catalogue.service(id);
    const from = at + service.noticeHours * hourMs;
    const to = at + service.windowDays[referral.priority] * dayMs;
    const days = { first: later(first, localDate(from)), last: earlierOf(last, localDate(to)) };
    const time = scene.catalogue.times(id)?.take(from, to, days, chance);
    if (time) return time;
  }
  return undefined;
}

/** Those with times, the nearer ones rather than the farther. */
function openServices({ scene, referral, chance }: Telling): readonly ServiceId[] {
  const left = referral.shortlist.filter((id) => scene.catalogue.times(id));
  const order: ServiceId[] = [];
  while (left.length > 0) {
    const next = left.findIndex(() => chance.is(firstPicked));
    order.push(...left.splice(Math.max(0, next), 1));
  }
  return order;
}

/** A time that fits the referral and is another's by then, for good. */
function wishedInVain({ scene, referral, chance }: Telling, at: Instant): HeldTime | undefined {
  const taken = referral.shortlist
    .flatMap((id) => scene.standing.get(id) ?? [])
    .filter((booking) => booking.at < at && booking.time.start > instantOf(scene.today) + 2 * dayMs);
  return taken.length > 0 ? chance.pick(taken).time : undefined;
}

export function stand(scene: Scene, booking: Booking): void {
  const { id } = booking.time.service;
  scene.standing.set(id, [...(scene.standing.get(id) ?? []), booking]);
}

/** At once, or on the next day that the surgery is open; where that is today or later, the task stands. */
function tellLater(
  telling: Telling,
  claim: Booking['claim'],
  appointment: Booking['appointment'] | null,
  at: Instant,
): void {
  const { scene, chance } = telling;
  const isHere = chance.is(0.55);
  const on = isHere ? at + 15 * minuteMs : nextDeskTime(chance, at);
  if (on >= instantOf(scene.today)) return;
  const how: HowTold = isHere ? 'inPerson' : chance.is(0.85) ? 'phone' : 'letter';
  if (!isHere && chance.is(0.1)) {
    scene.history.acknowledge(on, deskAuthor(telling), claim, appointment, 'noAnswer');
    // Tried once, to be tried again; of late nobody has.
    if (on >= instantOf(addDays(scene.today, -5))) return;
    scene.history.acknowledge(on + 30 * minuteMs, deskAuthor(telling), claim, appointment, 'letter');
    return;
  }
  scene.history.acknowledge(on, deskAuthor(telling), claim, appointment, how);
}

function seeLater({ scene, chance }: Telling, news: Booking, reader: Author): void {
  const on = nextDeskTime(chance, news.at);
  if (on < instantOf(scene.today)) scene.history.acknowledge(on, reader, news.claim, news.appointment);
}

function deskAuthor({ scene, referral, chance }: Telling): Author {
  return authorOf(chance.pick(practiceStaff(scene.seed, referral.practice).receptionists));
}

function clinicAuthor({ scene }: Telling, service: ServiceId): Author {
  return authorOf(clerkOf(scene.seed, scene.catalogue.service(service).service.site));
}

export function patientAuthor(referral: Referral): Author {
  const scope = patientScope(referral.ubrn);
  return { person: personIdSchema.parse(scope), role: 'patient', scope };
}

/** A day between two on which desks are staffed, within the world's history. */
function workday({ scene, chance }: Telling, from: LocalDate, to: LocalDate): LocalDate | undefined {
  const days = [...daysFrom(later(from, addDays(scene.today, firstBookingDay)), to)].filter(isClinicDay);
  return days.length > 0 ? chance.pick(days) : undefined;
}

const yesterday = (scene: Scene) => addDays(scene.today, -1);
const daysAfter = (at: Instant, days: number) => addDays(localDate(at), days);
const earlierOf = (a: LocalDate, b: LocalDate) => (a < b ? a : b);

const quarter = (chance: Chance, date: LocalDate, from: number, to: number) =>
  instantOf(date, 15 * chance.int(from * 4, to * 4));
const deskTime = (chance: Chance, date: LocalDate) => quarter(chance, date, 9, 17);
const anyTime = (chance: Chance, date: LocalDate) => quarter(chance, date, 8, 22);
const nightTime = (chance: Chance, date: LocalDate) => quarter(chance, date, 21, 23);

function nextDeskTime(chance: Chance, at: Instant): Instant {
  let day = daysAfter(at, 1);
  while (!isClinicDay(day)) day = addDays(day, 1);
  return deskTime(chance, day);
}
