import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hourMs, minuteMs } from '#lib/domain/instant.ts';
import { clerk, monday, receptionist, stranger } from '#lib/domain/testing/samples.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { SessionInfo } from '#lib/protocol/session.ts';
import { idleMs, Sessions } from './sessions.svelte.ts';

const info = (author: Author): SessionInfo => ({
  author,
  name: author.person,
  organisationName: 'Mill Road Surgery',
  organisationPhone: '01632 960001',
  expiresAt: monday + 12 * hourMs,
});

/** As much of localStorage as is used. */
class Storage {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
}

const newKeep = () => {
  let kept: string | undefined;
  return { save: async (text: string) => void (kept = text), load: async () => kept };
};

let keep = newKeep();
let now = monday;
let isReachable = true;
let isCut = false;
let onServer: SessionInfo[] = [];
let calls: string[] = [];
let cleared: Scope[] = [];
let storage = new Storage();

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
  });

function serve(url: string, init: RequestInit = {}): Response {
  const method = init.method ?? 'GET';
  calls.push(`${method} ${url}`);
  if (!isReachable) throw new TypeError('Failed to fetch');
  if (url === '/api/demo/people') return json({ type: '', title: '', status: 404, code: 'not-found' }, 404);
  if (method === 'GET') return json({ sessions: onServer, isDemo: true, now });
  if (method === 'DELETE') {
    onServer = onServer.filter(({ author }) => !url.endsWith(author.scope.split(':')[0] ?? ''));
    return new Response(null, { status: 204 });
  }
  const { person } = JSON.parse(init.body as string) as { person: string };
  const author = [receptionist, clerk, stranger].find((one) => one.person === person);
  if (!author) return json({ type: '', title: '', status: 422, code: 'not-recognised' }, 422);
  return json(info(author));
}

const openDoor = () =>
  new Sessions({
    now: () => now,
    storage: storage as unknown as globalThis.Storage,
    keep,
    isCut: async () => isCut,
    clearDesk: async (scope) => void cleared.push(scope),
    countUnsent: async (except) => [
      { scope: except[0] ?? receptionist.scope, count: 1, pressing: 0, phone: '', organisation: '' },
    ],
    onChange: () => undefined,
  });
const demo = (author: Author) => ({ kind: 'demo', person: author.person }) as const;

beforeEach(() => {
  now = monday;
  isReachable = true;
  isCut = false;
  onServer = [];
  calls = [];
  cleared = [];
  storage = new Storage();
  keep = newKeep();
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => serve(url, init));
});
afterEach(() => vi.unstubAllGlobals());

test('a cold start without a line knows whose desk to open', async () => {
  const door = openDoor();
  expect(await door.signIn(demo(receptionist))).toMatchObject({ kind: 'signedIn' });
  isReachable = false;
  const later = openDoor();
  await later.ask();
  expect(later.sessionOf('practice')?.author).toEqual(receptionist);
  expect(later.isLive(receptionist.scope)).toBe(true);
  expect(later.isCovered('practice')).toBe(false);
});

test('what was not yet on disk when the power went is recalled: signing in, and signing out', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  const before = new Map(storage.items);
  storage.items.clear();
  isReachable = false;
  const later = openDoor();
  expect(later.sessionOf('practice')).toBeUndefined();
  await later.recalled;
  expect(later.sessionOf('practice')?.author).toEqual(receptionist);

  await later.signOut('practice');
  storage.items.clear();
  for (const [key, value] of before) storage.items.set(key, value);
  const last = openDoor();
  await last.recalled;
  expect(last.sessionOf('practice')).toBeUndefined();
  isReachable = true;
  calls = [];
  await last.ask();
  expect(calls[0]).toBe('DELETE /api/session?kind=practice');
});

test('a device that can keep nothing signs in all the same', async () => {
  keep = { save: () => Promise.reject(new Error('full')), load: () => Promise.reject(new Error('full')) };
  const door = openDoor();
  await door.recalled;
  expect((await door.signIn(demo(receptionist))).kind).toBe('signedIn');
});

test('signing out works without a line, and the server is told before it is asked again', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  onServer = [info(receptionist)];
  isReachable = false;
  await door.signOut('practice');
  expect(door.sessionOf('practice')).toBeUndefined();
  expect(cleared).toEqual([receptionist.scope]);
  expect(door.unsent).toHaveLength(1);
  isReachable = true;
  calls = [];
  const later = openDoor();
  await later.ask();
  expect(calls).toEqual(['DELETE /api/session?kind=practice', 'GET /api/session']);
  expect(later.sessions).toEqual([]);
});

test('unplugged, nobody signs in, and the server hears of a sign-out when the plug is in again', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  isCut = true;
  calls = [];
  expect(await door.signIn(demo(clerk))).toEqual({ kind: 'unreachable' });
  expect(await door.demoPeople()).toBeUndefined();
  await door.signOut('practice');
  await door.ask();
  expect(door.sessionOf('practice')).toBeUndefined();
  expect(calls).toEqual([]);
  isCut = false;
  await door.ask();
  expect(calls).toEqual(['DELETE /api/session?kind=practice', 'GET /api/session']);
});

test('a session that ran out covers the screen and drops nothing; signing in again uncovers it', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  await door.ask();
  expect(door.isCovered('practice')).toBe(true);
  expect(door.isLive(receptionist.scope)).toBe(false);
  expect(door.sessionOf('practice')).toBeDefined();
  expect(cleared).toEqual([]);
  await door.signIn(demo(receptionist));
  expect(door.isCovered('practice')).toBe(false);
  door.ended(receptionist.scope);
  expect(door.isCovered('practice')).toBe(true);
});

test('expiry without a line covers too, by the server’s clock', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  now += 13 * hourMs;
  expect(openDoor().isCovered('practice')).toBe(true);
});

test('a screen that nobody touched for half an hour is covered until someone uncovers it', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  now += idleMs + minuteMs;
  const later = openDoor();
  expect(later.isCovered('practice')).toBe(true);
  expect(later.isCovered('clinic')).toBe(false);
  later.uncover();
  expect(later.isCovered('practice')).toBe(false);
});

test('practice and clinic are signed in side by side; another practice takes the place of the first, whose truth goes', async () => {
  const door = openDoor();
  await door.signIn(demo(receptionist));
  await door.signIn(demo(clerk));
  expect(door.sessions).toHaveLength(2);
  await door.signIn(demo(stranger));
  expect(cleared).toEqual([receptionist.scope]);
  expect(door.sessionOf('practice')?.author).toEqual(stranger);
  expect(door.sessionOf('clinic')?.author).toEqual(clerk);
});

test('who signs in while the server is being asked is not taken for one whose time has run out', async () => {
  const door = openDoor();
  let arrive = (): void => undefined;
  const isLate = new Promise<void>((resolve) => (arrive = resolve));
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    const answer = serve(url, init);
    if (init?.method === undefined && calls.filter((call) => call.startsWith('GET')).length === 1)
      await isLate;
    return answer;
  });
  const asked = door.ask();
  await vi.waitFor(() => expect(calls).toEqual(['GET /api/session']));
  await door.signIn(demo(receptionist));
  onServer = [info(receptionist)];
  arrive();
  await asked;
  expect([door.isCovered('practice'), door.isLive(receptionist.scope)]).toEqual([false, true]);
  expect(calls).toEqual(['GET /api/session', 'POST /api/session', 'GET /api/session']);
});

test('a wrong person, and no line, are two answers', async () => {
  const door = openDoor();
  expect(await door.signIn({ kind: 'demo', person: 'nobody' as Author['person'] })).toEqual({
    kind: 'notRecognised',
  });
  isReachable = false;
  expect(await door.signIn(demo(receptionist))).toEqual({ kind: 'unreachable' });
});

test('what another version or a vandal left in storage is nobody’s session', () => {
  for (const text of ['', 'null', '{"sessions":[{}]}', '[', '{"sessions":"x"}']) {
    storage.setItem('holdfast:sessions', text);
    storage.setItem('holdfast:touched', text);
    expect(openDoor().sessions).toEqual([]);
  }
});

test('where the demonstration is off there is nobody to be, which is not the same as no answer', async () => {
  const door = openDoor();
  expect(await door.demoPeople()).toEqual({ staff: [], patients: [] });
  isReachable = false;
  expect(await door.demoPeople()).toBeUndefined();
});
