// Somebody comes again, with the app kept on the device: how soon there is something to see, with a line and without.
import type { BrowserContext } from '@playwright/test';
import { phoneSlowdown, readVitals, shownAt, slowPage } from './browser.ts';
import { median, short, type Figure } from './figure.ts';
import type { Line } from './line.ts';

const trials = 7;

/** The context has a desk that is signed in and kept for offline. */
export async function repeatVisits(context: BrowserContext, line: Line): Promise<Figure[]> {
  const online = await comeAgain(context, line.origin);
  await context.setOffline(true);
  line.cut();
  const offline = await comeAgain(context, line.origin);
  line.mend();
  await context.setOffline(false);
  return [figureOf('repeat visit to /practice', online), figureOf('offline visit to /practice', offline)];
}

interface Visit {
  readonly paint: number;
  readonly rows: number;
}

async function comeAgain(context: BrowserContext, origin: string): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const page = await slowPage(context, phoneSlowdown);
    await page.goto(`${origin}/practice`);
    const rows = await shownAt(page, 'main tbody tr');
    const { firstPaint } = await readVitals(page);
    visits.push({ paint: firstPaint, rows });
    await page.close();
  }
  return visits;
}

function figureOf(name: string, visits: readonly Visit[]): Figure {
  return {
    what: `${name}: first paint`,
    got: median(visits.map(({ paint }) => paint)),
    unit: 'ms',
    floor: 150,
    target: 120,
    beside: `median of ${visits.length}; the worklist itself after ${short(median(visits.map(({ rows }) => rows)))} ms`,
  };
}
