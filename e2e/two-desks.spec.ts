// Several people want what only one can have. Each is told the truth, and goes on being told until a patient has heard it.
import { cityPractice, derek, hillsPractice, janet, margaret } from './cast.ts';
import {
  bookedBy,
  attentionOf,
  chooseAnother,
  openAttention,
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestBookingAsPatient,
  requestOf,
  saved,
  sentence,
  settles,
} from './screens.ts';
import { appointmentsOf, expect, noticesOf, test, timeNamed } from './world.ts';

test('two desks offline claim one time: one is confirmed, the other refused, and any colleague can put it right', async ({
  world,
}) => {
  const city = await practiceDesk(world, cityPractice);
  const hills = await practiceDesk(world, hillsPractice);
  await openReferral(city, margaret.ubrn);
  await openReferral(hills, derek.ubrn);
  await Promise.all([city.goOffline(), hills.goOffline()]);
  const [time = ''] = await requestBooking(city.page, [0]);
  await requestBooking(hills.page, [time]);
  for (const { page } of [city, hills]) await expect(requestOf(page)).toContainText(saved);

  await city.goOnline();
  await expect(requestOf(city.page)).toContainText('Booked: confirmed', settles);
  await hills.goOnline();
  await expect(requestOf(hills.page)).toContainText('Not booked', settles);
  await expect(requestOf(hills.page)).not.toContainText('confirmed');

  // It is still there after a reload, with other times, and on every desk of that practice.
  await openAttention(hills);
  await hills.page.reload();
  const refusal = attentionOf(hills.page, derek).filter({ hasText: 'Not booked' });
  await expect(refusal).toBeVisible(settles);
  await expect(refusal.getByRole('link', { name: /Choose this/ }).first()).toBeVisible();
  await hills.kill();
  const colleague = await practiceDesk(world, hillsPractice, 'gp');
  await openAttention(colleague);
  const theirs = attentionOf(colleague.page, derek).filter({ hasText: 'Not booked' });
  await chooseAnother(colleague.page, theirs);
  await expect(requestOf(colleague.page)).toContainText('Booked: confirmed', settles);

  // Another time is booked, and what was refused no longer stands. That the patient is told, does.
  await openAttention(colleague);
  await expect(theirs).toHaveCount(0, settles);
  await expect(attentionOf(colleague.page, derek).filter({ hasText: 'Booked for' })).toBeVisible(settles);
  const [cityTruth, hillsTruth] = await Promise.all(
    [cityPractice, hillsPractice].map(async (scope) => (await world.as(scope)).truth()),
  );
  if (!cityTruth || !hillsTruth) throw new Error('no truth');
  const [won] = appointmentsOf(cityTruth, margaret.ubrn);
  const [lost] = appointmentsOf(hillsTruth, derek.ubrn);
  expect(won?.status).toBe('booked');
  expect(lost?.status).toBe('booked');
  expect(lost?.slot).not.toEqual(won?.slot);
  expect(noticesOf(hillsTruth, derek.ubrn).map(({ event }) => event)).toEqual(['booked']);
});

test('the first choice is taken meanwhile: the second is booked, and told so until the patient knows', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice, 'gp');
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  const [first = '', second = ''] = await requestBooking(desk.page, [0, 1]);
  // A colleague at another desk gives the first away.
  const wish = await timeNamed(reader, margaret.ubrn, first);
  expect((await reader.book(janet.ubrn, [wish])).verdict.outcome).toBe('confirmed');

  await desk.goOnline();
  await expect(requestOf(desk.page)).toContainText('The first choice was taken. Booked the second:', settles);
  await expect(requestOf(desk.page)).toContainText(sentence(second));

  await openAttention(desk);
  const task = attentionOf(desk.page, margaret);
  await expect(task).toContainText('not the first choice');
  await expect(task).toContainText(sentence(first));
  await task.getByRole('button', { name: 'No answer' }).click();
  await expect(task).toContainText('no answer', settles);
  await desk.page.reload();
  await expect(task).toContainText('Tried to tell the patient once', settles);
  await task.getByRole('button', { name: 'By phone' }).click();
  await expect(task).toHaveCount(0);
  await expect
    .poll(async () => noticesOf(await reader.truth(), margaret.ubrn).filter(({ tell }) => tell), settles)
    .toEqual([]);
  const told = [...(await reader.truth()).notices.values()].find(
    ({ event, ubrn }) => event === 'bookedLower' && ubrn === margaret.ubrn,
  );
  expect(told?.done?.how ?? 'gone').toBe('phone');
});

test('the patient books on a phone while the desk’s request waits: the desk is told when and where', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  await requestBooking(desk.page, [0]);

  const mobile = await patientPhone(world, margaret);
  const [chosen = ''] = await requestBookingAsPatient(mobile.page, [4]);
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);

  await desk.goOnline();
  await expect(requestOf(desk.page)).toContainText(
    'Not booked: the patient already has an appointment on',
    settles,
  );
  await expect(requestOf(desk.page)).toContainText(sentence(chosen));
  await expect(requestOf(desk.page)).toContainText('booked by the patient');
  await openReferral(desk, margaret.ubrn);
  await expect(bookedBy(desk.page, 'patient')).toBeVisible();
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible();
  const truth = await (await world.as(cityPractice, 'gp')).truth();
  expect(appointmentsOf(truth, margaret.ubrn)).toHaveLength(1);
  expect(appointmentsOf(truth, margaret.ubrn)[0]?.bookedBy).toBe('patient');
});
