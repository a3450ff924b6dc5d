// Histories of rows that a practice settles: what it is shown, what it may say, and what must never come of it.
import fc from 'fast-check';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import type { Author } from '#lib/domain/person.ts';
import { rowsPageMax, rowsPageSchema, type SettleRow, type WaitingRow } from '#lib/protocol/rows.ts';
import { sqliteDialect } from '../ledger/engines/sqlite.ts';
import { ledgerTables } from '../ledger/migrations/0001-ledger.ts';
import type { Tables } from '../ledger/schema.ts';
import {
  claimId,
  elmPractice,
  grace,
  oakPractice,
  olive,
  raj,
  rita,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { PracticeRows, type RowAnswer } from './practice-rows.ts';
import { openImportWorld, row, type ImportWorld } from './testing/import-world.ts';
import { closeWaiting, importMigrations, type ImportTables } from './waiting.ts';

let world: ImportWorld;
let rows: PracticeRows;
beforeEach(async () => {
  world = await openImportWorld();
  rows = rowsOf(world);
  await world.clerk.load({
    id: claimId(0xff_0003),
    organisations: [{ code: oakPractice, kind: 'practice', name: 'Oak Surgery', phone: '', town: 'Leeds' }],
  });
});
afterEach(async () => {
  // However a history ends, the journal tells it again.
  expect(await world.violations()).toEqual([]);
  await world.close();
});

function rowsOf(of: ImportWorld): PracticeRows {
  let ids = 0;
  return new PracticeRows({
    clerk: of.clerk,
    readDb: of.readDb,
    clock: () => of.time.now,
    newId: () => claimId(0xdd_0000 + (ids += 1)),
  });
}

const list = async (practice = elmPractice) => (await rows.page(practice)).rows;
async function only(practice = elmPractice): Promise<WaitingRow> {
  const [first, ...others] = await list(practice);
  if (!first || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} rows, not one`);
  return first;
}
const settle = (id: string, as: SettleRow['as'], by: Author = rita, note?: string): Promise<RowAnswer> =>
  rows.settle(by, id, { as, ...(note === undefined ? {} : { note }) });
const refused = (why: string) => ({ kind: 'refused', why });
const settled = (about: object) => ({ kind: 'settled', settled: expect.objectContaining(about) as object });
const idOf = async (ubrn: string) => {
  const found = (await world.referrals()).find((one) => one.ubrn === ubrn);
  return found?.patient.id ?? '';
};

/** The number of patient 1, who is held, with a birth date that is not theirs. */
const typo = { nhs_number: testNhsNumber(1), family_name: 'Familya', birth_date: '1961-06-08' };
const held = ubrnNumber(1);

describe('a row whose number is held under another birth date', () => {
  beforeEach(async () => {
    await world.bring('referrals', [row(1)]);
    expect((await world.bring('referrals', [row(2, typo)])).counts).toEqual({ waits: 1 });
  });

  test('is shown with whom it may be about, and never with where anybody lives or their telephone', async () => {
    const page = await rows.page(elmPractice);
    expect(page).toMatchObject({ count: 1, more: null });
    expect(page.rows).toMatchObject([
      {
        file: 'referrals.csv',
        line: 2,
        ubrn: ubrnNumber(2),
        doubt: 'otherBirthDate',
        person: { familyName: 'Familya', birthDate: '1961-06-08', isNumberValid: true },
        candidates: [{ familyName: 'Familya', birthDate: '1961-08-06', ubrns: [held] }],
        forOperator: null,
        mayBeNew: false,
        mayBeNotOurs: true,
      },
    ]);
    expect(rowsPageSchema.parse(page)).toEqual(page);
    expect(JSON.stringify(page)).not.toMatch(/Alma|LS6|01632/);
  });

  test('settled as that patient, the referral is theirs and nothing else of them is changed', async () => {
    const [before] = await world.patients();
    const seq = await world.seq();
    const { id } = await only();
    const answer = await settle(id, { patient: await idOf(held) }, grace, ' Rang her: 6 August. ');
    expect(answer).toEqual(
      settled({ how: 'patient', byName: 'Grace', byRole: 'gp', ubrn: ubrnNumber(2), isAlready: false }),
    );
    expect(await world.patients()).toEqual([before]);
    const referrals = await world.referrals();
    expect(referrals.map(({ ubrn, patient }) => [ubrn, patient.id])).toEqual([
      [held, before?.id],
      [ubrnNumber(2), before?.id],
    ]);
    expect(await world.seq()).toBe(seq + 1);
    expect(await list()).toEqual([]);
    expect(await world.waiting()).toEqual([]);
    // It is on every desk of the practice by the ordinary way.
    const truth = await world.truth(rita);
    expect(truth.filter(({ entity }) => entity === 'referral').map(({ key }) => key)).toContain(
      ubrnNumber(2),
    );
    expect(await kept()).toMatchObject([
      { how: 'patient', person: 'grace', practice: elmPractice, note: 'Rang her: 6 August.' },
    ]);
  });

  test('cannot be settled as somebody new: two people under one number cannot be put right later', async () => {
    const { id } = await only();
    expect(await settle(id, 'new')).toEqual(refused('numberUnusable'));
    expect(await world.patients()).toHaveLength(1);
    expect(await kept()).toEqual([]);
    expect(await list()).toHaveLength(1);
  });

  test('cannot be given to a patient who is none of those shown, known to the practice or not', async () => {
    await world.bring('referrals', [row(3, { birth_date: '1944-01-02' })]);
    const { id } = await only();
    for (const patient of [await idOf(ubrnNumber(3)), 'p1', "' or 1=1"])
      expect(await settle(id, { patient })).toEqual(refused('notACandidate'));
    expect(await world.referrals()).toHaveLength(2);
  });

  test('the same file again brings it neither back nor in, once it is settled', async () => {
    await settle((await only()).id, { patient: await idOf(held) });
    const seq = await world.seq();
    const again = await world.bring('referrals', [row(2, typo)]);
    expect(again.counts).toEqual({ unchanged: 1 });
    expect(again.told).toEqual(['2 : was settled by practice A81001, as a patient they know']);
    expect(await list()).toEqual([]);
    expect(await world.seq()).toBe(seq);
  });

  test('of two desks the second is told who was there before, and what they said', async () => {
    const { id } = await only();
    await settle(id, { patient: await idOf(held) }, raj);
    expect(await settle(id, 'notOurs', rita)).toEqual({
      kind: 'settledOtherwise',
      settled: expect.objectContaining({ how: 'patient', byName: 'Raj', ubrn: ubrnNumber(2) }) as object,
    });
    // The same, by another person or on a line that lost the first answer, is so already.
    for (const by of [raj, rita])
      expect(await settle(id, { patient: await idOf(held) }, by)).toEqual(
        settled({ byName: 'Raj', isAlready: true }),
      );
    expect(await kept()).toMatchObject([{ person: 'raj', how: 'patient' }]);
    expect(await world.referrals()).toHaveLength(2);
  });

  test('two desks at the same moment: one row of what was settled, one entry, and both know whose', async () => {
    const { id } = await only();
    const seq = await world.seq();
    const patient = await idOf(held);
    const answers = await Promise.all([settle(id, { patient }, raj), settle(id, 'notOurs', rita)]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['settled', 'settledOtherwise']);
    expect(await kept()).toHaveLength(1);
    expect(await world.seq()).toBe(seq + 1);
  });

  test('the operator was quicker: the desk is told so, without what the operator wrote', async () => {
    const { id } = await only();
    expect(await closeWaiting(world.db, id, 'Mrs Familya rang', world.time.now)).toBe(true);
    const answer = await settle(id, { patient: await idOf(held) });
    expect(answer).toMatchObject({ kind: 'settledOtherwise', settled: { how: 'operator', byName: '' } });
    expect(JSON.stringify(answer)).not.toContain('rang');
    expect(await world.referrals()).toHaveLength(1);
    expect(await kept()).toEqual([]);
  });

  test('a desk was quicker: the operator has nothing left to close', async () => {
    const { id } = await only();
    await settle(id, { patient: await idOf(held) });
    expect(await closeWaiting(world.db, id, 'entered twice', world.time.now)).toBe(false);
  });

  test('another practice is told nothing of it, not even that there is such a row', async () => {
    const { id } = await only();
    expect(await list(oakPractice)).toEqual([]);
    expect(await rows.count(oakPractice)).toBe(0);
    const theirs = await settle(id, 'notOurs', olive);
    expect(theirs).toEqual(await settle('0123456789abcdef', 'notOurs', olive));
    await settle(id, 'notOurs');
    expect(await settle(id, 'notOurs', olive)).toEqual(theirs);
  });

  test('put right meanwhile it is in no doubt any more, and is still for a person to settle', async () => {
    const [referral] = await world.referrals();
    if (!referral) throw new Error('no referral');
    const mended = { ...referral, patient: { ...referral.patient, birthDate: '1961-06-08' } };
    await world.clerk.load({ id: claimId(0xff_0004), referrals: [mended] });
    const one = await only();
    expect(one).toMatchObject({ doubt: 'none', candidates: [{ birthDate: '1961-06-08' }] });
    expect(await settle(one.id, { patient: await idOf(held) })).toMatchObject({ kind: 'settled' });
  });
});

describe('a row that says of itself that it may be somebody new', () => {
  const namesake = { family_name: 'Familya', given_name: 'Givena' };

  test('same name and birth date, another number: it may be either, and a person says which', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [row(2, namesake)]);
    expect(await only()).toMatchObject({
      doubt: 'sameNameOtherNumber',
      candidates: [{ nhsNumber: testNhsNumber(1) }],
      mayBeNew: true,
    });
    expect(await settle((await only()).id, 'new')).toEqual(settled({ how: 'new', ubrn: ubrnNumber(2) }));
    const [one, two] = await world.patients();
    expect([one?.nhsNumber, two?.nhsNumber].sort()).toEqual([testNhsNumber(1), testNhsNumber(2)].sort());
    expect(await world.bring('referrals', [row(2, namesake)])).toMatchObject({
      counts: { unchanged: 1 },
      told: ['2 : was settled by practice A81001, as a new patient'],
    });
    expect(await world.patients()).toHaveLength(2);
  });

  test('one number that the file gives to two: the first becomes new, and the other no longer can', async () => {
    const other = { ubrn: ubrnNumber(3), family_name: 'Other', given_name: 'Zoe', birth_date: '1990-01-02' };
    expect((await world.bring('referrals', [row(2), row(2, other)])).counts).toEqual({ waits: 2 });
    const [first, second] = await list();
    expect([first?.doubt, second?.doubt]).toEqual(['numberOfTwo', 'numberOfTwo']);
    expect(await settle(first?.id ?? '', 'new')).toMatchObject({ kind: 'settled' });
    expect(await only()).toMatchObject({ id: second?.id, doubt: 'otherBirthDate', mayBeNew: false });
    expect(await settle(second?.id ?? '', 'new')).toEqual(refused('numberUnusable'));
    expect(await world.patients()).toHaveLength(1);
  });

  test('a number that somebody had before counts as held, and so does the former number of the row', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [
      row(1, { nhs_number: testNhsNumber(5), former_nhs_number: testNhsNumber(1) }),
    ]);
    const stranger = { family_name: 'Zed', given_name: 'Zoe', birth_date: '1990-01-02' };
    await world.bring('referrals', [
      row(2, { ...stranger, nhs_number: testNhsNumber(1) }),
      row(3, { ...stranger, former_nhs_number: testNhsNumber(1) }),
    ]);
    const waiting = await list();
    expect(waiting).toHaveLength(2);
    for (const { id, mayBeNew, candidates } of waiting) {
      expect(mayBeNew).toBe(false);
      expect(candidates).toMatchObject([{ nhsNumber: testNhsNumber(5) }]);
      expect(await settle(id, 'new')).toEqual(refused('numberUnusable'));
    }
    expect(await world.patients()).toHaveLength(1);
  });

  test('its own former number goes with somebody new, where nobody holds it', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [row(2, { ...namesake, former_nhs_number: testNhsNumber(7) })]);
    await settle((await only()).id, 'new');
    // Who comes under the old number is known for them.
    const later = row(3, { ...namesake, nhs_number: testNhsNumber(7) });
    expect((await world.bring('referrals', [later])).counts).toEqual({ added: 1 });
    expect(await idOf(ubrnNumber(3))).toBe(await idOf(ubrnNumber(2)));
  });

  test('without a valid number it can be a patient who is known, and nobody new', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [
      row(2, { ...namesake, nhs_number: '' }),
      row(3, { nhs_number: '4857773456', family_name: 'Nobody' }),
    ]);
    const [alike, unknown] = await list();
    expect(alike).toMatchObject({ doubt: 'noNumber', candidates: [{ ubrns: [held] }], mayBeNew: false });
    expect(unknown).toMatchObject({ doubt: 'notANumber', candidates: [], mayBeNew: false });
    expect(unknown?.person).toMatchObject({ nhsNumber: '4857773456', isNumberValid: false });
    expect(await settle(unknown?.id ?? '', 'new')).toEqual(refused('numberUnusable'));
    expect(await settle(alike?.id ?? '', { patient: await idOf(held) })).toMatchObject({ kind: 'settled' });
  });
});

describe('what the practice does not know', () => {
  test('is not told and cannot be chosen: a patient of another practice leaves the row to the operator', async () => {
    await world.bring('referrals', [row(1, { practice: oakPractice })]);
    await world.bring('referrals', [row(2, typo)]);
    const one = await only();
    expect(one).toMatchObject({ forOperator: 'others', candidates: [], doubt: null, mayBeNew: false });
    expect(JSON.stringify(one)).not.toContain('1961-08-06');
    for (const as of [{ patient: await idOf(held) }, 'new'] as const)
      expect(await settle(one.id, as)).toEqual(refused('operatorOnly'));
    expect(await world.referrals()).toHaveLength(1);
  });

  test('a restricted patient of their own is not told either', async () => {
    await world.bring('referrals', [row(1, { restricted: 'yes' })]);
    await world.bring('referrals', [row(2, typo)]);
    expect(await only()).toMatchObject({ forOperator: 'others', candidates: [], doubt: null });
    expect(await settle((await only()).id, { patient: await idOf(held) })).toEqual(refused('operatorOnly'));
  });

  test('one of two is left out: not even the other can be chosen, nor somebody new be made', async () => {
    await world.bring('referrals', [row(1), row(4, { practice: oakPractice, birth_date: '1970-01-01' })]);
    const both = { ...typo, nhs_number: testNhsNumber(4), former_nhs_number: testNhsNumber(1) };
    await world.bring('referrals', [row(2, both)]);
    const one = await only();
    expect(one).toMatchObject({ forOperator: 'others', candidates: [{ nhsNumber: testNhsNumber(1) }] });
    expect(await settle(one.id, { patient: await idOf(held) })).toEqual(refused('operatorOnly'));
  });

  test('a row of a restricted patient is shown without whom it is about, and is the operator’s', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [row(2, { ...typo, restricted: 'yes' })]);
    const one = await only();
    expect(one).toMatchObject({
      forOperator: 'restricted',
      person: null,
      candidates: [],
      mayBeNotOurs: false,
    });
    expect(JSON.stringify(one)).not.toMatch(/Familya|1961/);
    for (const as of [{ patient: await idOf(held) }, 'new', 'notOurs'] as const)
      expect(await settle(one.id, as)).toEqual(refused('operatorOnly'));
  });

  test('a booking reference that is in use is refused, whoever’s it is', async () => {
    await world.bring('referrals', [row(1), row(2)]);
    await world.bring('referrals', [row(1, typo)]);
    const one = await only();
    expect(one).toMatchObject({ forOperator: 'referenceInUse', mayBeNew: false });
    for (const as of [{ patient: await idOf(held) }, 'new'] as const)
      expect(await settle(one.id, as)).toEqual(refused('referenceInUse'));
    expect((await world.referrals()).map(({ ubrn }) => ubrn)).toEqual([held, ubrnNumber(2)]);
  });

  test('a row that names a service which is not held cannot be settled, only handed back', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [row(2, { ...typo, shortlist: 'RXX01-gone' })]);
    const one = await only();
    expect(one.forOperator).toBe('faulty');
    expect(await settle(one.id, { patient: await idOf(held) })).toEqual(refused('faulty'));
    expect(await settle(one.id, 'notOurs')).toMatchObject({ kind: 'settled' });
  });
});

describe('a row that is not theirs', () => {
  test('leaves the practice and waits for the operator, who sees who said so; nothing comes in', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [row(2, typo)]);
    const seq = await world.seq();
    const { id } = await only();
    expect(await settle(id, 'notOurs', raj, 'Left us in May')).toEqual(
      settled({ how: 'notOurs', ubrn: null }),
    );
    expect(await list()).toEqual([]);
    expect(await world.seq()).toBe(seq);
    expect(await world.waiting()).toMatchObject([
      { id, notOurs: { byName: 'Raj', practice: elmPractice, note: 'Left us in May' } },
    ]);
    // The same file says again that somebody has to find out, and the practice is not asked twice.
    const again = await world.bring('referrals', [row(2, typo)]);
    expect(again.counts).toEqual({ waits: 1 });
    expect(again.told).toEqual(['2 practice: Practice A81001 says that this is not theirs']);
    expect(await list()).toEqual([]);
    expect(await closeWaiting(world.db, id, 'sent to Oak', world.time.now)).toBe(true);
    expect(await world.waiting()).toEqual([]);
  });

  test('is not loaded either when it is in doubt no more', async () => {
    await world.bring('referrals', [row(1)]);
    await world.bring('referrals', [row(2, { family_name: 'Familya', given_name: 'Givena' })]);
    await settle((await only()).id, 'notOurs');
    // Who was alike is put right, so the rule alone would now make a patient of the row.
    await world.bring('referrals', [row(1, { family_name: 'Married' })]);
    const again = await world.bring('referrals', [row(2, { family_name: 'Familya', given_name: 'Givena' })]);
    expect(again.counts).toEqual({ waits: 1 });
    expect(await world.patients()).toHaveLength(1);
  });
});

test('hundreds of rows come in pages that neither repeat nor leave out, whatever is settled between them', async () => {
  await world.bring('referrals', [row(1)]);
  const total = 2 * rowsPageMax + 7;
  const many = Array.from({ length: total }, (_, n) =>
    row(1, { ...typo, ubrn: ubrnNumber(100 + n), birth_date: `19${10 + n}-01-01` }),
  );
  await world.bring('referrals', many);
  const first = await rows.page(elmPractice);
  expect(first).toMatchObject({ count: total });
  expect(first.rows).toHaveLength(rowsPageMax);
  await settle(first.rows.at(-1)?.id ?? '', 'notOurs');
  const seen = first.rows.map(({ line }) => line);
  for (let { more } = first; more !== null;) {
    const next = await rows.page(elmPractice, more);
    expect(next.rows.length).toBeLessThanOrEqual(rowsPageMax);
    seen.push(...next.rows.map(({ line }) => line));
    more = next.more;
  }
  expect(seen).toEqual(many.map((_, n) => n + 2));
});

test('rows that waited before the update are their practice’s after it', async () => {
  const db = new Kysely<Tables & ImportTables>({ dialect: sqliteDialect(':memory:', 'write') });
  await ledgerTables.up(db);
  const [first, ...later] = Object.values(importMigrations);
  expect(later.length).toBeGreaterThan(0);
  await first?.up(db);
  const old = { file: 'f.csv', line: 2, field: '', why: '', candidates: '[]', at: 1, done_at: null };
  const cells = [JSON.stringify(row(1, { practice: ' A81001 ' })), JSON.stringify(row(2, { practice: '' }))];
  for (const [n, text] of cells.entries())
    await db
      .insertInto('waiting_row')
      .values({ ...old, id: `${n}`, cells: text, done_note: null } as never)
      .execute();
  for (const migration of later) await migration.up(db);
  const after = await db.selectFrom('waiting_row').select(['id', 'practice']).orderBy('id').execute();
  expect(after).toEqual([
    { id: '0', practice: 'A81001' },
    { id: '1', practice: '' },
  ]);
  await db.destroy();
});

test('whatever people say of rows in whatever order: no number is of two, no record is changed, none is bound unasked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(doubtful, { minLength: 1, maxLength: 6 }), said, async (given, answers) => {
      const place = await openImportWorld();
      const desk = rowsOf(place);
      await place.bring('referrals', [row(1), row(2, { birth_date: '1950-05-05' })]);
      const file = given.map((about, n) => row(3, { ubrn: ubrnNumber(30 + n), ...about }));
      await place.bring('referrals', file);
      const before = new Map((await place.patients()).map((patient) => [patient.id, patient]));
      const certain = new Set((await place.referrals()).map(({ ubrn }) => ubrn));
      const [chosen, handedBack] = [new Map<string, string>(), new Map<string, string>()];
      for (const [at, what] of answers) {
        const { rows: waiting } = await desk.page(elmPractice);
        const one = waiting[at % Math.max(1, waiting.length)];
        if (!one?.ubrn) continue;
        const patient = one.candidates[0]?.id ?? 'nobody';
        const answer = await desk.settle(rita, one.id, { as: what === 'patient' ? { patient } : what });
        if (answer.kind === 'settled')
          (what === 'notOurs' ? handedBack : chosen).set(one.ubrn, what === 'new' ? '' : patient);
        // What was offered is what is taken.
        if (what === 'new') expect(answer.kind === 'settled').toBe(one.mayBeNew);
      }
      const patients = await place.patients();
      expect(new Set(patients.map(({ nhsNumber }) => nhsNumber)).size).toBe(patients.length);
      for (const patient of patients) expect(patient).toEqual(before.get(patient.id) ?? patient);
      for (const { ubrn, patient } of await place.referrals()) {
        if (certain.has(ubrn)) continue;
        const told = chosen.get(ubrn);
        expect(told, `${ubrn} came in and nobody said so`).toBeDefined();
        if (told !== '') expect(patient.id).toBe(told);
      }
      // Again, and twice: what somebody settled is neither judged nor asked about anew.
      for (const again of [file, file]) await place.bring('referrals', again);
      const now = new Map((await place.referrals()).map(({ ubrn, patient }) => [`${ubrn}`, patient.id]));
      for (const [ubrn, told] of chosen) if (told !== '') expect(now.get(ubrn)).toBe(told);
      for (const ubrn of handedBack.keys()) expect(now.has(ubrn)).toBe(false);
      const asked = (await desk.page(elmPractice)).rows.map(({ ubrn }) => ubrn);
      for (const ubrn of [...chosen.keys(), ...handedBack.keys()]) expect(asked).not.toContain(ubrn);
      expect(await place.violations()).toEqual([]);
      await place.close();
    }),
    { numRuns: 25 },
  );
});

const doubtful = fc.record({
  nhs_number: fc.constantFrom('', '4857773456', ...[1, 2, 3, 4].map((n) => testNhsNumber(n))),
  former_nhs_number: fc.constantFrom('', '', testNhsNumber(2), testNhsNumber(5)),
  family_name: fc.constantFrom('Familya', 'Familyb', 'Zed'),
  given_name: fc.constantFrom('Givena', 'Zoe'),
  birth_date: fc.constantFrom('1961-08-06', '1950-05-05', '1990-01-02'),
});
const said = fc.array(fc.tuple(fc.nat(9), fc.constantFrom('patient', 'new', 'notOurs')), { maxLength: 8 });

const kept = () => world.db.withTables<ImportTables>().selectFrom('settled_row').selectAll().execute();
