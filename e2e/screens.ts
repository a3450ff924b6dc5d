// What people do on the screens, by what the screens say: roles and accessible names, never the page's insides.
import { expect, type Locator, type Page } from '@playwright/test';
import type { CastMember } from './cast.ts';
import { phone, type Device, type Habits } from './device.ts';
import type { Author, DemoPatient, StaffMember } from './letters.ts';
import { ukClock, ukDate, ukDay } from './uk-clock.ts';
import type { World } from './world.ts';

/** Long enough for an exchange and its retry on a busy machine. */
export const settles = { timeout: 25_000 };

/** A device at whose desk somebody of this practice sits. */
export async function practiceDesk(
  world: World,
  scope: string,
  role: Author['role'] = 'receptionist',
  habits?: Habits,
): Promise<Device> {
  const [who] = await world.staff(scope, role);
  const device = await world.device(habits);
  if (who) await signInAtPractice(device, who);
  return device;
}

export async function clinicDesk(world: World, scope: string, habits?: Habits): Promise<Device> {
  const [who] = await world.staff(scope, 'clerk');
  const device = await world.device(habits);
  if (who) await signInAtClinic(device, who);
  return device;
}

export async function patientPhone(world: World, { ubrn }: CastMember, habits?: Habits): Promise<Device> {
  const device = await world.device({ ...phone, ...habits });
  await signInAsPatient(device, await world.patient(ubrn));
  return device;
}

/** Signed in, caught up, and kept on the device for the day that the line is gone. */
export async function signInAtPractice(device: Device, who: StaffMember): Promise<void> {
  const { page } = device;
  await device.goto('/practice/sign-in');
  await page.getByRole('button', { name: `${who.name}, ` }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Worklist' })).toBeVisible(settles);
  await isConnected(page);
  await expect(page.getByRole('row')).not.toHaveCount(0);
  await device.isKept();
}

export async function signInAtClinic(device: Device, who: StaffMember): Promise<void> {
  const { page } = device;
  await device.goto('/clinic/sign-in');
  await page.getByLabel('Hospital or town').fill(who.organisationName);
  await page.getByRole('button', { name: `${who.name}, ` }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Who is coming' })).toBeVisible(settles);
  await isConnected(page);
  await device.isKept();
}

export async function signInAsPatient(device: Device, who: DemoPatient): Promise<void> {
  const { page } = device;
  await device.goto('/patient/sign-in');
  await page.getByLabel('Booking reference').fill(who.ubrn);
  await page.getByLabel('Access code').fill(who.code);
  await page.getByLabel('Year you were born').fill(String(who.birthYear));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Your GP practice', { exact: true })).toBeVisible(settles);
  await isConnected(page);
  await device.isKept();
}

export async function isConnected(page: Page): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: 'Connected' })).toBeVisible(settles);
}

/** Hurries the next try, where the device has not thought of it first: then the button is gone before the finger is there. */
export async function tryAgain(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Try again now' });
  await button.click({ timeout: 2_000 }).catch(() => undefined);
}

const timeName = /^(\d{1,2}(:\d{2})?(am|pm)|midday|midnight)( UK time)?, \w+day \d/;

/** The times on offer, as buttons. */
export const timeButtons = (page: Page): Locator => page.getByRole('button', { name: timeName });

/** Picks times in order of liking; a number is a place in the list. Gives the names of what was picked. */
export async function pick(page: Page, wishes: readonly (number | string)[]): Promise<string[]> {
  await expect(timeButtons(page).first()).toBeVisible(settles);
  const buttons = timeButtons(page);
  const names = await Promise.all(
    wishes.map(async (wish) =>
      typeof wish === 'string' ? wish : ((await buttons.nth(wish).getAttribute('aria-label')) ?? ''),
    ),
  );
  for (const name of names) {
    await page.getByRole('button', { name, exact: true }).click();
    await expect(page.getByRole('button', { name: `${name}, your ` })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
  }
  return names;
}

/** "9:20am, Thursday 6 August 2026, Some Hospital" → how a sentence says it: "Thursday 6 August 2026, 9:20am". */
export function sentence(time: string): string {
  const [clock = '', day = ''] = time.split(', ');
  return `${day}, ${clock}`;
}

export async function openReferral(device: Device, ubrn: string, page: Page = device.page): Promise<void> {
  await device.goto(`/practice/referrals/${ubrn}`, page);
  await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible(settles);
}

/** From the referral's page to the last question before booking. */
export async function chooseBooking(page: Page, wishes: readonly (number | string)[]): Promise<string[]> {
  await page.getByRole('link', { name: 'Find a time' }).click();
  const picked = await pick(page, wishes);
  await page.getByRole('link', { name: 'Check and confirm' }).click();
  await expect(confirmButton(page)).toBeVisible();
  return picked;
}

/** Without a line the button says what it will do, no more. */
export const confirmButton = (page: Page): Locator =>
  page.getByRole('button', { name: /^(Confirm and book|Confirm the move|Save the request)$/ });

export const confirmBooking = (page: Page): Promise<void> => confirmButton(page).click();

/** Another time, from a card that says that one is gone, to a saved request for it. */
export async function chooseAnother(page: Page, card: Locator): Promise<void> {
  await card
    .getByRole('link', { name: /Choose this/ })
    .first()
    .click();
  await expect(page.getByText('Read these to the patient.')).toBeVisible(settles);
  await confirmBooking(page);
}

/** Asked first where something would be left behind. */
export async function signOut(page: Page): Promise<void> {
  const sure = page.getByRole('button', { name: 'Sign out all the same' });
  const away = page.getByRole('heading', { name: /^(Sign in to|Your hospital booking)/ });
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(sure.or(away)).toBeVisible(settles);
  if (await sure.isVisible()) await sure.click();
}

/** From the referral's page to a saved booking request. */
export async function requestBooking(page: Page, wishes: readonly (number | string)[]): Promise<string[]> {
  const picked = await chooseBooking(page, wishes);
  await confirmBooking(page);
  return picked;
}

/** The same on a phone, from the first screen on. */
export async function requestBookingAsPatient(
  page: Page,
  wishes: readonly (number | string)[],
): Promise<string[]> {
  await page.getByRole('link', { name: 'Choose a time' }).click();
  const picked = await pick(page, wishes);
  await page.getByRole('link', { name: 'Continue' }).click();
  await page.getByRole('button', { name: /^(Book |Save the request)/ }).click();
  return picked;
}

/** What needs attention about this patient. */
export const attentionOf = (page: Page, { familyName, givenName }: CastMember): Locator =>
  page.getByRole('article').filter({ hasText: `${familyName.toUpperCase()}, ${givenName}` });

export async function openAttention(device: Device, page: Page = device.page): Promise<void> {
  await device.goto('/practice/attention', page);
  await expect(page.getByRole('heading', { level: 1, name: 'Needs attention' })).toBeVisible(settles);
}

/** Where this request stands. */
export const requestOf = (page: Page): Locator =>
  page.getByRole('region', { name: 'Where this request stands' });

/** Said of an appointment that stands, by what the server said. */
export const bookedBy = (page: Page, who: 'practice' | 'patient' | 'hospital'): Locator =>
  page.getByText(`Booked by the ${who}, `);

export const saved = 'Saved on this device. Not booked yet.';
export const unknown = 'We don’t know yet whether it arrived. We keep checking.';

/** To the point where the screen says who is affected. */
export async function takeAway(
  { page, line }: Device,
  service: string,
  starts: readonly number[],
): Promise<void> {
  const [first = 0] = starts;
  await page.goto(`${line.origin}/clinic/times/take-away?service=${service}&week=${ukDate(first)}`);
  for (const start of starts) {
    const session = page.getByRole('group', { name: `${ukDay(start)}, ` });
    await session
      .getByRole('checkbox', { name: new RegExp(`^${ukClock(start)}\\b`) })
      .first()
      .check();
  }
  await page.getByRole('button', { name: 'See who is affected' }).click();
}

export async function addTimes(
  { page, line }: Device,
  service: string,
  date: string,
  time: string,
  weeks: number,
  held = 'In person',
): Promise<void> {
  await page.goto(`${line.origin}/clinic/times/add?service=${service}`);
  await fillInTimes(page, date, time, weeks, held);
}

/** On the page that adds them. */
export async function fillInTimes(
  page: Page,
  date: string,
  time: string,
  weeks: number,
  held = 'In person',
): Promise<void> {
  const [year = '', month = '', day = ''] = date.split('-');
  await page.getByLabel('Day', { exact: true }).fill(day);
  await page.getByLabel('Month', { exact: true }).fill(month);
  await page.getByLabel('Year', { exact: true }).fill(year);
  await page.getByLabel('First appointment starts at').fill(time);
  await page.getByLabel('How many appointments').fill('1');
  await page.getByLabel('For how many weeks').fill(String(weeks));
  await page.getByLabel(held).check();
  await page.getByRole('button', { name: 'Check the times' }).click();
  await page.getByRole('button', { name: /^Add / }).click();
  await expect(page.getByRole('heading', { level: 2, name: /^Week of/ })).toBeVisible(settles);
  await expect(requestOf(page)).toContainText('Clinic times added: confirmed', settles);
}
