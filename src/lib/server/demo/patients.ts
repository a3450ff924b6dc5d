/** Invented patients: numbers of the range kept for tests, real postcode districts with a unit that no street has. */
import { addDays, localDateSchema, type LocalDate } from '#lib/domain/instant.ts';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import type { Patient } from '#lib/domain/referral.ts';
import { chanceOf, uuidOf, type Chance } from './chance.ts';
import type { CastMember } from './cast.ts';
import { givenNames, nameGroupOf } from './names.ts';
import { catchmentOf, dramaPhone } from './places.ts';
import { streets, type Practice } from './tables.ts';

const restrictedShare = 0.012;

/** Weights of tens of years: hospitals see people of 40 to 79 most. */
const agesByDecade = [5, 4, 8, 10, 15, 18, 19, 14, 6, 1] as const;

export interface PatientPlace {
  readonly practice: Practice;
  /** Number of the patient in the world: their NHS number and everything else follows from it. */
  readonly n: number;
}

export function patientOf(seed: string, today: LocalDate, { practice, n }: PatientPlace): Patient {
  const chance = chanceOf(seed, 'patient', practice.code, n);
  const age = ageOf(chance);
  const sex = chance.is(0.55) ? 'female' : 'male';
  const group = nameGroupOf(chance);
  return {
    id: uuidOf(seed, 'patient', n),
    nhsNumber: testNhsNumber(scattered(n)),
    givenName: chance.pick(givenNames(group, sex, age)),
    familyName: chance.pick(group.family),
    birthDate: birthDateOf(today, age, chance),
    sex,
    ...contactOf(chance, practice, String(n)),
    restricted: chance.is(restrictedShare),
  };
}

/** The same name, and a birth date that is easily taken for the other. */
export function namesakeOf(patient: Patient, other: Patient, chance: Chance): Patient {
  const [year = '', month = '', day = ''] = patient.birthDate.split('-');
  const isSwappable = Number(day) <= 12 && day !== month;
  const swapped = isSwappable
    ? `${year}-${day}-${month}`
    : addDays(patient.birthDate, chance.pick([1, 9, 10, -1]));
  const { givenName, familyName, sex } = patient;
  return { ...other, givenName, familyName, sex, birthDate: localDateSchema.parse(swapped) };
}

export function castPatient(seed: string, member: CastMember, practice: Practice): Patient {
  const { nhsNumber, givenName, familyName, birthDate, sex } = member;
  const key = member.samePatientAs ?? member.ubrn;
  const contact = contactOf(chanceOf(seed, 'cast', key), practice, key);
  const restricted = member.isRestricted ?? false;
  return {
    id: uuidOf('cast', key),
    nhsNumber,
    givenName,
    familyName,
    birthDate,
    sex,
    ...contact,
    ...member.home,
    restricted,
  };
}

function contactOf(chance: Chance, practice: Practice, key: string) {
  const district = chance.pick(catchmentOf(practice));
  const town = practice.town.replace(/.*,\s*/, '').replace(/^bristol$/, 'Bristol');
  return {
    phone: dramaPhone('patient', key),
    address: `${chance.int(1, 140)} ${chance.pick(streets())}, ${town}, ${district} 9ZZ`,
    district,
  };
}

function ageOf(chance: Chance): number {
  const decades = agesByDecade.map((weight, decade) => ({ weight, decade }));
  const decade = chance.weighted(decades, ({ weight }) => weight)?.decade ?? 5;
  return decade * 10 + chance.int(0, 9);
}

/** Born so that they are of that age today, leap days or not. */
function birthDateOf(today: LocalDate, age: number, chance: Chance): LocalDate {
  const date = addDays(today, -chance.int(1, 364));
  const day = date.slice(5) === '02-29' ? '02-28' : date.slice(5);
  return `${Number(date.slice(0, 4)) - age}-${day}`;
}

/** Neighbours in the world should not be neighbours in the number: 7919 is prime, so none comes twice. */
const scattered = (n: number) => (n * 7919 + 1_013) % 480_000;
