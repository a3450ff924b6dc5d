// The two main journeys by keyboard alone: no mouse, no script that clicks, and the focus always to be seen.
import type { Locator, Page } from '@playwright/test';
import { cityPractice, margaret, spacedUbrn } from './cast.ts';
import { phone } from './device.ts';
import { requestOf, settles, timeButtons } from './screens.ts';
import { appointmentsOf, expect, noticesOf, test } from './world.ts';

/** More steps than this from one thing to the next, and nobody would get there. */
const tabsMax = 120;

test('a receptionist signs in, finds a patient, books and records that she was told', async ({ world }) => {
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
  await arrives(page, 'Booking request');
  await expect(requestOf(page)).toContainText('Booked: confirmed', settles);
  await press(page, page.getByRole('button', { name: 'I’ve told the patient – in person' }));

  const reader = await world.as(cityPractice, 'gp');
  await expect.poll(async () => noticesOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);
});

test('a patient signs in on a phone with a keyboard, chooses and books', async ({ world }) => {
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
});

/** A new page begins at its heading, for whoever cannot see that it is new. */
async function arrives(page: Page, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeFocused(settles);
}

async function press(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}

/** By the Tab key alone; what has the focus must show it. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible(settles);
  const hasFocus = () => target.evaluate((element) => element === document.activeElement);
  for (let tabs = 0; !(await hasFocus()); tabs += 1) {
    expect(tabs, `Tab does not lead to ${target.toString()}`).toBeLessThan(tabsMax);
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeInViewport();
  expect(await target.evaluate(showsFocus), `${target.toString()} shows that it has the focus`).toBe(true);
}

/** In the page: a ring or a shadow that can be seen. */
function showsFocus(element: Element): boolean {
  const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
  const hasRing = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor);
  return element.matches(':focus-visible') && (hasRing || boxShadow !== 'none');
}
