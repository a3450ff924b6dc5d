// The line is gone, the power is gone, and the request is still there.
import { cityPractice, margaret } from './cast.ts';
import {
  bookedBy,
  chooseBooking,
  openReferral,
  practiceDesk,
  requestBooking,
  requestOf,
  saved,
  sentence,
  settles,
  timeButtons,
} from './screens.ts';
import { appointmentsOf, expect, noticesOf, test } from './world.ts';

test('a deep link, a booking, a dead battery, all without a line; then the truth', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);

  await openReferral(desk, margaret.ubrn);
  await desk.page.getByRole('link', { name: 'Find a time' }).click();
  await expect(timeButtons(desk.page).first()).toBeVisible(settles);
  // The next morning there is no line at all.
  await desk.goOffline();
  await desk.shutDown();
  await desk.start();
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByText('No connection')).toBeVisible();
  const [first = '', second = ''] = await chooseBooking(desk.page, [0, 3]);
  // The device knows that nothing will be booked now, and does not promise it.
  await expect(desk.page.getByText('There is no connection now.')).toBeVisible();
  await expect(desk.page.getByRole('button', { name: 'Confirm and book' })).toHaveCount(0);
  await desk.page.getByRole('button', { name: 'Save the request' }).click();
  await expect(requestOf(desk.page)).toContainText(saved);
  await expect(requestOf(desk.page)).toContainText('Say to the patient');
  await expect(desk.page.getByText('confirmed')).toHaveCount(0);

  await desk.kill();
  await desk.start();
  await openReferral(desk, margaret.ubrn);
  await expect(requestOf(desk.page)).toContainText(saved);
  await expect(requestOf(desk.page)).toContainText(sentence(first));
  await expect(requestOf(desk.page)).toContainText(sentence(second));
  // The server has heard nothing: what waits is on this device alone.
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);

  await desk.goOnline();
  await expect(bookedBy(desk.page, 'practice')).toBeVisible(settles);
  await expect(requestOf(desk.page)).toHaveCount(0);
  await expect(desk.page.getByText(sentence(first)).first()).toBeVisible();
  const truth = await reader.truth();
  expect(appointmentsOf(truth, margaret.ubrn)).toHaveLength(1);
  expect(appointmentsOf(truth, margaret.ubrn)[0]).toMatchObject({ rank: 1, bookedBy: 'practice' });
  expect(noticesOf(truth, margaret.ubrn).map(({ event, tell }) => ({ event, tell }))).toEqual([
    { event: 'booked', tell: true },
  ]);
});

test('signed in a moment ago, and the power goes: the desk opens without a line all the same', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await desk.goOffline();
  await desk.kill();
  await desk.start();
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByText('No connection')).toBeVisible();
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText(saved);
});

test('an unsent request is taken back by hand, and never goes', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  await desk.goOffline();
  await openReferral(desk, margaret.ubrn);
  await requestBooking(desk.page, [0]);
  await requestOf(desk.page).getByRole('button', { name: 'Take it back' }).click();
  await expect(desk.page.getByText('Taken back. Nothing was sent.')).toBeVisible();
  await expect(requestOf(desk.page)).toHaveCount(0);
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByRole('link', { name: 'Find a time' })).toBeVisible();

  const before = desk.line.seen.length;
  await desk.goOnline();
  await desk.page.reload();
  await expect.poll(() => desk.line.count(/^\/api\/sync$/), settles).toBeGreaterThan(0);
  const sent = desk.line.seen.slice(before).filter(({ body }) => body.includes('"kind\\":\\"book'));
  expect(sent).toEqual([]);
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
});
