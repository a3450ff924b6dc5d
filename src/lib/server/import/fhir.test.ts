import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import { bundleSource } from './fhir.ts';
import { FileRefused } from './refused.ts';
import { openImportWorld } from './testing/import-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-fhir-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'bundle.json');
const source = (content: unknown) => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return bundleSource(path, 'bundle.json');
};
const refusal = (content: unknown) =>
  source(content).then(
    () => 'was read',
    (error: unknown) => (error instanceof FileRefused ? error.message : String(error)),
  );

const nhs = 'https://fhir.nhs.uk/Id/nhs-number';
const ods = 'https://fhir.nhs.uk/Id/ods-organization-code';
const bundle = (...resources: unknown[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});

const maureen = (about: object = {}) => ({
  resourceType: 'Patient',
  id: 'maureen',
  identifier: [{ system: nhs, value: testNhsNumber(1) }],
  name: [
    { use: 'old', family: 'Before', given: ['Maureen'] },
    { use: 'official', family: 'Hargreaves', given: ['Maureen', 'Ann'] },
  ],
  birthDate: '1952-03-09',
  gender: 'female',
  telecom: [
    { system: 'email', value: 'nobody@example.org' },
    { system: 'phone', use: 'home', value: '01632 960123' },
  ],
  address: [{ use: 'home', line: ['14 Alma Road'], city: 'Leeds', postalCode: 'LS6 2ES' }],
  ...about,
});

const request = (about: object = {}) => ({
  resourceType: 'ServiceRequest',
  id: 'r1',
  status: 'active',
  intent: 'order',
  identifier: [{ system: 'https://fhir.nhs.uk/Id/UBRN', value: '000049871236' }],
  priority: 'urgent',
  category: [{ coding: [{ code: 'OPH', display: 'EYES' }] }],
  code: { text: 'GENERAL' },
  subject: { reference: 'Patient/maureen' },
  requester: { reference: 'PractitionerRole/helen' },
  performer: [{ reference: 'HealthcareService/RXX01-eyes' }, { identifier: { value: 'RXX01-skin' } }],
  authoredOn: '2026-12-01T09:30:00+00:00',
  ...about,
});

const helen = {
  resourceType: 'PractitionerRole',
  id: 'helen',
  practitioner: { display: 'Dr Helen Marsh' },
  organization: { identifier: { system: ods, value: 'A81001' } },
};

test('a request with its patient comes in as a row of a file would', async () => {
  const world = await openImportWorld();
  const brought = await world.bring('referrals', await source(bundle(maureen(), request(), helen)));
  expect(brought).toMatchObject({ counts: { added: 1 }, told: [] });
  expect(await world.referrals()).toMatchObject([
    {
      ubrn: '000049871236',
      patient: {
        nhsNumber: testNhsNumber(1),
        familyName: 'Hargreaves',
        givenName: 'Maureen Ann',
        birthDate: '1952-03-09',
        sex: 'female',
        phone: '01632 960123',
        address: '14 Alma Road, Leeds',
        district: 'LS6',
        restricted: false,
      },
      practice: 'A81001',
      practiceName: 'Elm Surgery',
      referrer: 'Dr Helen Marsh',
      specialty: 'EYES',
      clinicType: 'GENERAL',
      priority: 'urgent',
      choice: 'shortlist',
      shortlist: ['RXX01-eyes', 'RXX01-skin'],
      referredAt: Date.UTC(2026, 11, 1, 9, 30),
    },
  ]);
  const again = await world.bring('referrals', await source(bundle(maureen(), request(), helen)));
  expect(again.counts).toEqual({ unchanged: 1 });
});

test('suspected cancer, a restricted patient, an old number and a patient named by number are understood', async () => {
  const world = await openImportWorld();
  const patient = maureen({
    identifier: [
      { system: nhs, use: 'old', value: testNhsNumber(2) },
      { system: nhs, value: testNhsNumber(1) },
    ],
    meta: { security: [{ code: 'R' }] },
    managingOrganization: { identifier: { system: ods, value: 'A81001' } },
  });
  const asked = request({
    subject: { identifier: { system: nhs, value: testNhsNumber(1) } },
    requester: { display: 'Dr Helen Marsh' },
    extension: [
      {
        url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-eRS-Priority',
        valueCodeableConcept: { coding: [{ code: 'TWO_WEEK_WAIT' }] },
      },
    ],
  });
  const brought = await world.bring('referrals', await source(bundle(patient, asked)));
  expect(brought.counts).toEqual({ added: 1 });
  expect(await world.referrals()).toMatchObject([
    { priority: 'TWO_WEEK_WAIT', practice: 'A81001', patient: { restricted: true } },
  ]);
  expect(
    await world.db
      .withTables<{ former_number: { nhs_number: string } }>()
      .selectFrom('former_number')
      .select('nhs_number')
      .execute(),
  ).toEqual([{ nhs_number: testNhsNumber(2) }]);
});

test('a bad entry is named by its place and by FHIR’s name of the field, and stops no other', async () => {
  const world = await openImportWorld();
  const ubrn = (value: string) => ({ identifier: [{ system: 'https://fhir.nhs.uk/Id/UBRN', value }] });
  const brought = await world.bring(
    'referrals',
    await source(
      bundle(
        maureen(),
        helen,
        request({ ...ubrn('000000000001'), status: 'revoked' }),
        request({ ...ubrn('000000000002'), subject: { reference: 'Patient/nobody' } }),
        request({ ...ubrn('000000000003'), authoredOn: 'yesterday' }),
        request({ ...ubrn('000000000004'), subject: 7 }),
        'not a resource',
        request({ ...ubrn('000000000005'), priority: 'stat' }),
        request(),
      ),
    ),
  );
  expect(brought.counts).toEqual({ added: 1, bad: 6 });
  expect(brought.findings.map(({ line, column, reason }) => `${line} ${column} ${reason}`)).toEqual([
    '3 ServiceRequest.status is revoked: only active requests are taken',
    '4 ServiceRequest.subject names a patient who is not in the bundle',
    '5 ServiceRequest.authoredOn is not a date like 2026-08-06, or with a time 2026-08-06T17:30',
    '6 ServiceRequest has subject not as FHIR R4 has it',
    '7 entry is not a resource',
    '8 ServiceRequest.priority is none of routine, urgent, TWO_WEEK_WAIT',
  ]);
});

test('a bundle of a million entries, one too large to hold, and what is no bundle are refused in words', async () => {
  const entries = '{"resource":{}},'.repeat(999_999);
  expect(await refusal(`{"resourceType":"Bundle","entry":[${entries}{}]}`)).toBe(
    'has 1,000,000 entries, at most 50,000 can be read at once. Split it into several bundles',
  );
  writeFileSync(path, '{');
  truncateSync(path, 2 ** 31);
  await expect(bundleSource(path, 'bundle.json')).rejects.toThrow('has 2048 MB, at most 64 MB');
  expect(await refusal('{"resourceType":"Patient"}')).toContain('is not a FHIR bundle');
  expect(await refusal('[[[[')).toContain('is not JSON');
  expect(await refusal('['.repeat(1_000_000))).toContain('is not JSON');
  writeFileSync(path, Buffer.from('{"resourceType":"Bundle","id":"\xe9"}', 'latin1'));
  await expect(bundleSource(path, 'bundle.json')).rejects.toThrow('is not in UTF-8');
});
