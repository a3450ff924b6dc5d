/**
 * A small world for tests and benchmarks: two practices, two hospitals with two services each, a few patients,
 * loaded by the same door as a real one. Everything in it has a fixed id, so that a failing test reads well.
 */
import type { Claim, ClinicSession, Intent } from '#lib/domain/claim.ts';
import type { AppointmentId, ClaimId, OdsCode, PersonId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import { dayMs, hourMs, type Instant } from '#lib/domain/instant.ts';
import type { Author, Role } from '#lib/domain/person.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import { clinicScope, patientScope, practiceScope, type Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import { slotRef, type Slot, type SlotRef } from '#lib/domain/slot.ts';
import type { Answer, SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import { decodePack, slotAt } from '#lib/protocol/pack.ts';
import type { LedgerOptions, Log, OpenLedger } from '../ledger.ts';
import type { Load, Person } from '../load.ts';
import { openLedger } from '../open.ts';

// Brands are earned here by construction; the schemas are tried on these values in a test.
export const code = (text: string) => text as OdsCode;
export const ubrnNumber = (n: number) => String(n).padStart(12, '0') as Ubrn;
export const serviceName = (text: string) => text as ServiceId;

/** A lower-case UUID that counts: readable, and the same in every run. */
export const claimId = (n: number) => uuid('c', n) as ClaimId;
export const appointmentId = (n: number) => uuid('a', n) as AppointmentId;
const uuid = (kind: string, n: number) =>
  `${kind.charCodeAt(0).toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Monday 7 December 2026, 9am in the UK. */
export const monday = Date.UTC(2026, 11, 7, 9);

export const elmPractice = code('A81001');
export const oakPractice = code('B82002');
export const northSite = code('RXX01');
export const southSite = code('RYY01');
export const northEyes = serviceName('RXX01-eyes');
export const northSkin = serviceName('RXX01-skin');
export const southEyes = serviceName('RYY01-eyes');
export const southSkin = serviceName('RYY01-skin');

const staff = (person: string, role: Role, scope: Scope): Author => ({
  person: person as PersonId,
  role,
  scope,
});
export const rita = staff('rita', 'receptionist', practiceScope(elmPractice));
export const raj = staff('raj', 'receptionist', practiceScope(elmPractice));
export const grace = staff('grace', 'gp', practiceScope(elmPractice));
export const olive = staff('olive', 'receptionist', practiceScope(oakPractice));
export const nora = staff('nora', 'clerk', clinicScope(northSite));
export const sam = staff('sam', 'clerk', clinicScope(southSite));
export const patientOf = (ubrn: Ubrn): Author => staff(`patient:${ubrn}`, 'patient', patientScope(ubrn));

export const personOf = ({ person, role, scope }: Author, active = true): Person => ({
  id: person,
  name: person.charAt(0).toUpperCase() + person.slice(1),
  role,
  scope,
  active,
});

export function service(id: ServiceId, about: Partial<Service> = {}): Service {
  const [site = '', kind = ''] = id.split('-');
  return {
    id,
    provider: code(site.slice(0, 3)),
    providerName: `${site} NHS Trust`,
    site: code(site),
    siteName: `${site} Hospital`,
    address: '1 Hospital Road',
    postcode: 'LS1 1AA',
    lat: 53.8,
    lon: -1.5,
    phone: '01132000000',
    name: `${kind} clinic`,
    patientName: 'Hospital specialist appointment',
    specialty: kind.toUpperCase(),
    clinicTypes: ['GENERAL'],
    priorities: ['routine', 'urgent'],
    ageFrom: 0,
    ageTo: 120,
    sex: null,
    booking: 'direct',
    windowDays: { routine: 180, urgent: 30, TWO_WEEK_WAIT: 14 },
    noticeHours: 1,
    medianWeeksTenths: 140,
    ...about,
  };
}

export function patient(n: number, about: Partial<Patient> = {}): Patient {
  return {
    id: `p${n}`,
    nhsNumber: String(9_000_000_000 + n),
    givenName: `Given${n}`,
    familyName: `Family${n}`,
    birthDate: '1961-08-06',
    sex: 'female',
    phone: '07700900000',
    address: '2 Home Street',
    district: 'LS6',
    restricted: false,
    ...about,
  };
}

export function referral(n: number, about: Partial<Referral> = {}): Referral {
  return {
    ubrn: ubrnNumber(n),
    patient: patient(n),
    practice: elmPractice,
    practiceName: 'Elm Surgery',
    practicePhone: '01132111111',
    referrer: 'Dr Grace Hill',
    specialty: 'EYES',
    clinicType: 'GENERAL',
    priority: 'routine',
    choice: 'anywhere',
    shortlist: [northEyes],
    referredAt: monday - dayMs,
    status: { state: 'open', closed: null, deferral: null },
    ...about,
  };
}

export function smallLoad(referrals: readonly Referral[] = [1, 2, 3].map((n) => referral(n))): Load {
  return {
    id: claimId(0xff_0001),
    organisations: [
      { code: elmPractice, kind: 'practice', name: 'Elm Surgery', phone: '01132111111', town: 'Leeds' },
      { code: northSite, kind: 'site', name: 'RXX01 Hospital', phone: '01132000000', town: 'Leeds' },
    ],
    people: [rita, raj, grace, olive, nora, sam].map((author) => personOf(author)),
    services: [northEyes, northSkin, southEyes, southSkin].map((id) => service(id)),
    referrals,
  };
}

export interface World extends OpenLedger {
  /** The ledger's clock; tests move it. */
  readonly time: { now: Instant };
  readonly alarms: string[];
  /** One exchange that carries these claims, each as its bytes. */
  send(sender: Author, texts: readonly string[], about?: Partial<SyncRequest>): Promise<SyncReply>;
  /** Claims by one author, in order; the next free claim ids. */
  ask(author: Author, ...intents: Intent[]): Promise<Answer[]>;
  claim(author: Author, intent: Intent, about?: Partial<Claim>): Claim;
  /** All rows of a scope, from nothing. */
  truth(author: Author): Promise<SyncReply['delta']['rows']>;
  freeTimes(id: ServiceId): Promise<Slot[]>;
}

export async function openWorld(about: Partial<LedgerOptions> = {}): Promise<World> {
  const time = { now: monday };
  const alarms: string[] = [];
  const log: Log = (level, message) => void (level === 'alarm' && alarms.push(message));
  const ledger = await openLedger({ file: ':memory:', clock: () => time.now, log, ...about });
  const { clerk } = ledger;
  let claims = 0;

  const send: World['send'] = (sender, texts, more = {}) =>
    clerk.settle(sender, {
      protocol: 1,
      scope: sender.scope,
      cursor: null,
      claims: [...texts],
      packs: {},
      seen: [],
      ...more,
    });
  const claim: World['claim'] = (author, intent, more = {}) => ({
    v: 1,
    id: claimId((claims += 1)),
    author,
    madeAt: time.now,
    intent,
    ...more,
  });
  return {
    ...ledger,
    time,
    alarms,
    send,
    claim,
    async ask(author, ...intents) {
      const texts = intents.map((intent) => JSON.stringify(claim(author, intent)));
      const { answers, parked } = await send(author, texts);
      if (parked.length > 0) throw new Error(`parked: ${JSON.stringify(parked)} ${alarms.join()}`);
      return answers;
    },
    async truth(author) {
      const rows = [];
      for (let cursor: string | null = null; ;) {
        const { delta } = await send(author, [], { cursor });
        rows.push(...delta.rows);
        if (!delta.more) return rows;
        cursor = delta.cursor;
      }
    },
    async freeTimes(id) {
      const pack = await clerk.pack(id);
      if (!pack || pack === 'unchanged') throw new Error(`no pack of ${id}`);
      const columns = decodePack(pack);
      if (!columns) throw new Error(`pack of ${id} can't be decoded`);
      return Array.from({ length: columns.count }, (_, index) => slotAt(columns, index));
    },
  };
}

/** The small world with ten times a service, from Tuesday 9am, half an hour each. */
export async function openSmallWorld(
  referrals?: readonly Referral[],
  about: Partial<LedgerOptions> = {},
): Promise<World> {
  const world = await openWorld(about);
  await world.clerk.load(smallLoad(referrals));
  await world.ask(nora, publish(northEyes), publish(northSkin));
  await world.ask(sam, publish(southEyes), publish(southSkin));
  return world;
}

export const tuesday = monday + dayMs;

export const session = (about: Partial<ClinicSession> = {}): ClinicSession => ({
  start: tuesday,
  minutes: 30,
  count: 10,
  clinician: 'Mr Lens',
  mode: 'inPerson',
  ...about,
});

export const publish = (id: ServiceId, ...sessions: ClinicSession[]): Intent => ({
  kind: 'publish',
  service: id,
  sessions: sessions.length > 0 ? sessions : [session()],
});

/** The n-th of the ten times of a service. */
export function time(id: ServiceId, ordinal: number): SlotRef {
  const slot: Slot = {
    service: id,
    ordinal,
    start: tuesday + ordinal * (hourMs / 2),
    minutes: 30,
    clinician: 'Mr Lens',
    mode: 'inPerson',
  };
  return slotRef(slot, id.split('-')[0] ?? '');
}

export const book = (ubrn: number, appointment: number, ...choices: SlotRef[]): Intent => ({
  kind: 'book',
  ubrn: ubrnNumber(ubrn),
  appointment: appointmentId(appointment),
  choices,
});

export const move = (appointment: number, from: SlotRef, ...choices: SlotRef[]): Intent => ({
  kind: 'move',
  appointment: appointmentId(appointment),
  from,
  choices,
});

export const cancel = (appointment: number, from: SlotRef, reason = 'PATIENT_ILL'): Intent => ({
  kind: 'cancel',
  appointment: appointmentId(appointment),
  from,
  reason,
});

export const defer = (ubrn: number, to: ServiceId): Intent => ({
  kind: 'defer',
  ubrn: ubrnNumber(ubrn),
  service: to,
});

export const withdraw = (
  id: ServiceId,
  ...slots: readonly (readonly [SlotRef, number | null])[]
): Intent => ({
  kind: 'withdraw',
  service: id,
  slots: slots.map(([slot, n]) => ({ slot, appointment: n === null ? null : appointmentId(n) })),
  reason: 'CLINIC_CANCELLED',
});
