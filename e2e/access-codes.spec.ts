// The way in for a patient who lost theirs: a new code at the practice's desk, the old one dead, and a sheet to take home.
import { cityPractice, derek, hillsPractice, margaret, priya, spacedUbrn } from './cast.ts';
import { phone, type Device } from './device.ts';
import { trySignIn } from './letters.ts';
import { isConnected, patientPhone, practiceDesk, settles, signInAsPatient } from './screens.ts';
import { expect, test } from './world.ts';

const newCode = /New access code: ([A-Z0-9]{4} [A-Z0-9]{4} [A-Z0-9]{4})\./;
const sheetOf = ({ page }: Device) => page.getByRole('article', { name: 'Booking sheet' });

/** From the referral's page, as a receptionist goes there. */
async function openSheet(desk: Device, ubrn: string): Promise<void> {
  await desk.goto(`/practice/referrals/${ubrn}`);
  await desk.page.getByRole('link', { name: 'Booking sheet and access code' }).click();
  await expect(sheetOf(desk)).toBeVisible(settles);
}

async function makeCode({ page }: Device): Promise<string> {
  await page.getByRole('button', { name: /^Make (a new|another) access code$/ }).click();
  const said = page.getByRole('status').filter({ hasText: newCode });
  await expect(said).toBeVisible(settles);
  return newCode.exec((await said.textContent()) ?? '')?.[1] ?? '';
}

test('a patient who lost the letter gets in with a new code; the old one, and who came in by it, are out', async ({
  world,
}) => {
  const before = await world.patient(margaret.ubrn);
  const mobile = await patientPhone(world, margaret);
  const desk = await practiceDesk(world, cityPractice);
  await openSheet(desk, margaret.ubrn);
  await expect(sheetOf(desk)).toContainText('On the last letter or sheet with a code that you were given.');
  const code = await makeCode(desk);
  await expect(sheetOf(desk)).toContainText(code);
  // The same key once more makes no second one: the first would be dead while it is read out.
  await desk.page.keyboard.press('Enter');
  await desk.page.waitForTimeout(1_000);
  await expect(sheetOf(desk)).toContainText(code);
  // The line goes and comes, and the app asks again who is signed in: the page that has the code stays as it is.
  await desk.goOffline();
  await expect(desk.page.getByText(/^No connection/)).toBeVisible(settles);
  await desk.goOnline();
  await isConnected(desk.page);
  await expect(sheetOf(desk)).toContainText(code);

  const guess = { kind: 'patient', ubrn: margaret.ubrn, birthYear: before.birthYear } as const;
  expect((await trySignIn(world.server.origin, { ...guess, code: before.code })).status).toBe(401);
  // The phone that had come in by the old code hears of it by itself, and says so.
  await mobile.page.bringToFront();
  await mobile.page.reload();
  await expect(mobile.page.getByRole('heading', { name: 'Sign in again' })).toBeVisible(settles);
  await signInAsPatient(mobile, { ...before, code: code.toLowerCase().replaceAll(' ', '') });

  // Once is once: the page that showed it is the only place that had it.
  await desk.page.reload();
  await expect(sheetOf(desk)).toContainText(
    'On the last letter or sheet with a code that you were given.',
    settles,
  );
  await expect(desk.page.getByText(code)).toHaveCount(0);
  const kept = await desk.page.evaluate(async () => {
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.body.innerHTML];
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(new Error(name));
      });
      for (const store of db.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const asking = db.transaction(store).objectStore(store).getAll();
          asking.onsuccess = () => resolve(asking.result as unknown[]);
          asking.onerror = () => reject(new Error(store));
        });
        texts.push(JSON.stringify(rows));
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) texts.push(url);
    }
    return texts.join('\n');
  });
  expect(kept).not.toContain(code);
  expect(kept).not.toContain(code.replaceAll(' ', ''));
});

test('the sheet comes out on one page of A4, with the patient’s address, the code, and nothing of the screen around it', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice);
  const referral = (await reader.truth()).referrals.get(margaret.ubrn);
  if (!referral) throw new Error('there is no such referral');
  await openSheet(desk, margaret.ubrn);
  const code = await makeCode(desk);
  const { page } = desk;
  await page.emulateMedia({ media: 'print' });
  const printed = await page.evaluate(() => document.body.innerText);
  for (const text of [
    'Margaret Ashworth',
    ...referral.patient.address.split(', '),
    spacedUbrn(margaret),
    code,
    referral.practicePhone,
    'What happens next',
    'Nothing is booked yet.',
    // Of the screen around it only this: it names real hospitals, and leaves the building.
    'Demonstration. Not an NHS service.',
    `${new URL(desk.line.origin).host}/patient`,
  ]) {
    expect(printed).toContain(text);
  }
  for (const text of ['Sign out', 'Worklist', 'Connected', 'Print the sheet', 'Unplug', 'Skip to']) {
    expect(printed).not.toContain(text);
  }
  // Neither a number that the patient does not need, nor what the referral is called among staff.
  expect(printed).not.toContain(referral.patient.nhsNumber.slice(-4));
  const pages = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/g);
  expect(pages).toHaveLength(1);
});

test('a restricted patient’s sheet says nothing of where they live', async ({ world }) => {
  const restricted = (await world.people()).patients.find(({ name }) => name === 'Restricted record');
  const reader = await world.as(cityPractice);
  const referral = (await reader.truth()).referrals.get(restricted?.ubrn ?? '');
  if (!referral) throw new Error('there is no such referral');
  const desk = await practiceDesk(world, cityPractice);
  await openSheet(desk, restricted?.ubrn ?? '');
  await expect(sheetOf(desk)).not.toContainText('Carver');
  await desk.page.getByRole('button', { name: 'Show who this is' }).click();
  await expect(sheetOf(desk)).toContainText('Jane Carver');
  const said = await sheetOf(desk).innerText();
  expect(said).toContain('Jane Carver');
  expect(said).not.toContain(referral.practiceName);
  expect(said).not.toContain(referral.practicePhone);
  expect(said).not.toMatch(/\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b/);
  expect(said).not.toMatch(/\b(miles?|07\d{3} ?\d{6}|0\d{3,4} ?\d{6})\b/);
});

test('without a line the sheet prints without a code, the screen says what that means, and the old code goes on', async ({
  world,
}) => {
  const before = await world.patient(margaret.ubrn);
  const desk = await practiceDesk(world, cityPractice);
  await desk.goOffline();
  await openSheet(desk, margaret.ubrn);
  await expect(sheetOf(desk)).toContainText(spacedUbrn(margaret));
  const { page } = desk;
  await page.getByRole('button', { name: 'Make a new access code' }).click();
  await expect(page.getByRole('alert')).toContainText(
    'needs a connection, and there is none. Nothing was changed',
  );
  await expect(page.getByText(newCode)).toHaveCount(0);
  const mobile = await world.device(phone);
  await signInAsPatient(mobile, before);

  // The line is back, but its answers get lost: then nobody may say that nothing was changed.
  await desk.goOnline();
  await isConnected(page);
  desk.line.set(/\/access-code$/, { kind: 'dropAnswer' });
  await page.getByRole('button', { name: 'Make a new access code' }).click();
  await expect(page.getByRole('alert')).toContainText('The old code may have stopped working', settles);
  desk.line.clear();
  const code = await makeCode(desk);
  await signInAsPatient(await world.device(phone), { ...before, code });
});

test('another practice can neither open the sheet nor make a code; a referral that is closed gets none', async ({
  world,
}) => {
  const hills = await world.as(hillsPractice);
  const path = (ubrn: string) => `/api/referrals/${ubrn}/access-code`;
  const ask = (ubrn: string, scope: string) => hills.post({ scope }, path(ubrn));
  const theirs = await ask(margaret.ubrn, hillsPractice);
  const nobodys = await ask('999999999999', hillsPractice);
  expect([theirs.status, await theirs.text()]).toEqual([nobodys.status, await nobodys.text()]);
  expect(theirs.status).toBe(404);
  expect((await ask(margaret.ubrn, cityPractice)).status).toBe(401);
  expect((await ask(derek.ubrn, hillsPractice)).status).toBe(200);

  const gp = await world.as(cityPractice, 'gp');
  await gp.ask({ kind: 'close', ubrn: margaret.ubrn, reason: 'PATIENT_DIED' });
  const desk = await practiceDesk(world, cityPractice);
  await desk.goto(`/practice/referrals/${margaret.ubrn}/sheet`);
  await expect(desk.page.getByText('This referral is closed')).toBeVisible(settles);
  await expect(desk.page.getByRole('button', { name: /access code/ })).toHaveCount(0);
});

test('a first visit without a line: what can be done now is said, and what was typed is still there', async ({
  world,
}) => {
  const mobile = await world.device(phone);
  const { page } = mobile;
  await mobile.goto('/patient/sign-in');
  await expect(page.getByRole('heading', { name: 'Your hospital booking' })).toBeVisible(settles);
  await mobile.isKept();
  await mobile.goOffline();
  await mobile.goto('/patient/sign-in');
  await page.getByLabel('Booking reference').fill(spacedUbrn(priya));
  await page.getByLabel('Access code').fill('cdfg hjkm npqr');
  await page.getByLabel('I’m doing this for someone else').check();
  await page.getByLabel('Year the patient was born').fill('1968');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('signing in needs one');
  await page.getByRole('link', { name: 'What you can do now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No connection, and not signed in');
  await expect(page.getByText('Ring your GP practice.')).toBeVisible();
  await page.getByRole('link', { name: 'I have lost my letter' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('I have lost my letter');
  await page.getByRole('link', { name: 'Back' }).click();
  await expect(page.getByLabel('Booking reference')).toHaveValue(spacedUbrn(priya));
  await expect(page.getByLabel('Access code')).toHaveValue('cdfg hjkm npqr');
  await expect(page.getByLabel('Year the patient was born')).toHaveValue('1968');

  const { code, birthYear } = await world.patient(priya.ubrn);
  await mobile.goOnline();
  await page.getByLabel('Access code').fill(code);
  await page.getByLabel('Year the patient was born').fill(String(birthYear));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Priya Sharma’s appointment/ })).toBeVisible(
    settles,
  );
  await expect(page.getByText('For Priya Sharma', { exact: true })).toBeVisible();
});
