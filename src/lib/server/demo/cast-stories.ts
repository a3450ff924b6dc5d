/** What has happened to the cast: the same in every world, so that tests and tours can rely on it. */
import type { ServiceId } from '#lib/domain/ids.ts';
import { addDays, instantOf, localDate } from '#lib/domain/instant.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { castRoles, demoCast, type CastMember, type CastRole } from './cast.ts';
import { daysFrom, isClinicDay, lastClinicDayBefore } from './calendar.ts';
import { chanceOf } from './chance.ts';
import type { Days, HeldTime } from './held-times.ts';
import type { Booking } from './history.ts';
import { worldPractices, type WorldSize } from './places.ts';
import { castReferral } from './referrals.ts';
import { authorOf, clerkOf, practiceStaff } from './staff.ts';
import { patientAuthor, type Scene } from './stories.ts';

/** How long ago each was referred. */
const daysAgo: Readonly<Record<CastRole, number>> = {
  routine: 3,
  routineElsewhere: 4,
  noTimes: 5,
  urgent: 2,
  suspectedCancer: 1,
  booked: 24,
  bookedSkin: 30,
  bookedLower: 15,
  refused: 9,
  cancelledByClinic: 33,
  deferred: 20,
  overdue: 34,
  triage: 16,
  sameName: 6,
  sameNameToo: 8,
  child: 7,
  restricted: 5,
  sameBirthday: 6,
  sameBirthdayToo: 9,
  twoReferrals: 7,
  twoReferralsToo: 4,
  childBooked: 10,
  phoneOnly: 6,
  didNotAttend: 48,
  setAside: 12,
};

export function castStories(scene: Scene, size: WorldSize): readonly Referral[] {
  const practices = new Map(worldPractices(size).map((practice) => [practice.code, practice]));
  const referrals = new Map<CastRole, Referral>();
  for (const role of castRoles) {
    const member: CastMember = demoCast[role];
    const practice = practices.get(member.practice);
    if (!practice) throw new Error(`the cast's practice ${member.practice} is in no world of this size`);
    const { seed, today, catalogue } = scene;
    referrals.set(role, castReferral(seed, today, catalogue, member, practice, daysAgo[role]));
  }
  const told = new CastHistory(scene, referrals);
  told.book('booked', 12);
  const wished = told.book('bookedSkin', 20).time;
  told.bookLower('bookedLower', 1, wished);
  told.refuse('refused', wished);
  told.cancelByClinic('cancelledByClinic', told.book('cancelledByClinic', 21));
  told.defer('deferred', 14);
  told.defer('overdue', 28);
  told.defer('triage', 10);
  told.bookByParent('childBooked', 1);
  told.miss('didNotAttend', 30);
  told.setAside('setAside', 8);
  return [...referrals.values()];
}

class CastHistory {
  readonly #scene: Scene;
  readonly #referrals: ReadonlyMap<CastRole, Referral>;

  constructor(scene: Scene, referrals: ReadonlyMap<CastRole, Referral>) {
    this.#scene = scene;
    this.#referrals = referrals;
  }

  /** At the desk, at least so many days ago, the patient there and told. */
  book(role: CastRole, days: number, within?: Days): Booking {
    const { history } = this.#scene;
    const at = this.#deskTime(days);
    const booking = history.book(at, this.#desk(role), this.#referral(role).ubrn, this.#time(role, within));
    history.acknowledge(
      at + fifteenMinutes,
      this.#desk(role),
      booking.claim,
      booking.appointment,
      'inPerson',
    );
    return booking;
  }

  /** The patient is still to be told. */
  bookLower(role: CastRole, days: number, wished: HeldTime): void {
    const at = this.#deskTime(days);
    this.#scene.history.book(at, this.#desk(role), this.#referral(role).ubrn, this.#time(role), [wished]);
  }

  /** Overnight: saved while the surgery was cut off, settled when the line came back. */
  refuse(role: CastRole, wished: HeldTime): void {
    const at = instantOf(addDays(this.#scene.today, -1), 22 * 60 + 30);
    this.#scene.history.bookInVain(at, this.#desk(role), this.#referral(role).ubrn, [wished]);
  }

  /** In the evening, with the letter in hand; the practice has still to see it. */
  bookByParent(role: CastRole, days: number): void {
    const { today, history } = this.#scene;
    const referral = this.#referral(role);
    const at = instantOf(addDays(today, -days), 19 * 60 + 45);
    history.book(at, patientAuthor(referral), referral.ubrn, this.#time(role));
  }

  /** To be looked at again on the world's first day. */
  setAside(role: CastRole, days: number): void {
    const { today, history } = this.#scene;
    history.setAside(this.#deskTime(days), this.#desk(role), this.#referral(role).ubrn, 'thinking', today);
  }

  /** Booked so many days ago for the last days before today, and written down as not come. */
  miss(role: CastRole, days: number): void {
    const { seed, today, history } = this.#scene;
    const clerk = authorOf(clerkOf(seed, this.#service(role).split('.')[0] ?? ''));
    const lately = { first: addDays(today, -10), last: addDays(today, -1) };
    const booking = this.book(role, days, lately);
    history.attend(instantOf(localDate(booking.time.start), 18 * 60), clerk, booking, 'noshow');
  }

  cancelByClinic(role: CastRole, booking: Booking): void {
    const clerk = authorOf(clerkOf(this.#scene.seed, booking.time.service.site));
    const at = instantOf(lastClinicDayBefore(this.#scene.today), 15 * 60 + 30);
    this.#scene.history.cancel(at, clerk, booking, 'CLINIC_CANCELLED');
  }

  defer(role: CastRole, days: number): void {
    const { history } = this.#scene;
    const { ubrn } = this.#referral(role);
    const service = this.#service(role);
    const at = this.#deskTime(days);
    const claim = history.defer(at, this.#desk(role), ubrn, service);
    history.acknowledge(at + fifteenMinutes, this.#desk(role), claim, null, 'inPerson');
  }

  /** A time of the first service; unless said otherwise one that stands to this day, two weeks away or a little more. */
  #time(role: CastRole, within?: Days): HeldTime {
    const { today } = this.#scene;
    const days = within ?? { first: addDays(today, 14), last: addDays(today, 30) };
    // Where those weeks are Christmas, a small clinic may have none left in them.
    const later = { first: days.first, last: addDays(days.last, 21) };
    const time = this.#freeTime(role, days) ?? (within ? undefined : this.#freeTime(role, later));
    if (!time) throw new Error(`${role} has no time to book`);
    return time;
  }

  #freeTime(role: CastRole, days: Days): HeldTime | undefined {
    const { catalogue, seed } = this.#scene;
    const instants = [instantOf(days.first), instantOf(days.last, 1439)] as const;
    const chance = chanceOf(seed, 'cast time', this.#referral(role).ubrn);
    return catalogue.times(this.#service(role))?.take(...instants, days, chance);
  }

  /** The first day from then on that the surgery is open, or the last one before today. */
  #deskTime(days: number) {
    const { today } = this.#scene;
    const day = [...daysFrom(addDays(today, -days), addDays(today, -1))].find(isClinicDay);
    return instantOf(day ?? lastClinicDayBefore(today), 11 * 60);
  }

  #desk(role: CastRole) {
    const [receptionist] = practiceStaff(this.#scene.seed, demoCast[role].practice).receptionists;
    if (!receptionist) throw new Error(`nobody is at the desk for ${role}`);
    return authorOf(receptionist);
  }

  #service(role: CastRole): ServiceId {
    const [service] = this.#referral(role).shortlist;
    if (!service) throw new Error(`${role} was offered no service`);
    return service;
  }

  #referral(role: CastRole): Referral {
    const referral = this.#referrals.get(role);
    if (!referral) throw new Error(`${role} has no referral`);
    return referral;
  }
}

const fifteenMinutes = 15 * 60_000;
