// Those whom nobody can book today: set aside until a day, tried for by the hospital, sent back with advice. None falls off a list.
import { alan, brian, cityPractice, fullClinic, ivor, margaret, royalInfirmary, yusuf } from './cast.ts';
import {
  addTimes,
  attentionOf,
  clinicDesk,
  openAttention,
  openReferral,
  patientPhone,
  practiceDesk,
  requestBooking,
  requestOf,
  settles,
  signInAtPractice,
  timeButtons,
} from './screens.ts';
import { ukDate } from './uk-clock.ts';
import { expect, noticesOf, test, timesFor } from './world.ts';

test.describe('on a Tuesday', () => {
  test.use({ today: '2027-03-02' });

  test('set aside without a line until tomorrow: gone from today on every desk, and back on its day', async ({
    world,
  }) => {
    const desk = await practiceDesk(world, cityPractice);
    const colleague = await practiceDesk(world, cityPractice, 'gp');
    await openReferral(desk, margaret.ubrn);
    await desk.goOffline();
    await desk.page.getByRole('link', { name: 'Set aside' }).click();
    await desk.page.getByRole('button', { name: 'Set aside' }).click();
    await expect(desk.page.getByRole('alert')).toContainText('Choose why it is set aside');
    await desk.page.getByLabel('The patient is thinking about it').check();
    await desk.page.getByLabel(/^The next working day: Wednesday 3 March 2027/).check();
    await desk.page.getByLabel('Note for your colleagues (optional)').fill('Asks her son first');
    await desk.page.getByRole('button', { name: 'Set aside' }).click();
    await expect(requestOf(desk.page)).toContainText(
      'Saved on this device. Other computers still show it as to be booked.',
    );
    await desk.goOnline();
    await expect(requestOf(desk.page)).toContainText('Set aside: confirmed', settles);

    const rowOf = (page: typeof desk.page) => page.getByRole('row').filter({ hasText: 'ASHWORTH, Margaret' });
    await colleague.goto('/practice');
    await expect(colleague.page.getByRole('heading', { level: 2 })).toContainText('Needs action today: ');
    await expect(rowOf(colleague.page)).toHaveCount(0, settles);
    await colleague.page.getByRole('link', { name: /^Set aside \d/ }).click();
    await expect(rowOf(colleague.page)).toContainText('Comes back on Wednesday 3 March 2027');
    await openReferral(colleague, margaret.ubrn);
    await expect(colleague.page.getByText('Asks her son first')).toBeVisible(settles);

    // The night goes by. Another desk, the next morning.
    await world.server.restart({ env: { HOLDFAST_TODAY: '2027-03-03' } });
    const [who] = await world.staff(cityPractice, 'receptionist');
    const morning = await world.device();
    if (who) await signInAtPractice(morning, who);
    await morning.goto('/practice');
    // Behind those who are late or lost a time, further down than what is drawn at once.
    await expect(morning.page.getByRole('row').nth(1)).toBeVisible(settles);
    await morning.page.keyboard.press('End');
    await expect(rowOf(morning.page)).toContainText('Set aside until today', settles);
    await openReferral(morning, margaret.ubrn);
    await expect(morning.page.getByText('That day has come: book it, or set it aside again.')).toBeVisible();
    // The patient knows nothing of it, and may book at any time.
    const reader = await world.asPatient(margaret.ubrn);
    expect(JSON.stringify([...(await reader.truth()).referrals.values()])).not.toContain('thinking');
  });
});

test('an urgent referral is set aside for one working day, whatever is asked', async ({ world }) => {
  const desk = await practiceDesk(world, cityPractice);
  await desk.goto(`/practice/referrals/${yusuf.ubrn}/set-aside`);
  await expect(desk.page.getByText('One that is urgent may wait one working day at most.')).toBeVisible(
    settles,
  );
  await expect(desk.page.getByRole('radio')).toHaveCount(4);
  await desk.page.getByLabel('Left with the patient').check();
  await desk.page.getByRole('button', { name: 'Set aside' }).click();
  await expect(requestOf(desk.page)).toContainText('Set aside: confirmed', settles);
  await desk.goto('/practice?list=left');
  await expect(desk.page.getByRole('row').filter({ hasText: 'KARIMI, Yusuf' })).toHaveCount(1);
});

test('a full service: the hospital tries twice, once without a line; the practice and the patient read it; then it books and both are told', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const mobile = await patientPhone(world, alan);
  await desk.goto(`/practice/referrals/${alan.ubrn}/contact`);
  await desk.page.getByRole('button', { name: 'Ask the hospital' }).click();
  await expect(requestOf(desk.page)).toContainText(
    'has been asked to contact the patient: confirmed',
    settles,
  );

  const clinic = await clinicDesk(world, royalInfirmary);
  await clinic.goto(`/clinic/patients/${alan.ubrn}`);
  await clinic.page.getByLabel('Note (optional)').fill('Will ring on Monday');
  await clinic.page.getByRole('button', { name: 'Left a message' }).click();
  await expect(clinic.page.getByText(/^Left a message, .*Will ring on Monday/)).toBeVisible(settles);
  await clinic.goOffline();
  await clinic.page.getByRole('button', { name: 'No answer' }).click();
  await expect(clinic.page.getByText('Saved on this device, not sent yet: No answer.')).toBeVisible();
  // A second try before the first was sent takes nobody's place.
  await clinic.page.getByRole('button', { name: 'No answer' }).click();
  await expect(
    clinic.page.getByText('Saved on this device, not sent yet: No answer, No answer.'),
  ).toBeVisible();
  await clinic.goOnline();
  await expect(clinic.page.getByText('not sent yet')).toHaveCount(0, settles);
  await expect(clinic.page.getByRole('listitem').filter({ hasText: 'No answer' })).toHaveCount(2);

  await openReferral(desk, alan.ubrn);
  await expect(desk.page.getByRole('heading', { name: 'What the hospital did' })).toBeVisible(settles);
  await expect(desk.page.getByText(/^Left a message, .*Will ring on Monday/)).toBeVisible();
  await expect(mobile.page.getByText(/^They left you a message/)).toBeVisible(settles);
  await expect(mobile.page.getByText('Will ring on Monday')).toHaveCount(0);

  const reader = await world.as(cityPractice, 'gp');
  const { now } = await reader.exchange();
  await addTimes(clinic, fullClinic, ukDate(now + 9 * 86_400_000), '3:50pm', 1);
  await clinic.goto('/clinic/no-times');
  await clinic.page.getByRole('link', { name: 'Book a time for Priddy' }).click();
  await timeButtons(clinic.page).first().click();
  await clinic.page.getByRole('button', { name: 'Book this time' }).click();
  await expect(mobile.page.getByRole('heading', { name: 'Your appointment is booked' })).toBeVisible(settles);
  await openAttention(desk);
  const task = attentionOf(desk.page, alan);
  await expect(task).toContainText('Booked by the hospital', settles);
  await task.getByRole('button', { name: 'By phone' }).click();
  await expect(task).toHaveCount(0, settles);
  await expect
    .poll(async () => noticesOf(await reader.truth(), alan.ubrn).filter(({ tell }) => tell), settles)
    .toEqual([]);
});

test('sent back with advice: the GP reads it, the receptionist that there is some, the patient what happens next; the hospital sees the patient no more', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const surgery = await practiceDesk(world, cityPractice, 'gp');
  const mobile = await patientPhone(world, alan);
  await desk.goto(`/practice/referrals/${alan.ubrn}/contact`);
  await desk.page.getByRole('button', { name: 'Ask the hospital' }).click();
  await expect(requestOf(desk.page)).toContainText(
    'has been asked to contact the patient: confirmed',
    settles,
  );

  const clinic = await clinicDesk(world, royalInfirmary);
  await clinic.goto(`/clinic/patients/${alan.ubrn}/return`);
  await clinic.page.getByRole('button', { name: 'Send it back' }).click();
  await expect(clinic.page.getByRole('alert')).toContainText('Write what the practice should do');
  await clinic.page.getByLabel('Something has to be done first').check();
  await clinic.page
    .getByLabel('Advice to the practice')
    .fill('An MRI of the spine first, please.\nThen refer again.');
  await clinic.page.getByRole('button', { name: 'Send it back' }).click();
  await expect(clinic.page.getByRole('heading', { level: 1, name: 'Waiting to be contacted' })).toBeVisible();
  await expect(clinic.page.getByText('PRIDDY, Alan')).toHaveCount(0, settles);

  await openAttention(desk);
  await expect(attentionOf(desk.page, alan)).toContainText('The hospital sent the referral back', settles);
  await expect(
    attentionOf(desk.page, alan).getByRole('group', { name: 'I have told the patient' }),
  ).toBeVisible();
  await openReferral(desk, alan.ubrn);
  await expect(desk.page.getByText('which a GP of your practice can read here')).toBeVisible();
  await expect(desk.page.getByText('MRI of the spine')).toHaveCount(0);
  await openReferral(surgery, alan.ubrn);
  await expect(surgery.page.getByText('An MRI of the spine first, please.')).toBeVisible(settles);
  await expect(
    mobile.page.getByRole('heading', { level: 1, name: 'Your GP practice has to look at this again' }),
  ).toBeVisible(settles);
  await expect(
    mobile.page.getByText('Something has to be done before the hospital can see you.'),
  ).toBeVisible();
  const again = mobile.page.getByText('The hospital has asked your GP practice to look at');
  await expect(again).toHaveCount(0);
  await mobile.page.getByRole('button', { name: 'OK, I’ve seen this' }).click();
  await expect(mobile.page.getByText('Something has to be done before')).toHaveCount(0, settles);
  await expect(again).toBeVisible();
  await expect(
    mobile.page.getByRole('heading', { level: 1, name: 'Your GP practice has to look at this again' }),
  ).toBeVisible();
  await expect(mobile.page.getByRole('link', { name: 'Choose a time' })).toHaveCount(0);
  const theirs = await (await world.asPatient(alan.ubrn)).truth();
  expect(JSON.stringify([...theirs.referrals.values()])).not.toContain('MRI');
  await surgery.goto('/practice?list=refused');
  // The patient has seen it, and the advice still waits for the practice.
  const row = surgery.page.getByRole('row').filter({ hasText: 'PRIDDY, Alan' });
  await expect(row).toContainText('Sent back');
  await row.getByRole('link', { name: 'Read the hospital’s advice' }).click();
  await expect(surgery.page.getByText('An MRI of the spine first, please.')).toBeVisible();
});

test('a patient who books while the hospital’s advice waits: the practice learns of it, keeps the advice, and the patient reads that it may ring', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const clerk = await world.as(royalInfirmary);
  await reader.ask({ kind: 'defer', ubrn: alan.ubrn, service: fullClinic });
  await clerk.ask({
    kind: 'return',
    ubrn: alan.ubrn,
    reason: 'SERVICE_PREREQUISITES_NOT_COMPLETE',
    comment: 'An MRI of the spine first, please.',
  });
  const { now } = await reader.exchange();
  const start = Date.parse(`${ukDate(now + 9 * 86_400_000)}T10:00:00Z`);
  const session = { start, minutes: 20, count: 1, clinician: '', mode: 'inPerson' } as const;
  await clerk.ask({ kind: 'publish', service: fullClinic, sessions: [session] });
  const mobile = await patientPhone(world, alan);
  await mobile.goto('/patient/times');
  await expect(mobile.page.getByText('There is nothing to choose now')).toBeVisible(settles);
  await expect(
    mobile.page.getByText('has asked your GP practice to look at your referral again'),
  ).toBeVisible();

  // A phone that had not heard of the advice when it was asked.
  const [time] = await timesFor(reader, fullClinic);
  if (!time) throw new Error('no time');
  const { verdict } = await (await world.asPatient(alan.ubrn)).book(alan.ubrn, [time.ref]);
  expect(verdict.outcome).toBe('confirmed');
  await mobile.goto('/patient');
  await expect(mobile.page.getByRole('heading', { level: 1 })).toHaveText(
    'Your appointment is booked',
    settles,
  );
  await expect(mobile.page.getByText('They may ring about this appointment.')).toBeVisible();

  const surgery = await practiceDesk(world, cityPractice, 'gp');
  await openAttention(surgery);
  const news = attentionOf(surgery.page, alan);
  await expect(news).toHaveCount(1, settles);
  await expect(news).toContainText('A hospital had sent the referral back: read its advice');
  await openReferral(surgery, alan.ubrn);
  await expect(surgery.page.getByText('An MRI of the spine first, please.')).toBeVisible();
  await expect(surgery.page.getByText('Booked by the patient').first()).toBeVisible();
});

test('a hospital that is booked by phone: what was agreed is written down without a line, shown as not confirmed here, told, and off again', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const mobile = await patientPhone(world, ivor);
  const reader = await world.as(cityPractice, 'gp');
  const { now } = await reader.exchange();
  const start = new Date(now + 12 * 86_400_000);
  await desk.goto(`/practice/referrals/${ivor.ubrn}/times`);
  await desk.page.getByRole('link', { name: 'Record the date that was arranged' }).click();
  await desk.page.getByRole('button', { name: 'Record it' }).click();
  await expect(desk.page.getByRole('alert')).toContainText('Enter the day and the time that were agreed');
  await desk.goOffline();
  await desk.page.getByLabel('Day').fill(ukDate(start.getTime()));
  await desk.page.getByLabel('Time (UK)').fill('14:30');
  await desk.page.getByLabel('With whom, and what else was said (optional)').fill('Jo at the booking office');
  await desk.page.getByRole('button', { name: 'Record it' }).click();
  await expect(requestOf(desk.page)).toContainText('Saved on this device. The server does not have it yet.');
  await expect(requestOf(desk.page)).not.toContainText('Booked');
  await desk.goOnline();
  await expect(requestOf(desk.page)).toContainText(
    'It is a note of what was agreed: nothing is booked here.',
    settles,
  );

  await openReferral(desk, ivor.ubrn);
  await expect(desk.page.getByText('Arranged by phone, not confirmed here:')).toBeVisible();
  await expect(desk.page.getByText('Jo at the booking office')).toBeVisible();
  await desk.goto('/practice?list=phone');
  await expect(desk.page.getByRole('row').filter({ hasText: 'PUGH, Ivor' })).toContainText('Arranged for');
  await expect(
    mobile.page.getByRole('heading', { level: 1, name: 'Your appointment was arranged by phone' }),
  ).toBeVisible(settles);
  await expect(mobile.page.getByText('It is not confirmed here.').first()).toBeVisible();
  await expect(mobile.page.getByText('Jo at the booking office')).toHaveCount(0);
  await openAttention(desk);
  await expect(attentionOf(desk.page, ivor)).toContainText('Arranged by phone:', settles);
  await attentionOf(desk.page, ivor).getByRole('button', { name: 'By phone' }).click();
  await expect(attentionOf(desk.page, ivor)).toHaveCount(0, settles);

  await openReferral(desk, ivor.ubrn);
  await desk.page.getByRole('button', { name: 'It is off' }).click();
  await expect(mobile.page.getByText('What was arranged by phone is off')).toBeVisible(settles);
  await expect(desk.page.getByText('Nobody has booked it.')).toBeVisible(settles);
});

test('an urgent request without a line for 15 minutes: the alarm with the number, the call written down, and quiet', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await desk.page.clock.install();
  await openReferral(desk, yusuf.ubrn);
  await desk.goOffline();
  await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText('Saved on this device. Not booked yet.');
  await desk.page.clock.fastForward('16:00');
  const alarm = desk.page.getByRole('region', { name: 'Urgent request not answered' });
  await expect(alarm).toContainText(/Ring .* on \d/, settles);
  await alarm.getByRole('link', { name: 'I have rung: record it' }).click();
  await desk.page.getByLabel('With whom did you speak?').fill('Sister Adeyemi');
  await desk.page.getByRole('button', { name: 'Record the call' }).click();
  await expect(desk.page.getByRole('heading', { name: 'Where it stands' })).toBeVisible();
  await expect(alarm).toHaveCount(0, settles);
  // The request itself still waits, and says so.
  await expect(requestOf(desk.page)).toContainText('Not booked yet');
  await desk.page.clock.resume();
  await desk.goOnline();
  await expect(desk.page.getByText('Spoke to Sister Adeyemi')).toBeVisible(settles);
});

test('a hospital that is late is rung: the call is on every computer of the practice, and the wait goes on', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const colleague = await practiceDesk(world, cityPractice, 'gp');
  await desk.page.getByRole('link', { name: /^Contact overdue/ }).click();
  const row = desk.page.getByRole('row').filter({ hasText: 'LACEY, Brian' });
  await row.getByRole('link', { name: /^Ring the hospital/ }).click();
  await desk.page.getByRole('link', { name: 'I have rung: record it' }).click();
  const record = desk.page.getByRole('button', { name: 'Record the call' });
  await record.click();
  await expect(desk.page.getByRole('alert')).toContainText('Enter with whom you spoke');
  await desk.page.getByLabel('With whom did you speak?').fill('Mr Osei');
  await desk.page.getByLabel('What was said (optional)').fill('They ring on Monday');
  await record.click();
  await expect(desk.page.getByRole('heading', { name: 'Where it stands' })).toBeVisible();

  await openReferral(colleague, brian.ubrn);
  await expect(colleague.page.getByText('Spoke to Mr Osei. They ring on Monday')).toBeVisible(settles);
  await colleague.goto('/practice?list=overdue');
  await expect(colleague.page.getByRole('row').filter({ hasText: 'LACEY, Brian' })).toBeVisible(settles);
});

test('asked to contact a patient whom nobody can book here: the clinic reads what to do, the practice records the date, and the wait ends', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice, 'gp');
  const truth = await reader.truth();
  const service = truth.services.get(truth.referrals.get(ivor.ubrn)?.shortlist[0] ?? '');
  if (!service) throw new Error('no hospital');
  // There is a number to find, and it is said so from the row on.
  await desk.page
    .getByRole('row')
    .filter({ hasText: 'PUGH, Ivor' })
    .getByRole('link', { name: /^Book by phone/ })
    .click();
  await expect(desk.page.getByRole('heading', { level: 1, name: 'Book by phone' })).toBeVisible(settles);
  await expect(desk.page.getByRole('link', { name: service.phone })).toBeVisible(settles);
  await expect(desk.page.getByText('to choose from')).toHaveCount(0);
  await desk.goto(`/practice/referrals/${ivor.ubrn}/contact`);
  await desk.page.getByRole('button', { name: 'Ask the hospital' }).click();
  await expect(requestOf(desk.page)).toContainText(
    'has been asked to contact the patient: confirmed',
    settles,
  );
  await openReferral(desk, ivor.ubrn);
  await expect(desk.page.getByText('because the clinic is booked by phone')).toBeVisible();

  const clinic = await clinicDesk(world, `clinic:${service.site}`);
  await clinic.goto('/clinic/no-times');
  await expect(clinic.page.getByRole('link', { name: 'Book a time for PUGH, Ivor' })).toHaveCount(0);
  await clinic.page.getByRole('link', { name: 'How to arrange it for PUGH, Ivor' }).click();
  await expect(clinic.page.getByRole('heading', { name: 'This clinic is booked by phone' })).toBeVisible(
    settles,
  );
  const steps = clinic.page.getByRole('region', { name: 'This clinic is booked by phone' });
  await expect(steps.getByRole('link', { name: /^0/ }).first()).toBeVisible();
  await expect(clinic.page.getByRole('link', { name: 'Book a time' })).toHaveCount(0);
  await clinic.page.getByRole('button', { name: 'Spoke to the patient' }).click();
  await expect(clinic.page.getByText(/^Spoke to the patient, /)).toBeVisible(settles);
  await expect(clinic.page.getByText('once the practice has recorded it')).toBeVisible();

  const { now } = await reader.exchange();
  await openReferral(desk, ivor.ubrn);
  await desk.page.getByRole('link', { name: 'Record a date arranged by phone' }).click();
  await desk.page.getByLabel('Day').fill(ukDate(now + 12 * 86_400_000));
  await desk.page.getByLabel('Time (UK)').fill('14:30');
  await desk.page.getByRole('button', { name: 'Record it' }).click();
  await expect(requestOf(desk.page)).toContainText('It is a note of what was agreed', settles);
  await clinic.goto('/clinic/no-times');
  await expect(clinic.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(clinic.page.getByText('PUGH, Ivor')).toHaveCount(0, settles);
});
