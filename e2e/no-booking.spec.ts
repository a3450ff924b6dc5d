// A patient's phone without a booking on it: because nothing has come yet, or because there is nothing that it may see.
// Neither is taken for the other, and no page says that there is no appointment.
import { margaret } from './cast.ts';
import { phone, type Device } from './device.ts';
import { exchange } from './fault-proxy.ts';
import { settles } from './screens.ts';
import { expect, test, type World } from './world.ts';

const pages = ['/patient', '/patient/times', '/patient/check', '/patient/cancel'];

async function signedIn(world: World): Promise<Device> {
  const who = await world.patient(margaret.ubrn);
  const device = await world.device(phone);
  const { page } = device;
  device.line.set(exchange, { kind: 'blackHole' });
  await device.goto('/patient/sign-in');
  await page.getByLabel('Booking reference').fill(who.ubrn);
  await page.getByLabel('Access code').fill(who.code);
  await page.getByLabel('Year you were born').fill(String(who.birthYear));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your booking' })).toBeVisible(settles);
  return device;
}

test('before the first answer every page fetches; then the booking is there', async ({ world }) => {
  const device = await signedIn(world);
  for (const path of pages) {
    await device.goto(path);
    await expect(device.page.getByText('Fetching your booking…'), path).toBeVisible(settles);
  }
  device.line.clear();
  await device.goto('/patient');
  await expect(device.page.getByText('Your GP practice', { exact: true })).toBeVisible(settles);
});

test('an answer without a booking: every page says that it cannot be seen from here, and whom to ring', async ({
  world,
}) => {
  const device = await signedIn(world);
  device.line.clear();
  // No act of anybody takes a referral from its patient's phone: the server's answer is emptied on its way.
  await device.page.route('**/api/sync', async (route) => {
    try {
      const answer = await route.fetch();
      const reply = (await answer.json()) as { delta: object };
      const delta = { ...reply.delta, reset: true, more: false, rows: [] };
      await route.fulfill({ response: answer, json: { ...reply, delta } });
    } catch {
      // The page went on while it was asked: the next one asks again.
      await route.abort().catch(() => undefined);
    }
  });
  for (const path of pages) {
    await device.goto(path);
    await expect(device.page.getByText('Your booking can no longer be seen from here'), path).toBeVisible(
      settles,
    );
    await expect(device.page.getByText('Ring your GP practice'), path).toBeVisible();
  }
});
