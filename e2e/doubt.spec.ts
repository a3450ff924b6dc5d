// The line lies: the answer is lost, or something answers that is not the server. Nothing is believed but a verdict.
import { cityPractice, margaret } from './cast.ts';
import type { Device } from './device.ts';
import { everything, exchange, type Fault, type Seen } from './fault-proxy.ts';
import {
  bookedBy,
  chooseBooking,
  confirmBooking,
  attentionOf,
  openAttention,
  openReferral,
  practiceDesk,
  requestOf,
  settles,
  tryAgain,
  unknown,
} from './screens.ts';
import { appointmentsOf, expect, noticesOf, test } from './world.ts';

/** The fault begins between the choice and the word, so that it meets the request and nothing before it. */
async function askInto(desk: Device, pattern: RegExp, fault: Fault): Promise<void> {
  await chooseBooking(desk.page, [0]);
  await desk.line.quiet();
  desk.line.set(pattern, fault);
  await confirmBooking(desk.page);
}

const holdsBooking = ({ body }: Seen) => body.includes('\\"kind\\":\\"book\\"');

test('the answer is lost five times over: one appointment, and the patient’s practice is told once', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice, 'gp');
  await openReferral(desk, margaret.ubrn);
  await askInto(desk, exchange, { kind: 'dropAnswer' });
  await expect(requestOf(desk.page)).toContainText(unknown, settles);
  // It may be booked for all that this desk knows, so it can no longer be taken back; and it is never called booked.
  await expect(requestOf(desk.page).getByRole('button', { name: 'Take it back' })).toHaveCount(0);
  await expect(desk.page.getByText('Booked: confirmed')).toHaveCount(0);
  while (desk.line.count(exchange, holdsBooking) < 5) {
    const before = desk.line.count(exchange, holdsBooking);
    await tryAgain(desk.page);
    await expect.poll(() => desk.line.count(exchange, holdsBooking), settles).toBeGreaterThan(before);
  }
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);

  desk.line.clear();
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  const bodies = desk.line.seen
    .filter(holdsBooking)
    .map(({ body }) => (JSON.parse(body) as { claims: string[] }).claims);
  // The same letter each time, byte for byte.
  expect(new Set(bodies.flat()).size).toBe(1);
  const truth = await reader.truth();
  expect(appointmentsOf(truth, margaret.ubrn)).toHaveLength(1);
  expect(noticesOf(truth, margaret.ubrn).map(({ event }) => event)).toEqual(['booked']);
  await openAttention(desk);
  await expect(attentionOf(desk.page, margaret)).toHaveCount(1);
});

test('called off while nobody knows: it ends with no appointment, and says so', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice, 'gp');
  await openReferral(desk, margaret.ubrn);
  await askInto(desk, exchange, { kind: 'dropAnswer' });
  await expect(requestOf(desk.page)).toContainText(unknown, settles);
  await requestOf(desk.page).getByRole('button', { name: 'Call it off' }).click();
  await expect(requestOf(desk.page)).toContainText('Called off. We keep checking what became of it.');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);

  desk.line.clear();
  await expect.poll(async () => appointmentsOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByText('Nothing is booked now: the appointment on')).toBeVisible(settles);
  await expect(desk.page.getByText(/Cancelled: the appointment on/)).toBeVisible();
  await expect(requestOf(desk.page)).toHaveCount(0);
  const all = [...(await reader.truth()).appointments.values()].filter(({ ubrn }) => ubrn === margaret.ubrn);
  expect(all.map(({ status }) => status)).toEqual(['cancelled']);
});

test('called off before it ever arrived: nothing was booked, and it says so', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice, 'gp');
  await openReferral(desk, margaret.ubrn);
  // Sent into the dark.
  await askInto(desk, exchange, { kind: 'blackHole' });
  await expect(requestOf(desk.page).getByRole('button', { name: 'Call it off' })).toBeVisible(settles);
  await requestOf(desk.page).getByRole('button', { name: 'Call it off' }).click();
  // Once the screen says so it is on the disk; a page that is left before that has called nothing off.
  await expect(requestOf(desk.page)).toContainText('Called off. We keep checking what became of it.');
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
  desk.line.set(everything, { kind: 'down' });
  desk.line.clear();
  await desk.page.reload();
  await expect
    .poll(() => desk.line.count(exchange, (seen) => holdsBooking(seen) && seen.status === 200), settles)
    .toBeGreaterThan(0);
  await expect
    .poll(
      async () =>
        [...(await reader.truth()).appointments.values()]
          .filter(({ ubrn }) => ubrn === margaret.ubrn)
          .map(({ status }) => status),
      settles,
    )
    .toEqual(['cancelled']);
  await openReferral(desk, margaret.ubrn);
  await expect(desk.page.getByText('Nothing is booked now: the appointment on')).toBeVisible(settles);
});

for (const kind of ['captivePortal', 'badGateway', 'truncate', 'blackHole'] as const) {
  test(`something else answers (${kind}): nothing of it is believed, and the request is settled afterwards`, async ({
    world,
  }) => {
    const desk = await practiceDesk(world, cityPractice);
    const reader = await world.as(cityPractice, 'gp');
    await openReferral(desk, margaret.ubrn);
    await askInto(desk, /^\/api\//, { kind });
    await expect(requestOf(desk.page)).toContainText(
      kind === 'blackHole' ? /Sending…|We don’t know yet/ : unknown,
      settles,
    );
    await expect(desk.page.getByText('Booked: confirmed')).toHaveCount(0);
    // A page opened meanwhile believes it no more than this one, and stays signed in with all that it knew.
    const tab = await desk.newTab();
    await openReferral(desk, margaret.ubrn, tab);
    await expect(tab.getByText('Nobody has booked it.')).toBeVisible();
    await expect(tab.getByRole('button', { name: 'Sign out' })).toBeVisible();
    if (kind !== 'truncate') expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);

    desk.line.set(everything, { kind: 'down' }); // the hotel’s network is left behind
    desk.line.clear();
    await tryAgain(desk.page);
    await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
    await expect(bookedBy(tab, 'practice')).toBeVisible(settles);
    expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);
  });
}

test('a slow line that sends everything twice: one appointment, told once', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await chooseBooking(desk.page, [0]);
  await desk.line.quiet();
  desk.line.set(exchange, { kind: 'duplicate' });
  desk.line.next(1, exchange, { kind: 'latency', ms: 1_500 });
  await confirmBooking(desk.page);
  await expect(requestOf(desk.page)).toContainText('Sending…', settles);
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await openAttention(desk);
  await expect(attentionOf(desk.page, margaret)).toHaveCount(1);
  await attentionOf(desk.page, margaret).getByRole('button', { name: 'In person' }).click();
  const reader = await world.as(cityPractice, 'gp');
  await expect.poll(async () => noticesOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toHaveLength(1);
});
