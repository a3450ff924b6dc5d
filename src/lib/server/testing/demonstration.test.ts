// The demonstration beside somebody else's records: whoever has chosen to be one of its staff is nobody from that moment.
import { afterEach, expect, test } from 'vitest';
import { claimIdSchema, ubrnSchema } from '#lib/domain/ids.ts';
import { addDays, localDate } from '#lib/domain/instant.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { historyDays } from '../demo/calendar.ts';
import { doubtfulFile, doubtfulUbrns } from '../demo/doubtful-rows.ts';
import { completionId, firstLoadId, type WorldKey } from '../demo/plan.ts';
import { defaultSeed } from '../demo/world.ts';
import type { ImportTables } from '../import/waiting.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { Load } from '../ledger/load.ts';
import { ledgerFile, openLedger } from '../ledger/open.ts';
import {
  claimId,
  elmPractice,
  monday,
  northEyes,
  nora,
  patientOf,
  publish,
  referral,
  rita,
  smallLoad,
  time,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { migrations } from '../migrations.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

const world: WorldKey = {
  seed: defaultSeed,
  size: 'small',
  today: addDays(localDate(monday), historyDays),
};
const own: Load = { ...smallLoad([referral(1)]), id: firstLoadId(world) };
const others: Load = { id: claimId(0xee_0001), referrals: [referral(2)] };

let api: TestApi;
let staff: Browser;
afterEach(() => api.close());

async function open(settings: Parameters<typeof openApi>[0] = {}): Promise<void> {
  api = await openApi({ demonstration: 'alone', ...settings });
  await api.app.clerk.load(own);
  staff = api.browser();
}

const signIn = (browser = staff) => browser.post('/api/session', { kind: 'demo', person: rita.person });

const exchange = (author: typeof rita, claims: readonly string[] = []) => ({
  protocol: protocolVersion,
  scope: author.scope,
  cursor: null,
  claims,
  packs: {},
  seen: [],
});

/** By a process of its own, as an importer is. */
async function beside(bring: (ledger: OpenLedger) => Promise<unknown>): Promise<void> {
  const file = `${api.app.config.data}/${ledgerFile}`;
  const ledger = await openLedger({ file, clock: () => monday, log: () => undefined, migrations });
  await bring(ledger);
  await ledger.close();
}

const waiting = (file: string, ubrn = ''): ImportTables['waiting_row'] => ({
  id: '1'.repeat(16),
  file,
  line: 2,
  cells: JSON.stringify({ ubrn }),
  practice: elmPractice,
  field: 'nhs_number',
  why: 'no number',
  candidates: '[]',
  at: monday,
  done_at: null,
  done_note: null,
});

const elmElsewhere = { code: elmPractice, kind: 'practice', name: 'Elm', phone: '', town: '' } as const;
const putWaiting = (db: OpenLedger['db'], row: ImportTables['waiting_row']) =>
  db.withTables<ImportTables>().insertInto('waiting_row').values(row).execute();

async function isOpen(): Promise<boolean> {
  const [people, health, sessions] = await Promise.all(
    ['/api/demo/people', '/api/health', '/api/session'].map((path) => api.browser().fetch(path)),
  );
  const said = [health, sessions].map(async (one) => ((await one?.json()) as { isDemo: boolean }).isDemo);
  const answers = [people?.status === 200, ...(await Promise.all(said)), (await signIn(api.browser())).ok];
  expect(new Set(answers).size).toBe(1);
  return answers.every(Boolean);
}

test('alone it is open, whatever its visitors ask and its practices settle', async () => {
  await open();
  await signIn();
  const published = { v: 1, id: claimId(1), author: nora, madeAt: 0, intent: publish(northEyes) };
  await api.app.clerk.settle(nora, exchange(nora, [JSON.stringify(published)]) as never);
  await api.app.clerk.load({ id: completionId(world), organisations: own.organisations ?? [] });
  await beside(async ({ db, clerk }) => {
    const [ubrn = ''] = doubtfulUbrns;
    const tables = db.withTables<ImportTables>();
    await tables.insertInto('waiting_row').values(waiting(doubtfulFile, doubtfulUbrns[1])).execute();
    await tables
      .insertInto('settled_row')
      .values({
        id: '0'.repeat(16),
        practice: elmPractice,
        ubrn: ubrnSchema.parse(ubrn),
        how: 'new',
        patient: null,
        person: rita.person,
        role: rita.role,
        at: monday,
        note: null,
        claim_id: claimId(0xee_0002),
      })
      .execute();
    await clerk.load({ id: claimIdSchema.parse(claimId(0xee_0002)), referrals: [referral(3)] });
  });
  expect(await isOpen()).toBe(true);
  expect((await staff.post('/api/sync', exchange(rita))).status).toBe(200);
});

test.each<[string, (ledger: OpenLedger) => Promise<unknown>]>([
  ['a load', ({ clerk }) => clerk.load(others)],
  ['a practice', ({ clerk }) => clerk.load({ id: claimId(0xee_0003), organisations: [elmElsewhere] })],
  ['a row that waits for a person, and nothing else', ({ db }) => putWaiting(db, waiting('theirs.csv', '1'))],
  ['such a row in a file of the same name', ({ db }) => putWaiting(db, waiting(doubtfulFile, '1'))],
])(
  'beside a running server comes %s: it is shut at once, and for those who were in',
  async (_what, bring) => {
    await open();
    await signIn();
    expect((await staff.post('/api/sync', exchange(rita))).status).toBe(200);
    const stream = await staff.fetch(`/api/live?scopes=${rita.scope}`);
    await beside(bring);

    expect((await staff.post('/api/sync', exchange(rita))).status).toBe(401);
    expect(await stream.text()).toMatch(/^: open/);
    expect((await staff.post('/api/rows', { scope: rita.scope })).status).toBe(401);
    expect((await staff.fetch('/api/directory')).status).toBe(401);
    expect((await staff.post('/api/demo/take-time', { slot: time(northEyes, 0) })).status).toBe(404);
    expect(await isOpen()).toBe(false);
    expect(await api.app.readDb.selectFrom('session').select('id').execute()).toEqual([]);
    expect(api.logged.filter((line) => line.includes('HOLDFAST_DEMO'))).toHaveLength(1);

    const patient = api.browser();
    const code = await api.app.codes.issue(ubrnNumber(1));
    const asked = { kind: 'patient', ubrn: ubrnNumber(1), code, birthYear: 1961 };
    expect((await patient.post('/api/session', asked)).status).toBe(200);
    expect((await patient.post('/api/sync', exchange(patientOf(ubrnNumber(1))))).status).toBe(200);
  },
);

test('records where no demonstration is: it is shut too', async () => {
  api = await openApi({ demonstration: 'alone' });
  expect((await api.browser().fetch('/api/demo/people')).status).toBe(200);
  await api.app.clerk.load(smallLoad());
  expect(await isOpen()).toBe(false);
});

test('by hand it is open beside anything, and off it is shut beside nothing', async () => {
  await open({ demonstration: 'on' });
  await beside(({ clerk }) => clerk.load(others));
  expect(await isOpen()).toBe(true);
  await api.close();
  await open({ demonstration: 'off' });
  expect(await isOpen()).toBe(false);
});
