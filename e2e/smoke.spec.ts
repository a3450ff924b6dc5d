// The built app stands up in a real browser, keeps itself there, and breaks none of its own rules.
import { expect, test } from './world.ts';

test('the front page loads, and the console stays silent', async ({ world, page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  for (const path of [
    '/',
    '/about',
    '/about/data',
    '/practice/sign-in',
    '/patient/sign-in',
    '/clinic/sign-in',
  ]) {
    await page.goto(world.server.origin + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page).toHaveTitle(/Holdfast/);
    await expect(page.getByText('Not an NHS service.')).toBeVisible();
  }
  // A violated content security policy, a missing file or a failed start would all be said here.
  expect(complaints).toEqual([]);
});

test('visited once, any address of the app opens without a server', async ({ world }) => {
  const device = await world.device();
  await device.goto('/practice/sign-in');
  await device.isKept();
  await world.server.stop();
  await device.goOffline();
  const tab = await device.newTab();
  for (const [path, heading] of [
    ['/practice/referrals/000000000000/times', 'Sign in to your practice'],
    ['/clinic/times', 'Sign in to your clinic'],
    ['/patient', 'Your hospital booking'],
  ] as const) {
    await device.goto(path, tab);
    await expect(tab.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
});
