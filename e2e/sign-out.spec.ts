// Signed out with requests waiting: they are kept, shown to nobody else, and go with a colleague, or with the patient.
import { cityPractice, hillsPractice, margaret, priya } from './cast.ts';
import { exchange } from './fault-proxy.ts';
import {
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestBookingAsPatient,
  requestOf,
  saved,
  settles,
  signInAsPatient,
  signInAtPractice,
  signOut,
} from './screens.ts';
import { appointmentsOf, expect, test } from './world.ts';

const carriesBooking = ({ body }: { readonly body: string }) => body.includes('\\"kind\\":\\"book\\"');

test('a practice’s request waits through signing out, past another practice, for any colleague', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const [author] = await world.staff(cityPractice, 'receptionist');
  const [colleague] = await world.staff(cityPractice, 'gp');
  const [stranger] = await world.staff(hillsPractice, 'receptionist');
  if (!author || !colleague || !stranger) throw new Error('the practices are empty');
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText(saved);
  // Asked first, and staying is the first answer offered.
  await desk.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  const question = desk.page.getByRole('dialog', { name: '1 request is not sent' });
  await expect(question).toContainText(`when somebody of ${author.organisationName} signs in`);
  await expect(question).toContainText('There is no connection now.');
  await question.getByRole('button', { name: 'Stay signed in' }).click();
  await expect(question).toHaveCount(0);
  await expect(requestOf(desk.page)).toContainText(saved);
  await signOut(desk.page);
  await expect(desk.page.getByText(`${author.organisationName}: 1 request is not sent.`)).toBeVisible(
    settles,
  );
  await expect(desk.page.getByText(/Ashworth/i)).toHaveCount(0);
  // Led there twice, the second time without what it would come back to.
  await expect(desk.page).toHaveURL(/\/practice\/sign-in$/);
  await expect(desk.page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(desk.page.getByText('You have signed out.')).toBeVisible();

  // Signed out, nothing of the patient is on the screen any more, not even by address.
  await desk.goto(`/practice/referrals/${margaret.ubrn}`);
  await expect(desk.page.getByRole('heading', { name: 'Sign in to your practice' })).toBeVisible(settles);
  await expect(desk.page.getByText('You have signed out.')).toHaveCount(0);
  await expect(desk.page.getByText(/Ashworth/i)).toHaveCount(0);

  await desk.goOnline();
  await signInAtPractice(desk, stranger);
  await expect(desk.page.getByText(/Ashworth/i)).toHaveCount(0);
  await desk.goto('/practice/waiting');
  await expect(desk.page.getByText('Nothing waits to be sent')).toBeVisible(settles);
  await expect.poll(() => desk.line.count(exchange)).toBeGreaterThan(0);
  expect(desk.line.count(exchange, carriesBooking)).toBe(0);
  const reader = await world.as(cityPractice, 'receptionist');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
  await signOut(desk.page);

  await signInAtPractice(desk, colleague);
  await expect.poll(async () => appointmentsOf(await reader.truth(), margaret.ubrn).length, settles).toBe(1);
  const sent = desk.line.seen
    .filter(carriesBooking)
    .flatMap(({ body }) => (JSON.parse(body) as { claims: string[] }).claims);
  expect(new Set(sent).size).toBe(1);
  // The letter names its author; the exchange was the colleague's.
  expect(JSON.parse(sent[0] ?? '')).toMatchObject({ author: { person: author.person, scope: cityPractice } });
  expect(await journalled(world.data, margaret.ubrn)).toEqual([
    { author: author.person, sender: colleague.person },
  ]);
});

test('a patient’s request waits for that patient alone', async ({ world }) => {
  const mobile = await patientPhone(world, margaret);
  await mobile.goOffline();
  await requestBookingAsPatient(mobile.page, [0]);
  await expect(requestOf(mobile.page)).toContainText(saved);
  await signOut(mobile.page);
  await expect(mobile.page.getByText('A request waits to be sent from this device.')).toBeVisible(settles);
  // One box and one truth: it needs signing in, and that needs a connection.
  await expect(mobile.page.getByText('signing in needs a connection. There is none now.')).toBeVisible();
  await expect(mobile.page.getByText('The first time on this device')).toHaveCount(0);

  await mobile.goOnline();
  await signInAsPatient(mobile, await world.patient(priya.ubrn));
  await expect(mobile.page.getByText(/Margaret/)).toHaveCount(0);
  await expect(requestOf(mobile.page)).toHaveCount(0);
  expect(mobile.line.count(exchange, carriesBooking)).toBe(0);
  const reader = await world.as(cityPractice);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
  await signOut(mobile.page);

  await signInAsPatient(mobile, await world.patient(margaret.ubrn));
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);
});

test('practice, clinic and patient are open side by side in one browser, and end apart', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const tab = await desk.newTab();
  const { code, birthYear } = await world.patient(margaret.ubrn);
  await desk.goto('/patient/sign-in', tab);
  await tab.getByLabel('Booking reference').fill(margaret.ubrn);
  await tab.getByLabel('Access code').fill(code.toLowerCase().replaceAll(' ', '-'));
  await tab.getByLabel('Year you were born').fill(String(birthYear));
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await expect(tab.getByRole('heading', { name: 'Choose your appointment' })).toBeVisible(settles);
  await openReferral(desk, margaret.ubrn);
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await expect(tab.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await signOut(desk.page);
  await expect(desk.page.getByRole('heading', { name: 'Sign in to your practice' })).toBeVisible(settles);
  await tab.reload();
  await expect(tab.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
});

/** Who wrote and who brought the bookings of this referral, by the journal on disk. */
async function journalled(data: string, ubrn: string) {
  const { DatabaseSync } = await import('node:sqlite');
  const { join } = await import('node:path');
  const database = new DatabaseSync(join(data, 'holdfast.db'), { readOnly: true });
  const rows = database.prepare('select * from journal').all() as Record<string, unknown>[];
  database.close();
  return rows
    .filter((row) => row['kind'] === 'book' && JSON.stringify(row).includes(ubrn))
    .map((row) => ({ author: row['author_person'], sender: row['sender_person'] }));
}
