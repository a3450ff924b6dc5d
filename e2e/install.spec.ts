// The app as an icon: what the manifest says is there, it starts without a line, and the icon counts what needs a person.
import { cityPractice, margaret, priya } from './cast.ts';
import { phone, type Device } from './device.ts';
import {
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestOf,
  settles,
  signInAsPatient,
  signInAtPractice,
} from './screens.ts';
import { expect, test } from './world.ts';

interface Manifest {
  readonly id: string;
  readonly scope: string;
  readonly start_url: string;
  readonly display: string;
  readonly icons: readonly Icon[];
  readonly shortcuts: readonly {
    readonly name: string;
    readonly url: string;
    readonly icons: readonly Icon[];
  }[];
}
interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
  readonly purpose?: string;
}

test('the manifest is whole: the browser finds nothing wrong, and every picture and place it names is there', async ({
  world,
}) => {
  const device = await world.device();
  await device.goto('/');
  const { page } = device;
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const response = await page.request.get(device.line.origin + (href ?? ''));
  expect(response.headers()['content-type']).toContain('application/manifest+json');
  const manifest = (await response.json()) as Manifest;
  expect(manifest).toMatchObject({ id: '/', scope: '/', start_url: '/', display: 'standalone' });
  expect(manifest.shortcuts.map(({ name }) => name)).toEqual([
    'Worklist',
    'Needs attention',
    'My appointment',
    'Clinic day',
  ]);
  const purposes = manifest.icons
    .filter(({ sizes }) => sizes === '512x512')
    .map(({ purpose }) => purpose ?? 'any');
  expect(purposes.sort()).toEqual(['any', 'maskable']);
  for (const { src, sizes, type } of [
    ...manifest.icons,
    ...manifest.shortcuts.flatMap(({ icons }) => icons),
  ]) {
    const icon = await page.request.get(device.line.origin + src);
    expect(icon.status(), src).toBe(200);
    expect(icon.headers()['content-type'], src).toContain(type);
    if (type !== 'image/png') continue;
    // The size as the picture itself says it, in the first chunk of every PNG.
    const bytes = await icon.body();
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, src).toBe(sizes);
  }
  for (const { url } of manifest.shortcuts) {
    expect((await page.request.get(device.line.origin + url)).status(), url).toBe(200);
  }
  const browser = await device.context.newCDPSession(page);
  const seen = await browser.send('Page.getAppManifest');
  expect(seen.errors).toEqual([]);
  await device.isKept().catch(() => undefined);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
});

test('from the icon, without a line: the front door opens, and each shortcut leads to where its person works', async ({
  world,
}) => {
  const device = await practiceDesk(world, cityPractice);
  await signInAsPatient(device, await world.patient(priya.ubrn));
  await device.goOffline();
  await device.shutDown();
  await device.start();
  for (const [path, heading] of [
    ['/', 'Hospital appointments, even when the connection fails'],
    ['/practice', 'Worklist'],
    ['/practice/attention', 'Needs attention'],
    ['/patient', 'Your appointment is booked'],
    ['/clinic', /sign in/i],
  ] as const) {
    await device.goto(path);
    await expect(device.page.getByRole('heading', { level: 1, name: heading })).toBeVisible(settles);
  }
});

/** What the icon shows, as the app told the browser: a number, or nothing. */
async function watchBadge(device: Device): Promise<() => Promise<number | null | undefined>> {
  await device.context.addInitScript(() => {
    const show = (count: number | null) => {
      (window as unknown as { badge: number | null }).badge = count;
      return Promise.resolve();
    };
    Object.defineProperties(Navigator.prototype, {
      setAppBadge: { value: (count: number) => show(count), configurable: true },
      clearAppBadge: { value: () => show(null), configurable: true },
    });
  });
  return () => device.page.evaluate(() => (window as unknown as { badge?: number | null }).badge);
}

test('the icon counts what needs a person at the practice, and nothing once nobody is signed in', async ({
  world,
}) => {
  const device = await world.device();
  const badge = await watchBadge(device);
  const [who] = await world.staff(cityPractice, 'receptionist');
  if (!who) throw new Error('the practice is empty');
  await signInAtPractice(device, who);
  const said = device.page.getByRole('link', { name: /^Needs attention \d/ });
  await expect(said).toBeVisible(settles);
  const shown = async () => Number(/\d+/.exec((await said.textContent()) ?? '')?.[0]);
  await expect.poll(async () => (await badge()) === (await shown()), settles).toBe(true);
  const before = await shown();

  // A booking that was settled is one more to tell the patient of.
  await openReferral(device, margaret.ubrn);
  await requestBooking(device.page, [0]);
  await expect(requestOf(device.page)).toContainText('Booked: confirmed', settles);
  await expect.poll(badge, settles).toBe(before + 1);

  await device.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(device.page.getByRole('heading', { name: 'Sign in to your practice' })).toBeVisible(settles);
  await expect.poll(badge, settles).toBe(null);
});

test('on a patient’s phone it counts answers that were not seen yet', async ({ world }) => {
  const mobile = await world.device(phone);
  const badge = await watchBadge(mobile);
  await signInAsPatient(mobile, await world.patient(priya.ubrn));
  const seen = mobile.page.getByRole('button', { name: 'OK, I’ve seen this' });
  await expect(seen).toHaveCount(1, settles);
  await expect.poll(badge, settles).toBe(1);
  await seen.click();
  await expect(seen).toHaveCount(0, settles);
  await expect.poll(badge, settles).toBe(null);
});

/** The browser would lend us its prompt; headless it does not by itself. */
const offerInstall = ({ page }: Device) =>
  page.evaluate(() => {
    const own = window as unknown as { prompted: number };
    own.prompted = 0;
    const event = new Event('beforeinstallprompt', { cancelable: true });
    window.dispatchEvent(
      Object.assign(event, {
        prompt: () => {
          own.prompted += 1;
          return Promise.resolve();
        },
      }),
    );
    return event.defaultPrevented;
  });

test('installing is offered after the first thing that worked, and not again after a no', async ({
  world,
}) => {
  const mobile = await patientPhone(world, margaret);
  const { page } = mobile;
  const hint = page.getByRole('complementary', { name: 'Keep Holdfast on this device?' });
  expect(await offerInstall(mobile)).toBe(true);
  await expect(hint).toHaveCount(0);

  await page.getByRole('link', { name: 'Choose a time' }).click();
  await page.locator('button.time').first().click();
  await page.getByRole('link', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Book this time' }).click();
  await expect(page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await expect(hint).toBeVisible(settles);
  await hint.getByRole('button', { name: 'Install it' }).click();
  expect(await page.evaluate(() => (window as unknown as { prompted: number }).prompted)).toBe(1);
  await expect(hint).toHaveCount(0);

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await offerInstall(mobile);
  await hint.getByRole('button', { name: 'No, do not ask again' }).click();
  await expect(hint).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await offerInstall(mobile);
  await expect(page.getByRole('link', { name: 'Change the time' })).toBeVisible();
  await expect(hint).toHaveCount(0);
});
