import { expect, test } from 'vitest';
import type { DemoPeople } from '../src/lib/protocol/session.ts';
import { introductions } from './introductions.ts';

// Brands are earned by the shapes, which nothing here looks at.
const people = {
  staff: [
    {
      person: 'gp',
      name: 'Dr Ann Khan',
      role: 'gp',
      scope: 'practice:A81001',
      organisationName: 'Elm',
      town: '',
    },
    {
      person: 'r',
      name: 'Rita Roe',
      role: 'receptionist',
      scope: 'practice:A81001',
      organisationName: 'Elm',
      town: '',
    },
  ],
  patients: [
    {
      ubrn: '000049001017',
      code: 'ABCD EFGH JKLM',
      birthYear: 1958,
      name: 'Margaret Ashworth',
      situation: '',
    },
  ],
} as unknown as DemoPeople;

test('names a receptionist, and a patient with everything that the sign-in page asks for', () => {
  const said = introductions(people).join('\n');
  expect(said).toContain('Rita Roe, receptionist, Elm');
  expect(said).toContain('Margaret Ashworth');
  expect(said).toMatch(
    /booking reference 0000 4900 1017\n.*access code\s+ABCD EFGH JKLM\n.*year of birth\s+1958/,
  );
});

test('says what there is where there is nobody to be', () => {
  expect(introductions({ staff: [], patients: [] }).join('\n')).not.toMatch(
    /undefined|At a practice|As a patient/,
  );
});
