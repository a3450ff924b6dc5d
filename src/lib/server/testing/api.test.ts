// Histories of the API over real HTTP: who may ask what, what a bad request gets, and that it changes nothing.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hourMs } from '#lib/domain/instant.ts';
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Author } from '#lib/domain/person.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import type { SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { problemSchema } from '#lib/protocol/problem.ts';
import { demoPeopleSchema, sessionInfoSchema, sessionsSchema } from '#lib/protocol/session.ts';
import {
  book,
  claimId,
  code,
  elmPractice,
  northEyes,
  northSkin,
  nora,
  oakPractice,
  olive,
  patient,
  patientOf,
  publish,
  referral,
  rita,
  smallLoad,
  time,
  ubrnNumber,
} from '../ledger/testing/small-world.ts';
import { demoCast } from '../demo/cast.ts';
import { openApi, type Browser, type TestApi } from './api.ts';

let api: TestApi;
let browser: Browser;
const open = async (settings: Parameters<typeof openApi>[0] = {}) => {
  api = await openApi(settings);
  browser = api.browser();
  await api.app.clerk.load({
    ...smallLoad([
      referral(1),
      referral(2, { patient: patient(2, { birthDate: '1990-01-02' }) }),
      referral(3, { practice: oakPractice, practiceName: 'Oak Surgery' }),
      referral(4, { patient: patient(4, { restricted: true }) }),
    ]),
  });
  await api.app.clerk.settle(nora, exchange(nora, [claim(90, nora, publish(northEyes))]));
};
beforeEach(() => open());
afterEach(() => api.close());

function exchange(
  author: Author,
  claims: readonly string[] = [],
  about: Partial<SyncRequest> = {},
): SyncRequest {
  return {
    protocol: protocolVersion,
    scope: author.scope,
    cursor: null,
    claims: [...claims],
    packs: {},
    seen: [],
    ...about,
  };
}

const claim = (n: number, author: Author, intent: unknown) =>
  JSON.stringify({ v: 1, id: claimId(n), author, madeAt: 0, intent });

const signInAs = (author: Author, from = browser) =>
  from.post('/api/session', { kind: 'demo', person: author.person });

async function signInPatient(
  n: number,
  from = browser,
  birthYear = n === 2 ? 1990 : 1961,
): Promise<Response> {
  const secret = await api.app.codes.issue(ubrnNumber(n));
  return from.post('/api/session', { kind: 'patient', ubrn: ubrnNumber(n), code: secret, birthYear });
}

async function problemOf(response: Response): Promise<[number, string]> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return [problem.status, problem.code];
}

const head = async () => (await (await browser.fetch('/api/health')).json()) as { seq: number };
const sessionsHere = async (from = browser) =>
  sessionsSchema.parse(await (await from.fetch('/api/session')).json()).sessions;

describe('signing in', () => {
  test('practice, clinic and patient live side by side in one browser, and go one by one', async () => {
    await signInAs(rita);
    await signInAs(nora);
    const response = await signInPatient(2);
    expect(sessionInfoSchema.parse(await response.json())).toMatchObject({
      author: patientOf(ubrnNumber(2)),
      name: 'Given2 Family2',
      organisationName: 'Elm Surgery',
      organisationPhone: '01132111111',
      expiresAt: api.time.now + 12 * hourMs,
    });
    expect((await sessionsHere()).map(({ author }) => author.person)).toEqual([
      'rita',
      'nora',
      'patient:000000000002',
    ]);
    for (const author of [rita, nora, patientOf(ubrnNumber(2))]) {
      expect((await browser.post('/api/sync', exchange(author))).status).toBe(200);
    }

    const gone = await browser.fetch('/api/session?kind=clinic', { method: 'DELETE' });
    expect([gone.status, await gone.text()]).toEqual([204, '']);
    expect((await sessionsHere()).map(({ author }) => author.person)).toEqual([
      'rita',
      'patient:000000000002',
    ]);
    expect(await problemOf(await browser.post('/api/sync', exchange(nora)))).toEqual([401, 'signed-out']);
    expect((await browser.fetch('/api/session?kind=clinic', { method: 'DELETE' })).status).toBe(204);
  });

  test('over somebody else, the other is signed out and their token is dead', async () => {
    await signInAs(rita);
    const before = new Map(browser.cookies);
    await signInAs(olive);
    const thief = api.browser();
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect(await sessionsHere(thief)).toEqual([]);
    expect((await sessionsHere()).map(({ author }) => author.person)).toEqual(['olive']);
  });

  test('a token in the cookie of another kind is none', async () => {
    await signInPatient(1);
    const token = browser.cookies.get('holdfast-patient') ?? '';
    const forged = api.browser();
    forged.cookies.set('holdfast-practice', token);
    expect(await sessionsHere(forged)).toEqual([]);
  });

  test('with TLS the cookie can be set by no other host', async () => {
    await api.close();
    await open({ isSecure: true });
    const response = await signInAs(rita);
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-holdfast-practice=.*SameSite=Strict; Secure$/,
    );
    expect(await sessionsHere()).toHaveLength(1);
  });

  test('twelve hours end it, on every endpoint', async () => {
    await signInAs(rita);
    api.time.now += 12 * hourMs;
    expect(await sessionsHere()).toEqual([]);
    expect(await problemOf(await browser.post('/api/sync', exchange(rita)))).toEqual([401, 'signed-out']);
    expect(await problemOf(await browser.fetch('/api/directory'))).toEqual([401, 'signed-out']);
  });

  test('a page of another site signs nobody in or out', async () => {
    await signInAs(rita);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(
      await problemOf(await browser.post('/api/session', { kind: 'demo', person: 'olive' }, headers)),
    ).toEqual([401, 'signed-out']);
    const signOut = await browser.fetch('/api/session?kind=practice', { method: 'DELETE', headers });
    expect(signOut.status).toBe(401);
    expect(await sessionsHere()).toHaveLength(1);
  });
});

describe('a demonstration', () => {
  test('offers its staff, and patients whose codes work', async () => {
    const ubrn = ubrnNumber(Number(demoCast.routine.ubrn));
    const patientOfCast = patient(6, { birthDate: demoCast.routine.birthDate });
    await api.app.clerk.load({ id: claimId(93), referrals: [referral(5, { ubrn, patient: patientOfCast })] });
    const people = demoPeopleSchema.parse(await (await browser.fetch('/api/demo/people')).json());
    expect(people.staff.map(({ person }) => person)).toContain('rita');
    expect(people.patients.map(({ ubrn }) => ubrn)).toEqual([demoCast.routine.ubrn]);
    const [shown] = people.patients;
    if (!shown) throw new Error('no patients offered');
    const { code: secret, birthYear } = shown;
    const response = await browser.post('/api/session', {
      kind: 'patient',
      ubrn,
      code: secret.toLowerCase(),
      birthYear,
    });
    expect(response.status).toBe(200);
  });

  test('that is off is not there: no list, no choice', async () => {
    await api.close();
    await open({ demonstration: 'off' });
    expect(await problemOf(await browser.fetch('/api/demo/people'))).toEqual([404, 'not-found']);
    expect(await problemOf(await signInAs(rita))).toEqual([401, 'not-recognised']);
    expect((await signInPatient(1)).status).toBe(200);
  });

  test('nobody can choose to be someone who left, who never was, or a patient', async () => {
    await api.app.clerk.load({
      id: claimId(91),
      people: [{ id: rita.person, name: 'Rita', role: 'receptionist', scope: rita.scope, active: false }],
    });
    for (const person of ['rita', 'nobody', 'patient:000000000001']) {
      expect(await problemOf(await browser.post('/api/session', { kind: 'demo', person }))).toEqual([
        401,
        'not-recognised',
      ]);
    }
  });
});

describe('another practice of the demonstration takes a time', () => {
  const take = (slot: SlotRef, from = browser) => from.post('/api/demo/take-time', { slot });
  const bookings = async () => {
    const rows = await api.app.readDb.selectFrom('appointment').select('body').orderBy('ubrn').execute();
    return rows.map(({ body }) => JSON.parse(body) as Appointment);
  };
  const openSessions = async () => (await api.app.readDb.selectFrom('session').select('id').execute()).length;

  test('for a patient of its own, by a session of its own, and Rita hears no more than its name', async () => {
    await signInAs(rita);
    const before = await openSessions();
    const response = await take(time(northEyes, 0));
    expect(await response.json()).toEqual({ kind: 'taken', practiceName: 'Oak Surgery' });
    expect(await bookings()).toMatchObject([
      { ubrn: ubrnNumber(3), slot: time(northEyes, 0), status: 'booked', bookedBy: 'practice' },
    ]);
    const entry = await api.app.readDb
      .selectFrom('journal')
      .select(['kind', 'author_person', 'sender_person', 'scope'])
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({
      kind: 'book',
      author_person: 'olive',
      sender_person: 'olive',
      scope: olive.scope,
    });
    expect(await openSessions()).toBe(before);
  });

  test('that is gone stays with whoever has it, and leaves no refusal behind', async () => {
    await signInAs(rita);
    await take(time(northEyes, 0));
    const { seq } = await head();
    expect(await (await take(time(northEyes, 0))).json()).toEqual({ kind: 'gone' });
    const changed = { ...time(northEyes, 1), start: time(northEyes, 1).start + hourMs };
    expect(await (await take(changed)).json()).toEqual({ kind: 'gone' });
    expect((await head()).seq).toBe(seq);
  });

  test('moves a patient who has one when nobody else is left, so that a tour can be taken again', async () => {
    await signInAs(rita);
    await take(time(northEyes, 0));
    expect(await (await take(time(northEyes, 1))).json()).toMatchObject({ kind: 'taken' });
    expect(await bookings()).toMatchObject([{ ubrn: ubrnNumber(3), slot: time(northEyes, 1) }]);
  });

  test('only where somebody fits, and never for the practice that asks', async () => {
    await signInAs(olive);
    await api.app.clerk.settle(nora, exchange(nora, [claim(94, nora, publish(northSkin))]));
    expect(await (await take(time(northSkin, 0))).json()).toEqual({ kind: 'nobody' });
    await take(time(northEyes, 0));
    const [booking] = await bookings();
    expect([ubrnNumber(1), ubrnNumber(2), ubrnNumber(4)]).toContain(booking?.ubrn);
  });

  test('for nobody who is not signed in at a practice, and not for another site’s page', async () => {
    expect(await problemOf(await take(time(northEyes, 0)))).toEqual([401, 'signed-out']);
    await signInAs(nora);
    await signInPatient(1);
    expect(await problemOf(await take(time(northEyes, 0)))).toEqual([401, 'signed-out']);
    await signInAs(rita);
    const slot = time(northEyes, 0);
    const strange = { 'sec-fetch-site': 'cross-site' };
    expect((await browser.post('/api/demo/take-time', { slot }, strange)).status).toBe(401);
    expect(await problemOf(await browser.post('/api/demo/take-time', { slot, for: 'me' }))).toEqual([
      422,
      'invalid',
    ]);
    expect(await bookings()).toEqual([]);
  });

  test('so many at once and no more', async () => {
    await signInAs(rita);
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const busy = Array.from({ length: 4 }, () => api.app.demoTurns.pass(() => held));
    expect(await problemOf(await take(time(northEyes, 0)))).toEqual([503, 'busy']);
    letGo();
    await Promise.all(busy);
    expect((await take(time(northEyes, 0))).status).toBe(200);
  });

  test('is not there where the demonstration is off', async () => {
    await api.close();
    await open({ demonstration: 'off' });
    expect(await problemOf(await take(time(northEyes, 0)))).toEqual([404, 'not-found']);
    expect(await problemOf(await browser.post('/api/demo/take-time', 'nonsense'))).toEqual([
      404,
      'not-found',
    ]);
  });
});

describe('guessing', () => {
  const guess = (n: number, about: object = {}) =>
    api.browser().post('/api/session', {
      kind: 'patient',
      ubrn: ubrnNumber(n),
      code: 'CDFG HJKM NPQR',
      birthYear: 1961,
      ...about,
    });

  test('one answer for a wrong reference, code or year', async () => {
    const right = await api.app.codes.issue(ubrnNumber(1));
    const answers = [await guess(999), await guess(1), await guess(1, { code: right, birthYear: 1962 })];
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    const headers = answers.map((answer) => [...answer.headers.keys()].sort().join());
    expect(new Set(headers).size).toBe(1);
  });

  test('in one time, whether the reference exists or not', async () => {
    for (const n of [1, 2, 3, 4]) await api.app.codes.issue(ubrnNumber(n));
    const timed = async (n: number) => {
      const startedAt = performance.now();
      await guess(n);
      return performance.now() - startedAt;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (const n of [1, 2, 3, 4, 1]) {
      known.push(await timed(n));
      unknown.push(await timed(800 + n));
    }
    const median = (numbers: readonly number[]) => numbers.toSorted((x, y) => x - y)[2] ?? 0;
    expect(Math.min(median(known), median(unknown))).toBeGreaterThanOrEqual(148);
    expect(Math.abs(median(known) - median(unknown))).toBeLessThan(25);
  });

  test('at one reference gets slower, and the patient still gets in', async () => {
    const startedAt = performance.now();
    for (let i = 0; i < 5; i += 1) expect((await guess(1)).status).toBe(401);
    expect(performance.now() - startedAt).toBeGreaterThan(5 * 150 + 250 + 500);
    expect((await signInPatient(1)).status).toBe(200);
  });

  test('many at once are told to slow down', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => guess(700 + i)));
    const slowed = answers.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(30);
    expect(Number(slowed[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(slowed[0] ?? new Response())).toEqual([429, 'slow-down']);
  });
});

describe('the exchange', () => {
  test('settles a booking and brings the truth of its scope, compressed', async () => {
    await signInAs(rita);
    const response = await browser.post(
      '/api/sync',
      exchange(rita, [claim(1, rita, book(1, 1, time(northEyes, 0)))]),
      {
        'accept-encoding': 'br',
      },
    );
    expect(response.headers.get('content-encoding')).toBe('br');
    const reply = (await response.json()) as SyncReply;
    expect(reply.answers[0]?.verdict).toMatchObject({ outcome: 'confirmed', rank: 1 });
    expect(reply.delta.rows.filter(({ entity }) => entity === 'referral').map(({ key }) => key)).toEqual(
      [1, 2, 4].map(ubrnNumber),
    );
  });

  test('of another scope than is signed in is 401, and nothing was read', async () => {
    await signInAs(rita);
    const { seq } = await head();
    for (const author of [olive, nora, patientOf(ubrnNumber(1))]) {
      const answer = await browser.post(
        '/api/sync',
        exchange(author, [claim(2, author, book(1, 1, time(northEyes, 0)))]),
      );
      expect(await problemOf(answer)).toEqual([401, 'signed-out']);
    }
    expect((await head()).seq).toBe(seq);
  });

  test('with nobody signed in is 401 before its body is looked at', async () => {
    expect(await problemOf(await browser.post('/api/sync', 'nonsense'))).toEqual([401, 'signed-out']);
  });

  test('by someone whose right was withdrawn is 403', async () => {
    await signInAs(rita);
    await api.app.clerk.load({
      id: claimId(92),
      people: [{ id: rita.person, name: 'Rita', role: 'receptionist', scope: rita.scope, active: false }],
    });
    expect(await problemOf(await browser.post('/api/sync', exchange(rita)))).toEqual([403, 'forbidden']);
    expect(await problemOf(await browser.fetch('/api/directory'))).toEqual([401, 'signed-out']);
    expect(await sessionsHere()).toEqual([]);
  });

  test.each([0, 2, 999])(
    'in version %i sends the app to be updated, whatever else it holds',
    async (protocol) => {
      await signInAs(rita);
      const response = await browser.post('/api/sync', { ...exchange(rita), protocol, later: true });
      expect(await problemOf(response)).toEqual([426, 'update-needed']);
    },
  );

  test.each<[string, number, string, () => unknown, Record<string, string>?]>([
    ['no JSON', 400, 'malformed', () => '{"protocol":1'],
    [
      'a form',
      415,
      'wrong-media-type',
      () => 'protocol=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['plain text', 415, 'wrong-media-type', () => '{}', { 'content-type': 'text/plain' }],
    ['too large', 413, 'too-large', () => 'x'.repeat(1_100_000)],
    ['an unknown key', 422, 'invalid', () => ({ ...exchange(rita), extra: 1 })],
    ['no scope', 422, 'invalid', () => ({ ...exchange(rita), scope: undefined })],
    ['a scope of no kind', 422, 'invalid', () => ({ ...exchange(rita), scope: 'world:A81001' })],
    [
      'too many claims',
      422,
      'invalid',
      () =>
        exchange(
          rita,
          Array.from({ length: 51 }, () => '{}'),
        ),
    ],
    ['a claim too long', 422, 'invalid', () => exchange(rita, ['x'.repeat(16_385)])],
    ['a claim that is no text', 422, 'invalid', () => ({ ...exchange(rita), claims: [{}] })],
    ['a cursor of another form', 422, 'invalid', () => exchange(rita, [], { cursor: "0' or 1=1" })],
    [
      'too many packs',
      422,
      'invalid',
      () => ({
        ...exchange(rita),
        packs: Object.fromEntries(Array.from({ length: 301 }, (_, i) => [`S${i}`, null])),
      }),
    ],
    ['a list', 422, 'invalid', () => []],
    ['null', 422, 'invalid', () => 'null'],
    ['a protocol in words', 422, 'invalid', () => ({ ...exchange(rita), protocol: '1' })],
  ])('%s: %i %s, and nothing changed', async (_what, status, name, body, headers = {}) => {
    await signInAs(rita);
    const { seq } = await head();
    expect(await problemOf(await browser.post('/api/sync', body(), headers))).toEqual([status, name]);
    expect((await head()).seq).toBe(seq);
  });

  test('one bad claim is parked and the others are settled', async () => {
    await signInAs(rita);
    const response = await browser.post(
      '/api/sync',
      exchange(rita, [
        'not a claim',
        claim(3, rita, book(2, 2, time(northEyes, 1))),
        claim(4, olive, book(3, 3, time(northEyes, 2))),
      ]),
    );
    const reply = (await response.json()) as SyncReply;
    expect(reply.answers.map(({ verdict }) => verdict.outcome)).toEqual(['confirmed']);
    expect(reply.parked.map(({ index, reason }) => [index, reason])).toEqual([
      [0, 'unreadable'],
      [2, 'otherScope'],
    ]);
  });
});

describe('a patient gets nothing of anyone else', () => {
  const others = [2, 3, 4].flatMap((n) => [`Given${n}`, `Family${n}`, ubrnNumber(n), `900000000${n}`]);
  const expectNothingOfOthers = (text: string) => {
    for (const other of others) expect(text).not.toContain(other);
  };

  beforeEach(async () => {
    const staff = api.browser();
    await signInAs(rita, staff);
    await staff.post('/api/sync', exchange(rita, [claim(5, rita, book(2, 2, time(northEyes, 1)))]));
    await signInPatient(1);
  });

  test('by reading: every endpoint there is', async () => {
    const service = `/api/services/${northEyes}/slots`;
    for (const path of ['/api/session', '/api/directory', service, '/api/health', '/api/nothing']) {
      expectNothingOfOthers(await (await browser.fetch(path)).text());
    }
    const reply = await browser.post(
      '/api/sync',
      exchange(patientOf(ubrnNumber(1)), [], { packs: { [northEyes]: null } }),
    );
    const text = await reply.text();
    expect(text).toContain('Given1');
    expectNothingOfOthers(text);
  });

  test('by asking as another scope', async () => {
    for (const author of [patientOf(ubrnNumber(2)), rita, nora]) {
      expect((await browser.post('/api/sync', exchange(author))).status).toBe(401);
    }
    expect((await browser.fetch(`/api/live?scopes=patient:${ubrnNumber(2)}`)).status).toBe(401);
    expect((await browser.fetch(`/api/live?scopes=${rita.scope}`)).status).toBe(401);
  });

  test('by claims about others, and is not told whether they exist', async () => {
    const me = patientOf(ubrnNumber(1));
    const response = await browser.post(
      '/api/sync',
      exchange(me, [
        claim(6, me, book(2, 6, time(northEyes, 3))),
        claim(7, me, book(777, 7, time(northEyes, 4))),
        claim(8, me, {
          kind: 'cancel',
          appointment: '00000061-0000-4000-8000-000000000002',
          from: time(northEyes, 1),
          reason: 'PATIENT_ILL',
        }),
        claim(9, me, {
          kind: 'cancel',
          appointment: '00000061-0000-4000-8000-0000000000ff',
          from: time(northEyes, 1),
          reason: 'PATIENT_ILL',
        }),
        claim(10, rita, book(2, 10, time(northEyes, 5))),
      ]),
    );
    const text = await response.text();
    const reply = JSON.parse(text) as SyncReply;
    expect(
      reply.answers.map(({ verdict }) => [verdict.outcome, verdict.code, verdict.appointment, verdict.slots]),
    ).toEqual(Array.from({ length: 4 }, () => ['refused', 'NO_RELATIONSHIP', null, []]));
    expect(reply.parked).toMatchObject([{ index: 4, reason: 'otherScope' }]);
    expect(reply.answers.flatMap(({ alternatives }) => alternatives)).toEqual([]);
    // A notice's key would tell what exists as well as its words do.
    const notices = reply.delta.rows
      .filter(({ entity }) => entity === 'notice')
      .map(({ key }) => key.slice(36));
    expect(notices).toEqual(Array.from({ length: 4 }, () => '.claim.patient'));
    // Its own echo is all that may name what was asked for.
    expectNothingOfOthers(text.replaceAll(/"claim":"[^"]*"/g, ''));
  });
});

describe('times and places', () => {
  test('a pack is kept by its revision, and a booking makes a new one', async () => {
    await signInAs(rita);
    const path = `/api/services/${northEyes}/slots`;
    const first = await browser.fetch(path);
    const etag = first.headers.get('etag') ?? '';
    const { revision } = (await first.json()) as { revision: string };
    expect(etag).toBe(`"${revision}"`);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await browser.fetch(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await browser.post('/api/sync', exchange(rita, [claim(11, rita, book(1, 11, time(northEyes, 0)))]));
    const changed = await browser.fetch(path, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  test.each(['NOWHERE', '%2e%2e', 'a%20b', 'x'.repeat(41), "'or'1"])('no service %s', async (id) => {
    await signInAs(rita);
    expect(await problemOf(await browser.fetch(`/api/services/${id}/slots`))).toEqual([404, 'not-found']);
  });

  test('nobody signed in reads neither', async () => {
    expect(await problemOf(await browser.fetch(`/api/services/${northEyes}/slots`))).toEqual([
      401,
      'signed-out',
    ]);
    expect(await problemOf(await browser.fetch('/api/directory'))).toEqual([401, 'signed-out']);
  });

  test('the directory is kept by its revision', async () => {
    await signInAs(rita);
    const first = await browser.fetch('/api/directory');
    const etag = first.headers.get('etag') ?? '';
    expect(((await first.json()) as { services: unknown[] }).services).toHaveLength(4);
    expect((await browser.fetch('/api/directory', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('the stream', () => {
  async function listen(query: string) {
    const cut = new AbortController();
    const response = await browser.fetch(`/api/live?${query}`, { signal: cut.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error('no stream');
    let text = '';
    const until = async (isEnough: (text: string) => boolean) => {
      while (!isEnough(text)) {
        const { value, done } = await reader.read();
        if (done) return `${text}<end>`;
        text += value;
      }
      return text;
    };
    return { until, cut };
  }

  test('says whose truth changed soon after the commit', async () => {
    await signInAs(rita);
    const { until, cut } = await listen(`scopes=${rita.scope}&services=${northEyes}`);
    await until((text) => text.includes(': open'));
    const startedAt = performance.now();
    await browser.post('/api/sync', exchange(rita, [claim(12, rita, book(1, 12, time(northEyes, 0)))]));
    const text = await until((heard) => heard.includes('data:'));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const poke = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as unknown;
    expect(poke).toEqual({ scopes: [rita.scope], services: [northEyes] });
    cut.abort();
  });

  test('ends at sign-out', async () => {
    await signInAs(rita);
    const { until } = await listen(`scopes=${rita.scope}`);
    await browser.fetch('/api/session?kind=practice', { method: 'DELETE' });
    expect(await until(() => false)).toBe(': open\n\n<end>');
  });

  test.each([
    ['', 422],
    ['scopes=', 422],
    ['scopes=world:1', 422],
    [`scopes=${rita.scope}&services=${'x'.repeat(50)}`, 422],
    [`scopes=${rita.scope}&services=${Array.from({ length: 301 }, (_, i) => `S${i}`).join(',')}`, 422],
    [`scopes=${olive.scope}`, 401],
  ])('asked "%.40s" answers %i', async (query, status) => {
    await signInAs(rita);
    expect((await problemOf(await browser.fetch(`/api/live?${query}`)))[0]).toBe(status);
  });
});

describe('at the edges', () => {
  test.each([
    ['GET', '/api/sync', 405, 'method-not-allowed'],
    ['PUT', '/api/session', 405, 'method-not-allowed'],
    ['GET', '/api/nothing', 404, 'not-found'],
    ['GET', '/api', 404, 'not-found'],
    ['POST', '/api/demo/people', 405, 'method-not-allowed'],
    ['DELETE', '/api/session', 422, 'invalid'],
    ['DELETE', '/api/session?kind=admin', 422, 'invalid'],
  ])('%s %s is %i %s', async (method, path, status, name) => {
    expect(await problemOf(await browser.fetch(path, { method }))).toEqual([status, name]);
  });

  test.each([
    [{ kind: 'admin' }],
    [{ kind: 'demo' }],
    [{ kind: 'demo', person: 'rita', role: 'gp' }],
    [{ kind: 'patient', ubrn: '1', code: 'x', birthYear: 1961 }],
    [{ kind: 'patient', ubrn: ubrnNumber(1), code: 'x'.repeat(65), birthYear: 1961 }],
    [{ kind: 'patient', ubrn: ubrnNumber(1), code: 'x', birthYear: '1961' }],
    [{ kind: 'patient', ubrn: { $ne: '' }, code: 'x', birthYear: 1961 }],
  ])('a sign-in of no shape we know: %j', async (body) => {
    expect(await problemOf(await browser.post('/api/session', body))).toEqual([422, 'invalid']);
  });

  test('a ledger out of reach is an honest 503, and a time to come back', async () => {
    await signInAs(rita);
    api.app.clerk.settle = () => Promise.reject(new Error(`disk full at ${ubrnNumber(1)}`));
    const response = await browser.post('/api/sync', exchange(rita));
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
    expect(await problemOf(response)).toEqual([503, 'busy']);
  });

  test('the log holds no reference, name, code or token', async () => {
    const answer = await signInPatient(1);
    expect(answer.status).toBe(200);
    await browser.post('/api/sync', exchange(patientOf(ubrnNumber(1))));
    api.app.clerk.settle = () => Promise.reject(new Error(`no row for "Given1" ${ubrnNumber(1)}`));
    await browser.post('/api/sync', exchange(patientOf(ubrnNumber(1))));
    const log = api.logged.join('\n');
    expect(log).toContain('"status":503');
    expect(log).not.toMatch(/Given1|0{11}1/);
    expect(log).not.toContain(browser.cookies.get('holdfast-patient') ?? 'no token');
  });
});

test('an organisation that was not loaded leaves its name empty, and nothing fails', async () => {
  await signInAs(olive);
  expect(await sessionsHere()).toMatchObject([
    { author: { scope: `practice:${code('B82002')}` }, organisationName: '' },
  ]);
  expect(elmPractice).not.toBe(oakPractice);
});
