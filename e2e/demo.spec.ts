// The demonstration as a visitor takes it: the page is read, what it says is done, and nothing else.
import { type Page } from '@playwright/test';
import { cityPractice, fullName, janet, margaret } from './cast.ts';
import { phone, type Device } from './device.ts';
import {
  isConnected,
  openReferral,
  practiceDesk,
  requestBooking,
  requestOf,
  saved,
  sentence,
  settles,
  timeButtons,
} from './screens.ts';
import { appointmentsOf, expect, test, timeNamed, World } from './world.ts';

const tour = (page: Page) => page.getByRole('region', { name: /^(See it hold|You have seen it hold)/ });
const tools = (page: Page) => page.getByRole('region', { name: 'Demonstration tools' });
const stepIs = (page: Page, n: number) =>
  expect(tour(page).getByRole('heading')).toHaveText(`See it hold: step ${n} of 5`, settles);

/** What the tour says now. */
const words = (page: Page): Promise<string> => tour(page).getByRole('status').innerText();

/** The names in “quotes” of what the tour says to press, in its order. */
async function toPress(page: Page): Promise<string[]> {
  return [...(await words(page)).matchAll(/press “([^”]+)”|and “([^”]+)”/gi)].map(
    ([, one, other]) => one ?? other ?? '',
  );
}

async function press(page: Page, name: string): Promise<void> {
  const control = page
    .getByRole('button', { name, exact: true })
    .or(page.getByRole('link', { name, exact: true }));
  await control.click();
}

async function beginTour(device: Device): Promise<void> {
  const { page } = device;
  await device.goto('/');
  await page.getByRole('link', { name: 'See it hold: 5 steps, 3 minutes' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'See it hold' })).toBeVisible();
  await page.getByRole('button', { name: /^Begin.*: sign in as / }).click();
  await stepIs(page, 2);
  await isConnected(page);
}

/** Steps two to four as the page tells them; gives the names of the times that were chosen. */
async function loseTheFirst(page: Page, patient: string): Promise<readonly [string, string]> {
  await tour(page)
    .getByRole('link', { name: `Open the referral of ${patient}` })
    .click();
  await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible();
  await stepIs(page, 3);
  // It was never unplugged so far, and its hospitals' times are here.
  await page.getByRole('link', { name: 'Find a time' }).click();
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await page.goBack();
  const [unplug = ''] = await toPress(page);
  await press(page, unplug);
  await stepIs(page, 4);
  await expect(tools(page)).toContainText('This device is unplugged.');

  const [find = '', check = '', confirm = ''] = await toPress(page);
  await press(page, find);
  const names: string[] = [];
  for (const place of [0, 3]) {
    const button = timeButtons(page).nth(place);
    names.push((await button.getAttribute('aria-label')) ?? '');
    await button.click();
  }
  await press(page, check);
  await press(page, confirm);
  await expect(requestOf(page)).toContainText(saved);
  await stepIs(page, 4);
  await expect(tour(page)).toContainText('Saved here, not booked.');
  return [names[0] ?? '', names[1] ?? ''];
}

async function letTheFirstGo(page: Page): Promise<void> {
  const [take = ''] = await toPress(page);
  await press(page, take);
  await stepIs(page, 5);
}

test('the five steps, as the page tells them; and once more with the next patient', async ({ world }) => {
  const device = await world.device();
  const { page } = device;
  await beginTour(device);
  await device.isKept();
  const [first, second] = await loseTheFirst(page, fullName(margaret));
  const reader = await world.as(cityPractice, 'gp');
  const wish = await timeNamed(reader, margaret.ubrn, first);

  // The tour does not tick what has not happened: nobody has the first time yet.
  await expect(tour(page).getByRole('listitem').filter({ hasText: 'Done:' })).toHaveCount(3);
  await letTheFirstGo(page);
  const hills = await world.as('practice:L81072', 'gp');
  const there = await hills.truth();
  const taker = [...there.appointments.values()].find(
    ({ slot, status }) => slot.start === wish.start && slot.service === wish.service && status === 'booked',
  );
  expect(taker?.bookedBy).toBe('practice');
  // Nothing of ours has left the device meanwhile.
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);

  const [plug = ''] = await toPress(page);
  await press(page, plug);
  await expect(tour(page).getByRole('heading')).toHaveText('You have seen it hold', settles);
  await expect(tour(page)).toContainText(`is booked: ${sentence(second)}`);
  await expect(
    page.getByText('Your first choice was taken').or(page.getByText('first choice')).first(),
  ).toBeVisible();
  const [booked] = appointmentsOf(await reader.truth(), margaret.ubrn);
  expect(booked).toMatchObject({ rank: 2, bookedBy: 'practice' });
  await expect(tour(page).getByRole('listitem').filter({ hasText: 'Done:' })).toHaveCount(5);

  // Again, on the same server and device: another patient, and whoever has a time at the other practice moves.
  await tour(page).getByRole('button', { name: 'Begin anew with another patient' }).click();
  await stepIs(page, 2);
  await loseTheFirst(page, fullName(janet));
  await letTheFirstGo(page);
  await press(page, (await toPress(page))[0] ?? '');
  await expect(tour(page).getByRole('heading')).toHaveText('You have seen it hold', settles);
  await tour(page).getByRole('button', { name: 'End the tour' }).click();
  await expect(tour(page)).toHaveCount(0);
  await page.reload();
  await expect(tools(page)).toBeVisible();
  await expect(tour(page)).toHaveCount(0);
});

test('on a phone the tour survives a reload and a start without any network, unplugged', async ({
  world,
}) => {
  const device = await world.device(phone);
  const { page } = device;
  await beginTour(device);
  await device.isKept();
  await loseTheFirst(page, fullName(margaret));
  await page.reload();
  await stepIs(page, 4);
  await expect(tour(page)).toContainText('Saved here, not booked.');
  await letTheFirstGo(page);

  await device.goOffline();
  await device.shutDown();
  await device.start();
  await openReferral(device, margaret.ubrn);
  await stepIs(device.page, 5);
  await expect(tools(device.page)).toContainText('This device is unplugged.');
  await device.goOnline();
  // Back on the network, and still unplugged: nothing goes until the plug is in.
  await device.page.reload();
  await expect(tools(device.page)).toContainText('This device is unplugged.');
  await expect(requestOf(device.page)).toContainText(saved);
  await press(device.page, (await toPress(device.page))[0] ?? '');
  await expect(tour(device.page).getByRole('heading')).toHaveText('You have seen it hold', settles);
});

test('unplugged, neither page nor worker says a word to the server, over reloads and restarts', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const { page, line } = desk;
  await openReferral(desk, margaret.ubrn);
  await page.getByRole('link', { name: 'Find a time' }).click();
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await tools(page).getByRole('button', { name: 'Unplug this device' }).click();
  await expect(page.getByText('No connection')).toBeVisible();
  const isDesks = /^\/api\/(sync|live|directory|services|session)/;
  const said = () => line.count(isDesks);
  // What was on its way has arrived; from here on there is silence.
  await page.waitForTimeout(500);
  const before = said();

  // However far one scrolls among the times, whose they are to be stays in view, below the bar.
  await page.mouse.move(700, 600);
  await page.mouse.wheel(0, 1_500);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(300);
  const bar = await tools(page).boundingBox();
  const banner = await page.getByRole('region', { name: 'Patient', exact: true }).boundingBox();
  expect(bar?.y).toBe(0);
  expect(Math.round(banner?.y ?? 0)).toBe(Math.round(bar?.height ?? -1));

  await page.goBack();
  await requestBooking(page, [0, 3]);
  await expect(requestOf(page)).toContainText(saved);
  await page.getByRole('button', { name: 'Try again now' }).click();
  await page.reload();
  await expect(requestOf(page)).toContainText(saved);

  const worker = await Workers.of(desk);
  await worker.wake();
  await worker.stop();
  await worker.wake();
  expect(said()).toBe(before);
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);

  // Another tab is unplugged as well, and either may plug in.
  const tab = await desk.newTab();
  await openReferral(desk, margaret.ubrn, tab);
  await expect(tools(tab)).toContainText('This device is unplugged.');
  expect(said()).toBe(before);
  // Nobody else signs in on it either.
  await desk.goto('/practice/sign-in', tab);
  await expect(tab.getByText('Signing in needs a connection')).toBeVisible(settles);
  expect(said()).toBe(before);
  await tools(tab).getByRole('button', { name: 'Plug in again' }).click();
  await expect(tools(page).getByRole('button', { name: 'Unplug this device' })).toBeVisible();
  await expect.poll(async () => appointmentsOf(await reader.truth(), margaret.ubrn).length, settles).toBe(1);
});

test('plugged in, the same worker sends what its page left behind', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  await openReferral(desk, margaret.ubrn);
  await page.getByRole('link', { name: 'Find a time' }).click();
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await page.goBack();
  await tools(page).getByRole('button', { name: 'Unplug this device' }).click();
  await requestBooking(page, [0, 3]);
  await expect(requestOf(page)).toContainText(saved);
  const worker = await Workers.of(desk);
  // No desk is open any more: only the worker can send.
  await page.goto('about:blank');
  await worker.wake();
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
  const tab = await desk.newTab();
  await desk.goto('/about', tab);
  await tab.evaluate(() => caches.delete('holdfast-unplugged'));
  await worker.wake();
  await expect.poll(async () => appointmentsOf(await reader.truth(), margaret.ubrn).length, settles).toBe(1);
});

test('by keyboard alone, the tour can be begun, followed and ended', async ({ world }) => {
  const device = await world.device();
  const { page } = device;
  /** `Shift+Tab` for what stands above the page: its heading has the focus when it opens. */
  const reach = async (name: string | RegExp, key = 'Shift+Tab') => {
    const control = page.getByRole('link', { name }).or(page.getByRole('button', { name })).first();
    await expect(control).toBeVisible(settles);
    const hasFocus = () => control.evaluate((element) => element === document.activeElement);
    for (let presses = 0; presses < 30 && !(await hasFocus()); presses += 1) await page.keyboard.press(key);
    expect(await hasFocus(), `${String(name)} is reached with ${key}`).toBe(true);
    await page.keyboard.press('Enter');
  };
  await device.goto('/');
  await reach('See it hold: 5 steps, 3 minutes', 'Tab');
  await reach(/^Begin: sign in as /, 'Tab');
  await stepIs(page, 2);
  await reach(`Open the referral of ${fullName(margaret)}`);
  await stepIs(page, 3);
  await reach('Unplug this device');
  await stepIs(page, 4);
  // The finger is still on the button, which is the other one now.
  await page.keyboard.press('Enter');
  await expect(tour(page)).toContainText('Press “Unplug this device” first.');
  await reach('End the tour', 'Tab');
  await expect(tour(page)).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('where the demonstration is off there is no bar, no tour, and nothing behind them', async ({
  playwright,
  launchOptions,
}) => {
  const world = await World.open({ chromium: playwright.chromium, launchOptions });
  try {
    const { code, birthYear } = await world.patient(margaret.ubrn);
    const reader = await world.as(cityPractice);
    await world.server.restart({ env: { HOLDFAST_DEMO: 'off' } });
    const { origin } = world.server;
    expect((await fetch(`${origin}/api/demo/people`)).status).toBe(404);
    const slot = { service: 'RA701.dermatology', ordinal: 0, start: 0, print: '00000000' };
    expect((await reader.post({ slot }, '/api/demo/take-time')).status).toBe(404);
    // Whoever signed in by choice while it was on is nobody now.
    const { sessions } = (await (await reader.fetch('/api/session')).json()) as { sessions: unknown[] };
    expect(sessions).toEqual([]);
    expect((await fetch(`${origin}/api/demo/take-time`, { method: 'POST' })).status).toBe(404);

    const device = await world.device();
    const { page } = device;
    await device.goto('/');
    await expect(page.getByRole('main').getByRole('link', { name: 'How it works' }).first()).toBeVisible();
    await expect(page.getByRole('link', { name: 'See it hold' })).toHaveCount(0);
    await device.goto('/tour');
    await expect(page.getByText('The demonstration is not in reach')).toBeVisible();
    await device.goto('/about/demo');
    await expect(page.getByText('The demonstration is off on this server')).toBeVisible();
    await device.goto('/patient/sign-in');
    await page.getByLabel('Booking reference').fill(margaret.ubrn);
    await page.getByLabel('Access code').fill(code);
    await page.getByLabel('Year you were born').fill(String(birthYear));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Your GP practice', { exact: true })).toBeVisible(settles);
    await isConnected(page);
    await expect(tools(page)).toHaveCount(0);
  } finally {
    await world.close();
  }
});

/** The worker of a device, woken and stopped by the browser's own tools. */
class Workers {
  readonly #wake: () => Promise<void>;
  readonly #stop: () => Promise<void>;

  private constructor(wake: () => Promise<void>, stop: () => Promise<void>) {
    this.#wake = wake;
    this.#stop = stop;
  }

  static async of({ context, page, line }: Device): Promise<Workers> {
    const tools = await context.newPage();
    await tools.goto(`${line.origin}/about`);
    const session = await context.newCDPSession(tools);
    const registered = new Promise<string>((resolve) =>
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(line.origin));
        if (own) resolve(own.registrationId);
      }),
    );
    await session.send('ServiceWorker.enable');
    const registrationId = await registered;
    const wake = async () => {
      await session.send('ServiceWorker.dispatchSyncEvent', {
        origin: line.origin,
        registrationId,
        tag: 'holdfast-drain',
        lastChance: true,
      });
      // Long enough for the worker to have said what it would say.
      await page.waitForTimeout(2_000);
    };
    return new Workers(wake, async () => void (await session.send('ServiceWorker.stopAllWorkers')));
  }

  wake(): Promise<void> {
    return this.#wake();
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
