// A GP's own acts: a new referral, another offer in one that stands, a close that says why.
import type { Page } from '@playwright/test';
import { enter } from './patient.ts';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 60_000 };
const margaret = { number: '9999800009', born: ['14', '3', '1958'] } as const;

export async function takeRefer(stage: Stage): Promise<void> {
  const reception = await atTheDesk(stage, 'receptionist');
  await reception.go('/practice/refer');
  await reception.page.getByText('Only a GP can refer').waitFor(connected);
  await reception.take('practice-refer-receptionist');
  const gp = await atTheDesk(stage, 'gp');
  await gp.take('practice-worklist-gp');
  await findPatient(gp);
  await fillIn(gp);
  await offline(gp);
  await refused(stage, gp);
  await change(stage, gp, reception);
  await close(stage, gp);
  await gp.context.close();
  await reception.context.close();
}

async function findPatient({ page, go, take }: Visit): Promise<void> {
  await go('/practice/refer');
  await heading(page, 'Refer a patient');
  await take('practice-refer-find');
  await page.getByLabel('NHS number').fill('999 980 0008');
  await page.getByRole('button', { name: 'Find the patient' }).click();
  await page.getByRole('main').getByRole('alert').waitFor();
  await take('practice-refer-find-mistakes');
  await enterPatient(page, ['15', '3', '1958']);
  await page.getByText('No such patient of your practice').waitFor();
  await take('practice-refer-not-found');
  await enterPatient(page, margaret.born);
  await heading(page, 'Refer this patient');
  await page.getByLabel('Specialty').waitFor(connected);
  await take('practice-refer-empty');
}

async function fillIn({ page, take }: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('main').getByRole('alert').waitFor();
  await take('practice-refer-mistakes');
  await page.getByLabel('Specialty').selectOption('Dermatology (skin)');
  await page.getByLabel('Clinic type').selectOption('Acne');
  await page.getByLabel('Routine').check();
  const boxes = hospitals(page);
  await boxes.first().waitFor(connected);
  await page
    .getByText(/First time /)
    .first()
    .waitFor(connected);
  for (const index of [0, 1, 2]) await boxes.nth(index).check();
  await take('practice-refer-many-hospitals');
  await page.getByLabel('Part of its name or town').fill('Nowhere at all');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('No hospital of that name fits').waitFor();
  await take('practice-refer-no-hospital');
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Check the referral');
  await take('practice-refer-check');
}

async function offline({ page, context, take, go }: Visit): Promise<void> {
  await context.setOffline(true);
  await page.getByText('There is no connection now.').waitFor(connected);
  await take('practice-refer-check-offline');
  await page.getByRole('button', { name: 'Refer the patient' }).click();
  await page.getByText('Not sent yet.').first().waitFor(connected);
  await take('practice-refer-not-sent');
  const made = page.url();
  await go('/practice/waiting');
  await page.getByText('Not sent yet.').first().waitFor(connected);
  await take('practice-waiting-referral');
  await go('/practice');
  await page.getByText('New referrals that wait').waitFor(connected);
  await take('practice-worklist-new-referral');
  await context.setOffline(false);
  await go(made);
  await page.getByText('Referred: confirmed').waitFor(connected);
  await take('practice-refer-referred');
}

/** The answer is bent on its way: no hospital of the demonstration changes its terms while a GP writes. */
async function refused(stage: Stage, { page, go, take }: Visit): Promise<void> {
  await go(`/practice/refer/${ubrnOf(stage, 'Margaret Ashworth')}`);
  await page.getByLabel('Specialty').waitFor(connected);
  await page.getByLabel('Specialty').selectOption('Ophthalmology (eyes)');
  await page.getByLabel('Clinic type').selectOption('Cataract');
  await page.getByLabel('Routine').check();
  await hospitals(page).first().check(connected);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Check the referral');
  await page.route('**/api/sync', async (route) => {
    const response = await route.fetch();
    const reply = (await response.json()) as { answers?: { verdict?: Record<string, unknown> }[] };
    for (const { verdict } of reply.answers ?? [])
      if (verdict)
        Object.assign(verdict, { outcome: 'refused', code: 'INAPPROPRIATE_SLOT', ubrn: undefined });
    await route.fulfill({ response, json: reply });
  });
  await page.getByRole('button', { name: 'Refer the patient' }).click();
  await page.getByText('Not referred: ').waitFor(connected);
  await take('practice-refer-refused');
  await page.unroute('**/api/sync');
}

async function change(stage: Stage, { page, go, take, context }: Visit, reception: Visit): Promise<void> {
  const ubrn = ubrnOf(stage, 'Priya Sharma');
  await go(`/practice/referrals/${ubrn}/change`);
  await page.getByLabel('Specialty').waitFor(connected);
  await hospitals(page).first().waitFor(connected);
  await take('practice-change');
  await page.getByLabel('Specialty').selectOption('Dermatology (skin)');
  await page.getByLabel('Clinic type').selectOption('Acne');
  await hospitals(page).first().check(connected);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('This appointment may no longer be right').waitFor(connected);
  await take('practice-change-check');
  await page.getByRole('button', { name: 'Change the referral' }).click();
  await page.getByText('Referral changed: confirmed').waitFor(connected);
  await take('practice-change-made');
  await reception.go(`/practice/referrals/${ubrn}`);
  await reception.page.getByText('It does not fit the referral').waitFor(connected);
  await reception.take('practice-referral-no-longer-fits');
  await reception.go('/practice/attention');
  const card = reception.page.getByText('may no longer be right').first();
  const more = reception.page.getByRole('button', { name: /^Show more/ });
  await reception.page.getByRole('article').first().waitFor(connected);
  while ((await card.count()) === 0 && (await more.count()) > 0) await more.click();
  await card.waitFor(connected);
  await reception.take('practice-attention-no-longer-fits');
  await reception.go('/practice?list=booked');
  await reception.page.getByLabel('Find a patient').fill('Sharma');
  await reception.page.getByText('may no longer be right').first().waitFor(connected);
  await reception.take('practice-worklist-no-longer-fits');
  const mobile = await enter(stage, 'Priya Sharma');
  await mobile.page.getByText('Your practice has changed your referral').first().waitFor(connected);
  await mobile.take('patient-referral-changed');
  await mobile.page.getByRole('button', { name: 'OK, I’ve seen this' }).first().click();
  await mobile.page.getByText('This appointment may change.', { exact: true }).waitFor(connected);
  await mobile.take('patient-appointment-may-change');
  await mobile.context.close();
  await meanwhile(stage, { page, go, take, context });
}

/** This desk is without a line while another changes the same referral. */
async function meanwhile(stage: Stage, { page, go, take, context }: Visit): Promise<void> {
  const ubrn = ubrnOf(stage, 'Janet Williams');
  const other = await atTheDesk(stage, 'gp');
  await go(`/practice/referrals/${ubrn}/change`);
  await page.getByLabel('Urgent', { exact: true }).check(connected);
  await page.getByRole('button', { name: 'Continue' }).click();
  await heading(page, 'Check the change');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Change the referral' }).click();
  await page.getByText('Not changed yet').waitFor(connected);
  await take('practice-change-not-sent');
  await other.go(`/practice/referrals/${ubrn}/change`);
  await other.page.getByLabel('Clinic type').selectOption('Psoriasis', connected);
  await other.page.getByRole('button', { name: 'Continue' }).click();
  await other.page.getByRole('button', { name: 'Change the referral' }).click();
  await other.page.getByText('Referral changed: confirmed').waitFor(connected);
  await other.context.close();
  await context.setOffline(false);
  await page.getByText('Not changed: somebody').waitFor(connected);
  await page.getByText('How it is now').waitFor(connected);
  await take('practice-change-refused');
  await page.getByRole('link', { name: 'Change it from here' }).click();
  await page.getByText('Somebody else has changed this referral').waitFor(connected);
  await take('practice-change-meanwhile');
}

async function close(stage: Stage, { page, go, take }: Visit): Promise<void> {
  await go(`/practice/referrals/${ubrnOf(stage, 'Alan Priddy')}/close`);
  await page.getByLabel('Other - at the patient’s request').check(connected);
  await page.getByRole('button', { name: 'Close the referral' }).click();
  await page.getByRole('main').getByRole('alert').waitFor();
  await take('practice-close-comment-missing');
}

const hospitals = (page: Page) =>
  page.getByRole('group', { name: 'Hospitals to offer the patient' }).getByRole('checkbox');

async function enterPatient(
  page: Page,
  [day, month, year]: readonly [string, string, string],
): Promise<void> {
  await page.getByLabel('NHS number').fill(margaret.number);
  await page.getByLabel('Day', { exact: true }).fill(day);
  await page.getByLabel('Month', { exact: true }).fill(month);
  await page.getByLabel('Year', { exact: true }).fill(year);
  await page.getByRole('button', { name: 'Find the patient' }).click();
}

async function atTheDesk(stage: Stage, role: string): Promise<Visit> {
  const who = stage.cast.staff.find((one) => one.role === role && one.scope === 'practice:L81015');
  if (!who) throw new Error(`The demonstration has no ${role}`);
  const visit = await stage.visit();
  await visit.go('/practice/sign-in');
  await visit.page.getByRole('button', { name: `${who.name}, ` }).click(connected);
  await heading(visit.page, 'Worklist');
  await visit.page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(connected);
  await isKept(visit.page);
  return visit;
}

function ubrnOf({ cast }: Stage, name: string): string {
  const found = cast.patients.find((patient) => patient.name === name);
  if (!found) throw new Error(`Nobody in the demonstration is called ${name}`);
  return found.ubrn;
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor(connected);
}
