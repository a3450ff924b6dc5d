// The two main journeys by keyboard alone: no mouse, no script that clicks, and the focus always to be seen.
import { arrives, choose, press, reach } from './by-keyboard.ts';
import { cityPractice, margaret, spacedUbrn } from './cast.ts';
import { phone } from './device.ts';
import { requestOf, settles, timeButtons } from './screens.ts';
import { appointmentsOf, expect, noticesOf, test } from './world.ts';

test('a receptionist signs in, finds a patient, books, tells her, and cancels when she is ill', async ({
  world,
}) => {
  const { page, line } = await world.device();
  const [who] = await world.staff(cityPractice, 'receptionist');
  await page.goto(`${line.origin}/practice/sign-in`);
  await press(page, page.getByRole('button', { name: `${who?.name}, ` }));
  await arrives(page, 'Worklist');
  await expect(page.getByLabel('Find a patient')).toBeVisible(settles);

  await page.keyboard.press('/');
  await expect(page.getByLabel('Find a patient')).toBeFocused();
  await page.keyboard.type('ashw');
  await press(page, page.getByRole('link', { name: 'ASHWORTH, Margaret', exact: true }));
  await arrives(page, /referral$/);
  await press(page, page.getByRole('link', { name: 'Find a time' }));
  await arrives(page, 'Find a time');
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await press(page, timeButtons(page).nth(0), 'Space');
  await press(page, timeButtons(page).nth(1), 'Space');
  await press(page, page.getByRole('link', { name: 'Check and confirm' }));
  await arrives(page, 'Check and confirm');
  await press(page, page.getByRole('button', { name: 'Confirm and book' }));
  await arrives(page, 'Booked');
  await expect(requestOf(page)).toContainText('Booked: confirmed', settles);
  await press(page, page.getByRole('button', { name: 'In person' }));

  const reader = await world.as(cityPractice, 'gp');
  await expect.poll(async () => noticesOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);

  await press(page, page.getByRole('link', { name: 'See the referral' }));
  await arrives(page, /referral$/);
  await press(page, page.getByRole('link', { name: 'Cancel the appointment' }));
  await arrives(page, 'Cancel the appointment');
  await press(page, page.getByRole('button', { name: 'Cancel the appointment' }));
  await expect(page.locator(':focus'), 'the list of mistakes has the focus').toContainText(
    'There is a problem',
  );
  await choose(page, 'Patient is sick');
  await press(page, page.getByRole('button', { name: 'Cancel the appointment' }));
  await arrives(page, 'Cancelled');
  await expect(requestOf(page)).toContainText('Cancelled: confirmed', settles);
  await press(page, page.getByRole('button', { name: 'By phone', exact: true }));
  await expect(page.getByRole('status').filter({ hasText: 'the patient has been told' })).toBeVisible(
    settles,
  );
  await expect.poll(async () => noticesOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
});

test('a patient signs in on a phone with a keyboard, chooses, books and cancels', async ({ world }) => {
  const { page, line } = await world.device(phone);
  const { code, birthYear } = await world.patient(margaret.ubrn);
  await page.goto(`${line.origin}/patient/sign-in`);
  for (const [label, text] of [
    ['Booking reference', spacedUbrn(margaret)],
    ['Access code', code],
    ['Year you were born', String(birthYear)],
  ] as const) {
    await reach(page, page.getByLabel(label));
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('link', { name: 'Choose a time' }));
  await arrives(page, 'Choose a time');
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await press(page, timeButtons(page).nth(1), 'Space');
  await press(page, page.getByRole('link', { name: 'Continue' }));
  await arrives(page, 'Check before you book');
  await press(page, page.getByRole('button', { name: 'Book this time' }));
  await expect(page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);

  await press(page, page.getByRole('link', { name: 'Cancel it' }));
  await arrives(page, 'Cancel your appointment');
  await choose(page, /I['’]m ill/);
  await press(page, page.getByRole('button', { name: 'Cancel my appointment' }));
  await arrives(page, 'Your appointment is cancelled');
  await expect.poll(async () => appointmentsOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
});
