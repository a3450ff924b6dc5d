// What is seldom seen: the server's odd answers, a right that is gone, a record that cannot be read, nothing to do. The
// answers are real ones, bent on their way to the page.
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { APIResponse, Page, Route } from '@playwright/test';
import { enter } from './patient.ts';
import { timeButtons } from './practice.ts';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 60_000 };
const city = 'practice:L81015';
const clinicName = 'Bristol Royal Infirmary';

export async function takeRare(stage: Stage): Promise<void> {
  await stoodAside(stage);
  await turnedAway(stage, 401, 'signed-out', 'practice-session-ended');
  await turnedAway(stage, 403, 'forbidden', 'practice-right-gone');
  await turnedAway(stage, 426, 'update-needed', 'practice-app-too-old');
  await unreadable(stage);
  await nothingToDo(stage);
  await stillComing(stage);
  await changedByRestore(stage);
}

async function atTheDesk(stage: Stage, role = 'receptionist', scope = city): Promise<Visit> {
  const who = stage.cast.staff.find((one) => one.role === role && one.scope === scope);
  if (!who) throw new Error(`The demonstration has no ${role}`);
  const visit = await stage.visit();
  await visit.go('/practice/sign-in');
  await visit.page.getByRole('button', { name: `${who.name}, ` }).click(connected);
  await visit.page.getByRole('heading', { level: 1, name: 'Worklist' }).waitFor(connected);
  await visit.page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(connected);
  await isKept(visit.page);
  return visit;
}

/** The server could not deal with it: no answer, and a person has to know. */
async function stoodAside(stage: Stage): Promise<void> {
  const { page, go, take, context } = await atTheDesk(stage);
  await ask(page, go, ubrnOf(stage, 'Margaret Ashworth'), async () => {
    await page.route('**/api/sync', async (route) => {
      const sent = sentBy(route);
      const answer = await instead(route, { ...sent, claims: [] });
      const reply = (await answer.json()) as { parked: object[] };
      const parked = sent.claims.map((text, index) => ({
        index,
        claim: (JSON.parse(text) as { id: string }).id,
        reason: 'failed',
      }));
      await route.fulfill({ response: answer, json: { ...reply, parked } });
    });
  });
  await page.getByText('could not be dealt with').first().waitFor(connected);
  await take('practice-not-dealt-with');
  await go('/practice/waiting');
  await page.getByRole('heading', { name: 'Could not be dealt with' }).waitFor(connected);
  await take('practice-waiting-not-dealt-with');
  await context.close();
}

async function turnedAway(stage: Stage, status: number, code: string, picture: string): Promise<void> {
  const { page, go, take, context } = await atTheDesk(stage);
  // Only the exchange that carries the request: an earlier one would take the button away before it is pressed.
  const refuse = (route: Route) =>
    sentBy(route).claims.length === 0
      ? route.continue()
      : route.fulfill({
          status,
          contentType: 'application/problem+json',
          body: JSON.stringify({ type: 'about:blank', title: 'No', status, code }),
        });
  await ask(page, go, ubrnOf(stage, 'Margaret Ashworth'), () => page.route('**/api/sync', refuse));
  await page.waitForTimeout(2_000);
  await take(picture);
  await context.close();
}

/** A row that this app cannot read: set aside, said so, and fetched anew. */
async function unreadable(stage: Stage): Promise<void> {
  const { page, go, take, context } = await atTheDesk(stage);
  await context.setOffline(true);
  await page.evaluate(async (name) => {
    const open = indexedDB.open(name);
    await new Promise((resolve) => (open.onsuccess = resolve));
    const transaction = open.result.transaction('truth', 'readwrite');
    const rows = transaction.objectStore('truth');
    const keys = await new Promise<IDBValidKey[]>((resolve) => {
      const asked = rows.getAllKeys();
      asked.onsuccess = () => resolve(asked.result);
    });
    const row = rows.get(keys[0] ?? '');
    row.onsuccess = () => rows.put({ ...(row.result as object), sealed: 'not what it was' });
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    open.result.close();
  }, `desk:${city}`);
  await go('/practice');
  await page.getByText('cannot be read by this version').first().waitFor(connected);
  await take('practice-unreadable');
  await context.close();
}

/** Answers as the server of a place where nothing ever was. */
export async function nothingCame(route: Route): Promise<void> {
  try {
    const answer = await instead(route, { ...sentBy(route), cursor: null });
    const reply = (await answer.json()) as { delta: object };
    const delta = { ...reply.delta, reset: true, more: false, rows: [] };
    await route.fulfill({ response: answer, json: { ...reply, delta } });
  } catch {
    // The server hung up on a connection that was idle, or the page has gone: the device will ask again.
    await route.abort().catch(() => undefined);
  }
}

/** A practice that nothing has happened to. */
async function nothingToDo(stage: Stage): Promise<void> {
  const { page, go, take, context } = await atTheDesk(stage);
  await page.route('**/api/sync', (route) => nothingCame(route));
  await go('/practice');
  await page
    .getByRole('row')
    .nth(1)
    .waitFor({ ...connected, state: 'hidden' });
  await take('practice-nothing-to-do');
  await go('/practice/attention');
  await page.getByRole('heading', { level: 1 }).waitFor(connected);
  await take('practice-attention-empty');
  await go('/practice/waiting');
  await page.getByText('Nothing waits to be sent').waitFor(connected);
  await take('practice-waiting-empty');
  await context.close();
}

/** The first exchange of a fresh device has not come back. */
async function stillComing(stage: Stage): Promise<void> {
  const who = stage.cast.staff.find(({ role, scope }) => role === 'receptionist' && scope === city);
  const { page, go, take, context } = await stage.visit();
  await page.route('**/api/sync', () => undefined);
  await go('/practice/sign-in');
  await page.getByRole('button', { name: `${who?.name}, ` }).click(connected);
  await page.getByRole('heading', { level: 1, name: 'Worklist' }).waitFor(connected);
  await page.waitForTimeout(500);
  await take('practice-first-load');
  await context.close();
}

/** What a restored server no longer holds, as everybody hears it who may have believed it. */
async function changedByRestore(stage: Stage): Promise<void> {
  const name = 'Rosemary Tuck';
  const desk = await atTheDesk(stage);
  await report(desk.page, ubrnOf(stage, name));
  await desk.go('/practice/attention');
  await desk.page.getByText('This has changed since you were told').first().waitFor(connected);
  await desk.take('practice-attention-changed');
  await desk.go(`/practice/referrals/${ubrnOf(stage, name)}`);
  await desk.page.getByText('This has changed since you were told').first().waitFor(connected);
  await desk.take('practice-referral-changed');
  await desk.context.close();

  const phone = await enter(stage, name);
  await phone.page.getByText('This has changed since you were told').first().waitFor(connected);
  await phone.page.getByText('Choose another time').first().waitFor(connected);
  await phone.take('patient-changed');
  await phone.context.close();

  const clinic = await stage.visit();
  await clinic.go('/clinic');
  await clinic.page.getByLabel('Hospital or town').fill(clinicName);
  await clinic.page.getByRole('button', { name: clinicName }).first().click(connected);
  await clinic.page.getByRole('heading', { level: 1, name: 'Who is coming' }).waitFor(connected);
  await clinic.go('/clinic/changes');
  await clinic.page.getByText('This has changed since you were told').first().waitFor(connected);
  await clinic.take('clinic-changes-changed');
  await clinic.context.close();
}

/** Sends what a device sends that was told of a time, which no ledger holds. */
async function report(page: Page, ubrn: string): Promise<void> {
  const start = Math.floor(Date.now() / 86_400_000 + 6) * 86_400_000 + 14 * 3_600_000;
  const slot = { service: 'RA701.2ww-skin', ordinal: 0, start, print: '00000000' };
  await page.evaluate(
    async ({ intent, scope }) => {
      const { sessions } = (await (await fetch('/api/session')).json()) as { sessions: { author: object }[] };
      const author = sessions[0]?.author;
      const claim = { v: 1, id: crypto.randomUUID(), author, madeAt: Date.now(), intent };
      const request = {
        protocol: 1,
        scope,
        cursor: null,
        claims: [JSON.stringify(claim)],
        packs: {},
        seen: [],
      };
      const answer = await fetch('/api/sync', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      const { answers } = (await answer.json()) as { answers: { verdict: { outcome: string } }[] };
      if (answers[0]?.verdict.outcome !== 'confirmed') throw new Error('The report was not taken');
    },
    {
      scope: city,
      intent: { kind: 'report', ubrn, appointment: randomUUID(), told: { slot, status: 'booked' } },
    },
  );
}

interface Sent {
  readonly claims: readonly string[];
}

function sentBy(route: Route): Sent {
  const body = route.request().postDataBuffer() ?? Buffer.from('{}');
  const isZipped = route.request().headers()['content-encoding'] === 'gzip';
  return JSON.parse((isZipped ? gunzipSync(body) : body).toString()) as Sent;
}

function instead(route: Route, body: object): Promise<APIResponse> {
  const { 'content-encoding': _, ...headers } = route.request().headers();
  return route.fetch({ headers, postData: JSON.stringify(body) });
}

async function ask(page: Page, go: Visit['go'], ubrn: string, bend: () => Promise<unknown>): Promise<void> {
  await go(`/practice/referrals/${ubrn}/times`);
  await timeButtons(page).first().click(connected);
  await page.getByRole('link', { name: /^Check/ }).click();
  // The worker would send it as well, past what is bent here.
  await page.evaluate(() => {
    const sync = (globalThis as { SyncManager?: { prototype: { register: unknown } } }).SyncManager;
    if (sync) sync.prototype.register = () => Promise.resolve();
  });
  await bend();
  await page.getByRole('button', { name: 'Confirm and book' }).click();
}

function ubrnOf({ cast }: Stage, name: string): string {
  const found = cast.patients.find((patient) => patient.name === name);
  if (!found) throw new Error(`Nobody in the demonstration is called ${name}`);
  return found.ubrn;
}
