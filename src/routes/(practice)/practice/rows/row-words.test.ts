// What a person reads of a row before they say whose it is.
import { expect, test } from 'vitest';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import type { Candidate, RowPerson, WaitingRow } from '#lib/protocol/rows.ts';
import {
  compared,
  inDoubt,
  notSettled,
  titleOf,
  whereFrom,
  whoSettled,
  whyNotNew,
  willHappen,
} from './row-words.ts';

const person: RowPerson = {
  givenName: 'Anna',
  familyName: 'Nunez',
  birthDate: '1961-08-06',
  nhsNumber: testNhsNumber(1),
  isNumberValid: true,
  formerNumber: null,
  sex: 'female',
};
const held: Candidate = {
  id: 'p1',
  givenName: 'ANNA ',
  familyName: 'nunez',
  birthDate: '1961-06-08',
  nhsNumber: testNhsNumber(1),
  sex: 'female',
  ubrns: [],
};
const row: WaitingRow = {
  id: '0123456789abcdef',
  file: 'old.csv',
  line: 12,
  ubrn: null,
  specialty: 'Eyes',
  clinicType: 'General',
  priority: 'routine',
  referrer: '',
  referredAt: null,
  person,
  doubt: 'otherBirthDate',
  candidates: [held],
  forOperator: null,
  mayBeNew: false,
  mayBeNotOurs: true,
};
const differing = (about: Partial<RowPerson>) =>
  compared({ ...person, ...about }, held).flatMap(({ label, isSame }) => (isSame ? [] : [label]));

test('what differs is named line by line; capitals and blanks are no difference, and "not said" is none', () => {
  expect(differing({})).toEqual(['Date of birth']);
  expect(differing({ sex: null, birthDate: held.birthDate })).toEqual([]);
  expect(
    differing({ nhsNumber: '', isNumberValid: false, familyName: 'Nuñez', birthDate: held.birthDate }),
  ).toEqual(['Family name', 'NHS number']);
});

test('a row of which somebody is left out says who has to settle it, and no more of what is in doubt', () => {
  const said = inDoubt({ doubt: 'otherBirthDate', forOperator: 'others' });
  expect(said).toContain('Only whoever loads these files can find out');
  expect(said).not.toMatch(/birth|number/i);
  expect(inDoubt({ doubt: 'otherBirthDate', forOperator: null })).toContain('another date of birth');
});

test('what will happen names whose it becomes, and what does not change', () => {
  const asHeld = willHappen(row, held).join(' ');
  expect(asHeld).toContain('born 8 June 1961');
  expect(asHeld).toContain('stay as they are');
  expect(asHeld).not.toContain('6 August 1961');
  const asNew = willHappen(row, 'new').join(' ');
  expect(asNew).toContain('A new patient is made: Anna Nunez, born 6 August 1961');
  for (const said of [asHeld, asNew]) expect(said).toContain('cannot be undone');
  expect(willHappen(row, 'notOurs').join(' ')).toContain('nobody can book it');
});

test('a restricted row is called so, and a place in a bundle is an entry', () => {
  expect(titleOf({ person: null, forOperator: 'restricted' })).toBe('Restricted record');
  expect(titleOf(row)).toBe('NUNEZ, Anna');
  expect(whereFrom({ file: 'b.json', line: 3 })).toBe('b.json, entry 3');
  expect(whereFrom(row)).toBe('old.csv, line 12');
});

test('why it can be nobody new is said where it cannot, and who settled it as far as anybody knows', () => {
  expect(whyNotNew(row)).toContain('cannot be used');
  expect(whyNotNew({ ...row, person: { ...person, isNumberValid: false } })).toContain('valid NHS number');
  expect(whyNotNew({ ...row, mayBeNew: true })).toBe('');
  const by = { at: 0, ubrn: null, isAlready: false } as const;
  expect(whoSettled({ ...by, how: 'new', byName: 'Ruth', byRole: 'gp' })).toBe('Ruth (GP)');
  expect(whoSettled({ ...by, how: 'new', byName: '', byRole: null })).toBe(
    'A person who is no longer listed',
  );
  expect(whoSettled({ ...by, how: 'operator', byName: '', byRole: null })).toBe('Whoever loads the files');
});

test('each reason why a row was not settled has words of its own', () => {
  const all = (
    [
      ...['operatorOnly', 'referenceInUse', 'faulty', 'notACandidate', 'numberUnusable'],
      ...['offline', 'unknown', 'busy', 'signedOut', 'forbidden', 'notFound', 'closed'],
    ] as Parameters<typeof notSettled>[0][]
  ).map(notSettled);
  expect(new Set(all).size).toBe(all.length);
  expect(all.join()).not.toContain('undefined');
});
