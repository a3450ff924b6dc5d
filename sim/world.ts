/**
 * The worlds that seeds play in: a few shapes, each with its practices, clinics, patients and first clinic times.
 * Small on purpose: people who never meet at a time cannot quarrel over it.
 */
import type { ClinicSession } from '#lib/domain/claim.ts';
import type { ClaimId, OdsCode, PersonId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import { dayMs, hourMs, minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Author, Role } from '#lib/domain/person.ts';
import type { Priority } from '#lib/domain/priority.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { clinicScope, patientScope, practiceScope, type Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Load, Person } from '#lib/server/ledger/load.ts';
import { Chance } from './chance.ts';

/** How people work in a world. */
export interface Pace {
  /** What one person asks for at one look: from, to. */
  readonly wishes: readonly [number, number];
  /** Between two looks of one person, on average. Busy people: time in which nothing happens proves nothing. */
  readonly actsApartMs: number;
  /**
   * How late a nudge may be. Later than on a good day: a desk that has not heard yet is one that can ask for what is gone.
   */
  readonly pokeMs: number;
  /** How long people are at it at one go: from, to. */
  readonly burstMs: readonly [number, number];
  readonly desksEach: number;
  readonly tabsMax: number;
  readonly phonesMax: number;
  /** A clinic that has so many free times of a service opens no more. */
  readonly freeEnough: number;
}

/** Few people who look often, each time anew: they meet at every step of each other. */
const meeting: Pace = {
  wishes: [1, 4],
  actsApartMs: 7_000,
  pokeMs: 6_000,
  burstMs: [2 * minuteMs, 6 * minuteMs],
  desksEach: 2,
  tabsMax: 2,
  phonesMax: 5,
  freeEnough: 6,
};

/** A day's work at one go, sent together: what the ledger settles in one act is large, and what a device holds is old. */
const busy: Pace = {
  wishes: [25, 60],
  actsApartMs: 30_000,
  pokeMs: 120_000,
  burstMs: [5 * minuteMs, 15 * minuteMs],
  desksEach: 1,
  tabsMax: 1,
  phonesMax: 1,
  freeEnough: 25,
};

export type PaceName = 'meeting' | 'busy';

export interface Shape {
  readonly name: string;
  readonly pace: Pace;
  readonly startsAt: Instant;
  readonly practices: number;
  readonly clinics: number;
  readonly servicesEach: number;
  readonly referralsEach: number;
  readonly timesEach: number;
}

/** Two of each run over a night on which the clocks change. */
export const shapes: Readonly<Record<PaceName, readonly Shape[]>> = {
  meeting: [
    shape('duel', meeting, Date.UTC(2026, 10, 23, 9), [1, 1, 1, 3, 3]),
    shape('village', meeting, Date.UTC(2026, 9, 23, 8), [2, 1, 2, 5, 6]),
    shape('town', meeting, Date.UTC(2027, 2, 26, 9), [2, 2, 2, 8, 8]),
    shape('rush', meeting, Date.UTC(2026, 11, 7, 9), [3, 2, 1, 6, 5]),
  ],
  busy: [
    shape('rota', busy, Date.UTC(2026, 10, 23, 9), [2, 1, 2, 60, 40]),
    shape('county', busy, Date.UTC(2026, 9, 23, 8), [3, 2, 2, 50, 30]),
    shape('surgery', { ...busy, desksEach: 2 }, Date.UTC(2027, 2, 26, 9), [1, 2, 1, 80, 40]),
  ],
};

type Sizes = [practices: number, clinics: number, servicesEach: number, referralsEach: number, times: number];

function shape(name: string, pace: Pace, startsAt: Instant, sizes: Sizes): Shape {
  const [practices, clinics, servicesEach, referralsEach, timesEach] = sizes;
  return { name, pace, startsAt, practices, clinics, servicesEach, referralsEach, timesEach };
}

export interface World {
  readonly shape: Shape;
  readonly load: Load;
  readonly services: ReadonlyMap<ServiceId, Service>;
  readonly referrals: ReadonlyMap<Ubrn, Referral>;
  readonly people: ReadonlyMap<PersonId, Person>;
  /** The first times, published by each clinic's first clerk. */
  readonly sessions: readonly {
    readonly author: Author;
    readonly service: ServiceId;
    readonly session: ClinicSession;
  }[];
}

const practiceNames = ['ELM', 'OAK', 'ASH'];
const clinicNames = ['NORTH', 'SOUTH'];
const kinds = ['EYES', 'SKIN'];

// Brands are earned by construction: every text here has the form that its schema asks for.
export const practiceCode = (n: number) => `${practiceNames[n] ?? 'YEW'}01` as OdsCode;
export const siteCode = (n: number) => `${clinicNames[n] ?? 'WEST'}01` as OdsCode;
export const serviceIdOf = (clinic: number, n: number) =>
  `${(clinicNames[clinic] ?? 'west').toLowerCase()}-${(kinds[n] ?? 'ear').toLowerCase()}` as ServiceId;
export const ubrnOf = (n: number) => String(n).padStart(12, '0') as Ubrn;
export const patientOf = (ubrn: Ubrn): Author => person(`patient:${ubrn}`, 'patient', patientScope(ubrn));
export const staffOf = ({ id, role, scope }: Person): Author => ({ person: id, role, scope });

const person = (id: string, role: Role, scope: Scope): Author => ({ person: id as PersonId, role, scope });
const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as ClaimId;

const worlds = new Map<Shape, World>();

export function worldOf(wanted: Shape): World {
  const known = worlds.get(wanted) ?? makeWorld(wanted);
  worlds.set(wanted, known);
  return known;
}

function makeWorld(made: Shape): World {
  const chance = new Chance(`world/${made.name}`);
  const practices = range(made.practices).map(practiceCode);
  const sites = range(made.clinics).map(siteCode);
  const services = sites.flatMap((site, clinic) =>
    range(made.servicesEach).map((n) => service(serviceIdOf(clinic, n), site, n)),
  );
  const people = [
    ...practices.flatMap((code) => [
      staff(code, 'gp', 'gp', practiceScope(code)),
      staff(code, 'rita', 'receptionist', practiceScope(code)),
      staff(code, 'raj', 'receptionist', practiceScope(code)),
    ]),
    ...sites.flatMap((code) => [
      staff(code, 'nora', 'clerk', clinicScope(code)),
      staff(code, 'ned', 'clerk', clinicScope(code)),
    ]),
  ];
  const referrals = practices.flatMap((practice, at) =>
    range(made.referralsEach).map((n) =>
      referral(at * made.referralsEach + n + 1, practice, services, made.startsAt, chance),
    ),
  );
  const organisations = [
    ...practices.map((code) => ({
      code,
      kind: 'practice' as const,
      name: `${code} Surgery`,
      phone: '1',
      town: 'T',
    })),
    ...sites.map((code) => ({
      code,
      kind: 'site' as const,
      name: `${code} Hospital`,
      phone: '2',
      town: 'T',
    })),
  ];
  return {
    shape: made,
    load: { id: uuid(1), organisations, people, services, referrals },
    services: new Map(services.map((row) => [row.id, row])),
    referrals: new Map(referrals.map((row) => [row.ubrn, row])),
    people: new Map(people.map((row) => [row.id, row])),
    sessions: services
      .filter(({ booking }) => booking === 'direct')
      .map(({ id, site }, n) => ({
        author: person(`${site}-nora`, 'clerk', clinicScope(site)),
        service: id,
        // From this afternoon on, so that times pass and requests grow too old while people quarrel.
        session: {
          start: made.startsAt + (4 + n) * hourMs,
          minutes: 20,
          count: made.timesEach,
          clinician: n % 2 === 0 ? 'Mr Lens' : '',
          mode: 'inPerson',
        },
      })),
  };
}

const staff = (code: OdsCode, name: string, role: Role, scope: Scope): Person => ({
  id: `${code}-${name}` as PersonId,
  name: `Staff ${name}`,
  role,
  scope,
  active: true,
});

/**
 * The second kind of the second clinic is triage: the hospital reviews first, so it may only be asked for contact. That of the
 * first is booked by phone.
 */
function service(id: ServiceId, site: OdsCode, n: number): Service {
  const isTriage = n === 1 && site === siteCode(1);
  const isByPhone = n === 1 && site === siteCode(0);
  return {
    id,
    provider: site,
    providerName: `${site} Trust`,
    site,
    siteName: `${site} Hospital`,
    address: '1 Hospital Road',
    postcode: 'LS1 1AA',
    lat: 53.8,
    lon: -1.5,
    phone: '0113',
    name: `staff-only-${id}`,
    patientName: 'Hospital specialist appointment',
    specialty: kinds[n] ?? 'EAR',
    clinicTypes: ['GENERAL'],
    priorities: ['routine', 'urgent', 'TWO_WEEK_WAIT'],
    ageFrom: 0,
    ageTo: n === 1 ? 60 : 120,
    sex: null,
    booking: isTriage ? 'triage' : isByPhone ? 'phone' : 'direct',
    windowDays: { routine: 120, urgent: 20, TWO_WEEK_WAIT: 10 },
    // At the second clinic the next hours are shut to everybody but its own clerks.
    noticeHours: site === siteCode(1) ? 6 : 1,
    medianWeeksTenths: 100,
  };
}

const priorities: readonly Priority[] = ['routine', 'routine', 'routine', 'urgent', 'TWO_WEEK_WAIT'];

/** Texts that only some may see are marked, so that a leak can be found by looking for the mark. */
function referral(
  n: number,
  practice: OdsCode,
  services: readonly Service[],
  now: Instant,
  chance: Chance,
): Referral {
  const isRestricted = chance.isLucky(0.15);
  const shortlist = chance.some(services, chance.between(1, services.length)).map(({ id }) => id);
  const asked = services.find(({ id }) => id === shortlist[0]);
  return {
    ubrn: ubrnOf(n),
    patient: {
      id: `p${n}`,
      nhsNumber: String(9_000_000_000 + n),
      givenName: `Given${n}`,
      familyName: `Of-${practice}-${n}.`,
      birthDate: chance.isLucky(0.2) ? '1950-02-28' : '1980-08-06',
      sex: chance.isLucky(0.5) ? 'female' : 'male',
      phone: isRestricted ? 'hidden-phone' : '07700',
      address: isRestricted ? 'hidden-address' : `home-${n}`,
      district: isRestricted ? 'hidden-district' : 'LS6',
      restricted: isRestricted,
    },
    practice,
    practiceName: `${practice} Surgery`,
    practicePhone: '0113',
    referrer: 'Dr Hill',
    specialty: asked?.specialty ?? 'EYES',
    clinicType: 'GENERAL',
    priority: chance.pick(priorities) ?? 'routine',
    choice: chance.isLucky(0.5) ? 'anywhere' : 'shortlist',
    shortlist,
    referredAt: now - dayMs,
    status: { state: 'open', closed: null, deferral: null },
  };
}

export const range = (count: number) => Array.from({ length: count }, (_, index) => index);
