// Histories over real HTTP of rows that need a person: who is answered, and with what.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import type { Author } from '#lib/domain/person.ts';
import { problemSchema } from '#lib/protocol/problem.ts';
import { rowsCountSchema, rowsPageSchema, settledRowSchema, type RowsPage } from '#lib/protocol/rows.ts';
import { isSqliteOutage } from '../ledger/engines/sqlite.ts';
import {
  claimId,
  grace,
  nora,
  olive,
  personOf,
  raj,
  referral,
  rita,
  patient,
  smallLoad,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { importFile } from '../import/import.ts';
import { Referrals } from '../import/referrals.ts';
import { row } from '../import/testing/import-world.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

const elm = rita.scope;
const held = patient(1, { nhsNumber: testNhsNumber(1), givenName: 'Givena', familyName: 'Familya' });
let api: TestApi;
let desk: Browser;
beforeEach(async () => {
  api = await openApi();
  await api.app.clerk.load(smallLoad([referral(1, { patient: held })]));
  await bring([row(2, { nhs_number: held.nhsNumber, family_name: 'Familya', birth_date: '1961-06-08' })]);
  desk = await signedIn(rita);
});
afterEach(() => api.close());

async function bring(cells: readonly ReturnType<typeof row>[]): Promise<void> {
  const deps = {
    ledger: { clerk: api.app.clerk },
    clock: api.app.clock,
    ticks: () => 0,
    newId: randomUUID,
    pause: async () => undefined,
    isOutage: isSqliteOutage,
    log: () => undefined,
    tell: () => undefined,
    progress: () => undefined,
  };
  await importFile(deps, new Referrals({ now: api.time.now, newId: randomUUID }), {
    file: 'letters.csv',
    unit: 'line',
    rows: () => cells.map((each, n) => ({ line: n + 2, cells: each })),
  });
}

async function signedIn(author: Author): Promise<Browser> {
  const browser = api.browser();
  expect((await browser.post('/api/session', { kind: 'demo', person: author.person })).status).toBe(200);
  return browser;
}

async function page(from = desk, scope: string = elm): Promise<RowsPage> {
  const answer = await from.post('/api/rows', { scope });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return rowsPageSchema.parse(await answer.json());
}

async function theId(): Promise<string> {
  return (await page()).rows[0]?.id ?? '';
}

async function problemOf(response: Response): Promise<[number, string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const { status, code } = problemSchema.parse(await response.json());
  return [status, code];
}

const settle = (id: string, as: unknown, from = desk, scope: string = elm) =>
  from.post(`/api/rows/${id}`, { scope, as });

test('a practice reads its rows and settles one; it is told what became of it, and every desk of it hears', async () => {
  const counted = await desk.post('/api/rows/count', { scope: elm });
  expect(rowsCountSchema.parse(await counted.json())).toEqual({ count: 1 });
  const { rows } = await page();
  expect(rows).toMatchObject([{ file: 'letters.csv', line: 2, candidates: [{ id: 'p1' }] }]);
  const heard: ReadonlySet<string>[] = [];
  api.app.clerk.onCommit(({ scopes }) => heard.push(scopes));
  const answer = await settle(rows[0]?.id ?? '', { patient: 'p1' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(settledRowSchema.parse(await answer.json())).toMatchObject({
    how: 'patient',
    byName: 'Rita',
    ubrn: ubrnNumber(2),
  });
  expect(heard.map((scopes) => scopes.has(elm))).toEqual([true]);
  expect(await page()).toEqual({ rows: [], count: 0, more: null });
});

test('whoever comes second is told who was first and how, in words that programs read', async () => {
  const id = await theId();
  const gp = await signedIn(grace);
  expect((await settle(id, 'notOurs', gp)).status).toBe(200);
  const late = await settle(id, { patient: 'p1' });
  expect(late.status).toBe(409);
  expect(problemSchema.parse(await late.json())).toMatchObject({
    code: 'settled',
    settled: { how: 'notOurs', byName: 'Grace', byRole: 'gp', ubrn: null },
  });
  const same = await settle(id, 'notOurs');
  expect(settledRowSchema.parse(await same.json())).toMatchObject({ byName: 'Grace', isAlready: true });
});

test('each refusal has a name of its own, and none says whom else the row may be about', async () => {
  await api.app.clerk.load({
    id: claimId(0xff_0009),
    referrals: [
      referral(9, {
        practice: olive.scope.split(':')[1] as never,
        patient: patient(9, { nhsNumber: testNhsNumber(9) }),
      }),
    ],
  });
  await bring([
    row(3, { nhs_number: testNhsNumber(9), family_name: 'Familyx', given_name: 'Xena' }),
    row(1, { nhs_number: held.nhsNumber, family_name: 'Familya', birth_date: '1961-06-09' }),
    row(5, {
      nhs_number: held.nhsNumber,
      family_name: 'Familya',
      birth_date: '1961-06-10',
      shortlist: 'RXX01-gone',
    }),
  ]);
  const ids = new Map((await page()).rows.map(({ ubrn, id }) => [`${ubrn}`, id]));
  const asked = async (n: number, as: unknown) => problemOf(await settle(ids.get(ubrnNumber(n)) ?? '', as));
  expect(await asked(2, { patient: 'p9' })).toEqual([409, 'not-a-candidate']);
  expect(await asked(2, 'new')).toEqual([409, 'number-unusable']);
  expect(await asked(3, 'new')).toEqual([409, 'operator-only']);
  expect(await asked(1, 'new')).toEqual([409, 'reference-in-use']);
  expect(await asked(5, { patient: 'p1' })).toEqual([409, 'faulty-row']);
  const said = JSON.stringify(await page());
  expect(said).not.toMatch(/Family9|Given9/);
  expect(api.logged.join()).not.toMatch(/Family|Given|1961/);
});

test('"not yours", "does not exist" and "no row at all" are one answer, and change nothing', async () => {
  const id = await theId();
  const oak = await signedIn(olive);
  const answers = [
    await settle(id, 'notOurs', oak, olive.scope),
    await settle('0123456789abcdef', 'notOurs'),
    await settle(encodeURIComponent("1' OR '1'='1"), 'notOurs'),
    await settle('x'.repeat(4_000), 'new'),
  ];
  const texts = await Promise.all(answers.map((answer) => answer.clone().text()));
  expect(new Set(texts).size).toBe(1);
  for (const answer of answers) expect(await problemOf(answer)).toEqual([404, 'not-found']);
  expect((await page()).count).toBe(1);
  expect(await page(oak, olive.scope)).toEqual({ rows: [], count: 0, more: null });
});

test('rows are for the practice alone: no patient, clinic, stranger or other practice reads or settles one', async () => {
  const id = await theId();
  const code = await api.app.codes.issue(ubrnNumber(1));
  const mobile = api.browser();
  await mobile.post('/api/session', { kind: 'patient', ubrn: ubrnNumber(1), code, birthYear: 1961 });
  const clinic = await signedIn(nora);
  const oak = await signedIn(olive);
  for (const [from, scope] of [
    [mobile, `patient:${ubrnNumber(1)}`],
    [mobile, elm],
    [clinic, nora.scope],
    [clinic, elm],
    [oak, elm],
    [api.browser(), elm],
  ] as const) {
    for (const answer of [
      await from.post('/api/rows', { scope }),
      await from.post('/api/rows/count', { scope }),
      await settle(id, 'notOurs', from, scope),
    ])
      expect(await problemOf(answer)).toEqual([401, 'signed-out']);
  }
  expect((await page()).count).toBe(1);
});

test('nobody whose right was withdrawn since they signed in reads or settles one', async () => {
  const id = await theId();
  await api.app.clerk.load({ id: claimId(0xff_0002), people: [personOf(rita, false)] });
  for (const path of ['/api/rows', '/api/rows/count'])
    expect(await problemOf(await desk.post(path, { scope: elm }))).toEqual([403, 'forbidden']);
  expect(await problemOf(await settle(id, 'notOurs'))).toEqual([403, 'forbidden']);
  expect((await page(await signedIn(raj))).count).toBe(1);
});

test('what has not the right shape is not answered, and what another site sends neither', async () => {
  const id = await theId();
  for (const body of [
    { scope: elm },
    { scope: elm, as: 'merge' },
    { scope: elm, as: { patient: '' } },
    { scope: elm, as: { patient: 'p1', nhsNumber: '1' } },
    { scope: elm, as: 'new', note: 'x'.repeat(201) },
    { scope: elm, as: 'new', practice: 'B82002' },
  ])
    expect((await problemOf(await desk.post(`/api/rows/${id}`, body)))[0]).toBe(422);
  for (const after of ['1', "1.1.' or 1=1", `${'9'.repeat(20)}.1.${id}`])
    expect((await problemOf(await desk.post('/api/rows', { scope: elm, after })))[0]).toBe(422);
  const evil = { origin: 'https://evil.example' };
  expect((await desk.post(`/api/rows/${id}`, { scope: elm, as: 'notOurs' }, evil)).status).toBe(401);
  expect((await desk.fetch('/api/rows')).status).toBe(405);
  expect((await desk.fetch('/api/rows', { method: 'POST' })).status).toBe(415);
  expect((await page()).count).toBe(1);
});
