// The demonstration: its front door, the tour step by step, the plug, and who is in it.
import type { Page } from '@playwright/test';
import { isKept, type Stage } from './stage.ts';

const settles = { timeout: 60_000 };
const step = (page: Page, n: number) =>
  page.getByRole('heading', { name: `step ${n} of 5` }).waitFor(settles);
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

export async function takeDemo(stage: Stage): Promise<void> {
  const visit = await stage.visit();
  const { page, go, take } = visit;
  await go('/');
  await page.getByRole('link', { name: 'See it hold' }).waitFor(settles);
  await take('demo-front-door');
  await go('/about/demo');
  await page.getByText('The demonstration is on here').waitFor(settles);
  await take('demo-cast');
  await go('/tour');
  await page.getByRole('button', { name: /^Begin: sign in as/ }).waitFor(settles);
  await take('demo-tour');

  await press(page, 'Begin: sign in as');
  await step(page, 2);
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(settles);
  await isKept(page);
  await take('demo-step-2');
  await page.getByRole('link', { name: 'Open the referral of' }).click();
  await step(page, 3);
  await take('demo-step-3');
  await page.getByRole('link', { name: 'Find a time' }).click();
  const times = page.getByRole('button', { name: /^(\d{1,2}(:\d{2})?(am|pm)|midday), \w+day \d/ });
  await times.first().waitFor(settles);
  await press(page, 'Unplug this device');
  await step(page, 4);
  await times.nth(0).click();
  await times.nth(3).click();
  await take('demo-step-4-times');
  await page.getByRole('link', { name: 'Check and confirm' }).click();
  await press(page, 'Save the request');
  await page.getByText('Saved here, not booked.').waitFor(settles);
  await take('demo-step-4-saved');
  await press(page, 'Let another practice take the first time');
  await step(page, 5);
  await take('demo-step-5');

  await go('/practice/sign-in');
  await page.getByText('This device is unplugged.').waitFor(settles);
  await take('demo-sign-in-unplugged');
  await go('/tour');
  await page.getByRole('link', { name: 'Go on with the tour' }).waitFor(settles);
  await take('demo-tour-under-way');
  await visit.context.setOffline(true);
  await go('/tour');
  await page.getByText('Beginning anew needs a connection.').waitFor(settles);
  await take('demo-tour-offline');
  await visit.context.setOffline(false);
  await page.getByRole('link', { name: 'Go on with the tour' }).click();
  await step(page, 5);
  await press(page, 'Plug in again');
  await page.getByRole('heading', { name: 'You have seen it hold' }).waitFor(settles);
  await take('demo-done');
  await visit.context.close();

  const stranger = await stage.visit();
  await stranger.context.route('**/api/demo/people', (route) => route.fulfill({ status: 404, body: '' }));
  await stranger.context.route('**/api/health', (route) =>
    route.fulfill({ contentType: 'application/json', body: '{"isDemo":false}' }),
  );
  await stranger.go('/tour');
  await stranger.page.getByText('The demonstration is not in reach').waitFor(settles);
  await stranger.take('demo-tour-without');
  await stranger.context.close();
}
