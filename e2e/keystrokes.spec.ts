// What the commonest booking costs by keyboard: from the worklist to a request that is saved. Counted, not guessed.
import type { Page } from '@playwright/test';
import { cityPractice, margaret } from './cast.ts';
import { practiceDesk, requestOf, settles, timeButtons } from './screens.ts';
import { appointmentsOf, expect, test } from './world.ts';

/** The aim is 12, later. */
const keystrokesMax = 20;

/** Presses keys and counts each, and each of a chord. */
class Hands {
  count = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.count += key === '+' ? 1 : key.split('+').length;
      await this.#page.keyboard.press(key);
    }
  }
}

test('a named patient, the earliest time, saved: in twenty keystrokes or fewer', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  const focused = page.locator(':focus');
  await desk.goto('/practice');
  await expect(page.getByLabel('Find a patient')).toBeVisible(settles);
  const hands = new Hands(page);
  const started = performance.now();

  await hands.press('/', ...'ashw');
  await hands.press('Tab', 'Tab');
  await expect(focused).toHaveAccessibleName(/^Find a time\s+for ASHWORTH, Margaret$/);
  await hands.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Find a time' })).toBeFocused(settles);
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await hands.press('Tab');
  await expect(focused).toHaveText('Go to the times');
  await hands.press('Enter', 'Tab');
  await expect(timeButtons(page).first()).toBeFocused();
  await hands.press('Enter');
  await expect(timeButtons(page).first()).toHaveAttribute('aria-pressed', 'true');
  await hands.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Check and confirm' })).toBeFocused(settles);
  await hands.press('Tab');
  await expect(focused).toHaveText('Confirm and book');
  await hands.press('Enter');
  await expect(requestOf(page)).toBeVisible(settles);
  const seconds = (performance.now() - started) / 1_000;

  await expect(requestOf(page)).toContainText('Booked: confirmed', settles);
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);
  console.log(
    `The commonest booking: ${hands.count} keystrokes, ${seconds.toFixed(1)} s of a machine's pressing`,
  );
  expect(hands.count).toBeLessThanOrEqual(keystrokesMax);
});
