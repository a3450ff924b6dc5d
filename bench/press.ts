// How long the practice's two busiest screens take to answer a press on a slow computer: the worklist of a large practice,
// and finding a time among all that a device holds.
// `npm run bench press`
/// <reference lib="dom" />
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Pack } from '#lib/protocol/exchange.ts';
import { encodePack } from '#lib/protocol/pack.ts';
import { AppServer } from '../e2e/app-server.ts';
import { Correspondent, demoPeople, type StaffMember } from '../e2e/letters.ts';
import { build, isBuilt } from '../scripts/build.ts';
import { crowd } from '../scripts/screens/crowd.ts';
import { freshContext, launch, phoneSlowdown } from './browser.ts';
import { servicesOfSlots, takenShares } from './device-world.ts';
import { median, percentile, short, type Figure, type Report } from './figure.ts';
import { openToBook } from './live.ts';
import { isReadyForOffline, receptionists, signInAtPractice } from './people.ts';
import { pressKey, pressOn, type Pressed } from './press-watch.ts';

const floorMs = 50;
/** A press each of these is made before any counts: code is fetched and compiled once. */
const warmUps = 6;
/** The region's largest practice has 341. */
const more = { skin: 5, head: 5 };
const timesWanted = 100_000;
/** A revision that no server of this world has reached. */
const heldLater = 1_000_000;
const seed = 20_261_124;
/** The region's world takes the better part of a minute to load; a busy machine longer. */
const loadLimitMs = 300_000;

export async function presses(count = 38): Promise<Report> {
  if (!isBuilt()) build();
  const load = loadavg()[0] ?? Number.NaN;
  const data = mkdtempSync(join(tmpdir(), 'holdfast-press-'));
  const env = { HOLDFAST_WORLD: 'region' };
  const server = await AppServer.start({ data, env, readyLimitMs: loadLimitMs });
  const browser = await launch();
  try {
    const [here] = receptionists(await demoPeople(server.origin));
    if (!here) throw new Error('The world has no receptionist');
    await crowd({ origin: server.origin, data }, more);
    const desk = await Hand.at(await freshContext(browser), count);
    const bare = await bareField(desk);
    const worklist = await worklistAnswers(desk, server.origin, here);
    const times = await findingAnswers(desk, server, here);
    const loads = [load, loadavg()[0] ?? Number.NaN].map(short).join(' before, ');
    return {
      figures: [bare, ...worklist, ...times.figures],
      notes: notesOf(count, times.held, loads),
      isKept: true,
    };
  } finally {
    await browser.close();
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

/** Press number n of an act. */
type Act = (n: number) => Promise<Pressed>;

/** At one page, as slow as asked. */
class Hand {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #cdp: CDPSession;
  readonly #count: number;

  private constructor(context: BrowserContext, page: Page, cdp: CDPSession, count: number) {
    this.context = context;
    this.page = page;
    this.#cdp = cdp;
    this.#count = count;
  }

  static async at(context: BrowserContext, count: number): Promise<Hand> {
    const page = await context.newPage();
    return new Hand(context, page, await context.newCDPSession(page), count);
  }

  /** The same presses on a slow processor, which counts, and on this machine's own. */
  async figure(what: string, act: Act): Promise<Figure> {
    const slow = await this.#presses(act, phoneSlowdown);
    // Going on where the others ended: pressed twice, a choice changes nothing.
    const fast = await this.#presses((n) => act(n + slow.length + warmUps), 1);
    const answered = slow.map(({ answeredMs }) => answeredMs);
    const painted = slow.map(({ paintedMs }) => paintedMs);
    const own = fast.map(({ answeredMs }) => answeredMs);
    const presented = slow.map(({ presentedMs }) => presentedMs);
    const beside = [
      `median ${short(median(answered))}`,
      `everything drawn, below the window too ${short(percentile(painted, 0.95))}, median ${short(median(painted))}`,
      `by Event Timing ${short(percentile(presented, 0.95))}, median ${short(median(presented))}`,
      `not slowed ${short(percentile(own, 0.95))}, median ${short(median(own))}: ${(median(answered) / median(own)).toFixed(1)} times`,
    ];
    return {
      what: `${what}, answered, 95th percentile`,
      got: percentile(answered, 0.95),
      unit: 'ms',
      floor: floorMs,
      beside: beside.join('; '),
    };
  }

  async #presses(act: Act, slowdown: number): Promise<Pressed[]> {
    await this.#cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    const all: Pressed[] = [];
    for (let n = 0; n < warmUps + this.#count; n += 1) all.push(await act(n));
    await this.#cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    return all.slice(warmUps);
  }
}

/** What the browser takes for itself: a field that says what is typed, and nothing else. */
async function bareField(hand: Hand): Promise<Figure> {
  const { page } = hand;
  await page.setContent(
    '<main><input oninput="said.textContent = this.value"> <output id="said"></output></main>',
  );
  await page.locator('input').focus();
  return hand.figure('a bare page that says what is typed', () => pressKey(page, 'a', '#said'));
}

async function worklistAnswers(hand: Hand, origin: string, who: StaffMember): Promise<Figure[]> {
  const { page } = hand;
  await page.goto(`${origin}/practice/sign-in`);
  await signInAtPractice(page, who);
  await isReadyForOffline(page);
  const all = '.lists a[href$="list=all"]';
  await page.locator(all).click();
  const held = Number((await page.locator(`${all} .count`).textContent()) ?? '');
  const name = `the worklist of ${held}`;

  await page.locator('#search').focus();
  // Each letter, then each away again.
  const keys = [
    'a',
    'n',
    'Backspace',
    'Backspace',
    'w',
    'r',
    'e',
    'n',
    ...Array<string>(4).fill('Backspace'),
  ];
  const typing = await hand.figure(`${name}: a letter of a search`, async (n) => {
    if (n === 0) await page.locator('#search').fill('');
    return pressKey(page, keys[n % keys.length] ?? 'a', 'main h2');
  });
  await page.locator('#search').fill('');

  const lists = await page.locator('.lists a[href*="?list="]').count();
  const change = await hand.figure(`${name}: another list`, (n) =>
    pressOn(page, `.lists li:nth-child(${(n % lists) + 1}) a`, 'main h2'),
  );

  await page.locator(all).click();
  const open = await hand.figure(`${name}: opening a referral`, async (n) => {
    const opened = await pressOn(page, `tbody tr:nth-child(${(n % 6) + 1}) .name`, 'main h1');
    await pressOn(page, '.nhsuk-back-link', 'main h1');
    return opened;
  });
  return [typing, change, open];
}

/** Anywhere in the country, the earliest first: then a search goes through as many hospitals as it ever does. */
async function findingAnswers(
  hand: Hand,
  server: AppServer,
  who: StaffMember,
): Promise<{ readonly figures: readonly Figure[]; readonly held: string }> {
  const { page } = hand;
  const truth = await (
    await Correspondent.signIn(server.origin, { kind: 'demo', person: who.person })
  ).truth();
  const referral = openToBook(truth).find(({ choice }) => choice === 'anywhere');
  if (!referral) throw new Error('Nobody here may go anywhere');
  const path = `${server.origin}/practice/referrals/${referral.ubrn}/times`;
  await findAnywhere(page, path);
  await page.locator('button.time').first().waitFor();
  await hand.context.setOffline(true);
  await server.stop();
  await page.evaluate(keep, packsFor(await page.evaluate(lastWanted)));
  await findAnywhere(page, path);
  await page
    .locator('#times')
    .filter({ hasText: /\d\d,\d{3} times/ })
    .waitFor({ timeout: 60_000 });
  const held = ((await page.locator('#times').textContent()) ?? '').replace(/\s+/g, ' ').trim();

  const chips = [1, 2, 3, 4, 5].map((day) => `.filters fieldset:first-of-type label:nth-child(${day})`);
  const days = await hand.figure('finding a time: a day of the week', (n) =>
    pressOn(page, chips[n % 5] ?? '', '#times'),
  );
  const parts = '.filters fieldset:nth-of-type(2) label';
  const partsOfDay = await page.locator(parts).count();
  const part = await hand.figure('finding a time: a part of the day', (n) =>
    pressOn(page, `${parts}:nth-child(${((n + 1) % partsOfDay) + 1})`, '#times'),
  );
  const reach = await hand.figure('finding a time: how far to look', (n) =>
    pressOn(page, n % 2 === 0 ? 'label[for=reach]' : 'label[for=reach-anywhere]', 'main'),
  );
  return { figures: [days, part, reach], held };
}

async function findAnywhere(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByText('Anywhere in the country').click();
  await page.getByText('Earliest time first').click();
}

/** In the page: the hospitals whose times it asked for last. */
async function lastWanted(): Promise<string[]> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('slots');
    opening.onsuccess = () => resolve(opening.result);
  });
  const rows = await new Promise<{ service: string; askedAt: number }[]>((resolve) => {
    const all = db.transaction('wanted').objectStore('wanted').getAll();
    all.onsuccess = () => resolve(all.result as { service: string; askedAt: number }[]);
  });
  db.close();
  const last = Math.max(...rows.map(({ askedAt }) => askedAt));
  return rows.filter(({ askedAt }) => askedAt === last).map(({ service }) => service);
}

/** As many times as make 100,000, shared among these. */
function packsFor(services: readonly string[]): readonly Pack[] {
  const each = Math.ceil(timesWanted / services.length);
  const now = Date.now();
  const slots = servicesOfSlots(now, seed, takenShares.usual, { services: services.length, each });
  return services.map((service, i) =>
    encodePack(
      service as ServiceId,
      `${heldLater + i}.${'0'.repeat(16)}`,
      now,
      (slots[i] ?? []).map((slot) => ({ ...slot, service: service as ServiceId })),
    ),
  );
}

/** In the page. */
async function keep(packs: readonly Pack[]): Promise<void> {
  const db = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('slots');
    opening.onsuccess = () => resolve(opening.result);
  });
  const store = db.transaction('packs', 'readwrite').objectStore('packs');
  for (const pack of packs) store.put({ service: pack.service, revision: pack.revision, pack });
  await new Promise((resolve) => (store.transaction.oncomplete = resolve));
  db.close();
}

const notesOf = (count: number, held: string, loads: string) => [
  `${count} presses of each after ${warmUps} that do not count, at ${phoneSlowdown} times slowed. Answered: to the end of the frame that shows the last of what the press changed in the window, so that what somebody sees is right. Everything drawn: to the last of what it changed anywhere on the page.`,
  `Beside it what Event Timing says of the same press, to the next picture alone and in steps of 8 ms; and the same presses at this machine’s own speed.`,
  `Finding a time: ${held}, made up (${timesWanted.toLocaleString('en-GB')} less those that are taken), at every hospital for that specialty in the country, without a line.`,
  `Load ${loads} after.`,
];
