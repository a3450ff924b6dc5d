// Two practices look at the same hospital's times. One books; how soon does the time go from the other's screen?
/// <reference lib="dom" />
import type { Page } from '@playwright/test';
import type { Correspondent } from '../e2e/letters.ts';
import { type FreeTime, type Referral, type Truth } from '../e2e/letters.ts';
import { ukClock, ukDay } from '../e2e/uk-clock.ts';
import { percentile, short, type Figure } from './figure.ts';

const trials = 30;
const goneMs = 20_000;

interface WatchedWindow {
  goneAt: number;
}

/** A referral of the watching practice and referrals of the other that may take the same service's times. */
export interface Rivals {
  readonly service: string;
  readonly watched: string;
  readonly bookable: readonly string[];
}

export function findRivals(watching: Truth, booking: Truth): Rivals | undefined {
  const [watchable, rivals] = [openToBook(watching), openToBook(booking)];
  let best: Rivals | undefined;
  for (const { id, booking: how } of watching.services.values()) {
    if (how !== 'direct') continue;
    const watched = watchable.find(({ shortlist }) => shortlist.includes(id))?.ubrn;
    const bookable = rivals.filter(({ shortlist }) => shortlist.includes(id)).map(({ ubrn }) => ubrn);
    if (watched !== undefined && bookable.length > (best?.bookable.length ?? 0)) {
      best = { service: id, watched, bookable };
    }
  }
  return best;
}

/** Routine, and nobody has booked them. */
export function openToBook(truth: Truth): Referral[] {
  const booked = new Set(
    [...truth.appointments.values()].filter(({ status }) => status !== 'cancelled').map(({ ubrn }) => ubrn),
  );
  return [...truth.referrals.values()].filter(
    ({ ubrn, status, priority }) =>
      status.state === 'open' && status.deferral === null && priority === 'routine' && !booked.has(ubrn),
  );
}

/** The page is signed in at the watching practice; the other one has no screen. */
export async function timesGo(
  page: Page,
  origin: string,
  other: Correspondent,
  rivals: Rivals,
): Promise<Figure> {
  await page.goto(`${origin}/practice/referrals/${rivals.watched}/times`);
  await page.locator('button.time').first().waitFor();
  const service = (await other.truth()).services.get(rivals.service);
  if (!service) throw new Error(`${rivals.service} is not known to the other practice`);
  const fromVerdict: number[] = [];
  const fromSending: number[] = [];
  for (const ubrn of rivals.bookable.slice(0, trials)) {
    const free = await other.freeTimes(service);
    const label = await labelOnScreen(page, free, service.siteName);
    if (!label) break;
    await watchFor(page, label.name);
    const sentAt = now();
    const { verdict } = await other.book(ubrn, [label.time.ref]);
    const toldAt = now();
    if (verdict.outcome !== 'confirmed') continue;
    await page.waitForFunction(() => (window as unknown as WatchedWindow).goneAt > 0, undefined, {
      timeout: goneMs,
    });
    const goneAt = await page.evaluate(() => (window as unknown as WatchedWindow).goneAt);
    fromVerdict.push(goneAt - toldAt);
    fromSending.push(goneAt - sentAt);
  }
  if (fromVerdict.length === 0) throw new Error('No time of the shared hospital was on the screen');
  return {
    what: 'another device sees a time go, 95th percentile',
    got: percentile(fromVerdict, 0.95),
    unit: 'ms',
    floor: 300,
    target: 200,
    beside: `from the verdict, ${fromVerdict.length} trials, median ${short(percentile(fromVerdict, 0.5))}; from sending: 95th percentile ${short(percentile(fromSending, 0.95))}`,
  };
}

/** The same clock as the page's: both are of this machine. */
const now = () => performance.timeOrigin + performance.now();

async function labelOnScreen(
  page: Page,
  free: readonly FreeTime[],
  siteName: string,
): Promise<{ readonly name: string; readonly time: FreeTime } | undefined> {
  const names = await page
    .locator('button.time')
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? ''));
  for (const time of free) {
    const start = `${ukClock(time.ref.start)}, ${ukDay(time.ref.start)}, ${siteName}`;
    const found = names.filter((name) => name.startsWith(start));
    // Two clinics of one hospital may have the same time; then nobody could say which of them went.
    if (found[0] !== undefined && found.length === 1) return { name: found[0], time };
  }
  return undefined;
}

async function watchFor(page: Page, name: string): Promise<void> {
  await page.evaluate((label) => {
    const watched = window as unknown as WatchedWindow;
    watched.goneAt = 0;
    const isThere = () => document.querySelector(`button[aria-label="${CSS.escape(label)}"]`) !== null;
    const observer = new MutationObserver(() => {
      if (isThere()) return;
      watched.goneAt = performance.timeOrigin + performance.now();
      observer.disconnect();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  }, name);
}
