// The built app stands up in a real browser and breaks none of its own rules there.
import { expect, test } from './world.ts';

test('the front page loads, and the console stays silent', async ({ world, page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  await page.goto(world.server.origin);

  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page).toHaveTitle(/Holdfast/);
  // A violated content security policy, a missing file or a failed start would all be said here.
  expect(complaints).toEqual([]);
});
