// A restricted patient: the record by its reference alone, the name while it is asked for, and the same without a line.
import { enter } from './patient.ts';
import { heading, people, signedIn, timeButtons } from './practice.ts';
import type { Stage } from './stage.ts';

const connected = { timeout: 60_000 };

export async function takeRestricted(stage: Stage): Promise<void> {
  const ubrn = people(stage).byName('Restricted record');
  const { page, go, take, context } = await signedIn(stage, 'receptionist', false);
  await page.keyboard.press('/');
  await page.keyboard.type('restricted');
  await take('restricted-search');
  await go(`/practice/referrals/${ubrn}`);
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await page.getByRole('button', { name: 'Hide the name' }).waitFor(connected);
  await take('restricted-referral-named');
  await page.getByRole('link', { name: 'Find a time' }).click();
  await timeButtons(page).first().waitFor(connected);
  await take('restricted-times');
  await timeButtons(page).first().click();
  await page.getByRole('link', { name: 'Check and confirm' }).click();
  await heading(page, 'Check and confirm');
  await take('restricted-check-named');
  await page.getByRole('button', { name: 'Hide the name' }).click();
  await take('restricted-check');
  await go(`/practice/referrals/${ubrn}/sheet`);
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await page.getByRole('button', { name: 'Hide the name' }).waitFor(connected);
  await take('restricted-sheet-named');
  await context.setOffline(true);
  await go(`/practice/referrals/${ubrn}`);
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await page.getByText('The name is not on this device').waitFor(connected);
  await take('restricted-referral-offline');
  await context.close();

  const phone = await enter(stage, 'Restricted record');
  await phone.take('restricted-patient');
  await phone.context.close();
}
