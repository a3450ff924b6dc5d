/** Referrals of invented patients: what for, how soon, and which hospitals they were offered. */
import { milesBetween } from '#lib/domain/distance.ts';
import { ubrnSchema, type Ubrn } from '#lib/domain/ids.ts';
import { addDays, ageAt, instantOf, type LocalDate } from '#lib/domain/instant.ts';
import type { Priority } from '#lib/domain/priority.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import type { CastMember } from './cast.ts';
import { castPatient, patientOf } from './patients.ts';
import type { Catalogue } from './catalogue.ts';
import { chanceOf, type Chance } from './chance.ts';
import { dramaPhone, odsCode } from './places.ts';
import type { DemoService } from './services.ts';
import { practiceStaff } from './staff.ts';
import { referralMix, specialties, type ClinicType, type Practice, type Specialty } from './tables.ts';

/** What a story needs of at least one service on the shortlist: times to book, or none so that the hospital must be asked. */
export type Need = 'times' | 'asking' | 'nothing';

export interface Wanted {
  readonly practice: Practice;
  readonly n: number;
  readonly need: Need;
  readonly daysAgo: (priority: Priority, chance: Chance) => number;
  /** One that a patient of this practice has already: a second referral of one person. */
  readonly patient?: Patient | undefined;
}

const shortlistMax = 5;
const drawsMax = 60;
const cancer = '2WW';

/** Undefined when no draw gave a patient whom a service in reach fits: the caller has one referral less. */
export function referralOf(
  seed: string,
  today: LocalDate,
  catalogue: Catalogue,
  wanted: Wanted,
): Referral | undefined {
  const { practice, n } = wanted;
  const patient = wanted.patient ?? patientOf(seed, today, { practice, n });
  const chance = chanceOf(seed, 'referral', practice.code, n);
  const age = ageAt(patient.birthDate, instantOf(today));
  for (let draw = 0; draw < drawsMax; draw += 1) {
    const priority = priorityOf(chance);
    const specialty = specialtyFor(priority, chance);
    const type = chance.weighted(
      specialty.clinicTypes.filter((each) => isFor(each, age, patient)),
      ({ weight }) => weight,
    );
    const shortlist = type
      ? shortlistOf(catalogue, practice, specialty, type, wanted.need, age, patient, chance)
      : [];
    if (!type || shortlist.length === 0) continue;
    const isTriage = shortlist[0]?.service.booking === 'triage';
    const isOpen = priority === 'routine' || (priority === 'urgent' && chance.is(0.6));
    return written({
      seed,
      ubrn: ubrnOf(n),
      patient,
      practice,
      specialty: specialty.name,
      clinicType: type.name,
      priority,
      choice: isOpen && !isTriage ? 'anywhere' : 'shortlist',
      shortlist,
      referredOn: addDays(today, -wanted.daysAgo(priority, chance)),
      chance,
    });
  }
  return undefined;
}

export function castReferral(
  seed: string,
  today: LocalDate,
  catalogue: Catalogue,
  member: CastMember,
  practice: Practice,
  daysAgo: number,
): Referral {
  const shortlist = member.shortlist.map((id) => catalogue.service(id));
  return written({
    seed,
    ubrn: ubrnSchema.parse(member.ubrn),
    patient: castPatient(seed, member, practice),
    practice,
    specialty: shortlist[0]?.service.specialty ?? '',
    clinicType: member.clinicType,
    priority: member.priority,
    choice: member.choice,
    shortlist,
    referredOn: addDays(today, -daysAgo),
    chance: chanceOf(seed, 'referral', member.ubrn),
  });
}

interface Letter {
  readonly seed: string;
  readonly ubrn: Ubrn;
  readonly patient: Patient;
  readonly practice: Practice;
  readonly specialty: string;
  readonly clinicType: string;
  readonly priority: Priority;
  readonly choice: 'anywhere' | 'shortlist';
  readonly shortlist: readonly DemoService[];
  readonly referredOn: LocalDate;
  readonly chance: Chance;
}

function written(letter: Letter): Referral {
  const { ubrn, patient, practice, specialty, clinicType, priority, choice, chance } = letter;
  return {
    ubrn,
    patient,
    practice: odsCode(practice.code),
    practiceName: practice.name,
    practicePhone: dramaPhone(practice.code),
    referrer: chance.pick(practiceStaff(letter.seed, practice.code).gps).name,
    specialty,
    clinicType,
    priority,
    choice,
    shortlist: letter.shortlist.map(({ service }) => service.id),
    referredAt: instantOf(letter.referredOn, 9 * 60 + 5 * chance.int(0, 100)),
    status: { state: 'open', closed: null, deferral: null },
  };
}

function priorityOf(chance: Chance): Priority {
  const share = chance.next();
  return share < 0.78 ? 'routine' : share < 0.9 ? 'urgent' : 'TWO_WEEK_WAIT';
}

/** By what England was referred for in April 2026. */
function specialtyFor(priority: Priority, chance: Chance): Specialty {
  const all = [...specialties().values()];
  const suspected = all.filter((specialty) => specialty.code === cancer);
  const demand = new Map(referralMix().map((mix) => [mix.group, mix.newPeriods]));
  const weight = ({ group, share }: Specialty) => (group ? (demand.get(group) ?? 0) * share : 1);
  const picked = chance.weighted(priority === 'TWO_WEEK_WAIT' ? suspected : all, weight);
  if (!picked) throw new Error('the tables have no specialties');
  return picked.code === cancer && priority !== 'TWO_WEEK_WAIT' ? specialtyFor(priority, chance) : picked;
}

const isFor = (type: Pick<ClinicType, 'ageFrom' | 'ageTo' | 'sex'>, age: number, patient: Patient) =>
  age >= type.ageFrom && age <= type.ageTo && (type.sex === null || type.sex === patient.sex);

/** The nearest as a rule, and at least one of the kind that is needed; nearest first. */
function shortlistOf(
  catalogue: Catalogue,
  practice: Practice,
  specialty: Specialty,
  type: ClinicType,
  need: Need,
  age: number,
  patient: Patient,
  chance: Chance,
): readonly DemoService[] {
  const fitting = (catalogue.near.get(specialty.name) ?? [])
    .filter(({ service, offer }) => service.clinicTypes.includes(type.name) && isFor(offer, age, patient))
    .map((demo) => ({ demo, miles: milesBetween(practice, demo.service) }))
    .map((each) => ({ ...each, far: (each.miles + 1) * (0.6 + chance.next()) }))
    .sort((a, b) => a.far - b.far);
  const needed = fitting.find(({ demo }) => meets(demo, need));
  if (!needed) return [];
  const others = fitting.filter((each) => each !== needed).slice(0, chance.int(0, shortlistMax - 1));
  return [needed, ...others].sort((a, b) => a.miles - b.miles).map(({ demo }) => demo);
}

export function meets({ firstFreeDay }: DemoService, need: Need): boolean {
  if (need === 'nothing') return true;
  return need === 'times' ? firstFreeDay !== null : firstFreeDay === null;
}

/** Twelve digits with a zero in front, scattered: 736,338,717 is prime to ten to the tenth, so none comes twice. */
function ubrnOf(n: number): Ubrn {
  const scattered = (BigInt(n + 1) * 736_338_717n + 4_203_176_531n) % 10_000_000_000n;
  return ubrnSchema.parse(`0${1 + (n % 9)}${scattered.toString().padStart(10, '0')}`);
}
