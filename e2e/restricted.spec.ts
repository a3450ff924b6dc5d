// A restricted patient: where they live, how to reach them and how far it is are on no screen, no print, in nothing that a
// device keeps or is sent, and in no log; not at the practice, not at the clinic, not on the patient's own phone.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@playwright/test';
import { cityPractice, janeCarver, margaret, royalInfirmary } from './cast.ts';
import type { Device } from './device.ts';
import {
  clinicDesk,
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestOf,
  settles,
} from './screens.ts';
import { appointmentsOf, expect, test } from './world.ts';

interface Kept {
  readonly phone: string;
  readonly address: string;
  readonly district: string;
}

/** As the server's database has it, and nobody else may. */
function keptOf(data: string, nhsNumber: string): Kept {
  const database = new DatabaseSync(join(data, 'holdfast.db'), { readOnly: true });
  const row = database.prepare('select body from patient where nhs_number = ?').get(nhsNumber);
  database.close();
  return JSON.parse(String(row?.['body'])) as Kept;
}

/**
 * Street and town are hers alone. Telephone numbers are drawn from a thousand that nobody has, and postcodes from a few: of
 * those a device holds the same of others, so there her own row is looked at.
 */
const homeOf = ({ address }: Kept) => address.slice(0, address.lastIndexOf(','));

/** Every invented patient's postcode ends so, and no hospital's does. */
const home = '9ZZ';

/** Stands in the record of everybody who is restricted: no device is told their own (docs/decisions/0017). */
const nobodysNumber = '0000000000';

/** All that this browser keeps for the page's origin, read without the app. */
function keptBy(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(request.error?.message));
      });
    const found: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store);
        found.push(
          name ?? '',
          store,
          JSON.stringify([await done(rows.getAllKeys()), await done(rows.getAll())]),
        );
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        found.push(request.url, (await response?.text()) ?? '');
      }
    }
    return found.join('\n');
  });
}

/** What the server sent, as the browser got it. */
function listenTo(device: Device): () => Promise<string> {
  const bodies: Promise<string>[] = [];
  device.context.on('response', (response) => {
    const isStream = response.url().includes('/api/live');
    if (response.url().includes('/api/') && !isStream) bodies.push(response.text().catch(() => ''));
  });
  return async () => (await Promise.all(bodies)).join('\n');
}

test('of a restricted patient no address, telephone number, postcode or distance is anywhere but at the server', async ({
  world,
}) => {
  const kept = keptOf(world.data, janeCarver.nhsNumber);
  expect(homeOf(kept).length).toBeGreaterThan(6);
  // Else what follows would find nothing for the wrong reason: a patient who is not restricted is read so.
  const open = keptOf(world.data, margaret.nhsNumber);

  const desk = await practiceDesk(world, cityPractice);
  const phone = await patientPhone(world, janeCarver);
  const clinic = await clinicDesk(world, royalInfirmary);
  const devices = [desk, phone, clinic];
  const sent = devices.map(listenTo);
  const seen: string[] = [];
  const look = async (device: Device) => {
    seen.push(await device.page.content(), await device.page.locator('body').innerText());
  };

  await desk.goto('/practice');
  await expect(desk.page.getByRole('row').nth(1)).toBeVisible(settles);
  // The rest of the list is drawn as somebody comes near to it.
  await desk.page.keyboard.press('End');
  await expect(desk.page.getByRole('link', { name: 'Restricted record', exact: true }).first()).toBeVisible(
    settles,
  );
  await look(desk);
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByText(open.phone).first()).toBeVisible(settles);
  expect(await keptBy(desk.page)).toContain(open.phone);

  await openReferral(desk, janeCarver.ubrn);
  await look(desk);
  await desk.page.getByRole('link', { name: 'Find a time' }).click();
  await expect(desk.page.getByRole('heading', { name: /times? to choose from/ })).toBeVisible(settles);
  await expect(desk.page.getByText(/\bmiles?\b/)).toHaveCount(0);
  await look(desk);
  await openReferral(desk, janeCarver.ubrn);
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await look(desk);
  await desk.goto(`/practice/referrals/${janeCarver.ubrn}/sheet`);
  await desk.page.getByRole('button', { name: 'Show who this is' }).click();
  await expect(desk.page.getByText('Jane Carver').first()).toBeVisible(settles);
  await look(desk);
  await desk.page.emulateMedia({ media: 'print' });
  await look(desk);
  await desk.page.emulateMedia({ media: 'screen' });
  await expect(phone.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await look(phone);

  const reader = await world.as(cityPractice);
  const [appointment] = appointmentsOf(await reader.truth(), janeCarver.ubrn);
  if (!appointment) throw new Error('she is not booked');
  // Wherever she is booked, the site's own people see who comes, and not where from.
  await clinic.goto(`/clinic/patients/${janeCarver.ubrn}`);
  if (appointment.slot.service.startsWith('RA701'))
    await expect(clinic.page.getByText('Restricted record').first()).toBeVisible(settles);
  await look(clinic);

  await desk.goOffline();
  await openReferral(desk, janeCarver.ubrn);
  await look(desk);

  // From nothing, as a new device of each would get it.
  const correspondents = [reader, await world.asPatient(janeCarver.ubrn), await world.as(royalInfirmary)];
  const truths = await Promise.all(correspondents.map((one) => one.truth()));
  const all = {
    deltas: JSON.stringify(
      truths.map((truth) => [
        ...truth.referrals.values(),
        ...truth.notices.values(),
        ...truth.appointments.values(),
      ]),
    ),
    screens: seen.join('\n'),
    sent: (await Promise.all(sent.map((listen) => listen()))).join('\n'),
    kept: (await Promise.all(devices.map(({ page }) => keptBy(page)))).join('\n'),
    log: world.server.output,
  };
  expect(all.deltas).toContain(janeCarver.ubrn);
  expect(all.deltas).not.toContain(janeCarver.nhsNumber);
  expect(all.deltas).toContain(homeOf(open));
  expect(all.sent).toContain(appointment.id);
  for (const [where, text] of Object.entries(all)) expect(text.includes(homeOf(kept)), where).toBe(false);
  for (const text of [all.screens, all.log]) expect(text).not.toContain(kept.phone);
  expect(all.screens).not.toContain(home);
  expect(all.log).not.toContain(home);
  for (const text of [all.kept, all.deltas]) {
    const records = recordsOf(text, nobodysNumber);
    expect(records.length).toBeGreaterThan(0);
    for (const record of records)
      expect(record).toMatchObject({ phone: '', address: '', district: '', restricted: true });
  }
});

/** The record of whoever is restricted, each time that one stands in what a device keeps or is sent. */
function recordsOf(text: string, nhsNumber: string): readonly unknown[] {
  const key = `"nhsNumber":"${nhsNumber}"`;
  const parts = text.split(key);
  return parts.slice(1).map((rest, n) => {
    const before = parts[n] ?? '';
    const whole = `${before.slice(before.lastIndexOf('{'))}${key}${rest.slice(0, rest.indexOf('}') + 1)}`;
    return JSON.parse(whole) as unknown;
  });
}
