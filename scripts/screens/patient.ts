// The patient's screens, phone first: every state that the demonstration's people are in, and a booking from end to end.
import type { Page } from '@playwright/test';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 30_000 };

export async function takePatient(stage: Stage): Promise<void> {
  await signIn(stage);
  for (const [name, picture] of [
    ['Priya Sharma', 'booked'],
    ['Helen Marsh', 'booked-lower'],
    ['Patrick Nolan', 'refused'],
    ['Grace Okafor', 'cancelled-by-hospital'],
    ['Susan Fry', 'hospital-will-contact'],
    ['Brian Lacey', 'hospital-is-late'],
    ['Katarzyna Nowak', 'hospital-reviews'],
    ['Alan Priddy', 'no-times-home'],
  ] as const) {
    const { take, context } = await enter(stage, name);
    await take(`patient-${picture}`);
    await context.close();
  }
  await noTimes(stage);
  await bookOnline(stage);
  await bookOffline(stage);
  await refusedThenAnother(stage);
}

async function signIn(stage: Stage): Promise<void> {
  const { page, take, go, context } = await stage.visit();
  await go('/patient');
  await heading(page, 'Your hospital booking');
  await take('patient-sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('There is a problem').waitFor();
  await take('patient-sign-in-mistakes');
  await fill(page, { ubrn: '000000000000', code: 'AAAA BBBB CCCC', birthYear: 1950 });
  await page.getByText('do not match').waitFor(connected);
  await take('patient-sign-in-not-recognised');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('no connection').first().waitFor(connected);
  await take('patient-sign-in-offline');
  await context.setOffline(false);
  await go('/patient/lost-letter');
  await heading(page, 'I have lost my letter');
  await take('patient-lost-letter');
  await context.close();
}

async function noTimes(stage: Stage): Promise<void> {
  const { page, go, take, context } = await enter(stage, 'Alan Priddy');
  await go('/patient/times');
  await page.getByText('No times available').waitFor(connected);
  await take('patient-no-times');
  await context.close();
}

async function bookOnline(stage: Stage): Promise<void> {
  const { page, take, context } = await enter(stage, 'Margaret Ashworth');
  await take('patient-to-book');
  await page.getByRole('link', { name: 'Choose a time' }).click();
  await times(page).first().waitFor(connected);
  await take('patient-times');
  await times(page).nth(2).click();
  await page.getByText('Choose days or time of day').click();
  await page.getByText('Morning', { exact: true }).click();
  await take('patient-times-chosen');
  await page.getByRole('link', { name: 'Continue' }).click();
  await heading(page, 'Check before you book');
  await take('patient-check-one');
  await page.getByRole('link', { name: 'Add a second choice' }).click();
  await times(page).nth(4).click();
  await page.getByRole('link', { name: 'Continue' }).click();
  await heading(page, 'Check before you book');
  await take('patient-check-two');
  await page.getByRole('button', { name: 'Book the first that is free' }).click();
  await heading(page, 'Your appointment is booked');
  await take('patient-just-booked');
  await page.getByRole('link', { name: 'Change the time' }).click();
  await times(page).first().waitFor(connected);
  await take('patient-move');
  await page.goBack();
  await page.getByRole('link', { name: 'Cancel it' }).click();
  await heading(page, 'Cancel your appointment');
  await page.getByRole('button', { name: 'Cancel my appointment' }).click();
  await take('patient-cancel-mistakes');
  await page.getByLabel('I’m ill').or(page.getByLabel("I'm ill")).check();
  await take('patient-cancel');
  await page.getByRole('button', { name: 'Cancel my appointment' }).click();
  await heading(page, 'Your appointment is cancelled');
  await take('patient-cancelled');
  await context.close();
}

async function bookOffline(stage: Stage): Promise<void> {
  const { page, go, take, context } = await enter(stage, 'Derek Holloway');
  await isKept(page);
  await page.getByRole('link', { name: 'Choose a time' }).click();
  await times(page).first().waitFor(connected);
  await context.setOffline(true);
  await go('/patient/times');
  await times(page).first().waitFor(connected);
  await take('patient-times-offline');
  await times(page).first().click();
  await page.getByRole('link', { name: 'Continue' }).click();
  await heading(page, 'Check before you book');
  await take('patient-check-offline');
  await page.getByRole('button', { name: 'Save the request' }).click();
  await heading(page, 'Not booked yet');
  await take('patient-waiting-offline');
  await context.setOffline(false);
  await heading(page, 'Your appointment is booked');
  await context.close();
}

async function refusedThenAnother(stage: Stage): Promise<void> {
  const { page, take, context } = await enter(stage, 'Patrick Nolan');
  const other = page.getByRole('link', { name: /Choose this$/ }).first();
  if (await other.isVisible()) {
    await other.click();
    await heading(page, 'Check before you book');
    await take('patient-check-another');
    await page.getByRole('button', { name: 'Book this time' }).click();
    await heading(page, 'Your appointment is booked');
    await take('patient-booked-another');
  }
  await context.close();
}

const times = (page: Page) => page.locator('button.time');

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor(connected);
}

async function fill(page: Page, patient: { ubrn: string; code: string; birthYear: number }): Promise<void> {
  await page.getByLabel('Booking reference').fill(patient.ubrn);
  await page.getByLabel('Access code').fill(patient.code);
  await page.getByLabel(/^Year .* born$/).fill(String(patient.birthYear));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** `first`: before the form is filled in. */
export async function enter(
  stage: Stage,
  name: string,
  first: (visit: Visit) => Promise<void> = () => Promise.resolve(),
): Promise<Visit> {
  const who = stage.cast.patients.find((patient) => patient.name === name);
  if (!who) throw new Error(`Nobody in the demonstration is called ${name}`);
  const visit = await stage.visit();
  await visit.go('/patient/sign-in');
  await first(visit);
  await fill(visit.page, who);
  await visit.page.getByText('Booking reference', { exact: true }).waitFor(connected);
  await visit.page.getByRole('heading', { name: /booking$/, level: 2 }).waitFor(connected);
  return visit;
}
