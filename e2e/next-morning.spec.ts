// What happened while nobody was there, and what must not happen any more: refused overnight, and a patient who has died.
import { cityPractice, hillsPractice, derek, margaret, maureen, maureenAgain } from './cast.ts';
import {
  attentionOf,
  bookedBy,
  chooseAnother,
  openAttention,
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestOf,
  saved,
  settles,
} from './screens.ts';
import { appointmentsOf, expect, noticesOf, test, timeNamed, timesFor } from './world.ts';

test('refused overnight: the next morning another desk of the practice sees it, books again, and the patient is told from there', async ({
  world,
}) => {
  const evening = await practiceDesk(world, cityPractice);
  await openReferral(evening, margaret.ubrn);
  await evening.goOffline();
  const [wanted = ''] = await requestBooking(evening.page, [0]);
  await expect(requestOf(evening.page)).toContainText(saved);
  const other = await world.as(hillsPractice);
  const city = await world.as(cityPractice, 'gp');
  await other.book(derek.ubrn, [await timeNamed(city, margaret.ubrn, wanted)]);
  // The line comes back when everybody has gone home; then the computer is switched off.
  await evening.goOnline();
  await expect(requestOf(evening.page)).toContainText('Not booked:', settles);
  await evening.shutDown();

  const morning = await practiceDesk(world, cityPractice, 'gp');
  const row = morning.page.getByRole('row').filter({ hasText: 'ASHWORTH, Margaret' });
  await expect(row).toContainText('Refused', settles);
  await openAttention(morning);
  const refusal = attentionOf(morning.page, margaret).filter({ hasText: 'Not booked' });
  await chooseAnother(morning.page, refusal);
  await expect(requestOf(morning.page)).toContainText('Booked: confirmed', settles);
  await openAttention(morning);
  await expect(refusal).toHaveCount(0, settles);
  const booked = attentionOf(morning.page, margaret).filter({ hasText: 'Booked for' });
  await booked.getByRole('button', { name: 'By phone', exact: true }).click();
  await expect.poll(async () => noticesOf(await city.truth(), margaret.ubrn), settles).toEqual([]);
  expect(appointmentsOf(await city.truth(), margaret.ubrn)).toHaveLength(1);

  // Switched on again, the first computer has nothing left to tell anybody.
  await evening.start();
  await evening.goto('/practice/attention');
  await expect(evening.page.getByRole('heading', { level: 1, name: 'Needs attention' })).toBeVisible(settles);
  await expect(attentionOf(evening.page, margaret).filter({ hasText: 'Not booked' })).toHaveCount(0, settles);
});

test('a patient has died: nothing more is for them or to be told them, and the clinic learns that a time is free', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const desk = await practiceDesk(world, cityPractice, 'gp');
  const phone = await patientPhone(world, margaret);
  await openReferral(desk, margaret.ubrn);
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await expect(phone.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  const [appointment] = appointmentsOf(await reader.truth(), margaret.ubrn);
  if (!appointment) throw new Error('not booked');
  expect(noticesOf(await reader.truth(), margaret.ubrn).filter(({ tell }) => tell)).toHaveLength(1);

  await desk.goto(`/practice/referrals/${margaret.ubrn}/close`);
  await desk.page.getByLabel('Patient died').check();
  await expect(desk.page.getByText('All messages to the patient stop at once.')).toBeVisible();
  await desk.page.getByRole('button', { name: 'Close the referral' }).click();
  await expect(requestOf(desk.page)).toContainText('Referral closed: confirmed', settles);

  const patient = await world.asPatient(margaret.ubrn);
  const standing = async () => {
    const all = [...(await reader.truth()).notices.values(), ...(await patient.truth()).notices.values()];
    return all.filter(({ ubrn, done }) => ubrn === margaret.ubrn && done === null);
  };
  await expect.poll(standing, settles).toEqual([]);
  await openAttention(desk);
  await expect(attentionOf(desk.page, margaret)).toHaveCount(0, settles);
  await desk.goto('/practice?list=tell');
  await expect(desk.page.getByRole('row').filter({ hasText: 'ASHWORTH, Margaret' })).toHaveCount(0);
  await expect(bookedBy(phone.page, 'practice')).toHaveCount(0, settles);

  const clinic = await world.as(`clinic:${appointment.slot.service.split('.')[0]}`);
  const told = [...(await clinic.truth()).notices.values()].filter(({ ubrn }) => ubrn === margaret.ubrn);
  expect(told).toMatchObject([{ event: 'cancelled', done: null }]);
});

test('a patient has died who has two referrals: nobody is asked to tell them of the other one, and it is there to be closed', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const [time] = await timesFor(
    reader,
    (await reader.truth()).referrals.get(maureen.ubrn)?.shortlist[0] ?? '',
  );
  if (!time) throw new Error('no time');
  await reader.book(maureen.ubrn, [time.ref]);
  const desk = await practiceDesk(world, cityPractice, 'gp');
  await desk.goto('/practice?list=tell');
  const row = desk.page.getByRole('row').filter({ hasText: 'FISHER, Maureen' });
  await expect(row).toBeVisible(settles);

  await openReferral(desk, maureenAgain.ubrn);
  await desk.page.getByRole('link', { name: 'Close the referral' }).click();
  await desk.page.getByLabel('Patient died').check();
  await expect(desk.page.getByText('Another referral of this patient is still open')).toBeVisible();
  await expect(desk.page.getByRole('link', { name: 'Cataract' })).toBeVisible();
  await desk.page.getByRole('button', { name: 'Close the referral' }).click();
  await expect(requestOf(desk.page)).toContainText('Referral closed: confirmed', settles);
  await desk.goto('/practice?list=tell');
  await expect(desk.page.getByRole('heading', { name: /Tell the patient/ })).toBeVisible(settles);
  await expect(row).toHaveCount(0);

  await desk.goto('/practice?list=all');
  await desk.page.getByLabel('Find a patient').fill('Fisher');
  await expect(
    desk.page.getByRole('link', { name: /^Recorded as having died: close this one too/ }),
  ).toBeVisible(settles);
  await openReferral(desk, maureen.ubrn);
  const recorded = desk.page.getByRole('heading', { name: 'Recorded as having died' });
  await expect(recorded).toBeVisible();
  await expect(desk.page.getByText('The appointment below stays booked')).toBeVisible();
  await desk.page.getByRole('link', { name: 'Close this referral too' }).click();
  await desk.page.getByLabel('Patient died').check();
  await desk.page.getByRole('button', { name: 'Close the referral' }).click();
  await expect(requestOf(desk.page)).toContainText('Referral closed: confirmed', settles);
  await openReferral(desk, maureen.ubrn);
  await expect(recorded).toHaveCount(0);
});

test('a patient who was recorded as having died by mistake is to be told again, of each of their referrals', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const [time] = await timesFor(
    reader,
    (await reader.truth()).referrals.get(maureen.ubrn)?.shortlist[0] ?? '',
  );
  if (!time) throw new Error('no time');
  await reader.book(maureen.ubrn, [time.ref]);
  await reader.ask({ kind: 'close', ubrn: maureenAgain.ubrn, reason: 'PATIENT_DIED' });
  const desk = await practiceDesk(world, cityPractice, 'gp');
  await openReferral(desk, maureenAgain.ubrn);
  await desk.page.getByRole('link', { name: 'The patient has not died: correct this' }).click();
  await expect(desk.page.getByRole('heading', { level: 1, name: 'The patient has not died' })).toBeVisible();
  await expect(desk.page.getByLabel('Patient died')).toHaveCount(0);
  await desk.page.getByRole('button', { name: 'Correct the record' }).click();
  await expect(desk.page.getByRole('alert').getByText('Choose why the referral is closed')).toBeVisible();
  await desk.page.getByLabel('Referral created by mistake').check();
  await desk.page.getByRole('button', { name: 'Correct the record' }).click();
  await expect(requestOf(desk.page)).toContainText(
    'Recorded that the patient has not died: confirmed',
    settles,
  );
  await desk.goto('/practice?list=tell');
  const rows = desk.page.getByRole('row').filter({ hasText: 'FISHER, Maureen' });
  await expect(rows).toHaveCount(2, settles);

  await openReferral(desk, maureen.ubrn);
  await expect(desk.page.getByText('The patient has not died: that was recorded by mistake')).toBeVisible();
  await expect(desk.page.getByRole('heading', { name: 'Recorded as having died' })).toHaveCount(0);
  const phone = await patientPhone(world, maureen);
  await expect(phone.page.getByText('Messages about this referral had stopped by mistake')).toBeVisible(
    settles,
  );
  await expect(phone.page.getByRole('heading', { level: 1 })).toContainText('booked');
});

test('a patient has died whose only referral was closed before: it can be recorded, and the task to tell them ends', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  await reader.ask({ kind: 'close', ubrn: margaret.ubrn, reason: 'INTEND_PRIVATE' });
  const desk = await practiceDesk(world, cityPractice, 'gp');
  await desk.goto('/practice?list=tell');
  const row = desk.page.getByRole('row').filter({ hasText: 'ASHWORTH, Margaret' });
  await expect(row).toBeVisible(settles);
  await openReferral(desk, margaret.ubrn);
  await desk.page.getByRole('link', { name: 'Record that the patient has died' }).click();
  await expect(desk.page.getByRole('radio')).toHaveCount(1);
  await desk.page.getByLabel('Patient died').check();
  await desk.page.getByRole('button', { name: 'Record it' }).click();
  await expect(requestOf(desk.page)).toContainText('Referral closed: confirmed', settles);
  await desk.goto('/practice?list=tell');
  await expect(desk.page.getByRole('heading', { name: /Tell the patient/ })).toBeVisible(settles);
  await expect(row).toHaveCount(0);
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByRole('link', { name: 'Record that the patient has died' })).toHaveCount(0);
  await expect(desk.page.getByRole('link', { name: /Refer this patient again/ })).toHaveCount(0);
});
