// The practice's screens, in the order of a receptionist's day.
import type { Page } from '@playwright/test';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 60_000 };

export async function takePractice(stage: Stage): Promise<void> {
  const reception = await signedIn(stage, 'receptionist');
  await worklist(reception);
  const { byName } = people(stage);
  await referrals(reception, byName);
  await booked(reception, byName('Priya Sharma'));
  await askHospital(reception, byName);
  await attention(reception);
  await bookOnline(reception, byName('Margaret Ashworth'));
  await changedSince(stage, reception, byName('Margaret Ashworth'));
  await race(stage, reception, byName);
  await bookOffline(reception, byName('Rosemary Tuck'));
  await cover(reception);
  await reception.context.close();
  await leftWaiting(stage, byName('Yusuf Karimi'));

  const gp = await signedIn(stage, 'gp', false);
  await gp.go(`/practice/referrals/${byName('Priya Sharma')}/close`);
  await heading(gp.page, 'Close the referral');
  await gp.take('practice-close');
  await gp.context.close();
}

export function people({ cast }: Stage) {
  return {
    byName: (name: string) => {
      const found = cast.patients.find((patient) => patient.name === name);
      if (!found) throw new Error(`Nobody in the demonstration is called ${name}`);
      return found.ubrn;
    },
  };
}

export async function heading(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor(connected);
}

const city = 'practice:L81015';
const hills = 'practice:L81072';

export async function signedIn(stage: Stage, role: string, isPictured = true, scope = city): Promise<Visit> {
  const who = stage.cast.staff.find((one) => one.role === role && one.scope === scope);
  if (!who) throw new Error(`The demonstration has no ${role}`);
  const visit = await stage.visit();
  const { page } = visit;
  await visit.go('/practice/sign-in');
  await page.getByRole('button', { name: `${who.name}, ` }).waitFor(connected);
  if (isPictured) await visit.take('practice-sign-in');
  await page.getByRole('button', { name: `${who.name}, ` }).click();
  await heading(page, 'Worklist');
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(connected);
  await isKept(page);
  return visit;
}

async function worklist({ page, take, go }: Visit): Promise<void> {
  await take('practice-worklist-today');
  await page.getByRole('link', { name: /^All/ }).click();
  await take('practice-worklist-all');
  await page
    .getByRole('link', { name: /^Waiting to send \d/ })
    .first()
    .click();
  await take('practice-worklist-empty');
  await page.keyboard.press('/');
  await page.keyboard.type('williams');
  await take('practice-search');
  await page.getByRole('searchbox').fill('nobody at all');
  await take('practice-search-none');
  await go('/practice/waiting');
  await heading(page, 'Waiting to send');
  await take('practice-waiting-empty');
  await go('/practice/referrals/000000000000');
  await heading(page, 'not on this device');
  await take('practice-referral-absent');
}

async function referrals({ page, go, take }: Visit, byName: (name: string) => string): Promise<void> {
  for (const [name, situation] of [
    ['Margaret Ashworth', 'to-book'],
    ['Janet Williams', 'same-name'],
    ['Helen Marsh', 'booked-lower'],
    ['Patrick Nolan', 'refused'],
    ['Grace Okafor', 'cancelled'],
    ['Brian Lacey', 'contact-overdue'],
    ['Restricted record', 'restricted'],
  ] as const) {
    await go(`/practice/referrals/${byName(name)}`);
    await page.getByRole('heading', { name: 'Where it stands' }).waitFor(connected);
    await take(`practice-referral-${situation}`);
  }
}

async function booked({ page, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}`);
  await page.getByRole('link', { name: 'Move the appointment' }).waitFor(connected);
  await take('practice-referral-booked');
  await page.getByRole('link', { name: 'Move the appointment' }).click();
  await heading(page, 'Find another time');
  await timeButtons(page).first().waitFor(connected);
  await take('practice-move');
  await timeButtons(page).nth(1).click();
  await page.getByRole('link', { name: /^Check/ }).click();
  await heading(page, 'Check and move');
  await take('practice-move-check');
  await go(`/practice/referrals/${ubrn}/cancel`);
  await heading(page, 'Cancel the appointment');
  await page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await page.getByRole('alert').first().waitFor();
  await take('practice-cancel-mistake');
  await page.getByRole('radio', { name: 'Patient - Other more pressing engagement' }).check();
  await take('practice-cancel');
}

async function askHospital({ page, go, take }: Visit, byName: (name: string) => string): Promise<void> {
  await go(`/practice/referrals/${byName('Alan Priddy')}/times`);
  await heading(page, 'Find a time');
  await page.getByText('No times available').first().waitFor(connected);
  await take('practice-times-none');
  await go(`/practice/referrals/${byName('Alan Priddy')}/contact`);
  await heading(page, 'Ask the hospital');
  await page.getByRole('radio').first().check();
  await take('practice-contact');
  await go(`/practice/referrals/${byName('Susan Fry')}`);
  await page.getByRole('heading', { name: 'Where it stands' }).waitFor(connected);
  await take('practice-referral-with-hospital');
}

async function attention({ page, go, take }: Visit): Promise<void> {
  await go('/practice/attention');
  await heading(page, 'Needs attention');
  await page.getByRole('article').first().waitFor(connected);
  await take('practice-attention');
  const card = page.getByRole('article').first();
  const who = card.getByRole('link').first();
  const href = (await who.getAttribute('href')) ?? '';
  await card.getByRole('button', { name: 'By phone', exact: true }).click();
  await page.getByText(/^Told by phone: /).waitFor(connected);
  await take('practice-attention-told');
  await go(href);
  await page.getByRole('heading', { name: 'What the patient was told' }).waitFor(connected);
  await take('practice-referral-told');
}

/** Without a line the button says what it will do, no more. */
export const confirmButton = (page: Page) =>
  page.getByRole('button', { name: /^(Confirm and book|Save the request)$/ });

export const timeButtons = (page: Page) =>
  page.getByRole('button', { name: /^(\d{1,2}(:\d{2})?(am|pm)|midday), \w+day \d/ });

async function bookOnline({ page, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/times`);
  await heading(page, 'Find a time');
  await timeButtons(page).nth(3).waitFor(connected);
  await take('practice-times');
  await page.getByLabel('Anywhere in the country').check();
  await page.getByRole('heading', { name: /^Hospitals \(/ }).waitFor(connected);
  await page.getByText('Getting them…').first().waitFor({ state: 'hidden', timeout: 60_000 });
  await take('practice-times-anywhere');
  await page.getByText('Earliest time first').click();
  await page.getByText('Afternoon').click();
  await take('practice-times-earliest');
  await go(`/practice/referrals/${ubrn}/times`);
  await timeButtons(page).nth(5).waitFor(connected);
  for (const place of [0, 2, 5]) await timeButtons(page).nth(place).click();
  await take('practice-times-chosen');
  await page.getByRole('link', { name: /^Check/ }).click();
  await heading(page, 'Check and confirm');
  await take('practice-check');
  await page.getByRole('button', { name: 'Confirm and book' }).click();
  await page.getByRole('button', { name: 'In person' }).waitFor(connected);
  await take('practice-booked');
  await page.getByRole('button', { name: 'In person' }).click();
  await page.getByText('the patient has been told').waitFor(connected);
  await take('practice-told');
}

/** A colleague cancels what the page in front of the receptionist says was booked. */
async function changedSince(stage: Stage, { page, take }: Visit, ubrn: string): Promise<void> {
  const gp = await signedIn(stage, 'gp', false);
  await gp.go(`/practice/referrals/${ubrn}/cancel`);
  await heading(gp.page, 'Cancel the appointment');
  await gp.page.getByRole('radio', { name: 'Patient is sick' }).check();
  await gp.page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await gp.page.getByText('Cancelled: confirmed').waitFor(connected);
  await gp.context.close();
  await page.getByText('It is no longer as it was answered').waitFor(connected);
  await take('practice-changed-since');
}

/** The same time asked for by two practices: the one without a line hears that it is gone. */
async function race(
  stage: Stage,
  { page, context, go, take }: Visit,
  byName: (name: string) => string,
): Promise<void> {
  const loser = byName('Janet Williams');
  await go(`/practice/referrals/${loser}/times`);
  await timeButtons(page).first().waitFor(connected);
  await context.setOffline(true);
  const wish = (await timeButtons(page).first().getAttribute('aria-label')) ?? '';
  await timeButtons(page).first().click();
  await page.getByRole('link', { name: /^Check/ }).click();
  await confirmButton(page).click();
  await page.getByText('Saved on this device. Not booked yet.').waitFor(connected);

  const other = await signedIn(stage, 'receptionist', false, hills);
  await other.go(`/practice/referrals/${byName('Derek Holloway')}/times`);
  await other.page.getByRole('button', { name: wish }).click();
  await other.page.getByRole('link', { name: /^Check/ }).click();
  await confirmButton(other.page).click();
  await other.page.getByRole('button', { name: 'In person' }).waitFor(connected);
  await other.context.close();

  await context.setOffline(false);
  await page.getByText('Not booked: the time').waitFor(connected);
  await take('practice-refused');
}

async function bookOffline({ page, context, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/times`);
  await timeButtons(page).first().waitFor(connected);
  await context.setOffline(true);
  await page.getByText(/^No connection/).waitFor(connected);
  await timeButtons(page).nth(0).click();
  await timeButtons(page).nth(1).click();
  await take('practice-times-offline');
  await page.getByRole('link', { name: /^Check/ }).click();
  await heading(page, 'Check and confirm');
  await take('practice-check-offline');
  await page.evaluate(() => {
    // The disk is full, for once.
    const prototype = IDBObjectStore.prototype as unknown as Record<'add' | 'put', unknown>;
    const { add, put } = prototype;
    prototype.add = prototype.put = () => {
      Object.assign(prototype, { add, put });
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await confirmButton(page).click();
  await page.getByText(/^Not saved/).waitFor(connected);
  await take('practice-not-saved');
  await confirmButton(page).click();
  await page.getByText('Saved on this device. Not booked yet.').waitFor(connected);
  await take('practice-saved');
  await page.getByRole('link', { name: 'Waiting to send' }).first().click();
  await heading(page, 'Waiting to send');
  await take('practice-waiting');
  await go(`/practice/referrals/${ubrn}`);
  await page.getByRole('heading', { name: 'Where it stands' }).waitFor(connected);
  await take('practice-referral-waiting');
  await go('/practice/sign-in');
  await heading(page, 'Sign in');
  await take('practice-sign-in-offline');
  await go(`/practice/referrals/${ubrn}`);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('link', { name: 'Find a time' }).waitFor(connected);
  await context.setOffline(false);
}

/** Half an hour passes without a hand on the mouse. */
async function cover({ page, go, take }: Visit): Promise<void> {
  await page.clock.install();
  await go('/practice');
  await heading(page, 'Worklist');
  await page.clock.fastForward('31:00');
  await heading(page, 'Screen covered');
  await take('practice-covered');
}

/** An urgent request without an answer for a quarter of an hour; then its receptionist goes home. */
async function leftWaiting(stage: Stage, ubrn: string): Promise<void> {
  const { page, context, go, take } = await signedIn(stage, 'receptionist', false);
  await page.clock.install();
  await go(`/practice/referrals/${ubrn}/times`);
  await timeButtons(page).first().waitFor(connected);
  await context.setOffline(true);
  await timeButtons(page).first().click();
  await page.getByRole('link', { name: /^Check/ }).click();
  await confirmButton(page).click();
  await page.getByText('Saved on this device. Not booked yet.').waitFor(connected);
  await page.clock.fastForward('16:00');
  await page.getByText('Urgent request without an answer').waitFor(connected);
  await take('practice-pressing');
  await page.getByRole('button', { name: 'Sign out' }).click();
  const sure = page.getByRole('button', { name: 'Sign out all the same' });
  await sure.waitFor(connected);
  await take('practice-sign-out-question');
  await sure.click();
  await page.getByText('1 request is not sent').waitFor(connected);
  await take('practice-left-waiting');
  await context.close();
}
