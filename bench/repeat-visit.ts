// Somebody comes again, with the app kept on the device: how soon there is something to see, with a line and without.
// Beside each visit the same browser opens a page that has nothing in it: what a new tab alone takes.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from '@playwright/test';
import { phoneSlowdown, readVitals, shownAt, slowPage } from './browser.ts';
import { median, short, type Figure } from './figure.ts';
import type { Line } from './line.ts';

const trials = 7;

/** The context has a desk that is signed in and kept for offline. */
export async function repeatVisits(context: BrowserContext, line: Line): Promise<Figure[]> {
  const bare = await barePage();
  try {
    const online = await comeAgain(context, line.origin, bare.origin);
    await context.setOffline(true);
    line.cut();
    const offline = await comeAgain(context, line.origin);
    line.mend();
    await context.setOffline(false);
    const empty = median(online.flatMap(({ emptyPaint }) => emptyPaint ?? []));
    return [
      figureOf('repeat visit to /practice', online, empty),
      figureOf('offline visit to /practice', offline, empty),
    ];
  } finally {
    await bare.stop();
  }
}

interface Visit {
  readonly paint: number;
  readonly rows: number;
  readonly emptyPaint: number | undefined;
}

async function comeAgain(context: BrowserContext, origin: string, empty?: string): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const emptyPaint = empty === undefined ? undefined : await firstPaintOf(context, empty);
    const page = await slowPage(context, phoneSlowdown);
    await page.goto(`${origin}/practice`);
    const rows = await shownAt(page, 'main tbody tr');
    const { firstPaint } = await readVitals(page);
    visits.push({ paint: firstPaint, rows, emptyPaint });
    await page.close();
  }
  return visits;
}

async function firstPaintOf(context: BrowserContext, url: string): Promise<number> {
  const page = await slowPage(context, phoneSlowdown);
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const { firstPaint } = await readVitals(page);
  await page.close();
  return firstPaint;
}

async function barePage(): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const server = http.createServer((_req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end('<!doctype html><title>Bare</title><p>Bare</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function figureOf(name: string, visits: readonly Visit[], empty: number): Figure {
  return {
    what: `${name}: first paint`,
    got: median(visits.map(({ paint }) => paint)),
    unit: 'ms',
    floor: 150,
    target: 120,
    beside: `median of ${visits.length}; a page with one word in it ${short(empty)} ms; the worklist itself after ${short(median(visits.map(({ rows }) => rows)))} ms`,
  };
}
