import { expect, test } from 'vitest';
import type { ReferralView } from '#lib/domain/project.ts';
import { withheld, type Patient } from '#lib/domain/referral.ts';
import { searchReferrals } from './referral-search.ts';

const view = (givenName: string, familyName: string, nhsNumber: string, ubrn: string, birthDate: string) =>
  // Only what the search reads: a whole view is made in the desk's own test.
  ({
    referral: { ubrn, patient: { givenName, familyName, nhsNumber, birthDate } },
  }) as unknown as ReferralView;

const jose = view('José', "O'Brien", '9990000018', '000123456789', '1961-08-06');
const anne = view('Anne-Marie', 'Smith-Jones', '9990000026', '000987654321', '2001-12-31');
const all = [jose, anne];
const restricted = {
  referral: { ubrn: '000111222333', patient: withheld({ id: 'p', restricted: true } as Patient) },
} as unknown as ReferralView;

test.each([
  ['jose', jose],
  ['OBRIEN', jose],
  ['o’brien j', jose],
  ['marie', anne],
  ['smith anne', anne],
  ['999 000 0018', jose],
  ['0018', jose],
  ['0009 8765 4321', anne],
  ['0009-8765-4321', anne],
  ['6/8/1961', jose],
  ['06.08.61', jose],
  ['6-8-1961', jose],
  ['6 8 1961', jose],
  ['06081961', jose],
  ['6 Aug 1961', jose],
  ['6th August 61', jose],
  ['1961-08-06', jose],
  ['31 december 2001', anne],
])('%s finds one', (text, expected) => {
  expect(searchReferrals(all, text)).toEqual([expected]);
});

test.each(['', '   ', '!!', '7/8/1961', '99', 'zed', '13 foo 1961', '(', '[a-z]'])(
  '%j finds none',
  (text) => {
    expect(searchReferrals(all, text)).toEqual([]);
  },
);

test('a restricted record is found by its reference, and by nothing that stands for what is withheld', () => {
  expect(searchReferrals([restricted], '0001 1122 2333')).toEqual([restricted]);
  expect(searchReferrals([restricted], 'restricted')).toEqual([restricted]);
  for (const text of ['1/1/1900', '0000000000', 'jane'])
    expect(searchReferrals([restricted], text)).toEqual([]);
});

test('a name that was put right is found as it is now, and not as it was', () => {
  expect(searchReferrals(all, 'obrien')).toEqual([jose]);
  const married = view('José', 'Santos', '9990000018', '000123456789', '1961-08-06');
  expect(searchReferrals([married, anne], 'santos')).toEqual([married]);
  expect(searchReferrals([married, anne], 'obrien')).toEqual([]);
});
