/** The people who work in the demo world: two or three at the desks of each practice, and a clerk for each site. Invented. */
import { personIdSchema } from '#lib/domain/ids.ts';
import type { Author, Role } from '#lib/domain/person.ts';
import { clinicScope, practiceScope, type Scope } from '#lib/domain/scope.ts';
import type { Person } from '../ledger/load.ts';
import { chanceOf } from './chance.ts';
import { givenNames, nameGroupOf } from './names.ts';
import { odsCode } from './places.ts';

export interface PracticeStaff {
  readonly gps: readonly Person[];
  readonly receptionists: readonly Person[];
}

export function practiceStaff(seed: string, practice: string): PracticeStaff {
  const scope = practiceScope(odsCode(practice));
  return {
    gps: ['gp1', 'gp2'].map((post) => person(seed, practice, post, 'gp', scope)),
    receptionists: ['reception1', 'reception2'].map((post) =>
      person(seed, practice, post, 'receptionist', scope),
    ),
  };
}

export function clerkOf(seed: string, site: string): Person {
  return person(seed, site, 'clinic', 'clerk', clinicScope(odsCode(site)));
}

export const authorOf = (person: Person): Author => ({
  person: person.id,
  role: person.role,
  scope: person.scope,
});

/** Surgeons are Mr, Miss or Ms by an old custom; physicians are Dr. */
const surgical = new Set(
  'breast cardiothoracic ent gynaecology neurosurgery obstetrics ophthalmology oral orthopaedics plastic surgery urology vascular'.split(
    ' ',
  ),
);

/** "Miss Okafor" */
export function clinicianName(seed: string, specialtySlug: string, service: string, n: number): string {
  const chance = chanceOf(seed, 'clinician', service, n);
  const family = chance.pick(nameGroupOf(chance).family);
  const title = surgical.has(specialtySlug) ? chance.pick(['Mr', 'Miss', 'Ms', 'Mr']) : 'Dr';
  return `${title} ${family}`;
}

function person(seed: string, organisation: string, post: string, role: Role, scope: Scope): Person {
  const chance = chanceOf(seed, 'staff', organisation, post);
  const group = nameGroupOf(chance);
  const sex = chance.is(role === 'gp' ? 0.55 : 0.75) ? 'female' : 'male';
  const name = `${chance.pick(givenNames(group, sex, chance.int(28, 62)))} ${chance.pick(group.family)}`;
  return {
    id: personIdSchema.parse(`${organisation}.${post}`),
    name: role === 'gp' ? `Dr ${name}` : name,
    role,
    scope,
    active: true,
  };
}
