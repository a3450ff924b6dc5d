/**
 * The oracle's own account of what is true, told from the journal's effects and judged entry by entry. It uses the shapes of
 * the domain and none of its rules: what is free, who fits and who has to hear of what is said here once more.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Effect } from '#lib/domain/decision.ts';
import type { AppointmentId, ClaimId, NoticeId, PersonId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import { ageAt, dayMs, hourMs, minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Referral, ReferralStatus } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import { slotPrint, type Slot, type SlotRef } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { slotKey, type JournalEntry } from '../lanes/lane.ts';
import type { World } from '../world.ts';

const asReferred: ReferralStatus = { state: 'open', closed: null, deferral: null };

type SlotState = Slot & { isWithdrawn: boolean };

export type Blame = (law: string, what: string) => void;

export class Model {
  readonly world: World;
  seq = 0;
  readonly verdicts = new Map<ClaimId, Verdict>();
  readonly appointments = new Map<AppointmentId, Appointment>();
  readonly notices = new Map<NoticeId, Notice>();
  readonly slots = new Map<string, SlotState>();
  readonly #slotsOf = new Map<ServiceId, SlotState[]>();
  readonly inactive = new Set<PersonId>();
  /** `service ubrn`: clinics that have, or once had, a reason to see a referral. */
  readonly sentTo = new Set<string>();
  readonly #referrals: Map<Ubrn, Referral>;
  readonly #statuses = new Map<Ubrn, ReferralStatus>();
  /** By patient, the referrals that say so. */
  readonly #died = new Map<string, Set<Ubrn>>();
  readonly #holders = new Map<string, AppointmentId>();
  readonly #held = new Map<Ubrn, AppointmentId>();
  /** In which entry a notice was first written, and all that was written of a referral to one scope. */
  readonly #writtenAt = new Map<NoticeId, number>();
  readonly #newsOf = new Map<string, { seq: number; event: Notice['event']; tell: boolean }[]>();

  constructor(world: World) {
    this.world = world;
    this.#referrals = new Map(world.referrals);
  }

  /** Also of a history that is lost: who may see a referral did not change with it. */
  readonly practices = new Map<Ubrn, string>();
  referral = (ubrn: Ubrn): Referral | undefined => this.#referrals.get(ubrn);
  referrals = (): Iterable<Referral> => this.#referrals.values();
  practiceOf = (ubrn: Ubrn) => this.referral(ubrn)?.practice ?? this.practices.get(ubrn);
  service = (id: ServiceId): Service | undefined => this.world.services.get(id);
  holder = (slot: { service: ServiceId; ordinal: number }) => this.#holders.get(slotKey(slot));
  holding = (ubrn: Ubrn) => this.appointments.get(this.#held.get(ubrn) ?? ('' as AppointmentId));

  /** All that there ever were of a service. */
  slotsOf = (service: ServiceId): readonly SlotState[] => this.#slotsOf.get(service) ?? [];

  /** By any referral of theirs. */
  hasDied = (ubrn: Ubrn): boolean => (this.#died.get(this.#patientOf(ubrn))?.size ?? 0) > 0;
  /** Would they still be taken for dead, were it not for this referral? */
  hasDiedBesides = (ubrn: Ubrn): boolean =>
    [...(this.#died.get(this.#patientOf(ubrn)) ?? [])].some((one) => one !== ubrn);
  isSamePatient = (one: Ubrn, other: Ubrn): boolean => this.#patientOf(one) === this.#patientOf(other);

  #patientOf = (ubrn: Ubrn): string => this.referral(ubrn)?.patient.id ?? `nobody of ${ubrn}`;

  status(ubrn: Ubrn): ReferralStatus {
    return this.#statuses.get(ubrn) ?? asReferred;
  }

  apply(entry: JournalEntry, blame: Blame): void {
    this.seq = entry.seq;
    this.verdicts.set(entry.claim, entry.verdict);
    // All that leave before any that take, as one act would have it.
    for (const effect of entry.effects) if (effect.effect === 'appointment') this.#leave(effect.row);
    for (const effect of entry.effects) this.#apply(effect, blame);
  }

  /** Could this referral have this time at this moment? */
  isFree(choice: SlotRef, ubrn: Ubrn, at: Instant, isClinic: boolean): boolean {
    const service = this.service(choice.service);
    const referral = this.referral(ubrn);
    const slot = this.slots.get(slotKey(choice));
    if (!service || !referral || !slot || slot.isWithdrawn || this.holder(choice)) return false;
    if (slot.start !== choice.start || slotPrint(slot, service.site) !== choice.print) return false;
    if (!this.fits(referral, service, at, isClinic)) return false;
    if (isClinic) return slot.start > at;
    const latest = at + service.windowDays[referral.priority] * dayMs;
    return slot.start >= at + service.noticeHours * hourMs && slot.start <= latest;
  }

  fits(referral: Referral, service: Service, at: Instant, isClinic: boolean): boolean {
    if (this.isWelcome(referral, service, at)) return true;
    const sent = this.status(referral.ubrn).deferral?.service ?? this.holding(referral.ubrn)?.slot.service;
    return isClinic && sent === service.id;
  }

  /** By what the referrer wrote and who the patient is. */
  isWelcome(referral: Referral, service: Service, at: Instant): boolean {
    const age = ageAt(referral.patient.birthDate, at);
    const isListed = referral.shortlist.includes(service.id);
    const isAlike =
      referral.specialty === service.specialty && service.clinicTypes.includes(referral.clinicType);
    const isSeen =
      service.priorities.includes(referral.priority) && age >= service.ageFrom && age <= service.ageTo;
    return isSeen && (isListed || (referral.choice === 'anywhere' && isAlike));
  }

  /** Has this service any time left in which this referral may be booked? */
  hasFree(service: Service, referral: Referral, at: Instant): boolean {
    const earliest = at + service.noticeHours * hourMs;
    const latest = at + service.windowDays[referral.priority] * dayMs;
    for (const slot of this.slotsOf(service.id)) {
      if (slot.isWithdrawn) continue;
      if (slot.start >= earliest && slot.start <= latest && !this.holder(slot)) return true;
    }
    return false;
  }

  /** Has anything been written since, by the journal's own order, that says more of it than an older notice does? */
  isNewsSince({ id, ubrn, scope, event }: Notice): boolean {
    const place = this.#writtenAt.get(id) ?? 0;
    return (this.#newsOf.get(`${scope} ${ubrn}`) ?? []).some(
      (one) => one.seq > place && (one.event !== 'refused' || (event === 'refused' && one.tell)),
    );
  }

  #putDied(ubrn: Ubrn, isSaid: boolean): void {
    const patient = this.#patientOf(ubrn);
    const said = this.#died.get(patient) ?? new Set();
    this.#died.set(patient, said);
    if (isSaid) said.add(ubrn);
    else said.delete(ubrn);
  }

  #putNotice(row: Notice): void {
    if (!this.notices.has(row.id)) {
      this.#writtenAt.set(row.id, this.seq);
      const key = `${row.scope} ${row.ubrn}`;
      const news = this.#newsOf.get(key);
      const one = { seq: this.seq, event: row.event, tell: row.tell };
      if (news) news.push(one);
      else this.#newsOf.set(key, [one]);
    }
    this.notices.set(row.id, row);
  }

  #putSlot(slot: SlotState, blame: Blame): void {
    const key = slotKey(slot);
    if (this.slots.has(key)) blame('I11', `${key} is given again`);
    this.slots.set(key, slot);
    const theirs = this.#slotsOf.get(slot.service);
    if (theirs) theirs.push(slot);
    else this.#slotsOf.set(slot.service, [slot]);
  }

  #leave(row: Appointment): void {
    const before = this.appointments.get(row.id);
    if (!before) return;
    if (this.holder(before.slot) === row.id) this.#holders.delete(slotKey(before.slot));
    if (this.#held.get(before.ubrn) === row.id) this.#held.delete(before.ubrn);
  }

  #apply(effect: Effect, blame: Blame): void {
    switch (effect.effect) {
      case 'appointment': {
        const { row } = effect;
        const key = slotKey(row.slot);
        if (row.status !== 'cancelled') {
          if (this.#holders.has(key)) blame('I1', `two hold ${key}`);
          this.#holders.set(key, row.id);
        }
        if (row.status !== 'cancelled' && row.status !== 'noshow') {
          if (this.#held.has(row.ubrn)) blame('I2', `referral ${Number(row.ubrn)} is booked twice`);
          this.#held.set(row.ubrn, row.id);
        }
        this.appointments.set(row.id, row);
        this.sentTo.add(`${row.slot.service} ${row.ubrn}`);
        return;
      }
      case 'referralText': {
        const { patient: id, text } = effect;
        const known = [...this.#referrals.values()].find(({ patient }) => patient.id === id);
        if (!known) return blame('I5', `referral ${Number(text.ubrn)} is for nobody`);
        this.#referrals.set(text.ubrn, { ...text, patient: known.patient, status: asReferred });
        this.practices.set(text.ubrn, text.practice);
        return;
      }
      case 'referral':
        this.#statuses.set(effect.ubrn, effect.status);
        this.#putDied(effect.ubrn, effect.status.closed?.reason === 'PATIENT_DIED');
        if (effect.status.deferral) this.sentTo.add(`${effect.status.deferral.service} ${effect.ubrn}`);
        return;
      case 'publish': {
        let { firstOrdinal: ordinal } = effect;
        for (const { start, minutes, count, clinician, mode } of effect.sessions) {
          for (let i = 0; i < count; i += 1, ordinal += 1) {
            const slot: SlotState = {
              service: effect.service,
              ordinal,
              start: start + i * minutes * minuteMs,
              minutes,
              clinician,
              mode,
              isWithdrawn: false,
            };
            this.#putSlot(slot, blame);
          }
        }
        return;
      }
      case 'withdraw':
        for (const ordinal of effect.ordinals) {
          const slot = this.slots.get(slotKey({ service: effect.service, ordinal }));
          if (slot) slot.isWithdrawn = true;
          if (slot && this.holder(slot)) blame('I11', `${slotKey(slot)} is withdrawn and somebody has it`);
        }
        return;
      case 'notice':
        this.#putNotice(effect.row);
    }
  }
}
