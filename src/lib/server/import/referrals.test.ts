/** Whose a row is: DOMAIN's rules of identity, each as what an operator's file brings about. */
import { expect, test } from 'vitest';
import { offerOf, offerSchema, textOf } from '#lib/domain/referral.ts';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import { deltaSchema } from '#lib/protocol/exchange.ts';
import {
  book,
  claimId,
  grace,
  northEyes,
  olive,
  publish,
  nora,
  rita,
  service,
  time,
} from '../ledger/testing/small-world.ts';
import { openImportWorld, row } from './testing/import-world.ts';

test('one file twice: the second time changes nothing and says so', async () => {
  const world = await openImportWorld();
  const file = [1, 2, 3].map((n) => row(n));
  expect((await world.bring('referrals', file)).counts).toEqual({ added: 3 });
  const before = [await world.referrals(), await world.seq()];
  const again = await world.bring('referrals', file);
  expect(again).toMatchObject({ counts: { unchanged: 3 }, told: [] });
  expect([await world.referrals(), await world.seq()]).toEqual(before);
  expect(await world.violations()).toEqual([]);
});

test('a desk hears of what came in by its next exchange, and only the desk whose it is', async () => {
  const world = await openImportWorld();
  const { delta } = await world.send(rita, []);
  await world.bring('referrals', [row(1)]);
  const next = await world.send(rita, [], { cursor: delta.cursor });
  expect(next.delta.rows).toContainEqual(
    expect.objectContaining({ entity: 'referral', key: '000000000001' }),
  );
  expect((await world.truth(olive)).filter(({ entity }) => entity === 'referral')).toEqual([]);
});

test('two people under one number: the second waits, and the first is left as they are', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1)]);
  const before = await world.patients();
  const number = testNhsNumber(1);
  const brought = await world.bring('referrals', [
    row(2, { nhs_number: number, birth_date: '1990-01-01' }),
    row(3, { nhs_number: number, given_name: 'Zoë' }),
  ]);
  expect(brought.counts).toEqual({ waits: 2 });
  expect(brought.told).toEqual([
    '2 birth_date: The NHS number is held by a patient with another birth date',
    '3 family_name: The NHS number is held by a patient whose family name and initial are both different',
  ]);
  expect(await world.patients()).toEqual(before);
  expect(await world.referrals()).toHaveLength(1);
  const waiting = await world.waiting();
  expect(waiting.map(({ line, candidates }) => [line, candidates.map(({ nhsNumber }) => nhsNumber)])).toEqual(
    [
      [2, [number]],
      [3, [number]],
    ],
  );
});

test('two people under one number that nobody holds yet: neither gets it', async () => {
  const world = await openImportWorld();
  const brought = await world.bring('referrals', [
    row(1),
    row(2, { nhs_number: testNhsNumber(1), birth_date: '1990-01-01' }),
    row(3),
  ]);
  expect(brought.counts).toEqual({ added: 1, waits: 2 });
  expect((await world.patients()).map(({ nhsNumber }) => nhsNumber)).toEqual([testNhsNumber(3)]);
});

test('one person with two numbers: the second number makes nobody', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1)]);
  const { family_name = '', given_name = '' } = row(1);
  const brought = await world.bring('referrals', [row(2, { family_name, given_name })]);
  expect(brought).toMatchObject({ counts: { waits: 1 } });
  expect(brought.told[0]).toContain('one person with two numbers, or two people');
  expect(await world.patients()).toHaveLength(1);
});

test('one person with two numbers in one file: the first comes in, the second waits', async () => {
  const world = await openImportWorld();
  const { family_name = '', given_name = '' } = row(1);
  const brought = await world.bring('referrals', [row(1), row(2, { family_name, given_name })]);
  expect(brought.counts).toEqual({ added: 1, waits: 1 });
});

test('a superseded number: the record moves to the new one, rows under the old one find it, and it is said', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1)]);
  const [before] = await world.patients();
  const [old, fresh] = [testNhsNumber(1), testNhsNumber(7)];
  const brought = await world.bring('referrals', [row(1, { nhs_number: fresh, former_nhs_number: old })]);
  expect(brought).toMatchObject({
    counts: { updated: 1 },
    told: ['2 nhs_number: takes the place of the number held before'],
  });
  expect(await world.patients()).toEqual([{ ...before, nhsNumber: fresh }]);
  const { family_name = '', given_name = '' } = row(1);
  const later = await world.bring('referrals', [row(2, { nhs_number: old, family_name, given_name })]);
  expect(later).toMatchObject({
    counts: { added: 1 },
    told: ['2 nhs_number: has been replaced by another: the patient is held under the new one'],
  });
  const owners = (await world.referrals()).map(({ patient }) => [patient.id, patient.nhsNumber]);
  expect(owners).toEqual([
    [before?.id, fresh],
    [before?.id, fresh],
  ]);
  expect(await world.violations()).toEqual([]);
});

test('a name changed by marriage is linked and brought up to date on all their referrals, and it is said', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1)]);
  const { given_name = '' } = row(1);
  const brought = await world.bring('referrals', [
    row(2, { nhs_number: testNhsNumber(1), family_name: 'Married', given_name }),
  ]);
  expect(brought).toMatchObject({
    counts: { added: 1 },
    told: ['2 family_name: was another before: the name is changed'],
  });
  const names = (await world.referrals()).map(({ patient }) => patient.familyName);
  expect(names).toEqual(['Married', 'Married']);
});

test('a given name that begins otherwise may be a twin: linked by the rule, renamed by nobody', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1, { given_name: 'Anna' })]);
  const brought = await world.bring('referrals', [row(1, { given_name: 'Beth' })]);
  expect(brought).toMatchObject({ counts: { unchanged: 1 } });
  expect(brought.told).toEqual([
    '2 given_name: begins otherwise than the one held, which stays: is it the same person?',
  ]);
  expect((await world.patients())[0]?.givenName).toBe('Anna');
});

test('an empty phone blanks nothing; nor does any other empty cell', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1, { choice: 'shortlist', restricted: 'yes' })]);
  const before = await world.referrals();
  const { ubrn = '', nhs_number = '', family_name = '', given_name = '', birth_date = '' } = row(1);
  const bare = { ubrn, nhs_number, family_name, given_name, birth_date };
  expect((await world.bring('referrals', [{ ...bare, phone: '', sex: '' }])).counts).toEqual({
    unchanged: 1,
  });
  expect(await world.referrals()).toEqual(before);
  expect((await world.bring('referrals', [{ ...bare, phone: '01632 960999' }])).counts).toEqual({
    updated: 1,
  });
  expect(await world.patients()).toEqual([{ ...before[0]?.patient, phone: '01632 960999' }]);
});

test('no number, an invalid one and ten equal digits wait and make nobody', async () => {
  const world = await openImportWorld();
  const numbers = ['', '4857773456', '3478526985', '9312201101', '1111111111', '12345'];
  const brought = await world.bring(
    'referrals',
    numbers.map((nhs_number, n) => row(n + 1, { nhs_number })),
  );
  expect(brought.counts).toEqual({ waits: numbers.length });
  expect(await world.patients()).toEqual([]);
  expect(await world.waiting()).toHaveLength(numbers.length);
});

test('a row that waited comes off the list when it comes in; the same row never stands there twice', async () => {
  const world = await openImportWorld();
  const { family_name = '', given_name = '' } = row(1);
  const second = row(2, { nhs_number: testNhsNumber(7), family_name, given_name });
  await world.bring('referrals', [row(1), second]);
  await world.bring('referrals', [second]);
  expect(await world.waiting()).toHaveLength(1);
  // The sender finds out: the first was an old number of theirs.
  await world.bring('referrals', [
    row(1, { nhs_number: testNhsNumber(7), former_nhs_number: testNhsNumber(1) }),
  ]);
  expect((await world.bring('referrals', [second])).counts).toEqual({ added: 1 });
  expect(await world.waiting()).toEqual([]);
});

test('a booking reference of another patient is refused, and both referrals stay as they are', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1), row(2)]);
  const before = await world.referrals();
  const [{ ubrn = '' }, other] = [row(1), row(2)];
  const brought = await world.bring('referrals', [{ ...other, ubrn }, row(3, { ubrn })]);
  expect(brought.counts).toEqual({ waits: 1, bad: 1 });
  expect(brought.told).toEqual([
    '2 ubrn: Refused: this booking reference belongs to another patient',
    '3 ubrn: is in line 2 already, and the rest differs',
  ]);
  expect(await world.referrals()).toEqual(before);
});

test('a patient in several rows that differ: the first stands, so that loading again changes nothing', async () => {
  const world = await openImportWorld();
  const { nhs_number = '', family_name = '', given_name = '' } = row(1);
  const same = { nhs_number, family_name, given_name };
  const file = [
    row(1, { address: '' }),
    row(2, { ...same, phone: '01632 960999', address: '1 New Road' }),
    row(3, { ...same, address: '2 Other Road' }),
  ];
  const brought = await world.bring('referrals', file);
  expect(brought.counts).toEqual({ added: 3 });
  expect(brought.told).toEqual([
    '3 phone: differs from line 2 for the same patient, which stands',
    '4 address: differs from line 2 for the same patient, which stands',
  ]);
  expect(await world.patients()).toMatchObject([{ phone: '01632 960123', address: '1 New Road' }]);
  expect((await world.bring('referrals', file)).counts).toEqual({ unchanged: 3 });
});

test('a restricted patient stays so, and no desk is told where they live', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1, { restricted: 'yes' })]);
  const brought = await world.bring('referrals', [row(1, { restricted: 'no' })]);
  expect(brought).toMatchObject({
    counts: { unchanged: 1 },
    told: ['2 restricted: stays yes: a file cannot lift it'],
  });
  const [told] = (await world.truth(rita)).filter(({ entity }) => entity === 'referral');
  expect(told?.row).toMatchObject({ patient: { restricted: true, phone: '', address: '', district: '' } });
});

test('what claims made of a referral is not undone by loading it again', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1)]);
  await world.ask(nora, publish(northEyes));
  const [answer] = await world.ask(rita, book(1, 1, time(northEyes, 0)));
  expect(answer?.verdict.outcome).toBe('confirmed');
  const brought = await world.bring('referrals', [row(1, { referrer: 'Dr Other', priority: 'urgent' })]);
  expect(brought.counts).toEqual({ updated: 1 });
  const booked = await world.db.selectFrom('appointment').select(['ubrn', 'status']).execute();
  expect(booked).toEqual([{ ubrn: '000000000001', status: 'booked' }]);
  expect(await world.violations()).toEqual([]);
});

test('what a GP has decided since is not undone by loading the file again, and it is said', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1), row(2)]);
  const [referral] = await world.referrals();
  if (!referral) throw new Error('no referral');
  const seen = offerOf(referral);
  const offer = { ...seen, priority: 'urgent', choice: 'shortlist' } as const;
  const [answer] = await world.ask(grace, { kind: 'shortlist', ubrn: referral.ubrn, seen, offer });
  expect(answer?.verdict.outcome).toBe('confirmed');
  const again = await world.bring('referrals', [row(1), row(2, { priority: 'urgent', choice: 'shortlist' })]);
  expect(again.counts).toEqual({ unchanged: 1, updated: 1 });
  expect(again.told).toEqual(['2 priority: is not what the practice has decided here since, which stays']);
  expect((await world.referrals()).map(({ priority, choice }) => [priority, choice])).toEqual([
    ['urgent', 'shortlist'],
    ['urgent', 'shortlist'],
  ]);
  const phoned = await world.bring('referrals', [row(1, { phone: '0117 496 0000' })]);
  expect(phoned.counts).toEqual({ updated: 1 });
  expect((await world.referrals())[0]).toMatchObject({
    priority: 'urgent',
    patient: { phone: '0117 496 0000' },
  });
  expect(await world.violations()).toEqual([]);
});

test('what is wrong with a row is all said at once, in words, without the patient', async () => {
  const world = await openImportWorld();
  const brought = await world.bring('referrals', [
    row(1, {
      birth_date: '31/04/1961',
      phone: 'none',
      shortlist: 'RXX01-eyes|no such',
      referred_at: '2027-06-01',
      address: '=cmd()',
    }),
    row(2, { practice: 'RXX01', shortlist: 'RXX01-eyes|RXX01-gone' }),
    row(3, { ubrn: '12345678', family_name: '' }),
    row(4, { given_name: 'x'.repeat(1_000_000), address: 'a\u202eb' }),
    row(5, { birth_date: '2030-01-01' }),
    row(6),
  ]);
  expect(brought.counts).toEqual({ added: 1, bad: 5 });
  expect(brought.told).toEqual([
    '2 birth_date: is not a date like 1961-08-06 or 06/08/1961',
    '2 phone: is not a telephone number',
    '2 address: begins with = like a spreadsheet formula',
    '2 shortlist: has an entry that is not the id of a service',
    '2 referred_at: is in the future',
    '3 practice: RXX01 is not loaded as a practice',
    '3 shortlist: RXX01-gone: no such service is loaded',
    '4 ubrn: is not 12 digits: a spreadsheet drops leading zeros unless the column is text',
    '4 family_name: is empty',
    '5 given_name: is longer than 100 characters',
    '5 address: contains characters that cannot be shown',
    '6 birth_date: is in the future',
  ]);
});

test('a date that is none, or of before there were booking references, is left out, and the practice goes on syncing', async () => {
  const world = await openImportWorld();
  const dates = [
    '1965-03-01',
    '1970-01-01',
    '1999-12-31T23:59',
    '0001-01-01',
    '2026-12-01T09:30+99:99',
    '9999-12-31',
    '2000-01-01',
  ];
  const brought = await world.bring(
    'referrals',
    dates.map((referred_at, n) => row(n + 1, { referred_at })),
  );
  expect(brought.told).toEqual([
    '2 referred_at: is before 2000-01-01',
    '3 referred_at: is before 2000-01-01',
    '4 referred_at: is before 2000-01-01',
    '5 referred_at: is before 2000-01-01',
    '6 referred_at: is not a date like 2026-08-06, or with a time 2026-08-06T17:30',
    '7 referred_at: is in the future',
  ]);
  expect(brought.counts).toEqual({ added: 1, bad: 6 });
  const { delta } = await world.send(rita, []);
  expect(deltaSchema.safeParse(delta).success).toBe(true);
});

test('a referral that an earlier version let in with no date that a desk can read is mended by a row that gives one', async () => {
  const world = await openImportWorld();
  await world.bring('referrals', [row(1)]);
  const [held] = await world.referrals();
  if (!held) throw new Error('the row did not come in');
  const body = JSON.stringify({ ...textOf(held), referredAt: -1 });
  await world.db.updateTable('referral').set({ body }).execute();
  const brought = await world.bring('referrals', [
    row(1, { referred_at: '', phone: '01632 960999' }),
    row(2),
  ]);
  expect(brought).toMatchObject({
    counts: { added: 1, bad: 1 },
    told: ['2 : The ledger could not store this row'],
  });
  expect(world.alarms).toEqual([
    'a row could not be stored: load: referral # has referredAt that no device can read',
  ]);
  expect((await world.bring('referrals', [row(1)])).counts).toEqual({ updated: 1 });
  expect(deltaSchema.safeParse((await world.send(rita, [])).delta).success).toBe(true);
});

test('what comes in of a specialty and a kind of clinic is what a claim can change again, and no longer', async () => {
  const world = await openImportWorld();
  const [fits, tooLong] = ['x'.repeat(80), 'x'.repeat(81)];
  const clinic = service(northEyes, { specialty: fits, clinicTypes: [fits] });
  await world.clerk.load({ id: claimId(0xff_0003), services: [clinic] });
  const brought = await world.bring('referrals', [
    row(1, { specialty: fits, clinic_type: fits }),
    row(2, { specialty: tooLong }),
    row(3, { clinic_type: tooLong }),
  ]);
  expect(brought.counts).toEqual({ added: 1, bad: 2 });
  expect(brought.told).toEqual([
    '3 specialty: is longer than 80 characters',
    '4 clinic_type: is longer than 80 characters',
  ]);
  const [referral] = await world.referrals();
  if (!referral) throw new Error('the first row did not come in');
  const seen = offerSchema.parse(offerOf(referral));
  const offer = { ...seen, priority: 'urgent' } as const;
  const [answer] = await world.ask(grace, { kind: 'shortlist', ubrn: referral.ubrn, seen, offer });
  expect(answer?.verdict.outcome).toBe('confirmed');
});
