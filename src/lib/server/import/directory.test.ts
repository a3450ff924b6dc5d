/** Sites, practices and services: what referrals name, brought in before them. */
import { expect, test } from 'vitest';
import { northEyes } from '../ledger/testing/small-world.ts';
import { openImportWorld } from './testing/import-world.ts';

const site = { code: 'RZZ01', name: 'West Hospital', phone: '01632 960001', town: 'Leeds' };
const clinic = {
  id: 'RZZ01-ent',
  name: 'Ear, nose and throat',
  provider: 'RZZ',
  provider_name: 'West Trust',
  site: 'RZZ01',
  latitude: '53.8',
  longitude: '-1.5',
  specialty: 'ENT',
  clinic_types: 'Ear|Nose',
  priorities: 'routine|urgent',
  booking: 'direct',
  window_routine: '90',
  median_weeks: '14.5',
};

test('sites, practices and services come in, and the same again changes nothing', async () => {
  const world = await openImportWorld();
  const practice = { ...site, code: 'C83003', name: 'Ash Surgery' };
  const all = [
    ['sites', site],
    ['practices', practice],
    ['services', clinic],
  ] as const;
  for (const [kind, row] of all) expect((await world.bring(kind, [row])).counts).toEqual({ added: 1 });
  const seq = await world.seq();
  for (const [kind, row] of all) expect((await world.bring(kind, [row])).counts).toEqual({ unchanged: 1 });
  expect(await world.seq()).toBe(seq);
  const { body } = await world.db
    .selectFrom('service')
    .select('body')
    .where('id', '=', 'RZZ01-ent' as typeof northEyes)
    .executeTakeFirstOrThrow();
  expect(JSON.parse(body)).toMatchObject({
    siteName: 'West Hospital',
    patientName: 'Hospital specialist appointment',
    clinicTypes: ['Ear', 'Nose'],
    sex: null,
    windowDays: { routine: 90, urgent: 30, TWO_WEEK_WAIT: 14 },
    medianWeeksTenths: 145,
  });
  expect(await world.violations()).toEqual([]);
});

test('an empty cell keeps what is held, of a practice and of a service', async () => {
  const world = await openImportWorld();
  await world.bring('sites', [site]);
  await world.bring('services', [clinic]);
  expect((await world.bring('sites', [{ code: 'RZZ01', phone: '', town: '' }])).counts).toEqual({
    unchanged: 1,
  });
  expect((await world.bring('services', [{ id: 'RZZ01-ent', window_routine: '' }])).counts).toEqual({
    unchanged: 1,
  });
  expect((await world.bring('services', [{ id: 'RZZ01-ent', sex: 'female' }])).counts).toEqual({
    updated: 1,
  });
  expect((await world.bring('services', [{ id: 'RZZ01-ent', sex: 'any' }])).counts).toEqual({ updated: 1 });
});

test('a service stays at its site, and names none that is not loaded', async () => {
  const world = await openImportWorld();
  await world.bring('sites', [site]);
  const brought = await world.bring('services', [
    { ...clinic, id: northEyes, site: 'RZZ01' },
    { ...clinic, id: 'a', site: 'RQQ01' },
    { ...clinic, id: 'b', site: 'A81001' },
    { ...clinic, id: 'c', latitude: '91', priorities: 'routine|soon' },
    { ...clinic, id: 'd', specialty: '' },
    { ...clinic, id: 'e', age_from: '40', age_to: '16' },
  ]);
  expect(brought.counts).toEqual({ bad: 6 });
  expect(brought.told).toEqual([
    '2 site: is another site than before: give the service a new id',
    '3 site: RQQ01 is not loaded as a site',
    '4 site: A81001 is not loaded as a site',
    '5 priorities: has a word that is none of routine, urgent, TWO_WEEK_WAIT',
    '5 latitude: is not a number from -90 to 90',
    '6 specialty: is empty',
    '7 age_to: is less than age_from',
  ]);
});

test('the name that patients see of a service for suspected cancer does not say so', async () => {
  const world = await openImportWorld();
  await world.bring('sites', [site]);
  const fast = { ...clinic, id: 'fast', name: '2WW Skin cancer', priorities: 'TWO_WEEK_WAIT' };
  const brought = await world.bring('services', [{ ...fast, patient_name: 'Skin cancer clinic' }]);
  expect(brought.counts).toEqual({ bad: 1 });
  expect((await world.bring('services', [fast])).counts).toEqual({ added: 1 });
});

test('a code is a site or a practice and never becomes the other', async () => {
  const world = await openImportWorld();
  const brought = await world.bring('practices', [{ ...site, code: 'RXX01' }]);
  expect(brought.told).toEqual(['2 code: is the code of a site already']);
});

test('a service names specialties and kinds of clinic no longer than a referral may', async () => {
  const world = await openImportWorld();
  await world.bring('sites', [site]);
  const [fits, tooLong] = ['x'.repeat(80), 'x'.repeat(81)];
  const brought = await world.bring('services', [
    { ...clinic, id: 'a', specialty: fits, clinic_types: `Ear|${fits}` },
    { ...clinic, id: 'b', specialty: tooLong },
    { ...clinic, id: 'c', clinic_types: `Ear|${tooLong}` },
  ]);
  expect(brought.counts).toEqual({ added: 1, bad: 2 });
  expect(brought.told).toEqual([
    '3 specialty: is longer than 80 characters',
    '4 clinic_types: has an entry of more than 80 characters',
  ]);
});

test('numbers at their edges make services that a device can read', async () => {
  const world = await openImportWorld();
  await world.bring('sites', [site]);
  const least = { latitude: '-90', longitude: '-180', age_from: '0', notice_hours: '0', median_weeks: '0' };
  const most = { latitude: '90', longitude: '180', age_to: '150', notice_hours: '9600', median_weeks: '500' };
  const [none, all] = ['0', '400'].map((days) => ({
    window_routine: days,
    window_urgent: days,
    window_two_week_wait: days,
  }));
  const brought = await world.bring('services', [
    { ...clinic, id: 'least', ...least, ...none },
    { ...clinic, id: 'most', ...most, ...all },
    { ...clinic, id: 'more', window_routine: '401' },
  ]);
  expect(brought.counts).toEqual({ added: 2, bad: 1 });
  expect(brought.told).toEqual(['4 window_routine: is not a whole number from 0 to 400']);
});
