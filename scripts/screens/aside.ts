// Those whom nobody can book today: set aside, tried for by the hospital, sent back.
import type { Page } from '@playwright/test';
import { enter } from './patient.ts';
import { isKept, type Stage, type Visit } from './stage.ts';

const connected = { timeout: 60_000 };

export async function takeAside(stage: Stage): Promise<void> {
  const reception = await atTheDesk(stage, 'receptionist');
  await setAside(reception, ubrnOf(stage, 'Margaret Ashworth'));
  await setAsideUrgent(reception, ubrnOf(stage, 'Yusuf Karimi'));
  await tried(stage);
  const { page, go, take } = reception;
  await go(`/practice/referrals/${ubrnOf(stage, 'Brian Lacey')}`);
  await page.getByRole('heading', { name: 'What the hospital did' }).waitFor(connected);
  await take('practice-referral-tried');
  await patientReads(stage, 'Brian Lacey', 'They left you a message', 'patient-tried');
  await sentBack(stage);
  await go('/practice/attention');
  await page.getByText('The hospital sent the referral back').first().waitFor(connected);
  await take('practice-attention-sent-back');
  await arranged(stage, reception);
  await reception.context.close();
  const gp = await atTheDesk(stage, 'gp');
  await gp.go(`/practice/referrals/${ubrnOf(stage, 'Brian Lacey')}`);
  await gp.page.getByText('An MRI first').waitFor(connected);
  await gp.take('practice-referral-sent-back');
  await gp.context.close();
  await patientReads(stage, 'Brian Lacey', 'Your GP practice will be in touch', 'patient-sent-back');
}

async function setAside({ page, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/set-aside`);
  await heading(page, 'Set the referral aside');
  await page.getByRole('button', { name: 'Set aside' }).click();
  await take('practice-set-aside-mistakes');
  await page.getByLabel('The patient is thinking about it').check();
  await page.getByLabel(/^In a week/).check();
  await page.getByLabel('Note for your colleagues (optional)').fill('Asks her son first');
  await take('practice-set-aside');
  await page.getByRole('button', { name: 'Set aside' }).click();
  await page.getByText('Set aside: confirmed').waitFor(connected);
  await take('practice-set-aside-answered');
  await go('/practice?list=aside');
  await page.getByRole('heading', { name: 'Set aside: ' }).waitFor(connected);
  await take('practice-worklist-aside');
  await go(`/practice/referrals/${ubrn}`);
  await page.getByText('Asks her son first').waitFor(connected);
  await take('practice-referral-aside');
}

async function arranged(stage: Stage, { page, go, take }: Visit): Promise<void> {
  const ubrn = ubrnOf(stage, 'Ivor Pugh');
  await go(`/practice/referrals/${ubrn}/times`);
  await page.getByRole('link', { name: 'Record the date that was arranged' }).waitFor(connected);
  await take('practice-times-by-phone');
  await go(`/practice/referrals/${ubrn}/arranged`);
  await heading(page, 'Record a date arranged by phone');
  await page.getByRole('button', { name: 'Record it' }).click();
  await take('practice-arranged-mistakes');
  const day = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('Day').fill(day);
  await page.getByLabel('Time (UK)').fill('14:30');
  await page.getByLabel('With whom, and what else was said (optional)').fill('Jo at the booking office');
  await take('practice-arranged');
  await page.getByRole('button', { name: 'Record it' }).click();
  await page.getByText('nothing is booked here').waitFor(connected);
  await take('practice-arranged-answered');
  await go(`/practice/referrals/${ubrn}`);
  await page.getByText('Arranged by phone, not confirmed here:').waitFor(connected);
  await take('practice-referral-arranged');
  await go(`/practice/referrals/${ubrn}/rang`);
  await heading(page, 'Record a call to the hospital');
  await page.getByRole('button', { name: 'Record the call' }).click();
  await take('practice-rang');
  await patientReads(stage, 'Ivor Pugh', 'It is not confirmed here.', 'patient-arranged');
}

async function setAsideUrgent({ page, go, take }: Visit, ubrn: string): Promise<void> {
  await go(`/practice/referrals/${ubrn}/set-aside`);
  await heading(page, 'Set the referral aside');
  await take('practice-set-aside-urgent');
}

async function tried(stage: Stage): Promise<void> {
  const { page, go, take, context } = await atTheClinic(stage);
  await go('/clinic/no-times');
  await heading(page, 'Waiting to be contacted');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'LACEY, Brian' })
    .getByRole('link', { name: 'Record a call or letter' })
    .click();
  await page.getByLabel('Note (optional)').fill('With his wife; will ring on Monday');
  await page.getByRole('button', { name: 'Left a message' }).click();
  await page.getByRole('heading', { name: 'Calls and letters so far' }).waitFor(connected);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'No answer' }).click();
  await page.getByText('not sent yet').waitFor(connected);
  await take('clinic-patient-tries');
  await context.setOffline(false);
  await page.getByText('not sent yet').waitFor({ state: 'hidden', ...connected });
  await go('/clinic/no-times');
  await page.getByText('2 calls or letters').first().waitFor(connected);
  await take('clinic-no-times-tried');
  await context.close();
}

async function sentBack(stage: Stage): Promise<void> {
  const { page, go, take, context } = await atTheClinic(stage);
  await go(`/clinic/patients/${ubrnOf(stage, 'Brian Lacey')}/return`);
  await heading(page, 'Send the referral back');
  await page.getByRole('button', { name: 'Send it back' }).click();
  await take('clinic-return-mistakes');
  await page.getByLabel('Something has to be done first').check();
  await page
    .getByLabel('Advice to the practice')
    .fill('An MRI first, please.\nThen refer her again, or ring us.');
  await take('clinic-return');
  await page.getByRole('button', { name: 'Send it back' }).click();
  await heading(page, 'Waiting to be contacted');
  await page.getByText('LACEY, Brian').waitFor({ state: 'hidden', ...connected });
  await context.close();
}

async function patientReads(stage: Stage, name: string, text: string, picture: string): Promise<void> {
  const { page, take, context } = await enter(stage, name);
  await page.getByText(text).first().waitFor(connected);
  await take(picture);
  await context.close();
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

async function atTheClinic(stage: Stage): Promise<Visit> {
  const visit = await stage.visit();
  await visit.go('/clinic/sign-in');
  await visit.page.getByLabel('Hospital or town').fill('royal infirmary');
  await visit.page.getByRole('button', { name: 'Bristol Royal Infirmary' }).first().click(connected);
  await heading(visit.page, 'Who is coming');
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
