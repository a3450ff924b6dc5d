// The directory: all of it for staff, and for a patient what concerns their referral, in words that are meant for patients.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fits } from '#lib/domain/referral.ts';
import { decodeDirectory, directorySchema } from '#lib/protocol/directory.ts';
import {
  claimId,
  monday,
  northEyes,
  northSkin,
  patient,
  referral,
  rita,
  service,
  smallLoad,
  southEyes,
  southSkin,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

const discreet = 'Hospital specialist appointment';
const eyes = { name: 'Suspected eye cancer', specialty: 'EYES', clinicTypes: ['GENERAL', 'Orbital tumours'] };
const anywhere = referral(1);
const elsewhere = referral(2, { patient: patient(2), specialty: 'SKIN', shortlist: [northSkin] });
const offeredOnly = referral(3, { patient: patient(3), choice: 'shortlist', shortlist: [southSkin] });

let api: TestApi;
let browser: Browser;
beforeEach(async () => {
  api = await openApi();
  await api.app.clerk.load({
    ...smallLoad([anywhere, elsewhere, offeredOnly]),
    services: [
      service(northEyes, eyes),
      service(southEyes, eyes),
      service(northSkin, { name: 'Melanoma clinic', specialty: 'SKIN', clinicTypes: ['Moles'] }),
      service(southSkin, { name: 'Two week wait: skin', specialty: 'SKIN', clinicTypes: ['Moles'] }),
    ],
  });
  browser = api.browser();
});
afterEach(() => api.close());

const signInStaff = () => browser.post('/api/session', { kind: 'demo', person: rita.person });

async function signInPatient(n: number): Promise<void> {
  const code = await api.app.codes.issue(ubrnNumber(n));
  const asked = { kind: 'patient', ubrn: ubrnNumber(n), code, birthYear: 1961 };
  expect((await browser.post('/api/session', asked)).status).toBe(200);
}

async function directory(path: string) {
  const response = await browser.fetch(path);
  expect(response.status).toBe(200);
  const text = await response.text();
  const services = decodeDirectory(directorySchema.parse(JSON.parse(text)));
  return { text, services, ids: services.map(({ id }) => id).sort() };
}

const own = '/api/directory?for=patient';

test('a patient who may choose anywhere gets all of their kind, by the names for patients, and it fits on their device', async () => {
  await signInPatient(1);
  const { text, services, ids } = await directory(own);
  expect(ids).toEqual([northEyes, southEyes].sort());
  expect(services.map(({ name }) => name)).toEqual([discreet, discreet]);
  expect(text).not.toMatch(/cancer|tumour|Melanoma|Two week/i);
  expect(services.filter((one) => fits(anywhere, one, monday))).toHaveLength(2);
});

test('one who may choose among what was offered gets that, and is not told what it is for', async () => {
  await signInPatient(3);
  const { text, ids } = await directory(own);
  expect(ids).toEqual([southSkin]);
  expect(text).not.toMatch(/SKIN"|Moles|Melanoma|Two week/);
});

test('a service that was offered and is of another kind says nothing of itself', async () => {
  await signInPatient(2);
  const { text, ids } = await directory(own);
  expect(ids).toEqual([northSkin]);
  expect(text).not.toMatch(/Moles|Melanoma/);
});

test('with no word for whom, a patient gets their own; beside staff, each gets theirs', async () => {
  await signInPatient(1);
  expect((await directory('/api/directory')).ids).toHaveLength(2);
  await signInStaff();
  const staffs = await directory('/api/directory');
  expect(staffs.ids).toHaveLength(4);
  expect(staffs.text).toContain('Suspected eye cancer');
  expect((await directory(own)).text).not.toContain('cancer');
});

test('staff have no patient’s', async () => {
  await signInStaff();
  expect((await browser.fetch(own)).status).toBe(401);
});

test('it is kept by its revision, and is another when the referral changes its kind', async () => {
  await signInPatient(1);
  const etag = (await browser.fetch(own)).headers.get('etag') ?? '';
  const again = () => browser.fetch(own, { headers: { 'if-none-match': etag } });
  expect((await again()).status).toBe(304);
  const changed = { ...anywhere, specialty: 'SKIN', clinicType: 'Moles', shortlist: [northSkin] };
  await api.app.clerk.load({ id: claimId(0xff_0002), referrals: [changed] });
  expect((await again()).status).toBe(200);
  expect((await directory(own)).ids).toEqual([northSkin, southSkin].sort());
});
