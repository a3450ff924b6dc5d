// Histories over real HTTP of a patient's way in and of who looked: a new code, and the pages of who opened a record.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { accessPageMax, accessPageSchema, issuedCodeSchema, type AccessPage } from '#lib/protocol/access.ts';
import type { AccessEvent } from '#lib/protocol/exchange.ts';
import { problemSchema } from '#lib/protocol/problem.ts';
import { sessionInfoSchema, sessionsSchema } from '#lib/protocol/session.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import {
  claimId,
  grace,
  nora,
  oakPractice,
  olive,
  patient,
  patientOf,
  personOf,
  raj,
  referral,
  rita,
  smallLoad,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

const elm = rita.scope;
const closed = (reason: string) => ({ state: 'closed', closed: { reason, at: 0 }, deferral: null }) as const;

let api: TestApi;
let desk: Browser;
beforeEach(async () => {
  api = await openApi();
  await api.app.clerk.load(
    smallLoad([
      referral(1),
      referral(2),
      referral(3, { practice: oakPractice, practiceName: 'Oak Surgery' }),
      referral(4, { status: closed('TREATMENT_NO_LONGER_NEEDED') }),
      // One patient with two referrals; the practice closed the one as it heard of the death.
      referral(5, { status: closed('PATIENT_DIED') }),
      referral(6, { patient: patient(5) }),
    ]),
  );
  desk = await signedIn(rita);
});
afterEach(() => api.close());

async function signedIn(author: Author): Promise<Browser> {
  const browser = api.browser();
  const answer = await browser.post('/api/session', { kind: 'demo', person: author.person });
  expect(answer.status).toBe(200);
  return browser;
}

const issue = (n: number, { from = desk, scope = elm }: { from?: Browser; scope?: string } = {}) =>
  from.post(`/api/referrals/${ubrnNumber(n)}/access-code`, { scope });

async function issued(n: number): Promise<string> {
  const answer = await issue(n);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return issuedCodeSchema.parse(await answer.json()).code;
}

const patientSignIn = (code: string, { from = api.browser(), n = 1, ...more }: PatientSignIn = {}) =>
  from.post('/api/session', { kind: 'patient', ubrn: ubrnNumber(n), code, birthYear: 1961, ...more });
interface PatientSignIn {
  readonly from?: Browser;
  readonly n?: number;
  readonly birthYear?: number;
  readonly isForPatient?: boolean;
}

async function problemOf(response: Response): Promise<[number, string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  return [problem.status, problem.code];
}

const kept = (table: 'access_code' | 'access_act' | 'access_event') =>
  api.app.readDb.selectFrom(table).selectAll().execute();

describe('who a restricted patient is', () => {
  const hidden = { givenName: 'Hidden', familyName: 'Quill', birthDate: '1971-02-03' } as const;
  const who = (from: Browser, scope: string, n = 7) =>
    from.post(`/api/referrals/${ubrnNumber(n)}/patient`, { scope });
  beforeEach(() =>
    api.app.clerk.load({
      id: claimId(0xff_0107),
      referrals: [referral(7, { patient: patient(7, { ...hidden, restricted: true }) })],
    }),
  );

  test('is told to its practice there and then, kept by no cache, and that it was asked is written', async () => {
    const answer = await who(desk, elm);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ ...hidden, nhsNumber: patient(7).nhsNumber, sex: 'female' });
    expect(await kept('access_act')).toMatchObject([
      { kind: 'askedWho', person: 'rita', scope: elm, ubrn: ubrnNumber(7), at: api.time.now },
    ]);
    const page = await desk.fetch(`/api/access?scope=${elm}&ubrn=${ubrnNumber(7)}`);
    expect(accessPageSchema.parse(await page.json()).acts).toMatchObject([
      { kind: 'askedWho', name: 'Rita' },
    ]);
    expect(api.logged.join()).not.toMatch(/Hidden|Quill|1971|Home Street|07700900000/);
  });

  test('is told to nobody else, and that leaves nothing behind', async () => {
    const mobile = api.browser();
    await patientSignIn(await issued(7), { from: mobile, n: 7, birthYear: 1971 });
    const clinic = await signedIn(nora);
    const oak = await signedIn(olive);
    const patientScope = `patient:${ubrnNumber(7)}`;
    for (const [from, scope, status] of [
      [mobile, patientScope, 403],
      [mobile, elm, 401],
      // Nothing is booked there, so the hospital sees no such referral.
      [clinic, nora.scope, 404],
      [clinic, elm, 401],
      [oak, olive.scope, 404],
      [oak, elm, 401],
      [api.browser(), elm, 401],
    ] as const) {
      const answer = await who(from, scope);
      expect([scope, answer.status]).toEqual([scope, status]);
      expect(await answer.text()).not.toMatch(/Hidden|Quill|1971/);
    }
    expect((await kept('access_act')).filter(({ kind }) => kind === 'askedWho')).toEqual([]);
  });

  test('is not in what the patient’s own device is told of its session', async () => {
    const mobile = api.browser();
    const answer = await patientSignIn(await issued(7), { from: mobile, n: 7, birthYear: 1971 });
    const said = [await answer.text(), await (await mobile.fetch('/api/session')).text()].join();
    expect(said).toContain('"name":"the patient"');
    expect(said).not.toMatch(/Hidden|Quill|1971|Elm|01132111111/);
  });
});

describe('a new access code', () => {
  test('opens, and the old one and all that it had opened are dead in the same act', async () => {
    const first = await issued(1);
    const mobile = api.browser();
    expect((await patientSignIn(first, { from: mobile })).status).toBe(200);
    const stream = await mobile.fetch(`/api/live?scopes=patient:${ubrnNumber(1)}`);
    expect(stream.status).toBe(200);

    const second = await issued(1);
    expect(second).not.toBe(first);
    expect((await patientSignIn(first)).status).toBe(401);
    expect((await patientSignIn(second)).status).toBe(200);
    const here = await mobile.fetch('/api/session');
    expect(sessionsSchema.parse(await here.json()).sessions).toEqual([]);
    // A stream that was open would go on telling whoever held the old code that something changed.
    for await (const chunk of stream.body ?? []) void chunk;
  });

  test('ends nobody else: other patients and the desk itself stay signed in', async () => {
    const other = api.browser();
    expect((await patientSignIn(await issued(2), { from: other, n: 2 })).status).toBe(200);
    await issued(1);
    const answer = await other.fetch('/api/session');
    expect(sessionsSchema.parse(await answer.json()).sessions).toHaveLength(1);
    expect((await issue(1)).status).toBe(200);
  });

  test('leaves behind who asked for it, when and for whom; neither database nor log holds the code', async () => {
    const code = await issued(1);
    expect(await kept('access_act')).toEqual([
      {
        id: expect.any(String) as string,
        kind: 'codeIssued',
        person: 'rita',
        scope: elm,
        ubrn: ubrnNumber(1),
        at: api.time.now,
      },
    ]);
    const written = [await kept('access_act'), await kept('access_code'), api.logged].map((one) =>
      JSON.stringify(one),
    );
    for (const text of written) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(code.replaceAll(' ', ''));
    }
  });

  test('"not yours", "does not exist" and "no reference at all" are one answer, and change nothing', async () => {
    await issued(2);
    const before = await kept('access_code');
    const answers = [
      await issue(3),
      await issue(999),
      await desk.post(`/api/referrals/${encodeURIComponent("1' OR '1'='1")}/access-code`, { scope: elm }),
      await desk.post(`/api/referrals/..%2f..%2fsession/access-code`, { scope: elm }),
      await desk.post(`/api/referrals/${'9'.repeat(4_000)}/access-code`, { scope: elm }),
    ];
    const texts = await Promise.all(answers.map((answer) => answer.clone().text()));
    expect(new Set(texts).size).toBe(1);
    for (const answer of answers) expect(await problemOf(answer)).toEqual([404, 'not-found']);
    expect(await kept('access_code')).toEqual(before);
    expect(await kept('access_act')).toHaveLength(1);
  });

  test('is refused in words for a referral that is closed, and for a patient who has died', async () => {
    for (const n of [4, 5, 6]) {
      const answer = await issue(n);
      expect(await problemOf(answer)).toEqual([409, 'closed']);
    }
    expect(await kept('access_code')).toEqual([]);
    expect(await kept('access_act')).toEqual([]);
  });

  test('is for the practice alone: no patient, clinic, stranger or other practice gets one', async () => {
    const code = await issued(1);
    const mobile = api.browser();
    await patientSignIn(code, { from: mobile });
    const clinic = await signedIn(nora);
    const oak = await signedIn(olive);
    const patientScope = `patient:${ubrnNumber(1)}`;
    for (const [from, scope] of [
      [mobile, patientScope],
      [mobile, elm],
      [clinic, nora.scope],
      [clinic, elm],
      [oak, elm],
      [api.browser(), elm],
    ] as const) {
      expect(await problemOf(await issue(1, { from, scope }))).toEqual([401, 'signed-out']);
    }
    expect(await problemOf(await issue(1, { from: oak, scope: olive.scope }))).toEqual([404, 'not-found']);
    // None of it reached the code that the patient has.
    expect((await patientSignIn(code)).status).toBe(200);
    expect(await kept('access_act')).toHaveLength(1);
  });

  test('is not given to somebody whose right was withdrawn since they signed in', async () => {
    const load = { id: claimId(0xff_0002), people: [personOf(rita, false)] };
    await api.app.clerk.load(load);
    expect(await problemOf(await issue(1))).toEqual([403, 'forbidden']);
  });

  test('cannot be asked for by another site, without a body, or with an enormous one', async () => {
    const path = `/api/referrals/${ubrnNumber(1)}/access-code`;
    const evil = await desk.post(path, { scope: elm }, { origin: 'https://evil.example' });
    expect(evil.status).toBe(401);
    expect((await desk.fetch(path, { method: 'POST' })).status).toBe(415);
    expect((await desk.post(path, { scope: elm, code: 'CHOSEN' })).status).toBe(422);
    expect((await desk.post(path, '{"scope"')).status).toBe(400);
    expect((await desk.post(path, { scope: 'x'.repeat(2_000_000) })).status).toBe(413);
    expect((await desk.fetch(path)).status).toBe(405);
    expect(await kept('access_code')).toEqual([]);
  });

  test('asked for by two at once: one code is good at the end, and both are known', async () => {
    const colleague = await signedIn(raj);
    const answers = await Promise.all([issue(1), issue(1, { from: colleague })]);
    const codes = await Promise.all(
      answers.map(async (answer) => issuedCodeSchema.parse(await answer.json()).code),
    );
    const opens = await Promise.all(codes.map(async (code) => (await patientSignIn(code)).status));
    expect(opens.sort()).toEqual([200, 401]);
    expect((await kept('access_act')).map(({ person }) => person).sort()).toEqual(['raj', 'rita']);
  });
});

describe('who opened a record', () => {
  const opened = (n: number, { by = rita, of = 1, at = api.time.now } = {}): AccessEvent => ({
    id: claimId(n),
    person: by.person,
    ubrn: ubrnNumber(of),
    at,
  });
  const exchange = (from: Browser, scope: string, seen: readonly AccessEvent[]) =>
    from.post('/api/sync', { protocol: protocolVersion, scope, cursor: null, claims: [], packs: {}, seen });
  const look = (query: Record<string, string>, from = desk) =>
    from.fetch(`/api/access?${new URLSearchParams(query).toString()}`);
  async function page(query: Record<string, string> = {}, from = desk): Promise<AccessPage> {
    const answer = await look({ scope: elm, ...query }, from);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return accessPageSchema.parse(await answer.json());
  }

  test('arrives with the next exchange, once however often it is sent, with both times', async () => {
    const yesterday = api.time.now - 20 * 60 * minuteMs;
    const events = [opened(1, { at: yesterday }), opened(2, { by: grace, of: 2 })];
    // The answer to the first was lost on its way, so the device sends the same again, and a new one with it.
    expect((await exchange(desk, elm, events)).status).toBe(200);
    const receivedAt = api.time.now;
    api.time.now += minuteMs;
    expect((await exchange(desk, elm, [...events, opened(3, { at: api.time.now })])).status).toBe(200);
    expect(await page()).toEqual({
      acts: [
        act(3, { at: api.time.now, receivedAt: api.time.now }),
        { ...act(2, { at: receivedAt, receivedAt }), ubrn: ubrnNumber(2), name: 'Grace', role: 'gp' },
        act(1, { at: yesterday, receivedAt }),
      ],
      more: null,
    });
    expect((await page({ ubrn: ubrnNumber(1) })).acts.map(({ id }) => id)).toEqual([claimId(3), claimId(1)]);
  });

  test('is written though the claims that came with it cannot be read', async () => {
    const body = { protocol: protocolVersion, scope: elm, cursor: null, packs: {} };
    await desk.post('/api/sync', { ...body, claims: ['{"not":"a claim"}'], seen: [opened(1)] });
    expect((await page()).acts).toHaveLength(1);
  });

  test('a new code and a sign-in for the patient stand among the rest; a patient’s own sign-in does not', async () => {
    await exchange(desk, elm, [opened(1)]);
    api.time.now += minuteMs;
    const code = await issued(1);
    api.time.now += minuteMs;
    const mother = api.browser();
    const signIn = await patientSignIn(code, { from: mother, isForPatient: true });
    expect(sessionInfoSchema.parse(await signIn.json())).toMatchObject({ isForPatient: true });
    const here = await mother.fetch('/api/session');
    expect(sessionsSchema.parse(await here.json()).sessions[0]).toMatchObject({ isForPatient: true });
    const own = await patientSignIn(code, { from: api.browser() });
    expect(sessionInfoSchema.parse(await own.json()).isForPatient).toBeUndefined();
    await patientSignIn('CDFG HJKM NPQR', { isForPatient: true });

    const { acts } = await page({ ubrn: ubrnNumber(1) });
    expect(acts.map(({ kind, name, role }) => ({ kind, name, role }))).toEqual([
      { kind: 'signedInForPatient', name: '', role: null },
      { kind: 'codeIssued', name: 'Rita', role: 'receptionist' },
      { kind: 'opened', name: 'Rita', role: 'receptionist' },
    ]);
  });

  test('pages neither repeat nor leave out, whatever arrives between them', async () => {
    const count = 2 * accessPageMax + 10;
    const events = Array.from({ length: count }, (_, i) => opened(i + 1, { at: 1_000 + (i % 7) }));
    await exchange(desk, elm, events.slice(0, 80));
    api.time.now += minuteMs;
    await issued(1);
    await exchange(desk, elm, events.slice(80));
    const first = await page();
    // An opening of long ago comes in from a device that had no connection: it belongs to the top, not to page two.
    api.time.now += minuteMs;
    await exchange(desk, elm, [opened(900, { at: 5 })]);
    const ids = first.acts.map(({ id }) => id);
    for (let more = first.more; more !== null;) {
      const next = await page({ before: more });
      ids.push(...next.acts.map(({ id }) => id));
      more = next.more;
    }
    expect(first.acts).toHaveLength(accessPageMax);
    expect(ids).toHaveLength(count + 1);
    expect(new Set(ids).size).toBe(count + 1);
    expect((await page()).acts[0]?.id).toBe(claimId(900));
  });

  test('a practice sees its own people’s, and of others not even that there is such a referral', async () => {
    const oak = await signedIn(olive);
    await exchange(desk, elm, [opened(1)]);
    await exchange(oak, olive.scope, [opened(2, { by: olive, of: 3 })]);
    // A device of Oak that claims to have opened Elm's referral, and to be Elm's Rita.
    await exchange(oak, olive.scope, [opened(3, { by: olive, of: 1 }), opened(4, { by: rita, of: 1 })]);
    expect((await page()).acts.map(({ id }) => id)).toEqual([claimId(1)]);
    expect((await page({ ubrn: ubrnNumber(1) })).acts.map(({ id }) => id)).toEqual([claimId(1)]);
    const answers = [
      await look({ scope: elm, ubrn: ubrnNumber(3) }),
      await look({ scope: elm, ubrn: ubrnNumber(999) }),
    ];
    const texts = await Promise.all(answers.map((answer) => answer.clone().text()));
    expect(new Set(texts).size).toBe(1);
    for (const answer of answers) expect(await problemOf(answer)).toEqual([404, 'not-found']);
  });

  test('nobody but the practice reads it', async () => {
    await exchange(desk, elm, [opened(1)]);
    const mobile = api.browser();
    await patientSignIn(await issued(1), { from: mobile });
    const clinic = await signedIn(nora);
    for (const [from, scope] of [
      [api.browser(), elm],
      [mobile, elm],
      [mobile, patientOf(ubrnNumber(1)).scope],
      [clinic, elm],
      [clinic, nora.scope],
      [desk, olive.scope],
    ] as const) {
      const answer = await look({ scope }, from);
      expect(await problemOf(answer)).toEqual([401, 'signed-out']);
    }
    await api.app.clerk.load({ id: claimId(0xff_0002), people: [personOf(rita, false)] });
    expect(await problemOf(await look({ scope: elm }))).toEqual([403, 'forbidden']);
  });

  test('a question of the wrong shape is not answered, SQL least of all', async () => {
    for (const query of [
      {},
      { scope: "practice:A81001' OR '1'='1" },
      { scope: elm, ubrn: "1' OR '1'='1" },
      { scope: elm, before: '1.1.x' },
      { scope: elm, before: `${'9'.repeat(20)}.1.${claimId(1)}` },
      { scope: elm, limit: '100000' },
    ]) {
      expect((await problemOf(await look(query as Record<string, string>)))[0]).toBe(422);
    }
    expect((await look({ scope: elm, ubrn: 'x'.repeat(6_000) })).status).toBe(422);
  });

  const act = (n: number, { at, receivedAt }: { at: number; receivedAt: number }) => ({
    id: claimId(n),
    kind: 'opened',
    ubrn: ubrnNumber(1),
    name: 'Rita',
    role: 'receptionist',
    at,
    receivedAt,
  });
});
