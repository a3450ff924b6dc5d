import { expect, test } from 'vitest';
import type { Patient } from '#lib/domain/referral.ts';
import { markNames } from './similar-names.ts';

const patient = (nhsNumber: string, givenName: string, familyName: string) =>
  ({ nhsNumber, givenName, familyName }) as Patient;

test('two people of one name are marked, one person with two referrals is not', () => {
  const marks = markNames([
    patient('1', 'Janet', 'Williams'),
    patient('2', 'Janet', 'Williams'),
    patient('3', 'John', 'Williams'),
    patient('4', 'Sarah', 'Williams'),
    patient('5', 'Zoë', "O'Brien"),
    patient('5', 'Zoë', "O'Brien"),
    patient('6', 'Zoe', 'OBrien'),
  ]);
  expect([...marks].sort()).toEqual([
    ['1', 'same'],
    ['2', 'same'],
    ['3', 'similar'],
    ['5', 'same'],
    ['6', 'same'],
  ]);
});
