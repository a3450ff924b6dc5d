import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { minuteMs } from '#lib/domain/instant.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { aReferral, aService, monday } from '#lib/domain/testing/samples.ts';
import { encodeDirectory } from '#lib/protocol/directory.ts';
import { HeldDirectory, kindsFor } from './directory.svelte.ts';
import { SlotsDb } from './store/slots-db.ts';

afterEach(() => vi.unstubAllGlobals());

const { patient } = aReferral(1);

test('what can be asked for: each kind once, by its words, with every priority that some hospital takes it at', () => {
  const services = [
    aService(1, { specialty: 'Surgery', clinicTypes: ['Hernias', 'Gallstones'], priorities: ['routine'] }),
    aService(2, { specialty: 'Surgery', clinicTypes: ['Hernias'], priorities: ['urgent', 'routine'] }),
    aService(3, { specialty: 'Skin', clinicTypes: ['Moles'], priorities: ['TWO_WEEK_WAIT'] }),
  ];
  expect(kindsFor(services, patient, monday)).toEqual([
    { specialty: 'Skin', clinicType: 'Moles', priorities: ['TWO_WEEK_WAIT'] },
    { specialty: 'Surgery', clinicType: 'Gallstones', priorities: ['routine'] },
    { specialty: 'Surgery', clinicType: 'Hernias', priorities: ['urgent', 'routine'] },
  ]);
});

test('nothing is offered that no hospital does for a patient of this age and sex', () => {
  const services = [
    aService(1, { clinicTypes: ['For men'], sex: 'male' }),
    aService(2, { clinicTypes: ['For children'], ageFrom: 0, ageTo: 17 }),
    aService(3, { clinicTypes: ['For her'], sex: 'female' }),
  ];
  expect(kindsFor(services, patient, monday).map(({ clinicType }) => clinicType)).toEqual(['For her']);
});

test('staff and a patient in one browser: each has their own, from the server and from this device', async () => {
  const db = new SlotsDb('slots-of-the-directory-test');
  const asked: string[] = [];
  let isReachable = true;
  vi.stubGlobal('fetch', (url: string) => {
    if (!isReachable) return Promise.reject(new TypeError('Failed to fetch'));
    asked.push(url);
    const name = url.endsWith('for=patient') ? 'For patients' : 'For staff';
    const body = JSON.stringify(encodeDirectory('r', [aService(1, { name })]));
    return Promise.resolve(
      new Response(body, { headers: { 'content-type': 'application/json', etag: '"r"' } }),
    );
  });
  let now = monday;
  const open = (scope: string) => new HeldDirectory(scopeSchema.parse(scope), db, () => now);
  const nameOf = async (directory: HeldDirectory) => {
    await directory.load();
    return [...directory.all].map(({ name }) => name).join();
  };
  const [practice, patients, others] = ['practice:A81001', 'patient:000000000001', 'patient:000000000002'];
  expect(await nameOf(open(practice))).toBe('For staff');
  const own = open(patients);
  expect(await nameOf(own)).toBe('For patients');
  expect(asked).toEqual(['/api/directory', '/api/directory?for=patient']);

  // What it is of may change with the referral: a patient’s is asked for again soon, and staff’s is not.
  now += 6 * minuteMs;
  await nameOf(own);
  await nameOf(open(practice));
  expect(asked).toHaveLength(3);

  isReachable = false;
  now += 6 * minuteMs;
  expect(await nameOf(open(practice))).toBe('For staff');
  expect(await nameOf(open(patients))).toBe('For patients');
  expect(await nameOf(open(others))).toBe('');
});
