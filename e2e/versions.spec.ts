// A new version of the app comes while requests wait: accepted, declined, or rolled back again, it costs none of them.
import { spawnSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { cityPractice, margaret } from './cast.ts';
import type { Device } from './device.ts';
import { exchange } from './fault-proxy.ts';
import { openReferral, practiceDesk, requestBooking, requestOf, saved, settles } from './screens.ts';
import { appointmentsOf, expect, noticesOf, test, type World } from './world.ts';

const next = 'build-next';

test.beforeAll(() => {
  test.setTimeout(120_000);
  const env = { ...process.env, HOLDFAST_BUILD: next, HOLDFAST_VERSION: 'the-next-one' };
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.ts', '--if-stale'], {
    env,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
});

/** Kit's name for its data on the page is made of the version. */
const versionOf = (page: Page) =>
  page.evaluate(() => /__sveltekit_\w+/.exec(document.documentElement.innerHTML)?.[0] ?? 'none');

const offer = (page: Page) => page.getByRole('region', { name: 'New version' });

/** A desk with a request that waits, and a server that has been given another version of the app. */
async function waitingAcrossDeploy(world: World): Promise<{ desk: Device; before: string }> {
  const desk = await practiceDesk(world, cityPractice);
  const before = await versionOf(desk.page);
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText(saved);
  await world.server.restart({ build: next });
  await desk.goOnline();
  desk.line.set(exchange, { kind: 'down' });
  await openReferral(desk, margaret.ubrn);
  await expect(offer(desk.page)).toBeVisible(settles);
  expect(await versionOf(desk.page)).toBe(before);
  await expect(requestOf(desk.page)).toBeVisible();
  return { desk, before };
}

/** And a second tab at the same referral; the first is in front, where people press. */
async function twoTabsAcrossDeploy(world: World) {
  const { desk, before } = await waitingAcrossDeploy(world);
  const other = await desk.newTab();
  await openReferral(desk, margaret.ubrn, other);
  await desk.page.bringToFront();
  return { desk, other, before };
}

async function isBookedOnce(world: World, desk: Device): Promise<void> {
  desk.line.clear();
  await expect(requestOf(desk.page)).toHaveCount(0, settles);
  const truth = await (await world.as(cityPractice, 'gp')).truth();
  expect(appointmentsOf(truth, margaret.ubrn)).toHaveLength(1);
  expect(noticesOf(truth, margaret.ubrn)).toHaveLength(1);
}

test('accepted: every tab reloads into the new version, and the request goes from there; then rolled back', async ({
  world,
}) => {
  const { desk, other, before } = await twoTabsAcrossDeploy(world);
  await offer(desk.page).getByRole('button', { name: 'Update now' }).click();
  await expect.poll(() => versionOf(desk.page).catch(() => before), settles).not.toBe(before);
  const after = await versionOf(desk.page);
  await expect.poll(() => versionOf(other).catch(() => before), settles).toBe(after);
  for (const page of [desk.page, other]) {
    await expect(requestOf(page)).toBeVisible(settles);
    await expect(offer(page)).toHaveCount(0);
  }

  // The new version is withdrawn: the old one comes back as an offer like any other, and reads what the new one wrote.
  await world.server.restart();
  await openReferral(desk, margaret.ubrn);
  await expect(offer(desk.page)).toBeVisible(settles);
  await offer(desk.page).getByRole('button', { name: 'Update now' }).click();
  await expect.poll(() => versionOf(desk.page).catch(() => after), settles).toBe(before);
  await expect(requestOf(desk.page)).toBeVisible(settles);
  await isBookedOnce(world, desk);
});

test('declined: the old version goes on, and the request goes from it; offline too', async ({ world }) => {
  const { desk, before } = await waitingAcrossDeploy(world);
  await offer(desk.page).getByRole('button', { name: 'Later' }).click();
  await expect(offer(desk.page)).toHaveCount(0);
  await desk.goOffline();
  await openReferral(desk, margaret.ubrn);
  expect(await versionOf(desk.page)).toBe(before);
  await expect(requestOf(desk.page)).toBeVisible();
  await desk.goOnline();
  await isBookedOnce(world, desk);
});

test('asleep: a worker that the browser has put to sleep gives way as well, and is not kept awake by being asked', async ({
  world,
}) => {
  const { desk, before } = await waitingAcrossDeploy(world);
  const browser = await desk.page.context().newCDPSession(desk.page);
  await browser.send('ServiceWorker.enable');
  await browser.send('ServiceWorker.stopAllWorkers');
  await offer(desk.page).getByRole('button', { name: 'Update now' }).click();
  await expect.poll(() => versionOf(desk.page).catch(() => before), settles).not.toBe(before);
  await expect(requestOf(desk.page)).toBeVisible(settles);
  await isBookedOnce(world, desk);
});

test('asking: what the pages ask of the server does not keep the old worker in its place', async ({
  world,
}) => {
  const { desk, other, before } = await twoTabsAcrossDeploy(world);
  // Chromium bids a worker go but once, and starts it again for a request that comes in while it goes.
  await other.evaluate(() => {
    const ask = () => {
      void fetch('/api/health', { cache: 'no-store' }).catch(() => undefined);
      setTimeout(ask, 2);
    };
    ask();
  });
  await offer(desk.page).getByRole('button', { name: 'Update now' }).click();
  await expect.poll(() => versionOf(desk.page).catch(() => before), settles).not.toBe(before);
  await expect(requestOf(desk.page)).toBeVisible(settles);
  await isBookedOnce(world, desk);
});
