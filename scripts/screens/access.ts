// Ways in and who looked: the booking sheet with and without a code, the lists of who opened a record, and the pages of a
// patient who has no line, no letter, or somebody who does it for them.
import type { Page } from '@playwright/test';
import { enter } from './patient.ts';
import { heading, people, signedIn } from './practice.ts';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 60_000 };

export async function takeAccess(stage: Stage): Promise<void> {
  await firstVisit(stage);
  const reception = await signedIn(stage, 'receptionist', false);
  const { byName } = people(stage);
  await sheet(stage, reception, byName('Margaret Ashworth'));
  await sheetOf(reception, byName('Restricted record'), 'restricted');
  await sheetOf(reception, byName('Priya Sharma'), 'booked');
  await opened(reception, byName('Margaret Ashworth'));
  await withoutLine(reception, byName('Margaret Ashworth'));
  await reception.context.close();
  await forSomebodyElse(stage);
}

async function firstVisit(stage: Stage): Promise<void> {
  const { page, go, take, context } = await stage.visit();
  await go('/patient/sign-in');
  await heading(page, 'Your hospital booking');
  await isKept(page);
  await page.getByLabel('Booking reference').fill('1234 5678 9012');
  await context.setOffline(true);
  await page.getByText('No connection.').waitFor(connected);
  await take('patient-first-visit-offline');
  await page.getByRole('link', { name: 'What you can do now' }).click();
  await heading(page, 'No connection, and not signed in');
  await take('patient-no-connection');
  await page.getByRole('link', { name: 'I have lost my letter' }).click();
  await heading(page, 'I have lost my letter');
  await take('patient-lost-letter-offline');
  await context.close();
}

async function forSomebodyElse(stage: Stage): Promise<void> {
  const { page, take, context } = await enter(stage, 'Priya Sharma', async (visit) => {
    await visit.page.getByLabel('I’m doing this for someone else').check();
    await visit.take('patient-sign-in-for-someone');
  });
  await heading(page, /^Priya Sharma’s appointment/);
  await take('patient-booked-for-someone');
  await page.getByRole('link', { name: 'Cancel it' }).click();
  await heading(page, 'Cancel Priya Sharma’s appointment');
  // Off the link that lies where the button was: under a pointer it has no line beneath.
  await page.mouse.move(0, 0);
  await take('patient-cancel-for-someone');
  // Headless, the browser does not lend its prompt by itself.
  await page.evaluate(() => window.dispatchEvent(new Event('beforeinstallprompt')));
  await page.getByLabel("I'll be away").check();
  await page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await page.getByRole('heading', { name: 'Keep Holdfast on this device?' }).waitFor(connected);
  await take('patient-install-hint');
  await context.close();
}

async function sheet(stage: Stage, { page, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/sheet`);
  await heading(page, 'Booking sheet and access code');
  await take('practice-sheet');
  await page.getByRole('button', { name: 'Make a new access code' }).click();
  await page.getByText('New access code:').waitFor(connected);
  await take('practice-sheet-code');
  await stage.camera.takePaper(page, 'practice-sheet-print');
}

async function sheetOf({ page, go, take }: Visit, ubrn: string, situation: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/sheet`);
  await heading(page, 'Booking sheet and access code');
  await take(`practice-sheet-${situation}`);
}

async function opened({ page, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/opened`);
  await heading(page, 'Who opened this record');
  await page.getByRole('list', { name: 'Newest first' }).waitFor(connected);
  await take('practice-opened');
  await go('/practice/opened');
  await heading(page, 'Who opened records');
  await page.getByRole('list', { name: 'Newest first' }).waitFor(connected);
  await take('practice-opened-all');
}

async function withoutLine({ page, go, take, context }: Visit, ubrn: string): Promise<void> {
  await go('/practice/opened');
  await context.setOffline(true);
  await go(`/practice/referrals/${ubrn}/opened`);
  await page.getByText('This list needs a connection').waitFor(connected);
  await take('practice-opened-offline');
  await go(`/practice/referrals/${ubrn}/sheet`);
  await page.getByRole('button', { name: 'Make a new access code' }).click();
  await page.getByText('Nothing was changed').first().waitFor(connected);
  await take('practice-sheet-offline');
  await context.setOffline(false);
  await refusedOnce(page, '**/api/access?**', 403);
  await go('/practice/opened');
  await page.getByText('You may no longer see').waitFor(connected);
  await take('practice-opened-forbidden');
  await refusedOnce(page, '**/api/access?**', 503);
  await go('/practice/opened');
  await page.getByText('The server is busy').waitFor(connected);
  await take('practice-opened-failed');
  await page.route('**/api/access?**', (route) => route.fulfill({ json: { acts: [], more: null } }), {
    times: 1,
  });
  await go(`/practice/referrals/${ubrn}/opened`);
  await page.getByText('Nobody opened this record yet').waitFor(connected);
  await take('practice-opened-empty');
}

function refusedOnce(page: Page, url: string, status: 403 | 503) {
  const code = status === 403 ? 'forbidden' : 'busy';
  const body = JSON.stringify({ type: `urn:holdfast:problem:${code}`, title: 'No', status, code });
  return page.route(
    url,
    (route) => route.fulfill({ status, contentType: 'application/problem+json', body }),
    {
      times: 1,
    },
  );
}
