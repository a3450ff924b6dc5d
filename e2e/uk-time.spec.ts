// A time is a time in the UK, whatever clock the device has, and on both sides of the night when the clocks go back.
import { cityPractice, margaret, royalInfirmary, skinClinic } from './cast.ts';
import type { Habits } from './device.ts';
import {
  addTimes,
  bookedBy,
  clinicDesk,
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestOf,
  settles,
} from './screens.ts';
import { ukClock, ukSentence } from './uk-clock.ts';
import { appointmentsOf, expect, test } from './world.ts';

const newYork: Habits = { timezoneId: 'America/New_York' };
const newYorkClock = (at: number) =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: 'numeric', minute: '2-digit' })
    .format(at)
    .replace(':00', '')
    .replace(/\s/g, '')
    .toLowerCase();

test('a browser set to New York shows UK time, and says so', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice, 'receptionist', newYork);
  await openReferral(desk, margaret.ubrn);
  const [name = ''] = await requestBooking(desk.page, [0]);
  expect(name).toContain(' UK time, ');
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await expect(requestOf(desk.page)).toContainText('UK time');
  const reader = await world.as(cityPractice, 'gp');
  const [held] = appointmentsOf(await reader.truth(), margaret.ubrn);
  const start = held?.slot.start ?? 0;
  expect(name.startsWith(`${ukClock(start)} UK time, `)).toBe(true);

  await openReferral(desk, margaret.ubrn);
  await expect(bookedBy(desk.page, 'practice')).toContainText('UK time');
  await expect(desk.page.getByText(`${ukSentence(start)} UK time`).first()).toBeVisible();
  await expect(desk.page.getByText(newYorkClock(start), { exact: false })).toHaveCount(0);
  const mobile = await patientPhone(world, margaret, newYork);
  await expect(mobile.page.getByText(`${ukClock(start)} UK time`).first()).toBeVisible();
});

test.describe('in October 2027', () => {
  test.use({ today: '2027-10-20' });

  test('a session on both sides of 31 October 2027 keeps its 9am', async ({ world }) => {
    const clinic = await clinicDesk(world, royalInfirmary, newYork);
    await addTimes(clinic, skinClinic, '2027-10-25', '9am', 3);
    const reader = await world.as(cityPractice, 'gp');
    const service = (await reader.truth()).services.get(skinClinic);
    if (!service) throw new Error('no such clinic');
    const mornings = ['2027-10-25T08:00:00Z', '2027-11-01T09:00:00Z', '2027-11-08T09:00:00Z'].map((iso) =>
      Date.parse(iso),
    );
    await expect
      .poll(async () => {
        const starts = (await reader.freeTimes(service)).map(({ ref }) => ref.start);
        return mornings.filter((start) => starts.includes(start)).length;
      }, settles)
      .toBe(3);

    for (const [week, start] of [
      ['2027-10-25', mornings[0]],
      ['2027-11-01', mornings[1]],
    ] as const) {
      await clinic.goto(`/clinic/times?service=${skinClinic}&week=${week}`);
      await expect(clinic.page.getByText(`${ukSentence(start ?? 0)} UK time`).first()).toBeVisible(settles);
      expect(ukClock(start ?? 0)).toBe('9am');
    }
    const after = (await reader.freeTimes(service)).find(({ ref }) => ref.start === mornings[1]);
    const { verdict } = await reader.book(margaret.ubrn, after ? [after.ref] : []);
    expect(verdict.outcome).toBe('confirmed');
    const mobile = await patientPhone(world, margaret);
    await expect(mobile.page.getByText('Monday 1 November 2027').first()).toBeVisible();
    await expect(mobile.page.getByText('9am', { exact: true }).first()).toBeVisible();
    await expect(mobile.page.getByText('UK time')).toHaveCount(0);
  });
});
