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

/** Each with the address that its sender knows it by, or none. */
const bundleAt = (...entries: (readonly [fullUrl: string | undefined, resource: unknown])[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: entries.map(([fullUrl, resource]) => ({ fullUrl, resource })),
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
        request({ ...ubrn('000000000006'), authoredOn: '1965-03-01' }),
        request({ ...ubrn('000000000007'), authoredOn: '2026-12-01T09:30:00+99:99' }),
        request({ ...ubrn('000000000008'), status: 'Maureen Hargreaves' }),
        request({ ...ubrn('000000000009'), identifier: 7 }),
        request(),
      ),
    ),
  );
  expect(brought.counts).toEqual({ added: 1, bad: 10 });
  expect(brought.findings.map(({ line, column, reason }) => `${line} ${column} ${reason}`)).toEqual([
    '3 ServiceRequest.status is revoked: only active requests are taken',
    '4 ServiceRequest.subject names a patient who is not in the bundle',
    '5 ServiceRequest.authoredOn is not a date like 2026-08-06, or with a time 2026-08-06T17:30',
    '6 ServiceRequest has subject not as FHIR R4 has it',
    '7 entry is not a resource',
    '8 ServiceRequest.priority is none of routine, urgent, TWO_WEEK_WAIT',
    '9 ServiceRequest.authoredOn is before 2000-01-01',
    '10 ServiceRequest.authoredOn is not a date like 2026-08-06, or with a time 2026-08-06T17:30',
    '11 ServiceRequest.status is not active: only active requests are taken',
    '12 ServiceRequest has identifier not as FHIR R4 has it',
  ]);
});

const [north, south] = ['https://north.example/fhir', 'https://south.example/fhir'];
const olive = (about: object = {}) =>
  maureen({
    identifier: [{ system: nhs, value: testNhsNumber(2) }],
    name: [{ family: 'Kettle', given: ['Olive'] }],
    birthDate: '1948-01-02',
    ...about,
  });
const inDoubt = 'fits two entries of the bundle that differ: nobody can tell which is meant';

/** What a bundle of one request comes to: whose it is, or what was said. */
async function outcomeOf(...entries: Parameters<typeof bundleAt>): Promise<readonly string[]> {
  const world = await openImportWorld();
  const { findings } = await world.bring('referrals', await source(bundleAt(...entries)));
  const said = findings.map(({ column, reason }) => `${column} ${reason}`);
  return [...(await world.referrals()).map(({ patient }) => patient.familyName), ...said];
}

test('two patients of one id: a request’s own address says whose it is; without one nobody is guessed at', async () => {
  const both = [
    [`${north}/Patient/maureen`, maureen()],
    [`${south}/Patient/maureen`, olive()],
    [undefined, helen],
  ] as const;
  const toHelen = { requester: { display: 'Dr Marsh', identifier: { system: ods, value: 'A81001' } } };
  expect(await outcomeOf(...both, [`${north}/ServiceRequest/r1`, request(toHelen)])).toEqual(['Hargreaves']);
  expect(await outcomeOf(...both, [`${south}/ServiceRequest/r1`, request(toHelen)])).toEqual(['Kettle']);
  for (const nowhere of [undefined, 'urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d'])
    expect(await outcomeOf(...both, [nowhere, request()])).toEqual([`ServiceRequest.subject ${inDoubt}`]);
});

test('two patients at one address, or one twice: only what differs is in doubt', async () => {
  const asked = request({ subject: { reference: `${north}/Patient/maureen` } });
  const at = `${north}/Patient/maureen`;
  const rest = [
    [undefined, helen],
    [undefined, asked],
  ] as const;
  expect(await outcomeOf([at, maureen()], [at, maureen()], ...rest)).toEqual(['Hargreaves']);
  for (const pair of [
    [maureen(), olive()],
    [olive(), maureen()],
    [maureen(), olive(), maureen()],
    [maureen(), maureen({ identifier: 7 })],
  ]) {
    const entries = pair.map((patient) => [at, patient] as const);
    expect(await outcomeOf(...entries, ...rest)).toEqual([`ServiceRequest.subject ${inDoubt}`]);
  }
  // Deeper than can be compared.
  const nested = `{"resourceType":"Basic","id":"b","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  expect(
    await refusal(`{"resourceType":"Bundle","entry":[{"resource":${nested}},{"resource":${nested}}]}`),
  ).toBe('was read');
});

test('an address that is not in the bundle is nobody of it, however it ends', async () => {
  const patient = [`${north}/Patient/maureen`, maureen()] as const;
  const named = (reference: string) => request({ subject: { reference } });
  const missing = ['ServiceRequest.subject names a patient who is not in the bundle'];
  for (const reference of [
    `${south}/Patient/maureen`,
    'urn:x/Patient/maureen',
    'other/Patient/maureen',
    'Group/maureen',
  ])
    expect(await outcomeOf(patient, [undefined, helen], [undefined, named(reference)])).toEqual(missing);
  // Its own server's, which the bundle does not have.
  const fromSouth = [`${south}/ServiceRequest/r1`, request()] as const;
  expect(await outcomeOf(patient, [undefined, helen], fromSouth)).toEqual(missing);
  const uuid = 'urn:uuid:04121321-4af5-424c-a0e1-ed3aab1c349d';
  const { id: _, ...nameless } = maureen();
  expect(await outcomeOf([uuid, nameless], [undefined, helen], [undefined, named(uuid)])).toEqual([
    'Hargreaves',
  ]);
});

test('a patient named by a number that two of the bundle carry is neither', async () => {
  const subject = { identifier: { system: nhs, value: testNhsNumber(1) } };
  const other = olive({
    id: 'olive',
    identifier: [
      { system: nhs, value: testNhsNumber(2) },
      { system: nhs, use: 'old', value: testNhsNumber(1) },
    ],
  });
  const rest = [
    [undefined, helen],
    [undefined, request({ subject })],
  ] as const;
  expect(await outcomeOf([undefined, maureen()], [undefined, other], ...rest)).toEqual([
    `ServiceRequest.subject ${inDoubt}`,
  ]);
  // Somebody else's record of the same person is no second patient.
  const mother = { resourceType: 'RelatedPerson', id: 'm', identifier: maureen().identifier };
  expect(await outcomeOf([undefined, maureen()], [undefined, mother], ...rest)).toEqual(['Hargreaves']);
  // An address and a number that lead to two people.
  const both = request({ subject: { reference: 'Patient/olive', identifier: subject.identifier } });
  const apart = olive({ id: 'olive' });
  expect(
    await outcomeOf([undefined, maureen()], [undefined, apart], [undefined, helen], [undefined, both]),
  ).toEqual([`ServiceRequest.subject ${inDoubt}`]);
});

test('who asked is in doubt as well where two go by their name', async () => {
  const elm = { resourceType: 'Organization', id: 'elm', identifier: [{ system: ods, value: 'A81001' }] };
  const oak = { ...elm, identifier: [{ system: ods, value: 'B82002' }] };
  const role = { ...helen, organization: { reference: 'Organization/elm' } };
  const patient = [undefined, maureen()] as const;
  const asked = [undefined, request()] as const;
  expect(await outcomeOf(patient, [undefined, role], [undefined, elm], asked)).toEqual(['Hargreaves']);
  expect(await outcomeOf(patient, [undefined, role], [undefined, elm], [undefined, oak], asked)).toEqual([
    `ServiceRequest.requester ${inDoubt}`,
  ]);
  // Each server has its own "elm": the role's is the one beside it.
  expect(
    await outcomeOf(
      [`${north}/Patient/maureen`, maureen()],
      [`${north}/PractitionerRole/helen`, role],
      [`${south}/Organization/elm`, oak],
      [`${north}/Organization/elm`, elm],
      [`${north}/ServiceRequest/r1`, request()],
    ),
  ).toEqual(['Hargreaves']);
  const registered = maureen({ generalPractitioner: [{ reference: 'Organization/elm' }] });
  const byName = request({ requester: { display: 'Dr Helen Marsh' } });
  expect(
    await outcomeOf([undefined, registered], [undefined, elm], [undefined, oak], [undefined, byName]),
  ).toEqual([`Patient.generalPractitioner ${inDoubt}`]);
});

test('a role that names itself leads nowhere: the practice is the patient’s own, and a referrer has to be given', async () => {
  const itself = { reference: 'PractitionerRole/helen' };
  const registered = maureen({ managingOrganization: { identifier: { system: ods, value: 'A81001' } } });
  const elsewhere = { ...helen, organization: itself };
  expect(await outcomeOf([undefined, registered], [undefined, elsewhere], [undefined, request()])).toEqual([
    'Hargreaves',
  ]);
  const nobody = { ...elsewhere, practitioner: itself };
  expect(await outcomeOf([undefined, registered], [undefined, nobody], [undefined, request()])).toEqual([
    'ServiceRequest.requester is empty',
  ]);
  const circle = { resourceType: 'Practitioner', id: 'p', practitioner: { reference: 'Practitioner/p' } };
  const toCircle = { ...elsewhere, practitioner: circle.practitioner };
  expect(
    await outcomeOf(
      [undefined, registered],
      [undefined, circle],
      [undefined, toCircle],
      [undefined, request()],
    ),
  ).toEqual(['ServiceRequest.requester is empty']);
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
  expect(await refusal('['.repeat(1_000_000))).toBe('is not JSON from line 1, character 1,000,001 on');
  writeFileSync(path, Buffer.from('{"resourceType":"Bundle","id":"\xe9"}', 'latin1'));
  await expect(bundleSource(path, 'bundle.json')).rejects.toThrow('is not in UTF-8');
});

test('what is not JSON is named by its place and never quoted: it may be of a patient', async () => {
  const place = async (text: string) =>
    /^is not JSON from line ([\d,]+), character ([\d,]+) on$/
      .exec(await refusal(text))
      ?.slice(1)
      .join(':');
  expect(await place('{"resourceType": "Bundle",\n "family": Hargreaves}')).toBe('2:12');
  expect(await place('{"given": "Maureen" "family": "Hargreaves"}')).toBe('1:21');
  expect(await place('{"family": "Harg\nreaves"}')).toBe('1:12');
  expect(await place('{"family": "Harg')).toBe('1:12');
  expect(await place('{"family": "H\\x"}')).toBe('1:12');
  expect(await place('{"a": [1, 2,]}')).toBe('1:13');
  expect(await place('{"a": 1,}')).toBe('1:9');
  expect(await place('{"a": 01}')).toBe('1:8');
  expect(await place('{"a": 1]')).toBe('1:8');
  expect(await place('{"a", 1}')).toBe('1:5');
  expect(await place('{1: 1}')).toBe('1:2');
  expect(await place('{} {}')).toBe('1:4');
  expect(await place('[true, nul]')).toBe('1:8');
  expect(await place('[[],{"b":[{}]}\r\n')).toBe('2:1');
  expect(await place('')).toBe('1:1');
  expect(await place(`{"note": "${'\\n'.repeat(5_000_000)}" Hargreaves}`)).toBe('1:10,000,013');
});
