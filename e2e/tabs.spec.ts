// Two tabs and the worker share one desk. One of them freezes in the middle of an exchange, holding the lock.
import { cityPractice, margaret } from './cast.ts';
import { exchange } from './fault-proxy.ts';
import { bookedBy, openReferral, practiceDesk, requestBooking, requestOf, settles } from './screens.ts';
import { appointmentsOf, expect, noticesOf, test } from './world.ts';

test('two tabs, one frozen with the lock: the other gets through, and both show one truth', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const other = await desk.newTab();
  await openReferral(desk, margaret.ubrn);
  await openReferral(desk, margaret.ubrn, other);
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
  // The next exchange is answered by nobody until the tab that made it has thawed.
  const sentBefore = desk.line.count(exchange);
  desk.line.next(1, exchange, { kind: 'hold', what: 'request', until: thawed });
  await desk.page.bringToFront();
  await requestBooking(desk.page, [0]);
  await expect.poll(() => desk.line.count(exchange), settles).toBeGreaterThan(sentBefore);
  const devtools = await desk.context.newCDPSession(desk.page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });

  // Stolen from the frozen tab after its half minute.
  await other.bringToFront();
  await openReferral(desk, margaret.ubrn, other);
  await expect(bookedBy(other, 'practice')).toBeVisible({ timeout: 45_000 });
  const reader = await world.as(cityPractice, 'gp');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);

  thaw();
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await desk.page.reload();
  await openReferral(desk, margaret.ubrn);
  await expect(bookedBy(desk.page, 'practice')).toBeVisible(settles);
  const truth = await reader.truth();
  expect(appointmentsOf(truth, margaret.ubrn)).toHaveLength(1);
  expect(noticesOf(truth, margaret.ubrn)).toHaveLength(1);
});

test('both tabs and the worker wake at once with a request waiting: it goes once, and both tabs say so', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const other = await desk.newTab();
  await openReferral(desk, margaret.ubrn, other);
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  await requestBooking(desk.page, [0]);
  await expect(requestOf(other)).toContainText('Saved on this device.', settles);
  await desk.goOnline();
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await expect(bookedBy(other, 'practice')).toBeVisible(settles);
  await expect(requestOf(other)).toHaveCount(0);
  const truth = await (await world.as(cityPractice, 'gp')).truth();
  expect(appointmentsOf(truth, margaret.ubrn)).toHaveLength(1);
  expect(noticesOf(truth, margaret.ubrn)).toHaveLength(1);
});
