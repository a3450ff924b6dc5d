// Reads can be audited though they are local: who opened a record is written where it was opened, and arrives.
import { randomUUID } from 'node:crypto';
import { cityPractice, hillsPractice, margaret, priya, royalInfirmary, spacedUbrn } from './cast.ts';
import type { Device } from './device.ts';
import { openReferral, practiceDesk, settles, signInAtPractice } from './screens.ts';
import { expect, test, type World } from './world.ts';

const acts = ({ page }: Device) => page.getByRole('list', { name: 'Newest first' }).getByRole('listitem');

async function openList(device: Device, ubrn?: string): Promise<void> {
  await device.goto(ubrn ? `/practice/referrals/${ubrn}/opened` : '/practice/opened');
  await expect(device.page.getByRole('heading', { level: 1, name: /^Who opened/ })).toBeVisible(settles);
}

/** What the table holds of this referral. */
async function written(world: World, ubrn: string) {
  const { DatabaseSync } = await import('node:sqlite');
  const { join } = await import('node:path');
  const database = new DatabaseSync(join(world.data, 'holdfast.db'), { readOnly: true });
  const rows = database
    .prepare('select id, person, at, received_at from access_event where ubrn = ?')
    .all(ubrn) as { id: string; person: string; at: number; received_at: number }[];
  database.close();
  return rows;
}

/** Looks on this device that no server has heard of yet. */
const keptLooks = ({ page }: Device) =>
  page.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(new Error(name));
        opening.onsuccess = () => {
          const counting = opening.result.transaction('seen').objectStore('seen').count();
          counting.onerror = () => reject(new Error('seen'));
          counting.onsuccess = () => {
            opening.result.close();
            resolve(counting.result);
          };
        };
      }),
    `desk:${cityPractice}`,
  );

test('opened without a line, the battery falls out, somebody else signs in: it still arrives, once, with its own time', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const [author] = await world.staff(cityPractice, 'receptionist');
  const [colleague] = await world.staff(cityPractice, 'gp');
  if (!author || !colleague) throw new Error('the practice is empty');
  await desk.goOffline();
  await openReferral(desk, margaret.ubrn);
  // The screen waits for no writing; the power goes a moment later.
  await expect.poll(() => keptLooks(desk)).toBe(1);
  await desk.kill();
  await desk.start();
  await desk.goto('/practice');
  await desk.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Sign in to your practice' })).toBeVisible(settles);
  expect(await written(world, margaret.ubrn)).toEqual([]);

  await desk.goOnline();
  await signInAtPractice(desk, colleague);
  await expect.poll(() => written(world, margaret.ubrn), settles).toMatchObject([{ person: author.person }]);
  // Looked at by another since: a second entry, and the first is not written again.
  await openReferral(desk, margaret.ubrn);
  await expect
    .poll(async () => (await written(world, margaret.ubrn)).map(({ person }) => person).sort(), settles)
    .toEqual([author.person, colleague.person].sort());
  await desk.page.getByRole('link', { name: 'Who opened this record' }).click();
  await expect(acts(desk)).toHaveCount(2, settles);
  await expect(acts(desk).filter({ hasText: `${author.name}, Receptionist, opened the record` })).toHaveCount(
    1,
  );
  await expect(acts(desk).filter({ hasText: `${colleague.name}, GP, opened the record` })).toHaveCount(1);
});

test('the practice sees who made a code and who signed in for the patient, of one record and of all', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await desk.page.getByRole('link', { name: 'Booking sheet and access code' }).click();
  await desk.page.getByRole('button', { name: 'Make a new access code' }).click();
  await expect(desk.page.getByText(/^New access code:/)).toBeVisible(settles);
  await openReferral(desk, priya.ubrn);
  await expect.poll(async () => (await written(world, priya.ubrn)).length, settles).toBe(1);

  await desk.page.getByRole('link', { name: 'Who opened this record' }).click();
  await expect(acts(desk)).toHaveCount(1, settles);
  await desk.page.getByRole('link', { name: 'See all of the practice’s' }).click();
  await expect(acts(desk)).toHaveCount(3, settles);
  await expect(acts(desk).filter({ hasText: 'made a new access code' })).toContainText(spacedUbrn(margaret));
  await expect(acts(desk).first()).toContainText('SHARMA, Priya');
});

test('an opening of yesterday says when it was heard of; a long list comes in pages', async ({ world }) => {
  const reader = await world.as(cityPractice);
  const { now } = await reader.exchange();
  const seen = Array.from({ length: 120 }, (_, i) => ({
    id: randomUUID(),
    person: reader.author.person,
    ubrn: margaret.ubrn,
    at: now - 24 * 3_600_000 - i * 60_000,
  }));
  const answer = await reader.post({ ...reader.envelope(), seen });
  expect(answer.status).toBe(200);
  // The answer was lost on its way, so the device sends all of it again.
  await reader.post({ ...reader.envelope(), seen });

  const desk = await practiceDesk(world, cityPractice);
  await openList(desk, margaret.ubrn);
  await expect(acts(desk)).toHaveCount(50, settles);
  await expect(acts(desk).first()).toContainText('We heard of it at');
  await expect(acts(desk).first()).toContainText('that device had no connection');
  const earlier = desk.page.getByRole('button', { name: 'Show earlier ones' });
  await earlier.click();
  await expect(acts(desk)).toHaveCount(100, settles);
  await earlier.click();
  // The look at this very list may have come between: it goes to the top of the next reading, and into no page of this one.
  await expect(acts(desk)).toHaveCount(120, settles);
  await expect(earlier).toHaveCount(0);
});

test('the list is kept by the server: without a line it says so, and comes with the line', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await expect.poll(async () => (await written(world, margaret.ubrn)).length, settles).toBe(1);
  await desk.goOffline();
  await openList(desk, margaret.ubrn);
  await expect(desk.page.getByText('This list needs a connection')).toBeVisible(settles);
  await expect(acts(desk)).toHaveCount(0);
  await desk.goOnline();
  await desk.page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
  await expect(acts(desk).first()).toContainText('opened the record', settles);
});

test('no other practice, clinic or patient reads it, and none of them learns that there is such a referral', async ({
  world,
}) => {
  const ask = (who: { fetch(path: string): Promise<Response> }, scope: string, ubrn = margaret.ubrn) =>
    who.fetch(`/api/access?scope=${scope}&ubrn=${ubrn}`);
  const hills = await world.as(hillsPractice);
  const clinic = await world.as(royalInfirmary);
  const patient = await world.asPatient(margaret.ubrn);
  for (const who of [hills, clinic, patient]) {
    expect((await ask(who, cityPractice)).status).toBe(401);
    if (who !== hills) expect((await ask(who, who.scope)).status).toBe(401);
  }
  const [theirs, nobodys] = [
    await ask(hills, hillsPractice),
    await ask(hills, hillsPractice, '999999999999'),
  ];
  expect([theirs.status, await theirs.text()]).toEqual([404, await nobodys.text()]);
});
