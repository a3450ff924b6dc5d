import { expect, test } from 'vitest';

import { dayMs } from '#lib/domain/instant.ts';
import type { NhsNumber } from '#lib/domain/nhs-number.ts';
import { project } from '#lib/domain/project.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { aReferral, monday } from '#lib/domain/testing/samples.ts';
import { findPatient, recordedDeaths, referralsOf } from './patient-find.ts';

const number = '9912003888' as NhsNumber;
const { patient } = aReferral(1);
const born = patient.birthDate;

const viewsOf = (...referrals: Referral[]) =>
  project(
    {
      referrals: new Map(referrals.map((one) => [one.ubrn, one])),
      appointments: new Map(),
      notices: new Map(),
      services: new Map(),
      seq: 0,
    },
    [],
    monday,
  ).referrals;

test('a patient is found by number and birth date together, by the newest referral and with all of them', () => {
  const views = viewsOf(
    aReferral(1, { patient, referredAt: monday - 9 * dayMs }),
    aReferral(2, { patient, referredAt: monday - dayMs }),
    aReferral(3, { patient: { ...patient, id: 'other', nhsNumber: '4010232137' } }),
  );
  const found = findPatient(views, number, born);
  expect(found.kind === 'found' && found.known.referral.ubrn).toBe(aReferral(2).ubrn);
  expect(found.kind === 'found' && found.all).toHaveLength(2);
  expect(referralsOf(views, patient.id).map(({ referral }) => referral.ubrn)).toEqual([
    aReferral(2).ubrn,
    aReferral(1).ubrn,
  ]);
});

test('a wrong birth date is answered like a number that nobody has', () => {
  const views = viewsOf(aReferral(1, { patient }));
  expect(findPatient(views, number, '1961-08-07')).toEqual({ kind: 'notFound' });
  expect(findPatient(views, '9476719931' as NhsNumber, born)).toEqual({ kind: 'notFound' });
});

test('two records under one number and birth date: no referral is made for either by guessing', () => {
  const views = viewsOf(
    aReferral(1, { patient }),
    aReferral(2, { patient: { ...patient, id: 'second', givenName: 'June' } }),
  );
  expect(findPatient(views, number, born)).toEqual({ kind: 'ambiguous' });
});

test('who is recorded as having died is known by the record, and by nothing that is alike', () => {
  const closed = { state: 'closed', closed: { reason: 'PATIENT_DIED', at: monday }, deferral: null } as const;
  const views = viewsOf(
    aReferral(1, { patient }),
    aReferral(2, { patient, status: closed }),
    aReferral(3, { patient: { ...patient, id: 'of the same name' } }),
    aReferral(4, { status: { ...closed, closed: { reason: 'RAISED_IN_ERROR', at: monday } } }),
  );
  const deaths = recordedDeaths(views);
  expect([...deaths].map(([id, { referral }]) => [id, referral.ubrn])).toEqual([
    [patient.id, aReferral(2).ubrn],
  ]);
});
