// The clinic's screens: who is coming, times added and taken away, and those who wait to hear from the hospital.
import type { Page } from '@playwright/test';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 30_000 };

export async function takeClinic(stage: Stage): Promise<void> {
  const clinic = await signedIn(stage);
  await coming(clinic);
  await times(clinic);
  await noTimes(clinic);
  await patients(clinic);
  for (const [path, name, title] of [
    ['/clinic/changes', 'changes', 'Changes'],
    ['/clinic/waiting', 'waiting', 'Waiting to send'],
  ] as const) {
    await clinic.go(path);
    await heading(clinic.page, title);
    await clinic.take(`clinic-${name}`);
  }
  await offline(clinic);
  await clinic.context.close();
}

/** Times added and taken away without a line: shown as being added, never as there. */
async function offline({ page, context, go, take }: Visit): Promise<void> {
  await isKept(page);
  await go('/clinic/times');
  const clinics = page.getByRole('listitem').filter({ hasText: /[1-9]\d* free, [1-9]/ });
  await clinics.getByRole('link').first().click();
  await page.getByRole('link', { name: 'Add clinic times' }).waitFor(connected);
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Add clinic times' }).click();
  await heading(page, 'Add clinic times');
  const day = new Date(Date.now() + 28 * 86_400_000);
  await page.getByLabel('Day', { exact: true }).fill(String(day.getUTCDate()));
  await page.getByLabel('Month').fill(String(day.getUTCMonth() + 1));
  await page.getByLabel('Year').fill(String(day.getUTCFullYear()));
  await page.getByLabel('First appointment starts at').fill('1:30pm');
  await page.getByLabel('How many appointments').fill('4');
  await page.getByRole('button', { name: 'Check the times' }).click();
  await page.getByRole('button', { name: /^Add 4 times/ }).click();
  await page.getByText('Being added:').waitFor(connected);
  await take('clinic-times-being-added');
  await page.getByRole('link', { name: 'Waiting to send' }).first().click();
  await heading(page, 'Waiting to send');
  await take('clinic-waiting-offline');
  await context.setOffline(false);
  await page.getByText('Nothing waits to be sent').waitFor(connected);
}

async function signedIn(stage: Stage): Promise<Visit> {
  const visit = await stage.visit();
  const { page, take } = visit;
  await visit.go('/clinic');
  await heading(page, 'Sign in to your clinic');
  await page.getByLabel('Hospital or town').waitFor(connected);
  await take('clinic-sign-in');
  await page.getByLabel('Hospital or town').fill('royal infirmary');
  await take('clinic-sign-in-search');
  await page.getByRole('button', { name: 'Bristol Royal Infirmary' }).first().click();
  await heading(page, 'Who is coming');
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(connected);
  return visit;
}

async function coming({ page, take }: Visit): Promise<void> {
  await take('clinic-coming-today');
  const next = page.getByText('The next patient comes on').getByRole('link');
  if (await next.isVisible()) {
    await next.click();
    await take('clinic-coming-next-day');
  }
  const earlier = page.getByRole('link', { name: /^Start with/ });
  await page.goto('/clinic');
  await heading(page, 'Who is coming');
  if (await earlier.isVisible()) {
    await earlier.click();
    await heading(page, 'Who was expected');
    await take('clinic-coming-unrecorded');
    await page
      .getByRole('button', { name: /^Seen: / })
      .first()
      .click();
    await take('clinic-attendance-sure');
  }
}

async function times({ page, take, go }: Visit): Promise<void> {
  await go('/clinic/times');
  await heading(page, 'Clinic times');
  await page.locator('a[href*="service="]').first().waitFor(connected);
  await take('clinic-times');
  await page
    .getByRole('listitem')
    .filter({ hasText: /[1-9]\d* free, [1-9]/ })
    .getByRole('link')
    .first()
    .click();
  await page.getByRole('link', { name: 'Add clinic times' }).waitFor(connected);
  const next = page.getByText('The next time is on').getByRole('link');
  if (await next.isVisible()) await next.click();
  await take('clinic-times-week');

  await page.getByRole('link', { name: 'Add clinic times' }).click();
  await heading(page, 'Add clinic times');
  await page.getByRole('button', { name: 'Check the times' }).click();
  await take('clinic-times-add-mistakes');
  const day = new Date(Date.now() + 21 * 86_400_000);
  await page.getByLabel('Day', { exact: true }).fill(String(day.getUTCDate()));
  await page.getByLabel('Month').fill(String(day.getUTCMonth() + 1));
  await page.getByLabel('Year').fill(String(day.getUTCFullYear()));
  await page.getByLabel('First appointment starts at').fill('9am');
  await page.getByLabel('How many appointments').fill('6');
  await page.getByLabel('For how many weeks').fill('3');
  await page.getByLabel('Clinician (optional)').fill('Dr Ann Example');
  await take('clinic-times-add');
  await page.getByRole('button', { name: 'Check the times' }).click();
  await heading(page, 'Check the times');
  await take('clinic-times-add-check');
  await page.getByRole('button', { name: /^Add 18 times/ }).click();
  await page.getByRole('link', { name: 'All clinics' }).waitFor(connected);
  await page.getByText('6 of 6 free').first().waitFor(connected);
  // Off the link that now lies under the pointer: pointed at, one has no line under it.
  await page.mouse.move(0, 0);
  await take('clinic-times-added');

  await page.getByRole('link', { name: 'Take times away' }).click();
  await heading(page, 'Take times away');
  await page.getByText('The whole session').first().click();
  await take('clinic-take-away');
  await page.getByRole('button', { name: 'See who is affected' }).click();
  await page.getByText('Why are they taken away?').waitFor();
  await page.getByRole('button', { name: /^Take away/ }).click();
  await take('clinic-take-away-check');
}

async function noTimes({ page, take, go }: Visit): Promise<void> {
  await go('/clinic/no-times');
  await heading(page, 'Waiting to be contacted');
  await take('clinic-no-times');
  const book = page.getByRole('link', { name: /^Book a time/ }).first();
  if (!(await book.isVisible())) return;
  await book.click();
  await heading(page, 'Book a time');
  await take('clinic-book-into-own-time');
}

async function patients({ page, take, go }: Visit): Promise<void> {
  await go('/clinic/patients');
  await heading(page, 'Find a patient');
  await page.getByLabel('Search').fill('marsh');
  await take('clinic-find');
  await page.getByRole('link', { name: 'MARSH, Helen' }).click();
  await heading(page, 'Appointment');
  await take('clinic-patient');
  const path = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Move it' }).click();
  await heading(page, 'Move the appointment');
  await take('clinic-move');
  await go(`${path}/cancel`);
  await heading(page, 'Cancel the appointment');
  await page.getByLabel('Why is it cancelled?').selectOption('PROVIDER_CANCELLATION');
  await page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await take('clinic-cancel');
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor(connected);
}
