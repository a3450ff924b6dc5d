import { expect, test } from 'vitest';
import { identify, nameAgrees, whoItMayBe, type Particulars } from './identity.ts';
import { testNhsNumber, type NhsNumber } from './nhs-number.ts';
import type { Patient } from './referral.ts';

const [first, second, third] = [testNhsNumber(1), testNhsNumber(2), testNhsNumber(3)];

const anna: Patient = {
  id: 'anna',
  nhsNumber: first,
  givenName: 'Anna',
  familyName: 'Núñez',
  birthDate: '1961-08-06',
  sex: 'female',
  phone: '',
  address: '',
  district: '',
  restricted: false,
};

const row = (about: Partial<Particulars> = {}): Particulars => ({
  nhsNumber: first,
  givenName: 'Anna',
  familyName: 'Nunez',
  birthDate: '1961-08-06',
  ...about,
});

interface Held {
  readonly patients?: readonly Patient[];
  readonly former?: Readonly<Record<string, Patient>>;
  readonly contested?: readonly NhsNumber[];
}

const factsOf = ({ patients = [anna], former = {}, contested = [] }: Held = {}) => ({
  holder: (number: NhsNumber) => patients.find(({ nhsNumber }) => nhsNumber === number) ?? former[number],
  bornOn: (date: string) => patients.filter(({ birthDate }) => birthDate === date),
  isContested: (number: NhsNumber) => contested.includes(number),
});

const who = (given: Particulars, held: Held = {}) => identify(given, factsOf(held));

test('a number is linked when birth date and name agree, spaces and accents apart', () => {
  const spaced = `${first.slice(0, 3)} ${first.slice(3, 6)}-${first.slice(6)}`;
  expect(who(row({ nhsNumber: spaced }))).toEqual({ is: 'known', patient: anna, number: first });
});

test('a name changed by marriage is still known by its initial, a new initial by the family name', () => {
  expect(who(row({ familyName: 'Baker' }))).toMatchObject({ is: 'known', patient: anna });
  expect(who(row({ givenName: 'Zoë' }))).toMatchObject({ is: 'known', patient: anna });
});

test('two people under one number: neither is linked to the other', () => {
  expect(who(row({ birthDate: '1961-08-07' }))).toMatchObject({ is: 'unsure', doubt: 'otherBirthDate' });
  expect(who(row({ givenName: 'Zoë', familyName: 'Baker' }))).toEqual({
    is: 'unsure',
    doubt: 'otherName',
    candidates: [anna],
  });
});

test('a number that nobody holds and two rows of one file fight over makes nobody', () => {
  expect(who(row({ nhsNumber: second, familyName: 'Baker' }), { contested: [second] })).toMatchObject({
    is: 'unsure',
    doubt: 'numberOfTwo',
  });
});

test('one person with two numbers is not made twice', () => {
  expect(who(row({ nhsNumber: second }))).toEqual({
    is: 'unsure',
    doubt: 'sameNameOtherNumber',
    candidates: [anna],
  });
});

test('only a valid number held by nobody makes a patient', () => {
  expect(who(row({ nhsNumber: second, givenName: 'Zoë' }))).toEqual({ is: 'new', number: second });
  expect(who(row({ nhsNumber: '' }))).toMatchObject({ is: 'unsure', doubt: 'noNumber' });
  expect(who(row({ nhsNumber: 'unknown' }))).toMatchObject({ is: 'unsure', doubt: 'noNumber' });
  for (const nhsNumber of ['4857773456', '1111111111', '12345', '999 000 0000 1'])
    expect(who(row({ nhsNumber, givenName: 'Zoë' })), nhsNumber).toMatchObject({
      is: 'unsure',
      doubt: 'notANumber',
    });
});

test('a superseded number: the record moves to the new one, and is found by the old one afterwards', () => {
  expect(who(row({ nhsNumber: second, formerNumber: first }))).toEqual({
    is: 'known',
    patient: anna,
    number: second,
  });
  const moved = { ...anna, nhsNumber: second };
  expect(who(row(), { patients: [moved], former: { [first]: moved } })).toEqual({
    is: 'known',
    patient: moved,
    number: second,
  });
});

test('a superseded number moves nobody when birth date or name speak against it, or both numbers are held', () => {
  expect(who(row({ nhsNumber: second, formerNumber: first, birthDate: '1990-01-01' }))).toMatchObject({
    is: 'unsure',
    doubt: 'otherBirthDate',
  });
  const twin = { ...anna, id: 'twin', nhsNumber: third };
  expect(who(row({ nhsNumber: third, formerNumber: first }), { patients: [anna, twin] })).toEqual({
    is: 'unsure',
    doubt: 'twoRecords',
    candidates: [twin, anna],
  });
});

test('names without letters agree with nothing', () => {
  expect(nameAgrees({ givenName: '-', familyName: '?' }, { givenName: '-', familyName: '?' })).toBe(false);
  expect(nameAgrees({ givenName: '', familyName: '李' }, { givenName: '', familyName: '李' })).toBe(true);
});

test('whom a person may take a row to be about: by number, by former number, by name and birth date, each once', () => {
  const beth = { ...anna, id: 'beth', nhsNumber: second, givenName: 'Beth', birthDate: '1970-01-01' };
  const twin = { ...anna, id: 'twin', nhsNumber: third };
  const ids = (about: Partial<Particulars>, held: Held = {}) =>
    whoItMayBe(row(about), factsOf({ patients: [anna, beth, twin], ...held })).map(({ id }) => id);
  expect(ids({ nhsNumber: second, formerNumber: first })).toEqual(['beth', 'anna', 'twin']);
  expect(ids({ nhsNumber: '' })).toEqual(['anna', 'twin']);
  expect(ids({ nhsNumber: '', birthDate: '1970-01-01' })).toEqual([]);
  expect(ids({ nhsNumber: testNhsNumber(9) }, { former: { [testNhsNumber(9)]: beth } })).toEqual([
    'beth',
    'anna',
    'twin',
  ]);
});
