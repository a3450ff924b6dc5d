// Two practices look at the same hospital's times. One books; how soon does the time go from the other's screen?
/// <reference lib="dom" />
import type { Page } from '@playwright/test';
import type { Correspondent, FreeTime, Referral, Service, Truth } from '../e2e/letters.ts';
import { ukClock, ukDay } from '../e2e/uk-clock.ts';
import { percentile, short, type Figure } from './figure.ts';

const trials = 30;
const goneMs = 20_000;

interface WatchedWindow {
  goneAt: number;
}

/** A referral of the watching practice, and referrals of the other that may take times of the same services. */
export interface Rivals {
  readonly watched: string;
  readonly bookable: readonly Referral[];
}

/** Those who meet most often; undefined where the practices share no service. */
export function findRivals(watching: Truth, booking: Truth): Rivals | undefined {
  const others = openToBook(booking);
  const all = openToBook(watching).map(({ ubrn, shortlist }) => ({
    watched: ubrn,
    bookable: others.filter((other) => other.shortlist.some((service) => shortlist.includes(service))),
  }));
  const [best] = all.toSorted((a, b) => b.bookable.length - a.bookable.length);
  return best && best.bookable.length > 0 ? best : undefined;
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
  const { services } = await other.truth();
  const fromVerdict: number[] = [];
  const fromSending: number[] = [];
  for (const { ubrn, shortlist } of rivals.bookable) {
    if (fromVerdict.length === trials) break;
    const shown = await timeOnScreen(
      page,
      other,
      shortlist.flatMap((id) => services.get(id) ?? []),
    );
    if (!shown) continue;
    await watchFor(page, shown.name);
    const sentAt = now();
    const { verdict } = await other.book(ubrn, [shown.time.ref]);
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

/** The first time of these services that is on the screen. */
async function timeOnScreen(
  page: Page,
  other: Correspondent,
  services: readonly Service[],
): Promise<{ readonly name: string; readonly time: FreeTime } | undefined> {
  const names = await page
    .locator('button.time')
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? ''));
  for (const service of services.filter(({ booking }) => booking === 'direct')) {
    for (const time of await other.freeTimes(service)) {
      const start = `${ukClock(time.ref.start)}, ${ukDay(time.ref.start)}, ${service.siteName}`;
      const [found, ...more] = names.filter((name) => name.startsWith(start));
      // Two clinics of one hospital may have the same time; then nobody could say which of them went.
      if (found !== undefined && more.length === 0) return { name: found, time };
    }
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
