// A restricted patient: what a device keeps, and what is sent to it, tells nobody who they are, how to reach them or where they live.
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { cityPractice, fullName, janeCarver as jane, margaret, royalInfirmary, spacedUbrn } from './cast.ts';
import type { Device } from './device.ts';
import { keptOn, tellsNothing } from './kept.ts';
import {
  chooseBooking,
  clinicDesk,
  confirmBooking,
  openReferral,
  patientPhone,
  practiceDesk,
  settles,
  timeButtons,
} from './screens.ts';
import { expect, test, type World } from './world.ts';

interface Secret {
  readonly phone: string;
  readonly address: string;
  readonly district: string;
  readonly birthDate: string;
}

/** What the server's own tables hold of her: the one place that may. */
function secretOf(world: World): Secret {
  const database = new DatabaseSync(join(world.data, 'holdfast.db'), { readOnly: true });
  const row = database.prepare('select body from patient where nhs_number = ?').get(jane.nhsNumber);
  database.close();
  return JSON.parse((row as { body: string }).body) as Secret;
}

/** Each of them is there to be found, or finding none of them would say nothing. */
function tellTales({ phone, address, birthDate }: Secret): string[] {
  const parts = address.split(', ');
  const found = [jane.nhsNumber, jane.familyName, phone, parts.at(0) ?? '', parts.at(-1) ?? '', birthDate];
  for (const one of found) expect(one.length).toBeGreaterThan(4);
  return found;
}

/** Every exchange, as it came. */
function listen({ context }: Device): () => Promise<string> {
  const bodies: Promise<string>[] = [];
  context.on('response', (response) => {
    if (!/\/api\/(sync|session|directory|services|access)/.test(response.url())) return;
    bodies.push(response.text().catch(() => ''));
  });
  return async () => (await Promise.all(bodies)).join('\n');
}

test('nothing that a device keeps or an exchange carries tells who a restricted patient is', async ({
  world,
}) => {
  const secret = secretOf(world);
  const telling = tellTales(secret);
  const desk = await world.device();
  const heard = listen(desk);
  const [who] = await world.staff(cityPractice, 'receptionist');
  await desk.goto('/practice/sign-in');
  await desk.page.getByRole('button', { name: `${who?.name}, ` }).click();
  await expect(desk.page.getByRole('heading', { level: 1, name: 'Worklist' })).toBeVisible(settles);
  await desk.isKept();

  await openReferral(desk, jane.ubrn);
  const { page } = desk;
  const banner = page.getByRole('region', { name: 'Patient', exact: true });
  await expect(banner).toContainText('Restricted record');
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await expect(banner).toContainText(fullName(jane), settles);
  await page.getByRole('link', { name: 'Find a time' }).click();
  // Without a distance there is nothing to be near to.
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await expect(page.getByText('Nearest first')).toHaveCount(0);
  await page.getByRole('radio', { name: 'Anywhere in the country' }).check();
  await expect(page.getByLabel('Hospital or town')).toBeVisible();
  await expect(page.getByLabel('Near postcode area')).toHaveCount(0);
  await page.getByRole('link', { name: 'Back to the referral' }).click();
  await chooseBooking(page, [0]);
  await expect(page.getByText(/\bmiles?\b/)).toHaveCount(0);
  await desk.goOffline();
  await confirmBooking(page);
  await expect(page.getByText('Saved on this device').first()).toBeVisible(settles);
  // While it waits, and with the name still on the screen.
  const waiting = await keptOn(desk);
  expect(waiting).toContain(jane.ubrn);
  expect(waiting, 'what is kept can be read').toContain(margaret.nhsNumber);
  tellsNothing(waiting, 'what the desk keeps', telling);

  await desk.goOnline();
  await expect(page.getByText(/^Booked/).first()).toBeVisible(settles);
  tellsNothing(await keptOn(desk), 'what the desk keeps', telling);
  const desks = await heard();
  expect(desks).toContain(margaret.nhsNumber);
  tellsNothing(desks, 'what the desk was sent', telling);

  const reader = await world.as(cityPractice);
  const { practiceName, practicePhone } = (await reader.truth()).referrals.get(jane.ubrn) ?? {};
  const mobile = await patientPhone(world, jane);
  if (!practiceName || !practicePhone) throw new Error('the practice itself is told which it is');
  const onPhone = await keptOn(mobile);
  expect(onPhone).toContain(jane.ubrn);
  tellsNothing(onPhone, 'what the patient’s phone keeps', telling);
  // The page about the demonstration, which the app brings along, names the practice that visitors may try.
  const notOfTheApp = await keptOn(mobile, { withCaches: false });
  tellsNothing(notOfTheApp, 'what the patient’s phone keeps', [practiceName, practicePhone]);
  const { slot } = [...(await reader.truth()).appointments.values()].find(
    ({ ubrn }) => ubrn === jane.ubrn,
  ) ?? { slot: { service: '' } };
  const clinic = await clinicDesk(world, `clinic:${slot.service.split('.')[0] ?? royalInfirmary}`);
  await clinic.goto(`/clinic/patients/${jane.ubrn}`);
  await expect(clinic.page.getByRole('heading', { level: 1, name: 'Appointment' })).toBeVisible(settles);
  const atClinic = await keptOn(clinic);
  expect(atClinic).toContain(jane.ubrn);
  tellsNothing(atClinic, 'what the clinic keeps', telling);
  tellsNothing(world.server.output, 'the log', [...telling, secret.phone]);
});

test('the name goes when the record is left, and without a line the reference has to do', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  await openReferral(desk, jane.ubrn);
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await expect(page.getByText(fullName(jane))).toBeVisible(settles);
  await page.getByRole('link', { name: 'Worklist' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Worklist' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Show who this is' })).toBeVisible();
  await expect(page.getByText(fullName(jane))).toHaveCount(0);

  await desk.goOffline();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible(settles);
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await expect(page.getByText('The name is not on this device')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Patient', exact: true })).toContainText(spacedUbrn(jane));
});

test('a cover over the screen has the name forgotten, also for whoever uncovers it', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  await page.clock.install();
  await openReferral(desk, jane.ubrn);
  await page.getByRole('button', { name: 'Show who this is' }).click();
  await expect(page.getByText(fullName(jane))).toBeVisible(settles);
  await page.clock.fastForward('31:00');
  await expect(page.getByRole('heading', { name: 'Screen covered' })).toBeVisible(settles);
  // Not behind the cover either.
  expect(await page.content()).not.toContain(jane.familyName);
  await page.getByRole('button', { name: /: show the screen$/ }).click();
  await expect(page.getByRole('button', { name: 'Show who this is' })).toBeVisible(settles);
  await expect(page.getByText(fullName(jane))).toHaveCount(0);
});
