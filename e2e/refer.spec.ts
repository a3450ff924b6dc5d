// A GP's own acts: a new referral, another offer in one that stands, and a close that says why.
import type { Page } from '@playwright/test';
import { arrives, press, reach } from './by-keyboard.ts';
import { alan, cityPractice, margaret, priya } from './cast.ts';
import {
  attentionOf,
  openAttention,
  openReferral,
  patientPhone,
  pick,
  practiceDesk,
  requestOf,
  settles,
} from './screens.ts';
import { appointmentsOf, expect, test } from './world.ts';

/** As the demonstration has them. */
const born = { margaret: '1958-03-14' } as const;
const notSent = 'Saved on this device. Not sent yet. It has no booking reference yet.';

const hospitals = (page: Page) =>
  page.getByRole('group', { name: 'Hospitals to offer the patient' }).getByRole('checkbox');

async function find(page: Page, nhsNumber: string, date: string): Promise<void> {
  const [year = '', month = '', day = ''] = date.split('-');
  await page.getByLabel('NHS number').fill(nhsNumber);
  await page.getByLabel('Day', { exact: true }).fill(String(Number(day)));
  await page.getByLabel('Month', { exact: true }).fill(String(Number(month)));
  await page.getByLabel('Year', { exact: true }).fill(year);
  await page.getByRole('button', { name: 'Find the patient' }).click();
}

/** From the form's first field to the check page. */
async function fillIn(page: Page, specialty: string, clinicType: string): Promise<void> {
  await expect(page.getByLabel('Specialty')).toBeVisible(settles);
  await page.getByLabel('Specialty').selectOption(specialty);
  await page.getByLabel('Clinic type').selectOption(clinicType);
  await page.getByLabel('Routine').check();
  await expect(hospitals(page).first()).toBeVisible(settles);
}

test('refers by keyboard without a connection: not sent yet, then a booking reference, then booked', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice, 'gp');
  const { page } = desk;
  // The list of hospitals is fetched when there is leisure; a GP who was online has it.
  await desk.goto(`/practice/refer/${margaret.ubrn}`);
  await expect(page.getByLabel('Specialty')).toBeVisible(settles);
  await desk.goto('/practice');
  await desk.goOffline();
  await press(page, page.getByRole('link', { name: 'Refer a patient' }));
  await arrives(page, 'Refer a patient');
  await reach(page, page.getByLabel('NHS number'));
  await page.keyboard.type(margaret.nhsNumber);
  const [year = '', month = '', day = ''] = born.margaret.split('-');
  for (const [label, text] of [
    ['Day', day],
    ['Month', month],
    ['Year', year],
  ] as const) {
    await reach(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await arrives(page, 'Refer this patient');
  const banner = page.getByRole('region', { name: 'Patient', exact: true });
  await expect(banner).toContainText('ASHWORTH, Margaret');
  await expect(banner).not.toContainText('Booking reference');
  await reach(page, page.getByLabel('Specialty'));
  await page.keyboard.type('Ophth');
  await reach(page, page.getByLabel('Clinic type'));
  await page.keyboard.type('Catar');
  await expect(page.getByLabel('Clinic type')).toHaveValue('Cataract');
  // One radio of a group is reached by Tab, the others by the arrows.
  await reach(page, page.getByLabel('Urgent', { exact: true }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByLabel('Routine')).toBeChecked();
  await press(page, hospitals(page).nth(0), 'Space');
  await press(page, hospitals(page).nth(1), 'Space');
  // A reload and the back button lose nothing.
  await page.reload();
  await expect(page.getByText('2 ticked')).toBeVisible(settles);
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await arrives(page, 'Check the referral');
  await page.goBack();
  await expect(page.getByText('2 ticked')).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await arrives(page, 'Check the referral');
  await press(page, page.getByRole('button', { name: 'Refer the patient' }));
  await arrives(page, 'New referral');
  await expect(requestOf(page)).toContainText(notSent);
  await expect(page.getByText('Find a time')).toHaveCount(0);
  const made = page.url();

  await desk.goto('/practice/waiting');
  await expect(page.getByText('ASHWORTH, Margaret')).toBeVisible(settles);
  await expect(requestOf(page)).toContainText(notSent);
  await desk.goto('/practice');
  await expect(
    page.getByRole('heading', { name: 'New referrals that wait for their booking reference' }),
  ).toBeVisible();

  await desk.goOnline();
  await page.goto(made);
  await expect(requestOf(page)).toContainText('Referred: confirmed', settles);
  const heading = page.getByRole('heading', { name: /^Booking reference: \d{4} \d{4} \d{4}$/ });
  const ubrn = ((await heading.textContent()) ?? '').replace(/\D/g, '');
  const reader = await world.as(cityPractice, 'gp');
  const referral = (await reader.truth()).referrals.get(ubrn);
  expect(referral?.shortlist).toHaveLength(2);
  await press(page, page.getByRole('link', { name: 'Find a time' }));
  await arrives(page, 'Find a time');
  await pick(page, [0]);
  await press(page, page.getByRole('link', { name: 'Check and confirm' }));
  await arrives(page, 'Check and confirm');
  await press(page, page.getByRole('button', { name: 'Confirm and book' }));
  await expect(requestOf(page)).toContainText('Booked: confirmed', settles);
  expect(appointmentsOf(await reader.truth(), ubrn)).toHaveLength(1);
  // The one that she had before is as it was.
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(0);
});

test('a wrong digit, a wrong birth date and another practice’s patient: each says what to do, and nothing of anybody', async ({
  world,
}) => {
  const { page, ...desk } = await practiceDesk(world, cityPractice, 'gp').then((device) => ({
    page: device.page,
    goto: (path: string) => device.goto(path),
  }));
  await desk.goto('/practice/refer');
  await page.getByRole('button', { name: 'Find the patient' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter the NHS number');
  await expect(page.getByRole('alert')).toContainText('Enter the date of birth');
  await find(page, '999 980 0008', born.margaret);
  await expect(page.getByRole('alert')).toContainText('one of its digits is wrong');
  await find(page, margaret.nhsNumber, '1958-02-31');
  await expect(page.getByRole('alert')).toContainText('Enter the date of birth');
  const nobody = page.getByText('No such patient of your practice is on this device');
  await find(page, margaret.nhsNumber, '1958-03-15');
  await expect(nobody).toBeVisible();
  // Of the Hills practice: the same words as for a patient whom nobody has.
  await find(page, '9999800025', '1955-01-01');
  await expect(nobody).toBeVisible();
  expect(await page.locator('main').textContent()).not.toContain('HOLLOWAY');
  await find(page, margaret.nhsNumber, born.margaret);
  await expect(page.getByRole('heading', { level: 1, name: 'Refer this patient' })).toBeVisible();
  await expect(page.getByLabel('Specialty')).toBeVisible(settles);
  await page.getByLabel('Specialty').selectOption('Dermatology (skin)');
  await expect(page.getByText('Already referred for Dermatology (skin)')).toBeVisible();
});

test('a receptionist is told who may, and her practice’s server says the same', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  await expect(desk.page.getByRole('link', { name: 'Refer a patient' })).toHaveCount(0);
  for (const path of [
    '/practice/refer',
    `/practice/refer/${margaret.ubrn}`,
    `/practice/referrals/${margaret.ubrn}/change`,
  ]) {
    await desk.goto(path);
    await expect(desk.page.getByText('Only a GP can refer a patient or change a referral')).toBeVisible(
      settles,
    );
  }
  const reception = await world.as(cityPractice, 'receptionist');
  const { referrals } = await reception.truth();
  const known = referrals.get(margaret.ubrn);
  const { specialty, clinicType, priority, choice, shortlist } = known as unknown as Record<string, unknown>;
  const offer = { specialty, clinicType, priority, choice, shortlist };
  const answer = await reception.ask({ kind: 'refer', patientOf: margaret.ubrn, offer });
  expect(answer.verdict?.code).toBe('NO_RELATIONSHIP');
});

test('a booked one is redirected: said beforehand, a task to tell, the patient reads no more than that, and it is moved', async ({
  world,
}) => {
  const surgery = await practiceDesk(world, cityPractice, 'gp');
  const { page } = surgery;
  const mobile = await patientPhone(world, priya);
  await openReferral(surgery, priya.ubrn);
  await page.getByRole('link', { name: 'Change the referral' }).click();
  await fillIn(page, 'Dermatology (skin)', 'Acne');
  await hospitals(page).nth(0).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This appointment may no longer be right')).toBeVisible();
  await expect(page.getByText('No longer offered:')).toBeVisible();
  await page.getByRole('button', { name: 'Change the referral' }).click();
  await expect(requestOf(page)).toContainText('Referral changed: confirmed', settles);

  await expect(
    mobile.page.getByRole('heading', { name: 'Your practice has changed your referral' }),
  ).toBeVisible(settles);
  await expect(mobile.page.getByText('This appointment may change; they will contact you.')).toBeVisible();
  await expect(
    mobile.page.getByRole('heading', { level: 1, name: 'Your appointment is booked' }),
  ).toBeVisible();
  await mobile.page.getByRole('button', { name: 'OK, I’ve seen this' }).first().click();
  await expect(mobile.page.getByText('This appointment may change.', { exact: true })).toBeVisible(settles);

  const reception = await practiceDesk(world, cityPractice);
  const row = reception.page.getByRole('row').filter({ hasText: 'SHARMA, Priya' });
  await expect(row).toContainText('The appointment may no longer be right', settles);
  await expect(row).toContainText('Move or cancel the appointment');
  await openReferral(reception, priya.ubrn);
  await expect(
    reception.page.getByRole('heading', { level: 3, name: 'This appointment may no longer be right' }),
  ).toBeVisible();
  await reception.page.getByRole('link', { name: 'Move the appointment' }).first().click();
  await pick(reception.page, [0]);
  await reception.page.getByRole('link', { name: 'Check and move' }).click();
  await reception.page.getByRole('button', { name: 'Confirm the move' }).click();
  await expect(requestOf(reception.page)).toContainText('Moved to', settles);
  await openAttention(reception);
  await expect(attentionOf(reception.page, priya)).toContainText('Moved to', settles);
  await expect(attentionOf(reception.page, priya)).not.toContainText('no longer be right');
  await expect(mobile.page.getByText('This appointment may change')).toHaveCount(0, settles);
});

test('two desks change one referral: the second is told, sees how it is now, and loses nothing of its own', async ({
  world,
}) => {
  const first = await practiceDesk(world, cityPractice, 'gp');
  const second = await practiceDesk(world, cityPractice, 'gp');
  await second.goto(`/practice/referrals/${margaret.ubrn}/change`);
  await second.page.getByLabel('Urgent', { exact: true }).check(settles);
  await second.page.getByRole('button', { name: 'Continue' }).click();
  await expect(second.page.getByRole('heading', { name: 'Check the change' })).toBeVisible();
  await second.goOffline();
  await second.page.getByRole('button', { name: 'Change the referral' }).click();
  await expect(requestOf(second.page)).toContainText('Not changed yet');

  await first.goto(`/practice/referrals/${margaret.ubrn}/change`);
  await expect(first.page.getByLabel('Clinic type')).toBeVisible(settles);
  await first.page.getByLabel('Clinic type').selectOption('Acne');
  await first.page.getByRole('button', { name: 'Continue' }).click();
  await first.page.getByRole('button', { name: 'Change the referral' }).click();
  await expect(requestOf(first.page)).toContainText('Referral changed: confirmed', settles);

  await second.goOnline();
  await expect(requestOf(second.page)).toContainText(
    'Not changed: somebody changed the referral meanwhile',
    settles,
  );
  await expect(second.page.getByRole('heading', { name: 'How it is now' })).toBeVisible(settles);
  await expect(second.page.getByText('Acne')).toBeVisible();
  await second.page.getByRole('link', { name: 'Change it from here' }).click();
  await expect(second.page.getByText('Somebody else has changed this referral')).toBeVisible(settles);
  await second.page.getByRole('button', { name: 'Keep what I entered' }).click();
  await expect(second.page.getByLabel('Urgent', { exact: true })).toBeChecked();
  const reader = await world.as(cityPractice, 'gp');
  expect((await reader.truth()).referrals.get(margaret.ubrn)).toMatchObject({
    clinicType: 'Acne',
    priority: 'routine',
  });
});

test('a close that needs a few words asks for them', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice, 'gp');
  await desk.goto(`/practice/referrals/${alan.ubrn}/close`);
  await desk.page.getByLabel('Other - at the patient’s request').check(settles);
  await desk.page.getByRole('button', { name: 'Close the referral' }).click();
  await expect(desk.page.getByRole('alert')).toContainText('Write a few words about this reason');
  await desk.page.getByLabel('Say a little more').fill('Moves abroad in May');
  await desk.page.getByRole('button', { name: 'Close the referral' }).click();
  await expect(requestOf(desk.page)).toContainText('Referral closed: confirmed', settles);
  // And keeps them where people look for why it was closed.
  await openReferral(desk, alan.ubrn);
  const stands = desk.page.getByRole('region', { name: 'Where it stands' });
  await expect(stands).toContainText('Other - at the patient’s request');
  await expect(stands).toContainText('Moves abroad in May');
});
