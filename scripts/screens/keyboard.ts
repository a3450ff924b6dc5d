// The main journeys by keyboard alone: nothing here points or clicks. What Tab does not reach, a person cannot either.
import type { Page } from '@playwright/test';
import { isKept, type Stage } from './stage.ts';

const tabsMax = 150;
const soon = { timeout: 60_000 };

export async function takeKeyboard(stage: Stage): Promise<void> {
  if (stage.camera.width < 500) return;
  await receptionist(stage);
  await patient(stage);
}

async function receptionist(stage: Stage): Promise<void> {
  const who = stage.cast.staff.find(
    ({ role, scope }) => role === 'receptionist' && scope === 'practice:L81015',
  );
  const { page, context, go, take } = await stage.visit();
  await go('/practice/sign-in');
  await page.getByRole('button', { name: `${who?.name}, ` }).waitFor(soon);
  await tabTo(page, `${who?.name}, `);
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor(soon);
  await isKept(page);

  await page.keyboard.press('/');
  await page.keyboard.type('ashw');
  await page.getByRole('link', { name: 'ASHWORTH, Margaret', exact: true }).waitFor(soon);
  await tabTo(page, 'ASHWORTH, Margaret');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Where it stands' }).waitFor(soon);
  await tabTo(page, 'Find a time');
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: / \w+day \d/ })
    .first()
    .waitFor(soon);
  await tabTo(page, /(am|pm|midday), \w+day \d/);
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByText('2 times chosen').waitFor(soon);
  await tabTo(page, 'Move up');
  await page.keyboard.press('Enter');
  await take('keyboard-practice-times');
  await tabTo(page, 'Check and confirm');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Check and confirm' }).waitFor(soon);
  await tabTo(page, 'Confirm and book');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'In person' }).waitFor(soon);
  await tabTo(page, 'In person');
  await page.keyboard.press('Enter');
  await page.getByText('the patient has been told').waitFor(soon);
  await take('keyboard-practice-told');
  await context.close();
}

async function patient(stage: Stage): Promise<void> {
  const who = stage.cast.patients.find(({ name }) => name === 'Noah Begum');
  if (!who) throw new Error('The demonstration has no Noah Begum');
  const { page, context, go, take } = await stage.visit();
  await go('/patient/sign-in');
  await page.getByLabel('Booking reference').waitFor(soon);
  for (const [field, text] of [
    ['Booking reference', who.ubrn],
    ['Access code', who.code],
    ['Year you were born', String(who.birthYear)],
  ] as const) {
    await tabTo(page, field);
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Choose a time' }).waitFor(soon);
  await tabTo(page, 'Choose a time');
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: / \w+day \d/ })
    .first()
    .waitFor(soon);
  await tabTo(page, /(am|pm|midday), \w+day \d/);
  await page.keyboard.press('Space');
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Book / }).waitFor(soon);
  await tabTo(page, /^Book /);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Change the time' }).waitFor(soon);
  await take('keyboard-patient-booked');
  await context.close();
}

/** Tab after Tab until what has the focus is called this; it must be seen to have it, too. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let tabs = 0; tabs < tabsMax; tabs += 1) {
    await page.keyboard.press('Tab');
    const called = await page.evaluate(() => {
      const at = document.activeElement;
      const labels = at instanceof HTMLInputElement ? [...(at.labels ?? [])] : [];
      return (
        at?.getAttribute('aria-label') ??
        (labels.map((label) => label.textContent).join(' ') || at?.textContent) ??
        ''
      )
        .replace(/\s+/g, ' ')
        .trim();
    });
    if (typeof name === 'string' ? called.startsWith(name) : name.test(called)) return;
  }
  throw new Error(`${tabsMax} Tabs do not reach ${String(name)} at ${page.url()}`);
}
