// Demo people at the app's doors, by what the screens say.
import type { Page } from '@playwright/test';
import type { DemoPatient, DemoPeople, StaffMember } from '../e2e/letters.ts';

const longMs = 180_000;

export function receptionists(people: DemoPeople): readonly StaffMember[] {
  const scopes = new Map<string, StaffMember>();
  for (const one of people.staff) {
    if (one.role === 'receptionist' && !scopes.has(one.scope)) scopes.set(one.scope, one);
  }
  if (scopes.size < 2) throw new Error('The world has fewer than two practices');
  return [...scopes.values()];
}

/** Resolves with the first referral on the screen. */
export async function signInAtPractice(page: Page, who: StaffMember): Promise<void> {
  await page
    .getByRole('button', { name: `${who.name}, ` })
    .first()
    .click({ timeout: longMs });
  await page.getByRole('row').nth(1).waitFor({ timeout: longMs });
}

/** Resolves with the state of the booking on the screen. */
export async function signInAsPatient(page: Page, { ubrn, code, birthYear }: DemoPatient): Promise<void> {
  await page.getByLabel('Booking reference').fill(ubrn, { timeout: longMs });
  await page.getByLabel('Access code').fill(code);
  await page.getByLabel('Year you were born').fill(String(birthYear));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Your GP practice', { exact: true }).waitFor({ timeout: longMs });
}

/** All of the desk's truth is here, and the worker holds the app. */
export async function isReadyForOffline(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor({ timeout: longMs });
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}
