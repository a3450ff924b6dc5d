// Every screen of the album in every weather: without a line, with a server that fails, half a day later, on a device that
// has heard nothing yet, and where nothing has happened. The states are the app's own; what is bent is the line.
import type { Page } from '@playwright/test';
import { album, type Reader, type Screen, type State } from './album.ts';
import { hears } from './ears.ts';
import { doubtfulRows } from './crowd.ts';
import { enter } from './patient.ts';
import { heading, signedIn as atThePractice, timeButtons } from './practice.ts';
import { nothingCame } from './rare.ts';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 60_000 };
/** Within a session of twelve hours, and long after anything here was fresh. */
const halfADay = '11:00:00';

export const takeOpenDoors = (stage: Stage): Promise<void> => openDoors(stage);
export const takePracticeWeather = (stage: Stage): Promise<void> => inside(stage, 'practice');
export const takeClinicWeather = (stage: Stage): Promise<void> => inside(stage, 'clinic');
export async function takePatientWeather(stage: Stage): Promise<void> {
  await inside(stage, 'patient Priya Sharma');
  await inside(stage, 'patient Margaret Ashworth');
}

/** In a world of hundreds: the lists as long as they get. */
export async function takeMany(stage: Stage): Promise<void> {
  for (const reader of ['practice', 'clinic', 'patient Margaret Ashworth'] as const) {
    const visit = await comeIn(stage, reader);
    await walk(stage, visit, reader, 'many', async (route) => {
      const { page } = visit;
      if (route === '/practice') {
        await visit.go('/practice?list=all');
        const more = page.getByRole('button', { name: /^Show/ });
        await page.getByRole('row').nth(1).waitFor(connected);
        while (await more.isVisible()) await more.click();
      }
      if (route === '/practice/rows') {
        const more = page.getByRole('button', { name: /^Show more/ });
        for (let shown = 20; shown < doubtfulRows; shown += 20) {
          await page
            .getByRole('article')
            .nth(shown - 1)
            .waitFor(connected);
          await more.click();
        }
      }
      if (route.endsWith('/times') && reader === 'practice') {
        await page.getByLabel('Anywhere in the country').check();
        await page.getByRole('heading', { name: /^Hospitals \(/ }).waitFor(connected);
      }
      if (route === '/clinic') await page.goto(await busiestDay(page));
    });
    await visit.context.close();
  }
}

async function inside(stage: Stage, reader: Reader): Promise<void> {
  const visit = await comeIn(stage, reader);
  const { page, context } = visit;
  for (const route of Object.keys(album).filter((one) => album[one]?.reader === reader))
    await choose(stage, visit, route);

  await visit.go(homeOf(reader));
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(connected);
  await context.setOffline(true);
  await page.getByText(/^No connection/).waitFor(connected);
  if (!(await hears(page, /No connection/)))
    stage.camera.note(slug(homeOf(reader), 'offline'), 'that the line is gone is not announced');
  await walk(stage, visit, reader, 'offline');

  await context.setOffline(false);
  await context.route('**/api/**', (route) =>
    route.fulfill({ status: 502, body: '<h1>502 Bad Gateway</h1>' }),
  );
  await walk(stage, visit, reader, 'failed');
  await context.unroute('**/api/**');

  await context.setOffline(true);
  await page.clock.install();
  await visit.go(homeOf(reader));
  await page.clock.fastForward(halfADay);
  await walk(stage, visit, reader, 'stale');
  await context.close();

  await nothingHere(stage, reader);
}

/** A device that hears nothing yet; then that there is nothing. */
async function nothingHere(stage: Stage, reader: Reader): Promise<void> {
  const visit = await comeIn(stage, reader, 'not a word');
  const { page, context } = visit;
  await walk(stage, visit, reader, 'loading');
  await context.unroute('**/api/sync');
  await context.unroute('**/api/access?**');
  await context.unroute('**/api/rows**');
  await context.route('**/api/access?**', (route) => route.fulfill({ json: { acts: [], more: null } }));
  await context.route('**/api/rows**', (route) =>
    route.fulfill({ json: { rows: [], count: 0, more: null } }),
  );
  await context.route('**/api/sync', (route) => nothingCame(route));
  await visit.go(homeOf(reader));
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(connected);
  await walk(stage, visit, reader, 'empty');
  await context.close();
}

/** What anybody may open, signed in or not. */
async function openDoors(stage: Stage): Promise<void> {
  const visit = await stage.visit();
  const { page, context } = visit;
  // The first page that opens the device is the one that keeps the app on it.
  await visit.go('/practice/sign-in');
  await isKept(page);
  await walk(stage, visit, 'anybody', 'offline');
  await context.setOffline(false);
  await context.route('**/api/**', (route) =>
    route.fulfill({ status: 502, body: '<h1>502 Bad Gateway</h1>' }),
  );
  await walk(stage, visit, 'anybody', 'failed', async (route) => {
    if (route !== '/patient/sign-in') return;
    await page.getByLabel('Booking reference').fill('0000 4900 1068');
    await page.getByLabel('Access code').fill('AAAA BBBB CCCC');
    await page.getByLabel('Year you were born').fill('1968');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').first().waitFor(connected);
  });
  await context.unroute('**/api/**');
  await context.route('**/api/demo/people', () => undefined);
  await walk(stage, visit, 'anybody', 'loading');
  await context.unroute('**/api/demo/people');
  await context.route('**/api/demo/people', (route) => route.fulfill({ status: 404, body: '' }));
  await walk(stage, visit, 'anybody', 'empty');
  await context.close();
}

async function walk(
  stage: Stage,
  visit: Visit,
  reader: Reader,
  state: State,
  before: (route: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { page, context, go, take } = visit;
  for (const [route, screen] of Object.entries(album)) {
    if (screen.reader !== reader || screen.never[state]) continue;
    if (state === 'offline') await context.setOffline(true);
    try {
      await go(pathOf(stage, route, screen));
      await uncover(page);
      await page.locator('h1:visible').first().waitFor(connected);
      await before(route);
      await take(slug(route, state), state);
      if (state === 'loading' && (await claimsNone(page)))
        stage.camera.note(slug(route, state), 'says that there is nothing, which is not known yet');
    } catch (error) {
      // The others are still to be looked at.
      stage.camera.note(slug(route, state), String(error).split('\n', 1)[0] ?? '');
    }
  }
}

/** What waits on this device alone is known at once. */
async function claimsNone(page: Page): Promise<boolean> {
  const none = page.locator('.empty .title', { hasText: /^\s*(Nobody|Nothing|Everyone|You have seen|None)/ });
  return !page.url().endsWith('/waiting') && (await none.isVisible());
}

async function comeIn(stage: Stage, reader: Reader, line: 'open' | 'not a word' = 'open'): Promise<Visit> {
  const [kind, ...name] = reader.split(' ');
  if (line === 'open' && kind === 'practice') return atThePractice(stage, 'gp', false);
  if (line === 'open' && kind === 'patient') {
    const visit = await enter(stage, name.join(' '));
    await isKept(visit.page);
    return visit;
  }
  const visit = await stage.visit();
  const { page, context, go } = visit;
  if (line === 'not a word')
    for (const ask of ['**/api/sync', '**/api/access?**', '**/api/rows**'])
      await context.route(ask, () => undefined);
  if (kind === 'practice') {
    const who = stage.cast.staff.find(({ role, scope }) => role === 'gp' && scope === 'practice:L81015');
    await go('/practice/sign-in');
    await page.getByRole('button', { name: `${who?.name}, ` }).click(connected);
  } else if (kind === 'clinic') {
    await go('/clinic/sign-in');
    await page.getByLabel('Hospital or town').fill('royal infirmary');
    await page.getByRole('button', { name: 'Bristol Royal Infirmary' }).first().click(connected);
  } else {
    const who = stage.cast.patients.find((one) => one.name === name.join(' '));
    await go('/patient/sign-in');
    await page.getByLabel('Booking reference').fill(who?.ubrn ?? '');
    await page.getByLabel('Access code').fill(who?.code ?? '');
    await page.getByLabel('Year you were born').fill(String(who?.birthYear));
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.waitForURL((url) => !url.pathname.includes('sign-in'), connected);
  if (line === 'open') await heading(page, 'Who is coming');
  await isKept(page);
  return visit;
}

/** A time chosen and not yet asked for stays chosen in this window. */
async function choose(stage: Stage, { page, go }: Visit, route: string): Promise<void> {
  const screen = album[route];
  if (!screen?.chosenAt) return;
  await go(pathOf(stage, screen.chosenAt, screen));
  const times = screen.reader === 'practice' ? timeButtons(page) : page.locator('button.time');
  await times.first().click(connected);
  await times.nth(2).click();
}

/** Half a day later somebody comes back to a covered screen. */
async function uncover(page: Page): Promise<void> {
  await page.locator('h1:visible').first().waitFor(connected);
  const button = page.getByRole('button', { name: /: show the screen$/ });
  if (await button.isVisible()) await button.click();
}

/** The day of those listed on which most come. */
async function busiestDay(page: Page): Promise<string> {
  const next = page.getByText('The next patient comes on').getByRole('link');
  return (await next.isVisible()) ? ((await next.getAttribute('href')) ?? '/clinic') : '/clinic';
}

function pathOf({ cast }: Stage, route: string, { about, asking = '' }: Screen): string {
  if (!about) return route + asking;
  const found = cast.patients.find(({ name }) => name === about);
  if (!found) throw new Error(`Nobody in the demonstration is called ${about}`);
  return route.replace('[ubrn]', found.ubrn) + asking;
}

const homeOf = (reader: Reader) => `/${reader.split(' ', 1)[0]}`;

/** "/practice/referrals/[ubrn]/times", offline → "state-practice-referrals-times-offline". */
const slug = (route: string, state: State) =>
  [
    'state',
    ...route.split('/').filter((part) => /^[\w-]+$/.test(part)),
    ...(route === '/' ? ['front'] : []),
    state,
  ].join('-');
