import { expect, test } from 'vitest';
import { aReferral, aService, monday, serviceIdOf } from './testing/samples.ts';
import {
  fits,
  fullName,
  identityOf,
  isOnlyByPhone,
  isWithheld,
  listName,
  patientSchema,
  withheld,
} from './referral.ts';

const { patient } = aReferral(1);
const restricted = { ...patient, restricted: true };

test('what stands for a restricted patient holds nothing of them but that they are one person', () => {
  const stub = withheld(restricted);
  expect(patientSchema.parse(stub)).toEqual(stub);
  expect(isWithheld(stub)).toBe(true);
  expect(isWithheld(restricted)).toBe(false);
  expect(stub.id).toBe(patient.id);
  expect(stub.restricted).toBe(true);
  const { sex: _, ...known } = identityOf(patient);
  for (const value of [...Object.values(known), patient.phone, patient.address, patient.district])
    expect(Object.values(stub)).not.toContain(value);
  expect([listName(stub), fullName(stub)]).toEqual(['Restricted record', 'Restricted record']);
});

test('booked by phone only: the patient may go to no other, and none of these is booked here or unknown', () => {
  const phone = aService(1, { booking: 'phone' });
  const direct = aService(2, { booking: 'direct' });
  const known = (id: string) => [phone, direct].find((service) => service.id === id);
  const of = (choice: 'shortlist' | 'anywhere', ...services: number[]) =>
    isOnlyByPhone({ choice, shortlist: services.map(serviceIdOf) }, known);
  expect(of('shortlist', 1)).toBe(true);
  expect(of('shortlist', 1, 2)).toBe(false);
  expect(of('shortlist', 1, 3)).toBe(false);
  expect(of('shortlist')).toBe(false);
  expect(of('anywhere', 1)).toBe(false);
});

test('a device rules out no service by what it does not know; the ledger, which knows, does', () => {
  const children = aService(1, { ageFrom: 0, ageTo: 15 });
  const men = aService(2, { sex: 'male' });
  const elsewhere = aService(9);
  const known = aReferral(1, { patient: restricted });
  const onDevice = aReferral(1, { patient: withheld(restricted) });
  const shortlist = [serviceIdOf(1), serviceIdOf(2)];
  for (const service of [children, men]) {
    expect(fits({ ...known, shortlist }, service, monday)).toBe(false);
    expect(fits({ ...onDevice, shortlist }, service, monday)).toBe(true);
  }
  expect(fits({ ...onDevice, shortlist }, elsewhere, monday)).toBe(false);
});
