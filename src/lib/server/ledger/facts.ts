/**
 * What is so, for one batch of claims: read in a few set-based queries after the head was taken, then kept in memory,
 * where each settled claim changes it for the next. What changed is written at the end, as the net effect.
 */
import { sql } from 'kysely';
import { holdsReferral, holdsSlot, type Appointment } from '#lib/domain/appointment.ts';
import type { Claim } from '#lib/domain/claim.ts';
import type { Effect, Facts } from '#lib/domain/decision.ts';
import {
  ubrnsFor,
  type AppointmentId,
  type NoticeId,
  type PersonId,
  type ServiceId,
  type Ubrn,
} from '#lib/domain/ids.ts';
import { dayMs, hourMs, minuteMs, type Instant } from '#lib/domain/instant.ts';
import { isStanding, newsSince, type Notice } from '#lib/domain/notice.ts';
import type { Author } from '#lib/domain/person.ts';
import { stopsMessages } from '#lib/domain/reasons.ts';
import { isClosedByDeath } from '#lib/domain/same-patient.ts';
import { nothingArranged, type Patient, type Referral, type ReferralStatus } from '#lib/domain/referral.ts';
import { clinicScope, ubrnOfScope, type Scope } from '#lib/domain/scope.ts';
import type { BookingWindow, Service } from '#lib/domain/service.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Person } from './load.ts';
import { isOneOf, readByKeys, type Tx } from './rows.ts';
import { readReferrals } from './referrals.ts';
import { freeSlots, slotOf, slotsWithHolders } from './slots.ts';

/** A claim that was read, with who handed it in. */
export interface Ask {
  readonly claim: Claim;
  /** SHA-256 of the bytes that it came in. */
  readonly digest: string;
  readonly sender: Author;
}

/** How many free times the answer to a deferral names. */
const freeSlotsMax = 5;

const slotKey = (service: ServiceId, ordinal: number) => `${service}/${ordinal}`;

export class BatchFacts implements Facts {
  readonly now: Instant;
  /** Set before each claim is decided. */
  sender: Author;
  readonly #people = new Map<PersonId, Person>();
  readonly #referrals = new Map<Ubrn, Referral>();
  readonly #patients = new Map<string, Patient>();
  readonly #ofPatient = new Map<string, Set<Ubrn>>();
  /** Of a patient, the referrals that say so. */
  readonly #died = new Map<string, Set<Ubrn>>();
  readonly #appointments = new Map<AppointmentId, Appointment>();
  readonly #ofReferral = new Map<Ubrn, Set<AppointmentId>>();
  readonly #holders = new Map<ServiceId, Map<number, AppointmentId>>();
  readonly #services = new Map<ServiceId, Service>();
  readonly #nextOrdinals = new Map<ServiceId, number>();
  readonly #slots = new Map<ServiceId, Map<number, Slot>>();
  readonly #notices = new Map<NoticeId, Notice>();
  readonly #standing = new Map<Ubrn, Set<NoticeId>>();
  readonly #noticesOf = new Map<Ubrn, Set<NoticeId>>();

  /** What the batch changed so far. For appointments, with the row as it was before the batch. */
  readonly changed = {
    appointments: new Map<AppointmentId, Appointment | undefined>(),
    referrals: new Set<Ubrn>(),
    /** Referrals that are new, or offered otherwise: written whole. */
    texts: new Set<Ubrn>(),
    published: [] as Slot[],
    withdrawn: new Map<ServiceId, number[]>(),
    notices: new Set<NoticeId>(),
    /** Services whose free times changed. */
    services: new Set<ServiceId>(),
    ordinals: new Set<ServiceId>(),
  };

  constructor(now: Instant, sender: Author) {
    this.now = now;
    this.sender = sender;
  }

  holdsRight({ person, role, scope }: Author): boolean {
    const ubrn = ubrnOfScope(scope);
    // A patient's right is the referral itself; who they are was proven when they signed in.
    if (ubrn) return role === 'patient' && person === `patient:${ubrn}` && this.#referrals.has(ubrn);
    const known = this.#people.get(person);
    return known !== undefined && known.active && known.role === role && known.scope === scope;
  }

  /** Staff by name. A patient's name is theirs, and this goes into the journal. */
  nameOf = (person: PersonId) => this.#people.get(person)?.name ?? 'Patient';
  referral = (ubrn: Ubrn) => this.#referrals.get(ubrn);
  appointment = (id: AppointmentId) => this.#appointments.get(id);
  service = (id: ServiceId) => this.#services.get(id);
  slot = (service: ServiceId, ordinal: number) => this.#slots.get(service)?.get(ordinal);
  notice = (id: NoticeId) => this.#notices.get(id);
  nextOrdinal = (service: ServiceId) => this.#nextOrdinals.get(service) ?? 0;

  referralsOfPatient(ubrn: Ubrn): readonly Ubrn[] {
    const patient = this.#referrals.get(ubrn)?.patient.id;
    return patient === undefined ? [] : [...(this.#ofPatient.get(patient) ?? [])];
  }

  hasDied(ubrn: Ubrn): boolean {
    const patient = this.#referrals.get(ubrn)?.patient.id;
    return patient !== undefined && (this.#died.get(patient)?.size ?? 0) > 0;
  }

  appointmentOf(ubrn: Ubrn): Appointment | undefined {
    return this.appointmentsOf(ubrn).find(holdsReferral);
  }

  /** All of a referral, whatever became of them. */
  appointmentsOf(ubrn: Ubrn): Appointment[] {
    return [...(this.#ofReferral.get(ubrn) ?? [])].flatMap((id) => this.#appointments.get(id) ?? []);
  }

  holder(service: ServiceId, ordinal: number): Appointment | undefined {
    const id = this.#holders.get(service)?.get(ordinal);
    return id && this.#appointments.get(id);
  }

  freeSlots(service: ServiceId, { from, to }: BookingWindow): readonly Slot[] {
    const holders = this.#holders.get(service);
    const free: Slot[] = [];
    for (const slot of this.#slots.get(service)?.values() ?? []) {
      if (slot.start >= from && slot.start <= to && !holders?.has(slot.ordinal)) free.push(slot);
    }
    return free.sort((a, b) => a.start - b.start || a.ordinal - b.ordinal).slice(0, freeSlotsMax);
  }

  noticesOf(ubrn: Ubrn): readonly Notice[] {
    return [...(this.#standing.get(ubrn) ?? [])].flatMap((id) => this.#notices.get(id) ?? []);
  }

  newsSince(notice: Notice): readonly Notice[] {
    const theirs = notice.ubrn ? [...(this.#noticesOf.get(notice.ubrn) ?? [])] : [];
    return newsSince(
      notice,
      theirs.flatMap((id) => this.#notices.get(id) ?? []),
    );
  }

  clinicOf(service: ServiceId): Scope | undefined {
    const site = this.#services.get(service)?.site;
    return site && clinicScope(site);
  }

  apply(effect: Effect): void {
    switch (effect.effect) {
      case 'appointment': {
        const before = this.#appointments.get(effect.row.id);
        if (!this.changed.appointments.has(effect.row.id)) {
          this.changed.appointments.set(effect.row.id, before);
        }
        if (before && holdsSlot(before)) this.changed.services.add(before.slot.service);
        if (holdsSlot(effect.row)) this.changed.services.add(effect.row.slot.service);
        return this.putAppointment(effect.row);
      }
      case 'referral': {
        const referral = this.#referrals.get(effect.ubrn);
        if (!referral) throw new Error(`facts: no referral ${effect.ubrn} to change`);
        this.changed.referrals.add(effect.ubrn);
        return this.putReferral({ ...referral, status: effect.status });
      }
      case 'referralText': {
        const { ubrn } = effect.text;
        const before = this.#referrals.get(ubrn);
        const patient = this.#patients.get(effect.patient);
        if (!patient || (before && before.patient.id !== patient.id))
          throw new Error(`facts: referral ${ubrn} for another patient`);
        this.changed.texts.add(ubrn);
        return this.putReferral({ ...effect.text, patient, status: before?.status ?? nothingArranged });
      }
      case 'publish': {
        const slots = publishedSlots(effect);
        for (const slot of slots) this.putSlot(slot);
        this.changed.published.push(...slots);
        this.changed.services.add(effect.service);
        this.changed.ordinals.add(effect.service);
        this.#nextOrdinals.set(effect.service, effect.firstOrdinal + slots.length);
        return;
      }
      case 'withdraw': {
        for (const ordinal of effect.ordinals) this.#slots.get(effect.service)?.delete(ordinal);
        const before = this.changed.withdrawn.get(effect.service) ?? [];
        this.changed.withdrawn.set(effect.service, [...before, ...effect.ordinals]);
        this.changed.services.add(effect.service);
        return;
      }
      case 'notice':
        this.changed.notices.add(effect.row.id);
        return this.putNotice(effect.row);
    }
  }

  putPerson = (person: Person) => void this.#people.set(person.id, person);

  putReferral(referral: Referral): void {
    this.#referrals.set(referral.ubrn, referral);
    const { patient } = referral;
    this.#patients.set(patient.id, patient);
    setOf(this.#ofPatient, patient.id).add(referral.ubrn);
    this.putDied(patient.id, referral.ubrn, isClosedByDeath(referral));
  }

  /** Whether this referral says that they have died. */
  putDied(patient: string, ubrn: Ubrn, isSaid: boolean): void {
    if (isSaid) setOf(this.#died, patient).add(ubrn);
    else this.#died.get(patient)?.delete(ubrn);
  }

  putSlot(slot: Slot): void {
    const slots = this.#slots.get(slot.service) ?? new Map<number, Slot>();
    this.#slots.set(slot.service, slots.set(slot.ordinal, slot));
  }

  putService(service: Service, nextOrdinal: number): void {
    this.#services.set(service.id, service);
    this.#nextOrdinals.set(service.id, nextOrdinal);
  }

  putAppointment(row: Appointment): void {
    const before = this.#appointments.get(row.id);
    if (before) {
      const { service, ordinal } = before.slot;
      const holders = this.#holders.get(service);
      if (holders?.get(ordinal) === row.id) holders.delete(ordinal);
    }
    this.#appointments.set(row.id, row);
    setOf(this.#ofReferral, row.ubrn).add(row.id);
    if (!holdsSlot(row)) return;
    const { service, ordinal } = row.slot;
    const holders = this.#holders.get(service) ?? new Map<number, AppointmentId>();
    this.#holders.set(service, holders.set(ordinal, row.id));
  }

  putNotice(notice: Notice): void {
    this.#notices.set(notice.id, notice);
    if (!notice.ubrn) return;
    setOf(this.#noticesOf, notice.ubrn).add(notice.id);
    const standing = setOf(this.#standing, notice.ubrn);
    if (isStanding(notice)) standing.add(notice.id);
    else standing.delete(notice.id);
  }
}

/** The slots of a publication, ordinals in the order of its sessions. Slots never change after. */
export function publishedSlots(effect: Extract<Effect, { effect: 'publish' }>): Slot[] {
  let ordinal = effect.firstOrdinal;
  return effect.sessions.flatMap((session) =>
    Array.from({ length: session.count }, (_, index): Slot => ({
      service: effect.service,
      ordinal: ordinal++,
      start: session.start + index * session.minutes * minuteMs,
      minutes: session.minutes,
      clinician: session.clinician,
      mode: session.mode,
    })),
  );
}

/** Everything that these claims can ask about, in the order in which one answer names the next. */
export async function readFacts(tx: Tx, asks: readonly Ask[], now: Instant): Promise<BatchFacts> {
  const first = asks[0];
  if (!first) throw new Error('facts: a batch of no claims');
  const facts = new BatchFacts(now, first.sender);
  const named = namesIn(asks);

  for (const row of await peopleById(tx, named.people)) {
    facts.putPerson({ ...row, active: row.active === 1 });
  }

  const appointments = new Map<AppointmentId, Appointment>();
  for (const { body } of await appointmentsById(tx, named.appointments)) add(appointments, body);
  for (const row of await slotsByRef(tx, named.slots.values())) {
    if (row.withdrawn === 0) facts.putSlot(slotOf(row));
    if (row.holder !== null) add(appointments, row.holder);
  }
  const notices = await noticesById(tx, named.notices);

  const ubrns = new Set(named.ubrns);
  // One of the dead may be made by this very batch, as after a restore: then whoever it is made for says whose it is.
  const ofDead = named.ofDead.size > 0 ? [...named.ofDead, ...named.referredAgain] : [];
  for (const { ubrn } of await referralsBeside(tx, ofDead)) ubrns.add(ubrn);
  for (const { ubrn } of appointments.values()) ubrns.add(ubrn);
  for (const { body } of notices) {
    const notice = JSON.parse(body) as Notice;
    facts.putNotice(notice);
    if (notice.ubrn) ubrns.add(notice.ubrn);
  }
  const referrals = await readReferrals(tx, ubrns);
  for (const { body } of await appointmentsByReferral(tx, ubrns)) add(appointments, body);
  for (const { body } of await standingByReferral(tx, ubrns)) {
    facts.putNotice(JSON.parse(body) as Notice);
  }
  const retracted = new Set(
    notices.flatMap(({ id, ubrn }) => (ubrn && named.retracted.has(id) ? [ubrn] : [])),
  );
  for (const { body } of await doneByReferral(tx, retracted)) facts.putNotice(JSON.parse(body) as Notice);
  for (const referral of referrals) facts.putReferral(referral);
  const patients = new Set(referrals.map(({ patient }) => patient.id));
  for (const { patient, ubrn, status } of await closedByPatient(tx, patients)) {
    facts.putDied(patient, ubrn, isClosedByDeath({ status: JSON.parse(status) as ReferralStatus }));
  }
  for (const appointment of appointments.values()) facts.putAppointment(appointment);

  const services = new Set(named.services);
  for (const { slot } of appointments.values()) services.add(slot.service);
  for (const { status } of referrals) if (status.deferral) services.add(status.deferral.service);
  for (const row of await servicesById(tx, services)) {
    facts.putService(JSON.parse(row.body) as Service, row.next_ordinal);
  }
  for (const id of named.deferredTo) {
    // A time that an earlier claim of the batch gives up is free for the answer to a deferral. One that was cancelled
    // before gives up nothing: somebody whom nobody read may have its time by now.
    const held = [...appointments.values()].filter((row) => row.slot.service === id && holdsSlot(row));
    const refs = held.map(({ slot }) => [slot.service, slot.ordinal] as const);
    for (const row of await slotsByRef(tx, refs)) {
      if (row.withdrawn === 0) facts.putSlot(slotOf(row));
    }
    await readFreeSlots(tx, facts, id, asks);
  }
  return facts;
}

function namesIn(asks: readonly Ask[]) {
  const people = new Set<PersonId>();
  const ubrns = new Set<Ubrn>();
  const appointments = new Set<AppointmentId>();
  const notices = new Set<NoticeId>();
  const retracted = new Set<NoticeId>();
  const services = new Set<ServiceId>();
  const slots = new Map<string, readonly [ServiceId, number]>();
  const deferredTo = new Set<ServiceId>();
  /** Whatever the patient has beside them is to be told to nobody any more; or is to be told again. */
  const ofDead = new Set<Ubrn>();
  const referredAgain = new Set<Ubrn>();
  for (const { claim, sender } of asks) {
    for (const { person, scope } of [claim.author, sender]) {
      const ubrn = ubrnOfScope(scope);
      if (ubrn) ubrns.add(ubrn);
      else people.add(person);
    }
    const { intent } = claim;
    if ('ubrn' in intent) ubrns.add(intent.ubrn);
    if ('appointment' in intent) appointments.add(intent.appointment);
    if ('notice' in intent) notices.add(intent.notice);
    if (intent.kind === 'retract') retracted.add(intent.notice);
    if ('service' in intent) services.add(intent.service);
    if (intent.kind === 'defer') deferredTo.add(intent.service);
    if (intent.kind === 'close' && (stopsMessages(intent.reason) || intent.seen !== undefined))
      ofDead.add(intent.ubrn);
    if (intent.kind === 'refer') {
      ubrns.add(intent.patientOf);
      referredAgain.add(intent.patientOf);
      // Whether they are taken has to be known before one is given.
      for (const ubrn of ubrnsFor(claim.id)) ubrns.add(ubrn);
    }
    if ('offer' in intent) for (const service of intent.offer.shortlist) services.add(service);
    const refs =
      intent.kind === 'withdraw'
        ? intent.slots.map(({ slot }) => slot)
        : 'choices' in intent
          ? intent.choices
          : [];
    for (const { service, ordinal } of refs) {
      services.add(service);
      slots.set(slotKey(service, ordinal), [service, ordinal]);
    }
    if ('from' in intent) services.add(intent.from.service);
    if ('told' in intent && intent.kind === 'report') services.add(intent.told.slot.service);
  }
  return {
    people,
    ubrns,
    appointments,
    notices,
    retracted,
    services,
    slots,
    deferredTo,
    ofDead,
    referredAgain,
  };
}

const peopleById = readByKeys((db, ids: readonly PersonId[]) =>
  db.selectFrom('person').selectAll().where('id', 'in', ids),
);
const appointmentsById = readByKeys((db, ids: readonly AppointmentId[]) =>
  db.selectFrom('appointment').select('body').where('id', 'in', ids),
);
const slotsByRef = readByKeys((db, refs: readonly (readonly [ServiceId, number])[]) =>
  slotsWithHolders(db).where(isOneOf(['s.service', 's.ordinal'], refs)),
);
const noticesById = readByKeys((db, ids: readonly NoticeId[]) =>
  db.selectFrom('notice').select(['id', 'ubrn', 'body']).where('id', 'in', ids),
);
const referralsBeside = readByKeys((db, ubrns: readonly Ubrn[]) =>
  db
    .selectFrom('referral as r')
    .innerJoin('referral as other', 'other.patient', 'r.patient')
    .select('other.ubrn')
    .where('r.ubrn', 'in', ubrns),
);
const closedByPatient = readByKeys((db, patients: readonly string[]) =>
  db
    .selectFrom('referral')
    .select(['patient', 'ubrn', 'status'])
    .where('patient', 'in', patients)
    .where(sql<boolean>`state = 'closed'`),
);
const appointmentsByReferral = readByKeys((db, ubrns: readonly Ubrn[]) =>
  db.selectFrom('appointment').select('body').where('ubrn', 'in', ubrns),
);
const standingByReferral = readByKeys((db, ubrns: readonly Ubrn[]) =>
  db
    .selectFrom('notice')
    .select('body')
    .where('ubrn', 'in', ubrns)
    .where(sql<boolean>`done = 0`),
);
const doneByReferral = readByKeys((db, ubrns: readonly Ubrn[]) =>
  db
    .selectFrom('notice')
    .select('body')
    .where('ubrn', 'in', ubrns)
    .where(sql<boolean>`done = 1`),
);
const servicesById = readByKeys((db, ids: readonly ServiceId[]) =>
  db.selectFrom('service').select(['body', 'next_ordinal']).where('id', 'in', ids),
);

/** Enough free times that whatever this batch takes or withdraws of them, what is left answers a deferral. */
async function readFreeSlots(tx: Tx, facts: BatchFacts, id: ServiceId, asks: readonly Ask[]): Promise<void> {
  const service = facts.service(id);
  if (!service) return;
  const gone = asks.reduce(
    (sum, { claim: { intent } }) => sum + (intent.kind === 'withdraw' ? intent.slots.length : 1),
    0,
  );
  const rows = await freeSlots(tx)
    .where('s.service', '=', id)
    .where('s.start', '>=', facts.now + service.noticeHours * hourMs)
    .where('s.start', '<=', facts.now + Math.max(...Object.values(service.windowDays)) * dayMs)
    .orderBy('s.start')
    .orderBy('s.ordinal')
    .limit(freeSlotsMax + gone)
    .execute();
  for (const row of rows) facts.putSlot(slotOf(row));
}

function add(appointments: Map<AppointmentId, Appointment>, body: string): void {
  const row = JSON.parse(body) as Appointment;
  appointments.set(row.id, row);
}

function setOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const known = map.get(key) ?? new Set<V>();
  map.set(key, known);
  return known;
}
