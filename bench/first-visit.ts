// Somebody comes for the first time, on a slow phone and a slow line: what it weighs and how long it takes.
/// <reference lib="dom" />
import type { Browser, Page } from '@playwright/test';
import type { DemoPatient, StaffMember } from '../e2e/letters.ts';
import { freshContext, phone, phoneSlowdown, readVitals, shownAt, slowPage } from './browser.ts';
import { short, type Figure } from './figure.ts';
import { Line, slow4g, type Kind } from './line.ts';
import { isReadyForOffline, signInAsPatient, signInAtPractice } from './people.ts';

const kb = (bytes: number) => bytes / 1000;
const quietMs = 3_000;
const ofThePage: readonly Kind[] = ['document', 'style', 'script', 'data', 'other'];

interface Door {
  readonly path: string;
  /** What a person came for: once it is there and the processor is free, the page can be used. */
  readonly control: string;
  /** Signs in and waits for what comes after; absent where there is no such thing. */
  readonly enter?: (page: Page) => Promise<void>;
}

export async function firstVisits(
  browser: Browser,
  port: () => number,
  who: { readonly staff: StaffMember; readonly patient: DemoPatient },
): Promise<Figure[]> {
  const doors: readonly Door[] = [
    { path: '/', control: 'a[href="/practice"]' },
    {
      path: '/practice/sign-in',
      control: 'main button',
      enter: (page) => signInAtPractice(page, who.staff),
    },
    {
      path: '/patient/sign-in',
      control: 'main input',
      enter: (page) => signInAsPatient(page, who.patient),
    },
  ];
  const figures: Figure[] = [];
  for (const door of doors) figures.push(...(await firstVisit(browser, port, door)));
  return figures;
}

async function firstVisit(browser: Browser, port: () => number, door: Door): Promise<Figure[]> {
  const line = await Line.start(port, slow4g);
  const context = await freshContext(browser, phone);
  try {
    const page = await slowPage(context, phoneSlowdown);
    const opened = page.goto(line.origin + door.path);
    const control = await shownAt(page, door.control);
    await opened;
    const keptAt = door.enter && (await worksOfflineAt(page));
    await line.quiet(quietMs);
    const vitals = await readVitals(page);
    const usable = Math.max(control, vitals.contentLoaded, vitals.busyUntil);
    const parts = ofThePage.map((kind) => `${kind} ${short(kb(line.bytes(kind)))}`).join(', ');
    const name = `first visit to ${door.path}`;
    const figures: Figure[] = [
      {
        what: `${name}: all the page asks for`,
        got: kb(line.bytes(...ofThePage)),
        unit: 'KB',
        floor: 120,
        target: 90,
        beside: parts,
      },
      {
        what: `${name}: then, to work offline`,
        got: kb(line.bytes('offline')),
        unit: 'KB',
        beside: 'the worker and every screen, behind the page',
      },
      ...(keptAt === undefined
        ? []
        : [{ what: `${name}: from when it works offline`, got: keptAt / 1000, unit: 's' }]),
      { what: `${name}: LCP`, got: vitals.largestPaint / 1000, unit: 's', floor: 2, target: 1.6 },
      { what: `${name}: usable`, got: usable / 1000, unit: 's', floor: 2.5 },
      { what: `${name}: CLS`, got: vitals.layoutShift, unit: '', floor: 0 },
    ];
    if (door.enter) figures.push(...(await entered(page, line, door.path, door.enter)));
    return figures;
  } finally {
    await context.close();
    await line.stop();
  }
}

/** Milliseconds from the navigation to a worker that holds the app. A page without one (the front page) would wait for ever. */
const worksOfflineAt = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    return performance.now();
  });

/** From the sign-in page, all of it laid in, to the first thing worth reading and to all of it. */
async function entered(
  page: Page,
  line: Line,
  path: string,
  enter: (page: Page) => Promise<void>,
): Promise<Figure[]> {
  const before = { data: line.bytes('data'), all: line.bytes() };
  const startedAt = performance.now();
  await enter(page);
  const readableMs = performance.now() - startedAt;
  await isReadyForOffline(page);
  const wholeMs = performance.now() - startedAt;
  await line.quiet(quietMs);
  const after = { data: line.bytes('data'), all: line.bytes() };
  const name = `signing in at ${path}`;
  return [
    {
      what: `${name}: data`,
      got: kb(after.data - before.data),
      unit: 'KB',
      beside: `and ${short(kb(after.all - before.all - (after.data - before.data)))} KB of all else`,
    },
    { what: `${name}: first to read`, got: readableMs / 1000, unit: 's' },
    { what: `${name}: all of it here`, got: wholeMs / 1000, unit: 's' },
  ];
}
