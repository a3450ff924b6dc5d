// Moving and cancelling. Whatever breaks, the patient has the old time or the new one: never both, never neither.
import { cityPractice, janet, margaret, yusuf } from './cast.ts';
import { exchange } from './fault-proxy.ts';
import {
  attentionOf,
  confirmBooking,
  openAttention,
  openReferral,
  patientPhone,
  pick,
  practiceDesk,
  requestOf,
  sentence,
  settles,
  timeButtons,
} from './screens.ts';
import { ukSentence } from './uk-clock.ts';
import { appointmentsOf, expect, test, timeNamed, timesFor, type World } from './world.ts';
import { skinClinic } from './cast.ts';

/** Margaret has a time; her practice's desk knows. */
async function booked(world: World) {
  const reader = await world.as(cityPractice, 'gp');
  const [time] = await timesFor(reader, skinClinic);
  const { verdict } = await reader.book(margaret.ubrn, time ? [time.ref] : []);
  if (!verdict.appointment) throw new Error(`not booked: ${verdict.code}`);
  const held = async () => appointmentsOf(await reader.truth(), margaret.ubrn).map(({ slot }) => slot);
  return { reader, old: verdict.appointment.slot, appointment: verdict.appointment, held };
}

for (const [moment, fault] of [
  ['before', 'down'],
  ['after', 'dropAnswer'],
] as const) {
  test(`the server dies just ${moment} a move is settled: one time is held at every moment, and in the end the new one`, async ({
    world,
  }) => {
    const { reader, old, held } = await booked(world);
    const desk = await practiceDesk(world, cityPractice);
    await openReferral(desk, margaret.ubrn);
    await desk.page.getByRole('link', { name: 'Move the appointment' }).click();
    const [name = ''] = await pick(desk.page, [2]);
    const wanted = await timeNamed(reader, margaret.ubrn, name);
    await desk.page.getByRole('link', { name: 'Check and move' }).click();
    desk.line.set(exchange, { kind: fault });
    await confirmBooking(desk.page);
    await expect(requestOf(desk.page)).toContainText('We don’t know yet whether it arrived', settles);
    await expect(desk.page.getByText('Moved to')).toHaveCount(0);
    expect(await held()).toEqual([moment === 'before' ? old : wanted]);

    await world.server.kill();
    await world.server.restart();
    expect(await held()).toEqual([moment === 'before' ? old : wanted]);
    // What the desk shows meanwhile is the truth that it has, beside the request.
    await openReferral(desk, margaret.ubrn);
    await expect(desk.page.getByText(ukSentence(old.start)).first()).toBeVisible();

    desk.line.clear();
    await expect(requestOf(desk.page)).toHaveCount(0, settles);
    await expect(desk.page.getByText(ukSentence(wanted.start)).first()).toBeVisible();
    expect(await held()).toEqual([wanted]);
    // The old time is for somebody else now.
    expect((await reader.book(janet.ubrn, [old])).verdict.outcome).toBe('confirmed');
  });
}

test('the new time is taken meanwhile: the old one still stands, and it says so', async ({ world }) => {
  const { reader, old, held } = await booked(world);
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  await desk.page.getByRole('link', { name: 'Move the appointment' }).click();
  const [name = ''] = await pick(desk.page, [2]);
  await desk.page.getByRole('link', { name: 'Check and move' }).click();
  await confirmBooking(desk.page);
  await expect(requestOf(desk.page)).toContainText('Saved on this device. Not moved yet.');
  await reader.book(janet.ubrn, [await timeNamed(reader, margaret.ubrn, name)]);

  await desk.goOnline();
  await expect(requestOf(desk.page)).toContainText(
    new RegExp(`The appointment on ${ukSentence(old.start)}(, by [a-z]+ \\([a-z ]+\\))? still stands`),
    settles,
  );
  await expect(requestOf(desk.page)).not.toContainText('Moved to');
  expect(await held()).toEqual([old]);
});

test('cancelling asks for a coded reason; the answer lost, it is cancelled once, and the patient sees it', async ({
  world,
}) => {
  const { reader, old, appointment, held } = await booked(world);
  const mobile = await patientPhone(world, margaret);
  const desk = await practiceDesk(world, cityPractice);
  await desk.goto(`/practice/referrals/${margaret.ubrn}/cancel`);
  const cancel = desk.page.getByRole('button', { name: 'Cancel the appointment' });
  await cancel.click();
  await expect(desk.page.getByText('Choose why it is cancelled').first()).toBeVisible();
  await desk.page.getByLabel('Patient - Other more pressing engagement').check();
  await cancel.click();
  await expect(desk.page.getByText('Say a little more about this reason').first()).toBeVisible();
  expect(await held()).toEqual([old]);
  // The server asks no less than the screen does.
  for (const reason of ['NO_SUCH_REASON', 'CLINIC_CANCELLED', 'PATIENT_OTHER_ENGAGEMENT']) {
    const { verdict } = await reader.ask({ kind: 'cancel', appointment: appointment.id, from: old, reason });
    expect(verdict).toMatchObject({ outcome: 'refused', code: 'INAPPROPRIATE_VALUE' });
  }

  await desk.page.getByLabel('Patient is sick').check();
  desk.line.set(exchange, { kind: 'dropAnswer' });
  await cancel.click();
  await expect(requestOf(desk.page)).toContainText('We don’t know yet whether it arrived', settles);
  await world.server.kill();
  await world.server.restart();
  expect(await held()).toEqual([]);
  desk.line.clear();
  await expect(requestOf(desk.page)).toContainText('Cancelled: confirmed', settles);
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is cancelled' })).toBeVisible(
    settles,
  );
  const all = [...(await reader.truth()).appointments.values()].filter(({ ubrn }) => ubrn === margaret.ubrn);
  expect(all).toMatchObject([{ status: 'cancelled', cancelled: { by: 'practice', reason: 'PATIENT_ILL' } }]);
});

test('the patient moves and cancels on a phone: the practice is told at once', async ({ world }) => {
  const { old, held } = await booked(world);
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  const mobile = await patientPhone(world, margaret);
  await mobile.page.getByRole('link', { name: 'Change the time' }).click();
  const [name = ''] = await pick(mobile.page, [3]);
  await mobile.page.getByRole('link', { name: 'Continue' }).click();
  await mobile.page.getByRole('button', { name: /^Change to/ }).click();
  await expect(mobile.page.getByText(sentence(name).split(', ')[0] ?? '').first()).toBeVisible(settles);
  await expect(desk.page.getByText('Moved by the patient').first()).toBeVisible(settles);
  await expect.poll(async () => (await held()).length).toBe(1);
  expect(await held()).not.toEqual([old]);

  await mobile.page.getByRole('link', { name: 'Cancel it' }).click();
  await mobile.page.getByLabel('I’m ill').or(mobile.page.getByLabel("I'm ill")).check();
  await mobile.page.getByRole('button', { name: 'Cancel my appointment' }).click();
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is cancelled' })).toBeVisible(
    settles,
  );
  await expect(desk.page.getByText('Cancelled by the patient').first()).toBeVisible(settles);
  expect(await held()).toEqual([]);
  await expect(desk.page.getByText('Nothing is booked now: the appointment on')).toBeVisible();

  // Booked again on the phone: the news of the cancellation says so, wherever it still stands.
  const phone = await world.asPatient(margaret.ubrn);
  await phone.book(margaret.ubrn, [old]);
  const again = `Cancelled, and booked again for ${ukSentence(old.start)}`;
  await expect(desk.page.getByText(again)).toBeVisible(settles);
  await openAttention(desk);
  await expect(attentionOf(desk.page, margaret).filter({ hasText: again })).toBeVisible(settles);
  await desk.goto('/practice?list=refused');
  const row = desk.page.getByRole('row').filter({ hasText: 'ASHWORTH, Margaret' });
  await expect(row).toContainText('Earlier one cancelled', settles);
  await expect(row).toContainText('See what happened');
});

test('a patient moves without a line: what becomes of it stands above the appointment, and the answer says from when', async ({
  world,
}) => {
  const { old, held } = await booked(world);
  const mobile = await patientPhone(world, margaret);
  const { page } = mobile;
  const ask = async () => {
    await page.getByRole('link', { name: 'Change the time' }).click();
    await pick(page, [3]);
    await page.getByRole('link', { name: 'Continue' }).click();
    await expect(page.getByText('If it is booked:')).toBeVisible();
    await page.getByRole('button', { name: 'Save the request' }).click();
    await expect(requestOf(page)).toContainText('Not moved yet');
  };
  await page.getByRole('link', { name: 'Change the time' }).click();
  await expect(timeButtons(page).first()).toBeVisible(settles);
  await page.goBack();
  await mobile.goOffline();
  await ask();
  // On the screen without scrolling, before the time that still stands.
  await expect(requestOf(page)).toBeInViewport({ ratio: 0.3 });
  const request = await requestOf(page).boundingBox();
  const standing = await page.getByText('Questions? Ring').boundingBox();
  expect(request?.y).toBeLessThan(standing?.y ?? 0);

  const takeBack = requestOf(page).getByRole('button', { name: 'Take it back' });
  await takeBack.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Taken back. Nothing was sent.')).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('DIV');

  await ask();
  expect(await held()).toEqual([old]);
  await mobile.goOnline();
  await expect(page.getByText(`Moved from ${ukSentence(old.start)}`)).toBeVisible(settles);
  await expect(requestOf(page)).toHaveCount(0);
});

test('a patient cancels an urgent appointment: it rings on every screen of the practice at once, until somebody books again', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const shortlist = (await reader.truth()).referrals.get(yusuf.ubrn)?.shortlist ?? [];
  const services = await Promise.all(shortlist.map((service) => timesFor(reader, service, 'urgent')));
  const [first, second] = services.flat();
  if (!first || !second) throw new Error('no times');
  const { verdict } = await reader.book(yusuf.ubrn, [first.ref]);
  const { appointment } = verdict;
  if (!appointment) throw new Error(`not booked: ${verdict.code}`);
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  const alarm = desk.page.getByRole('region', { name: 'Urgent appointment cancelled' });
  await expect(alarm).toHaveCount(0);

  const phone = await world.asPatient(yusuf.ubrn);
  const { id, slot } = appointment;
  const cancelled = await phone.ask({ kind: 'cancel', appointment: id, from: slot, reason: 'PATIENT_ILL' });
  expect(cancelled.verdict.outcome).toBe('confirmed');
  // Nobody touches the desk: its stream tells it.
  await expect(alarm).toContainText('Urgent appointment cancelled by the patient.', settles);
  await expect(alarm).toContainText(`KARIMI, Yusuf has no appointment now: it was on`);
  await expect(alarm.getByRole('alert')).toHaveCount(1);
  const notOfThisPage = 'Not the patient on this page: Urgent appointment cancelled';
  await expect(alarm).toContainText(notOfThisPage);
  await desk.goto('/practice/waiting');
  await expect(alarm).toBeVisible();
  await expect(alarm).not.toContainText(notOfThisPage);
  await alarm.getByRole('link', { name: 'KARIMI, Yusuf' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Where it stands' })).toBeVisible();
  await expect(alarm).toBeVisible();
  await expect(alarm).not.toContainText(notOfThisPage);

  await reader.book(yusuf.ubrn, [second.ref]);
  await expect(alarm).toHaveCount(0, settles);
});
