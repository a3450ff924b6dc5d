// Real Chromium as a user has it, on a phone's processor if asked, and what it tells about its own speed.
/// <reference lib="dom" />
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.ts';

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1440, height: 900 };
/** A middling phone against a developer's computer. */
export const phoneSlowdown = 4;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: ensureChromium(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

export async function freshContext(browser: Browser, viewport = desktop): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/London' });
  await context.addInitScript(watchVitals);
  return context;
}

export async function slowPage(context: BrowserContext, slowdown: number): Promise<Page> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return page;
}

/** Milliseconds since the navigation began. */
export interface Vitals {
  readonly firstPaint: number;
  readonly largestPaint: number;
  readonly layoutShift: number;
  /** End of the last task that kept the page from answering for 50 ms. */
  readonly busyUntil: number;
  readonly contentLoaded: number;
}

interface WatchedWindow {
  vitals: { largestPaint: number; layoutShift: number; busyUntil: number };
}

/** Runs in the page before anything of its own. */
function watchVitals(): void {
  const vitals = { largestPaint: 0, layoutShift: 0, busyUntil: 0 };
  (window as unknown as WatchedWindow).vitals = vitals;
  const watch = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => (vitals.largestPaint = startTime));
  watch('longtask', ({ startTime, duration }) => (vitals.busyUntil = startTime + duration));
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) vitals.layoutShift += value;
  });
}

export function readVitals(page: Page): Promise<Vitals> {
  return page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return {
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      contentLoaded: navigation?.domContentLoadedEventEnd ?? Number.NaN,
      ...(window as unknown as WatchedWindow).vitals,
    };
  });
}

/** When this first had a place on the screen, looked for each frame; milliseconds since the navigation began. */
export async function shownAt(page: Page, selector: string, timeout = 120_000): Promise<number> {
  const look = (wanted: string) => {
    const box = document.querySelector(wanted)?.getBoundingClientRect();
    return box && box.height > 0 ? performance.now() : 0;
  };
  const handle = await page.waitForFunction(look, selector, { polling: 'raf', timeout });
  return handle.jsonValue();
}

export interface Heap {
  /** Objects of the page's scripts. */
  readonly scriptsMb: number;
  /** With the DOM's and the buffers behind typed arrays. */
  readonly allMb: number;
}

/** After the collector was made to do all it can. */
export async function heapOf(context: BrowserContext, page: Page): Promise<Heap> {
  const cdp: CDPSession = await context.newCDPSession(page);
  await cdp.send('HeapProfiler.enable');
  // Twice: what only finalisers held goes the second time.
  for (let round = 0; round < 2; round += 1) await cdp.send('HeapProfiler.collectGarbage');
  const usage = (await cdp.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  await cdp.detach();
  const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
  const megabyte = 2 ** 20;
  return {
    scriptsMb: usedSize / megabyte,
    allMb: (usedSize + embedderHeapUsedSize + backingStorageSize) / megabyte,
  };
}
