// "Connected" is something that was heard. A line that swallows everything looks, to the browser, like one that works.
import type { Page } from '@playwright/test';
import { cityPractice, margaret } from './cast.ts';
import { phone } from './device.ts';
import { everything, exchange } from './fault-proxy.ts';
import { isConnected, openReferral, practiceDesk, settles } from './screens.ts';
import { expect, test } from './world.ts';

/** Whom one can be at the city's practice. */
const somebody = (page: Page) =>
  page
    .getByRole('main')
    .getByRole('button', { name: /, (GP|Receptionist)/i })
    .first();
const lineOf = (page: Page) => page.getByRole('region', { name: 'Connection' });
/** Longer than an answer may take before the line says so. */
const patience = { timeout: 15_000 };

/** From when the page is there: whatever the line says of itself, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const look = () => {
      const now = document.querySelector('section[aria-label="Connection"] [role=status]')?.textContent;
      const words = now?.replace(/\s+/g, ' ').trim();
      if (words && words !== said.at(-1)) said.push(words);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}

test('the morning begins on a line that swallows everything: not for a moment is it called connected', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  desk.line.set(/^\/api\//, { kind: 'blackHole' });
  const heard = await listen(desk.page);
  await desk.page.reload();
  await expect(lineOf(desk.page)).toContainText('Connecting…', settles);
  await expect(lineOf(desk.page)).toContainText('No answer from the server yet.', patience);
  await expect(lineOf(desk.page)).toContainText('What you do here is saved on this device.');
  expect((await heard()).join('\n')).not.toContain('Connected');

  // Cut, the attempt is over at last, and the next one is heard.
  desk.line.set(everything, { kind: 'down' });
  await expect(lineOf(desk.page)).toContainText('No connection since', settles);
  desk.line.clear();
  await isConnected(desk.page);
  expect((await heard()).at(-1)).toContain('Connected');
});

test('while a failed line is tried again it stays what it was: no tick, and the button keeps its place', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  desk.line.set(everything, { kind: 'down' });
  await desk.page.reload();
  await expect(lineOf(desk.page)).toContainText('No connection since', settles);
  let letGo = () => {};
  const until = new Promise<void>((resolve) => (letGo = resolve));
  desk.line.clear();
  desk.line.set(exchange, { kind: 'hold', what: 'request', until });
  const before = desk.line.count(exchange);
  await lineOf(desk.page).getByRole('button', { name: 'Try again now' }).click();
  await expect.poll(() => desk.line.count(exchange), settles).toBeGreaterThan(before);
  await expect(lineOf(desk.page)).toContainText('No connection since');
  await expect(lineOf(desk.page).getByRole('button', { name: 'Try again now' })).toBeVisible();
  letGo();
  await isConnected(desk.page);
  await expect(lineOf(desk.page).getByRole('button')).toHaveCount(0);
});

test('signing in without a line: the page goes on by itself when there is one, and loses nothing that was typed', async ({
  world,
}) => {
  const desk = await world.device();
  const { page } = desk;
  await desk.goto('/practice/sign-in');
  await expect(somebody(page)).toBeVisible(settles);
  desk.line.set(everything, { kind: 'down' });
  await somebody(page).click();
  const noLine = 'There is no connection to the server, and signing in needs one.';
  await expect(page.getByText(noLine)).toBeVisible(settles);
  desk.line.clear();
  await expect(page.getByText(noLine)).toHaveCount(0, patience);

  const mobile = await world.device(phone);
  await mobile.goto('/patient/sign-in');
  await mobile.page.getByLabel('Booking reference').fill(margaret.ubrn);
  await mobile.page.getByLabel('Access code').fill('CDFG 3479 HJKM');
  await mobile.page.getByLabel('Year you were born').fill('1961');
  mobile.line.set(everything, { kind: 'down' });
  await mobile.page.getByRole('button', { name: 'Sign in' }).click();
  const summary = mobile.page.getByRole('alert').filter({ hasText: 'There is no connection' });
  await expect(summary).toBeVisible(settles);
  mobile.line.clear();
  await expect(summary).toHaveCount(0, patience);
  await expect(mobile.page.getByLabel('Access code')).toHaveValue('CDFG 3479 HJKM');
});

test('the list of whom one can be comes when the line does', async ({ world }) => {
  const desk = await world.device();
  const { page } = desk;
  // The app is on the device; the server is not there.
  await desk.goto('/practice/sign-in');
  await expect(somebody(page)).toBeVisible(settles);
  await desk.isKept();
  desk.line.set(/^\/api\//, { kind: 'badGateway' });
  await page.reload();
  await expect(page.getByText('Signing in needs a connection')).toBeVisible(settles);
  desk.line.clear();
  await expect(somebody(page)).toBeVisible(patience);
  await expect(page.getByText('Signing in needs a connection')).toHaveCount(0);
});
