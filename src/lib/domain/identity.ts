/**
 * Who a row of somebody else's data is about. Two records of one person can be put right later; two people under one record
 * cannot, so nothing is ever merged here, nobody is known by a number alone, and what is not certain is left to a person.
 *
 *   number missing or invalid ──────────────────────────────→ unsure
 *   held, now or formerly ─ birth date and a name agree ────→ known
 *                         └ not ────────────────────────────→ unsure
 *   held by nobody ─ nobody alike, one person claims it ────→ new
 *                  └ somebody alike, or two people claim it → unsure
 */
import type { LocalDate } from './instant.ts';
import { parseNhsNumber, type NhsNumber } from './nhs-number.ts';
import type { Patient } from './referral.ts';

export interface Particulars {
  /** As the sender wrote it; may be empty. */
  readonly nhsNumber: string;
  /** One that `nhsNumber` has taken the place of, as the sender says. */
  readonly formerNumber?: NhsNumber | undefined;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: LocalDate;
}

export interface IdentityFacts {
  /** Who has this number, or had it until another took its place. */
  holder(number: NhsNumber): Patient | undefined;
  /** Everybody born on that day. */
  bornOn(date: LocalDate): readonly Patient[];
  /** Is it given, in the same delivery, to people who are not the same? */
  isContested(number: NhsNumber): boolean;
}

export type Doubt =
  | 'noNumber'
  | 'notANumber'
  | 'otherBirthDate'
  | 'otherName'
  | 'sameNameOtherNumber'
  | 'numberOfTwo'
  | 'twoRecords';

export type Identity =
  /** `number` is the one that the record should have from now on. */
  | { readonly is: 'known'; readonly patient: Patient; readonly number: NhsNumber }
  | { readonly is: 'new'; readonly number: NhsNumber }
  | { readonly is: 'unsure'; readonly doubt: Doubt; readonly candidates: readonly Patient[] };

export function identify(given: Particulars, facts: IdentityFacts): Identity {
  const number = parseNhsNumber(given.nhsNumber);
  if (!number) return unsure(/\d/.test(given.nhsNumber) ? 'notANumber' : 'noNumber');
  const { formerNumber } = given;
  const holder = facts.holder(number);
  const former = formerNumber ? facts.holder(formerNumber) : undefined;
  if (holder && former && holder.id !== former.id) return unsure('twoRecords', holder, former);
  const patient = holder ?? former;
  if (patient) {
    const doubt = doubtOf(given, patient);
    if (doubt) return unsure(doubt, patient);
    // Under a former number the record stays where it is; only one that replaces the present number moves it.
    const isReplaced = formerNumber !== undefined && patient.nhsNumber === formerNumber;
    return { is: 'known', patient, number: isReplaced ? number : (patient.nhsNumber as NhsNumber) };
  }
  if (facts.isContested(number)) return unsure('numberOfTwo');
  const alike = facts.bornOn(given.birthDate).filter((other) => hasSameName(given, other));
  return alike.length > 0 ? unsure('sameNameOtherNumber', ...alike) : { is: 'new', number };
}

/** Whom a person, who knows more than the row says, may take it to be about: by number, former number, or name and birth date. */
export function whoItMayBe(given: Particulars, facts: IdentityFacts): readonly Patient[] {
  const numbers = [parseNhsNumber(given.nhsNumber) ?? [], given.formerNumber ?? []].flat();
  const found = [
    ...numbers.flatMap((number) => facts.holder(number) ?? []),
    ...facts.bornOn(given.birthDate).filter((other) => hasSameName(given, other)),
  ];
  return [...new Map(found.map((patient) => [patient.id, patient])).values()];
}

/** What speaks against these two, who share a number, being one person; undefined: nothing. */
export function doubtOf(given: Named & Pick<Particulars, 'birthDate'>, other: Patient): Doubt | undefined {
  if (given.birthDate !== other.birthDate) return 'otherBirthDate';
  return nameAgrees(given, other) ? undefined : 'otherName';
}

type Named = Pick<Patient, 'givenName' | 'familyName'>;

/** Family name or initial: people marry, and Elizabeth is Liz. */
export function nameAgrees(one: Named, other: Named): boolean {
  return (
    isSame(one.familyName, other.familyName) || isSame(initialOf(one.givenName), initialOf(other.givenName))
  );
}

export const hasSameInitial = (one: Named, other: Named) =>
  isSame(initialOf(one.givenName), initialOf(other.givenName));

function hasSameName(one: Named, other: Named): boolean {
  return isSame(one.familyName, other.familyName) && isSame(firstOf(one.givenName), firstOf(other.givenName));
}

const initialOf = (given: string) => [...plain(given)][0] ?? '';
const firstOf = (given: string) => given.trim().split(/\s+/)[0] ?? '';

/** What has no letters agrees with nothing. */
function isSame(one: string, other: string): boolean {
  const letters = plain(one);
  return letters !== '' && letters === plain(other);
}

/** "O’Brien-Núñez" and "OBRIEN NUNEZ" are one name. */
const plain = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^\p{L}]/gu, '')
    .toUpperCase();

function unsure(doubt: Doubt, ...candidates: readonly Patient[]): Identity {
  return { is: 'unsure', doubt, candidates };
}

/** For whoever has to find out. */
export const doubtText = {
  noNumber: 'There is no NHS number',
  notANumber: 'This is not a valid NHS number',
  otherBirthDate: 'The NHS number is held by a patient with another birth date',
  otherName: 'The NHS number is held by a patient whose family name and initial are both different',
  sameNameOtherNumber:
    'A patient with the same name and birth date is held under another NHS number: one person with two numbers, or two people',
  numberOfTwo: 'The file gives this NHS number to people with different birth dates or names',
  twoRecords: 'The old and the new NHS number are held by two records: they may be one person',
} as const satisfies Record<Doubt, string>;
