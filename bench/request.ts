// A receptionist books through the screens, without a line and then with one: how long until it is safe on this device's
// disk, and how long from the line's return until the answer is on the screen.
/// <reference lib="dom" />
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { desktop } from './browser.ts';
import { percentile, short, type Figure } from './figure.ts';
import { slow4g, type Line } from './line.ts';

/** Requests that wait together when the line comes back; each is a trial of saving as well. */
export const together = 100;
const alone = 10;
const settleMs = 60_000;

interface Marks {
  /** The press of the button, by the browser's own clock of events. */
  pressed: number;
  /** The transaction that holds the request is complete: strict durability, so it is on the disk. */
  onDisk: number;
  shown: number;
  answered: number;
}

interface WatchedWindow {
  marks: Marks;
}

/** Runs in the page before anything of its own, and asks nothing of the app but what it shows. */
export function watchRequests(): void {
  const none: Marks = { pressed: 0, onDisk: 0, shown: 0, answered: 0 };
  const marks = { ...none };
  (window as unknown as WatchedWindow).marks = marks;
  const open = Object.getOwnPropertyDescriptor(IDBDatabase.prototype, 'transaction')?.value as (
    ...args: unknown[]
  ) => IDBTransaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: unknown[]) {
    const transaction = open.apply(this, args);
    if (this.name.startsWith('desk:') && transaction.mode === 'readwrite') {
      if (transaction.objectStoreNames.contains('claims')) {
        transaction.addEventListener('complete', () => {
          if (marks.pressed > 0) marks.onDisk ||= performance.now();
        });
      }
    }
    return transaction;
  };
  addEventListener(
    'click',
    ({ target, timeStamp }) => {
      const isConfirm =
        target instanceof Element && /^(Confirm and book|Save the request)/.test(target.textContent.trim());
      if (isConfirm) Object.assign(marks, none, { pressed: timeStamp });
    },
    { capture: true },
  );
  new MutationObserver(() => {
    const text = document.querySelector('[aria-label="Where this request stands"]')?.textContent ?? '';
    if (marks.pressed > 0 && text.includes('Saved on this device')) marks.shown ||= performance.now();
    if (/Booked: confirmed|Not booked:|Booked your/.test(text)) marks.answered ||= performance.now();
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Referrals to book, enough for all trials; the desk is signed in and has their times. */
export async function requests(
  context: BrowserContext,
  line: Line,
  ubrns: readonly string[],
): Promise<Figure[]> {
  const page = await context.newPage();
  await page.setViewportSize(desktop);
  await page.goto(`${line.origin}/practice`);
  await page.getByRole('row').nth(1).waitFor();
  const left = [...ubrns];
  const saved: Marks[] = [];

  const answers: number[] = [];
  for (let trial = 0; trial < alone; trial += 1) {
    await offline(context, line);
    const one = await request(page, left);
    if (!one) throw new Error('There are not enough referrals to book');
    saved.push(one);
    // A line comes back some time after the press, not within the quarter second in which the app does not try again.
    await sleep(1_000);
    // The browser may send from its worker before it tells the page that the line is back: counted from before either.
    const back = await page.evaluate(() => performance.now());
    await online(context, line);
    const { answered } = await marksWhen(page, 'answered');
    answers.push(answered - back);
  }

  await offline(context, line);
  let count = 0;
  while (count < together) {
    const one = await request(page, left);
    if (!one) break;
    saved.push(one);
    count += 1;
  }
  await sleep(1_000);
  line.pace = slow4g;
  const from = performance.now();
  await online(context, line);
  await page.getByRole('link', { name: /^Waiting to send$/ }).waitFor({ timeout: settleMs });
  const allAnswered = performance.now() - from;
  line.pace = undefined;
  await page.close();

  const onDisk = saved.map(({ pressed, onDisk: at }) => at - pressed);
  const shown = saved.map(({ pressed, shown: at }) => at - pressed);
  return [
    {
      what: 'a request saved on the device, 95th percentile',
      got: percentile(onDisk, 0.95),
      unit: 'ms',
      floor: 20,
      target: 10,
      beside: `press to disk, median ${short(percentile(onDisk, 0.5))} of ${saved.length}; said on the screen: 95th percentile ${short(percentile(shown, 0.95))}`,
    },
    {
      what: 'line back to answer, 1 request',
      got: percentile(answers, 0.5),
      unit: 'ms',
      floor: 100,
      beside: `median of ${answers.length}, on a line without delay; slowest ${short(Math.max(...answers))}`,
    },
    {
      what: `line back to answer, ${count} requests, slow 4G`,
      got: allAnswered / 1000,
      unit: 's',
      floor: 2,
    },
  ];
}

async function offline(context: BrowserContext, line: Line): Promise<void> {
  line.cut();
  await context.setOffline(true);
}

async function online(context: BrowserContext, line: Line): Promise<void> {
  line.mend();
  await context.setOffline(false);
}

/** From the referral to a saved request, as a person goes; skips referrals that cannot be booked here. Undefined: none is left. */
async function request(page: Page, left: string[]): Promise<Marks | undefined> {
  for (let ubrn = left.shift(); ubrn !== undefined; ubrn = left.shift()) {
    await follow(page, `/practice/referrals/${ubrn}/times`);
    const time = page.locator('button.time:enabled').first();
    if (
      !(await time.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      ))
    )
      continue;
    await time.click();
    await page.getByRole('link', { name: /^Check/ }).click();
    await page.getByRole('button', { name: /^(Confirm and book|Save the request)/ }).click();
    return marksWhen(page, 'shown');
  }
  return undefined;
}

/** By a link, so that the app goes on and is not loaded anew. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href });
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await page.waitForURL(`**${path}`);
}

async function marksWhen(page: Page, what: keyof Marks): Promise<Marks> {
  const isMarked = (key: keyof Marks) => (window as unknown as WatchedWindow).marks[key] > 0;
  await page.waitForFunction(isMarked, what, { timeout: settleMs });
  return page.evaluate(() => (window as unknown as WatchedWindow).marks);
}
