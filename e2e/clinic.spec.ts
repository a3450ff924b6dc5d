// The hospital changes its mind, or has no time to give. Everyone concerned is told, and nobody falls between.
import {
  alan,
  cityPractice,
  derek,
  fullClinic,
  hillsPractice,
  janet,
  margaret,
  royalInfirmary,
  skinClinic,
} from './cast.ts';
import {
  attentionOf,
  bookedBy,
  clinicDesk,
  fillInTimes,
  openAttention,
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestOf,
  saved,
  sentence,
  settles,
  takeAway,
  timeButtons,
} from './screens.ts';
import { ukDate, ukDay, ukSentence } from './uk-clock.ts';
import { appointmentsOf, expect, noticesOf, test, timeNamed, timesFor } from './world.ts';

const hourMs = 3_600_000;

test('the clinic takes away a time that an offline desk has chosen and one that is booked: all concerned are told', async ({
  world,
}) => {
  const hills = await practiceDesk(world, hillsPractice);
  const reader = await world.as(cityPractice, 'gp');
  await openReferral(hills, derek.ubrn);
  await hills.goOffline();
  const [name = ''] = await requestBooking(hills.page, [1]);
  await expect(requestOf(hills.page)).toContainText(saved);
  const chosen = await timeNamed(await world.as(hillsPractice, 'gp'), derek.ubrn, name);
  // The time before it, at the same clinic, is a patient's of the other practice.
  const service = (await reader.truth()).services.get(chosen.service);
  if (!service) throw new Error('no such clinic');
  const sameDay = (await reader.freeTimes(service)).filter(
    ({ ref }) => ukDate(ref.start) === ukDate(chosen.start) && ref.ordinal !== chosen.ordinal,
  );
  const booked = sameDay[0]?.ref;
  if (!booked) throw new Error('the clinic has one time only on that day');
  expect((await reader.book(margaret.ubrn, [booked])).verdict.outcome).toBe('confirmed');
  const mobile = await patientPhone(world, margaret);
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible();

  const clinic = await clinicDesk(world, `clinic:${service.site}`);
  await takeAway(clinic, service.id, [chosen.start, booked.start]);
  await expect(clinic.page.getByText('One patient is affected')).toBeVisible();
  await expect(clinic.page.getByText('ASHWORTH, Margaret')).toBeVisible();
  await clinic.page.getByLabel('Why are they taken away?').selectOption({ label: 'Clinic cancelled' });
  await clinic.page.getByRole('button', { name: 'Take away 2 times' }).click();

  await expect.poll(async () => appointmentsOf(await reader.truth(), margaret.ubrn), settles).toEqual([]);
  // Done is said, with whom it struck; and whoever comes all the same is found in the list of that day.
  await expect(requestOf(clinic.page)).toContainText('Times taken away: confirmed', settles);
  await expect(requestOf(clinic.page)).toContainText('ASHWORTH, Margaret');
  await clinic.goto('/clinic');
  await clinic.page.getByLabel('Another day').fill(ukDate(booked.start));
  await clinic.page.getByLabel('Another day').press('Enter');
  await expect(clinic.page.getByRole('heading', { level: 1 })).toContainText(ukDay(booked.start), settles);
  await expect(clinic.page.getByRole('heading', { name: /^No longer coming at this time/ })).toBeVisible(
    settles,
  );
  await expect(clinic.page.getByRole('listitem').filter({ hasText: 'ASHWORTH, Margaret' })).toContainText(
    'Cancelled by your side',
  );
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is cancelled' })).toBeVisible(
    settles,
  );
  await expect(
    mobile.page.getByText(`Cancelled: the appointment on ${ukSentence(booked.start)}`),
  ).toBeVisible();
  const city = await practiceDesk(world, cityPractice);
  await openAttention(city);
  const task = attentionOf(city.page, margaret).filter({ hasText: 'Cancelled' });
  await expect(task).toContainText('Cancelled by the hospital', settles);
  await expect(task.getByRole('group', { name: 'I have told the patient' })).toBeVisible();
  expect(noticesOf(await reader.truth(), margaret.ubrn).map(({ event, tell }) => ({ event, tell }))).toEqual([
    { event: 'cancelled', tell: true },
  ]);

  await hills.goOnline();
  await expect(requestOf(hills.page)).toContainText('Not booked', settles);
  await expect(requestOf(hills.page)).not.toContainText('confirmed');
  await openAttention(hills);
  await expect(attentionOf(hills.page, derek)).toContainText(sentence(name), settles);
  expect(appointmentsOf(await (await world.as(hillsPractice)).truth(), derek.ubrn)).toEqual([]);
});

test('the page of an answer that stood open says so when what it gave is moved, and when it is cancelled', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice, 'gp');
  await openReferral(desk, janet.ubrn);
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText('Booked: confirmed', settles);
  await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText('Booked');
  await desk.page.getByRole('button', { name: 'In person' }).click();
  const told = desk.page.getByText('Noted: the patient has been told.');
  await expect(told).toBeVisible(settles);
  const booked = async () => {
    const [appointment] = appointmentsOf(await reader.truth(), janet.ubrn);
    const service = (await reader.truth()).services.get(appointment?.slot.service ?? '');
    if (!appointment || !service) throw new Error('not booked');
    return { ...appointment, service };
  };
  const first = await booked();
  const clerk = await world.as(`clinic:${first.service.site}`);
  const [time] = (await reader.freeTimes(first.service)).filter(({ ref }) => ref.start > first.slot.start);
  const asked = { appointment: first.id, from: first.slot, reason: 'CLINIC_CANCELLED' };
  const moved = await clerk.ask({ kind: 'move', ...asked, choices: time ? [time.ref] : [] });
  expect(moved.verdict).toMatchObject({ outcome: 'confirmed' });

  const since = desk.page.getByRole('status').filter({ hasText: 'It is no longer as it was answered' });
  await expect(since).toContainText('It was moved since, from', settles);
  // What was said before is of another time.
  await expect(told).toHaveCount(0);
  await expect(since).toContainText('The patient still has to be told.');
  await expect(since).toContainText(ukSentence(time?.ref.start ?? 0));
  await expect(desk.page.getByRole('heading', { level: 1 })).toHaveText('Changed since');
  await expect(desk.page.getByText('Booked: confirmed')).toHaveCount(0);
  // The time that stands, in the place of the one that is gone.
  await expect(desk.page.getByRole('main').getByRole('definition').first()).toContainText(
    ukSentence(time?.ref.start ?? 0),
  );

  const second = await booked();
  await clerk.ask({ kind: 'cancel', ...asked, from: second.slot });
  await expect(since).toContainText('was cancelled by the hospital', settles);
  await desk.page.reload();
  await expect(since).toContainText('was cancelled by the hospital', settles);
  await desk.page.getByRole('link', { name: 'See where the referral stands' }).click();
  await expect(desk.page.getByText('Nothing is booked now')).toBeVisible(settles);
});

test.describe('on a Friday', () => {
  test.use({ today: '2027-03-05' });

  test('a time taken away too late for the practice: the hospital reads that it rings the patient itself', async ({
    world,
  }) => {
    const reader = await world.as(cityPractice, 'gp');
    const clerk = await world.as(royalInfirmary);
    const { now } = await reader.exchange();
    const usual = (await timesFor(reader, skinClinic)).find(({ ref }) => ref.start > now + 14 * 24 * hourMs);
    const service = (await reader.truth()).services.get(skinClinic);
    if (!service) throw new Error('no such clinic');
    // As early as anybody may book, and with a weekend between before the next working day is over.
    const start = (Math.floor(now / hourMs) + service.noticeHours + 2) * hourMs;
    const session = { start, minutes: 20, count: 1, clinician: '', mode: 'inPerson' } as const;
    const added = await clerk.ask({ kind: 'publish', service: skinClinic, sessions: [session] });
    expect(added.verdict).toMatchObject({ outcome: 'confirmed' });
    const early = (await reader.freeTimes(service)).find(({ ref }) => ref.start === start)?.ref;
    for (const [who, ref] of [
      [margaret, early],
      [janet, usual?.ref],
    ] as const) {
      const { verdict } = await reader.book(who.ubrn, ref ? [ref] : []);
      if (!verdict.appointment) throw new Error(`not booked: ${verdict.code}`);
      const { id, slot } = verdict.appointment;
      const gone = await clerk.ask({
        kind: 'cancel',
        appointment: id,
        from: slot,
        reason: 'CLINIC_CANCELLED',
      });
      expect(gone.verdict).toMatchObject({ outcome: 'confirmed' });
    }

    const clinic = await clinicDesk(world, royalInfirmary);
    const callout = clinic.page.getByText(/They would have come on .*nobody else may have told them in time/);
    await clinic.goto(`/clinic/patients/${margaret.ubrn}`);
    await expect(clinic.page.getByRole('heading', { name: 'Ring the patient yourself' })).toBeVisible(
      settles,
    );
    await expect(callout).toContainText(ukSentence(start));
    await expect(callout.getByRole('link', { name: /^[\d ]+$/ })).toHaveAttribute('href', /^tel:\d+$/);
    await clinic.goto(`/clinic?day=${ukDate(start)}`);
    await expect(clinic.page.getByText('Ring the patient yourself:')).toBeVisible(settles);
    // Weeks away, the practice tells her.
    await clinic.goto(`/clinic/patients/${janet.ubrn}`);
    await expect(clinic.page.getByText('This patient has no appointment here now.')).toBeVisible(settles);
    await expect(callout).toHaveCount(0);
  });
});

test('the list of who is coming, on paper: of which day, as of when, and everybody on it', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const service = (await reader.truth()).services.get(skinClinic);
  if (!service) throw new Error('no such clinic');
  const [first] = await timesFor(reader, service.id, 'routine');
  if (!first) throw new Error('no times');
  for (const { ubrn } of [margaret, janet]) {
    const free = await timesFor(reader, service.id, 'routine');
    const time = free.find(({ ref }) => ukDate(ref.start) === ukDate(first.ref.start));
    if (!time) throw new Error('the clinic has one time only on that day');
    expect((await reader.book(ubrn, [time.ref])).verdict.outcome).toBe('confirmed');
  }
  const clinic = await clinicDesk(world, `clinic:${service.site}`);
  const { page } = clinic;
  await clinic.goto(`/clinic?day=${ukDate(first.ref.start)}`);
  const rows = page.getByRole('listitem');
  await expect(rows.filter({ hasText: 'WILLIAMS, Janet' })).toBeVisible(settles);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(ukDay(first.ref.start)).first()).toBeVisible();
  await expect(page.getByText(/List as of [A-Z][a-z]+ \d+ [A-Z][a-z]+ 20\d\d, \d/)).toBeVisible();
  for (const name of ['ASHWORTH, Margaret', 'WILLIAMS, Janet'])
    await expect(rows.filter({ hasText: name })).toBeVisible();
  // What is for a screen alone stays off it.
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
  await expect(page.getByLabel('Another day')).toBeHidden();
});

test('asked to contact a patient: refused while there is a time; else the date shows, a time is added, and both are told', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const mobile = await patientPhone(world, alan);

  // This hospital has times to give, so it need not ring anybody.
  await desk.goto(`/practice/referrals/${margaret.ubrn}/contact`);
  await desk.page.getByRole('radio').first().check();
  await expect(desk.page.getByText('This hospital has times to book')).toBeVisible(settles);
  await desk.page.getByRole('button', { name: 'Ask the hospital' }).click();
  await expect(requestOf(desk.page)).toContainText(
    'The hospital was not asked: this hospital has times to book',
    settles,
  );

  await desk.goto(`/practice/referrals/${alan.ubrn}/contact`);
  await expect(desk.page.getByText('The hospital must contact the patient by')).toBeVisible(settles);
  await desk.page.getByRole('button', { name: 'Ask the hospital' }).click();
  await expect(requestOf(desk.page)).toContainText(
    'The hospital has been asked to contact the patient: confirmed',
    settles,
  );
  const reader = await world.as(cityPractice, 'gp');
  const deferral = (await reader.truth()).referrals.get(alan.ubrn)?.status.deferral;
  expect(deferral?.service).toBe(fullClinic);
  const contactBy = ukDay(deferral?.contactBy ?? 0);
  await openReferral(desk, alan.ubrn);
  await expect(desk.page.getByText(`must contact the patient by ${contactBy}`)).toBeVisible();
  await expect(mobile.page.getByText(`will contact you by ${contactBy}`)).toBeVisible(settles);

  const clinic = await clinicDesk(world, royalInfirmary);
  await clinic.goto('/clinic/no-times');
  await expect(clinic.page.getByRole('listitem').filter({ hasText: 'PRIDDY, Alan' })).toContainText(
    contactBy,
    settles,
  );
  const { now } = await reader.exchange();
  const day = new Date(now + 9 * 86_400_000);
  await clinic.page.getByRole('link', { name: 'Book a time for Priddy' }).click();
  await clinic.page.getByRole('link', { name: 'Add clinic times' }).click();
  await expect(clinic.page.getByRole('link', { name: 'Back to PRIDDY, Alan' })).toBeVisible(settles);
  await fillInTimes(clinic.page, ukDate(day.getTime()), '3:50pm', 1);
  // From what was added straight back to the patient for whom it was.
  await clinic.page.getByRole('link', { name: 'Book one for PRIDDY, Alan' }).click();
  await timeButtons(clinic.page).first().click();
  await clinic.page.getByRole('button', { name: 'Book this time' }).click();

  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await expect(mobile.page.getByText(ukDay(day.getTime())).first()).toBeVisible();
  await expect(bookedBy(desk.page, 'hospital')).toBeVisible(settles);
  await openAttention(desk);
  await expect(attentionOf(desk.page, alan)).toContainText('Booked by the hospital', settles);
  const truth = await reader.truth();
  expect(truth.referrals.get(alan.ubrn)?.status.deferral).toBeNull();
  expect(appointmentsOf(truth, alan.ubrn)).toHaveLength(1);
  expect(noticesOf(truth, alan.ubrn).map(({ event, tell, by }) => ({ event, tell, by }))).toEqual([
    { event: 'booked', tell: true, by: 'clinic' },
  ]);
  await clinic.goto('/clinic/no-times');
  await expect(clinic.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(clinic.page.getByText('PRIDDY, Alan')).toHaveCount(0);
});

test('a patient moves to another hospital: the one left reads that and which time is free, and not where they went', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const truth = await reader.truth();
  const here = await timesFor(reader, skinClinic);
  const elsewhere = (truth.referrals.get(margaret.ubrn)?.shortlist ?? []).find(
    (id) => id !== skinClinic && truth.services.get(id)?.booking === 'direct',
  );
  const there = elsewhere ? await timesFor(reader, elsewhere) : [];
  const [from, to] = [here[0]?.ref, there[0]?.ref];
  if (!from || !to) throw new Error('no two hospitals with times');
  const { appointment } = (await reader.book(margaret.ubrn, [from])).verdict;
  if (!appointment) throw new Error('not booked');
  const clinic = await clinicDesk(world, royalInfirmary);
  const { id, slot } = appointment;
  await reader.ask({ kind: 'move', appointment: id, from: slot, choices: [to] });
  await clinic.goto('/clinic/changes');
  const card = clinic.page.getByRole('article').filter({ hasText: 'Moved to another hospital' });
  await expect(card).toContainText(ukSentence(from.start), settles);
  await expect(card).toContainText('is free again');
  await expect(card).toContainText('A patient who is no longer yours');
  await expect(card).not.toContainText('Ashworth');
});
