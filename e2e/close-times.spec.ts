// Two appointments of one patient: said while choosing, without a line, and again once both are so, whoever booked them.
import { cityPractice, maureen, maureenAgain, royalInfirmary } from './cast.ts';
import { confirmBooking, openReferral, practiceDesk, settles } from './screens.ts';
import { expect, test, timesFor, type World } from './world.ts';

const ear = 'RA701.ent';
const hourMs = 3_600_000;

/** A time for the first referral, and one for the second that begins half an hour after it; another is days away. */
async function closePair(world: World) {
  const reader = await world.as(cityPractice, 'gp');
  const [eye] = (await reader.truth()).referrals.get(maureen.ubrn)?.shortlist ?? [];
  const [one] = await timesFor(reader, eye ?? '');
  if (!one) throw new Error('no time');
  const clerk = await world.as(royalInfirmary);
  const start = one.ref.start + hourMs / 2;
  const session = { minutes: 20, count: 1, clinician: '', mode: 'inPerson' } as const;
  const sessions = [start, start + 48 * hourMs].map((at) => ({ start: at, ...session }));
  const { verdict } = await clerk.ask({ kind: 'publish', service: ear, sessions });
  if (verdict.outcome !== 'confirmed') throw new Error(`not added: ${verdict.code}`);
  const times = await timesFor(reader, ear);
  const at = (wanted: number) => times.find(({ ref }) => ref.start === wanted)?.ref;
  const [near, far] = [at(start), at(start + 48 * hourMs)];
  if (!near || !far) throw new Error('the added times are not there');
  return { reader, one: one.ref, near, far };
}

test('a time that is close to the patient’s other appointment says so while it is chosen, and does not forbid it', async ({
  world,
}) => {
  const { reader, one } = await closePair(world);
  await reader.book(maureen.ubrn, [one]);
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, maureenAgain.ubrn);
  await desk.goOffline();
  await desk.page.getByRole('link', { name: 'Find a time' }).click();
  const warned = desk.page.getByRole('button', { name: /close to another appointment of this patient/ });
  await expect(warned.first()).toBeVisible(settles);
  await warned.first().click();
  const warning = /This time (overlaps|is less than two hours from) another appointment of this patient/;
  await expect(desk.page.getByRole('complementary', { name: 'Chosen times' })).toContainText(warning);
  await desk.page.getByRole('link', { name: 'Check and confirm' }).click();
  await expect(desk.page.getByText(warning)).toBeVisible();
  await confirmBooking(desk.page);
  await expect(desk.page.getByText('Saved on this device. Not booked yet.')).toBeVisible(settles);
  await openReferral(desk, maureen.ubrn);
  await expect(desk.page.getByText(/a time asked for in another request for this patient/)).toBeVisible();
});

test('booked on the patient’s own phone, it is work for the practice until one of them is moved; the phone says nothing of the other', async ({
  world,
}) => {
  const { reader, one, near, far } = await closePair(world);
  await reader.book(maureen.ubrn, [one]);
  const desk = await practiceDesk(world, cityPractice);
  const phone = await world.asPatient(maureenAgain.ubrn);
  const { verdict } = await phone.book(maureenAgain.ubrn, [near]);
  if (!verdict.appointment) throw new Error(`not booked: ${verdict.code}`);
  // Nothing of another referral is on the phone.
  expect([...(await phone.truth()).referrals.keys()]).toEqual([maureenAgain.ubrn]);

  const rows = desk.page.getByRole('row').filter({ hasText: 'Two times close together' });
  await expect(rows).toHaveCount(2, settles);
  await rows.first().getByRole('link', { name: 'FISHER, Maureen', exact: true }).click();
  await expect(desk.page.getByText(/This appointment (overlaps|is less than two hours from)/)).toBeVisible();
  await desk.page.getByRole('link', { name: 'See the other referral' }).click();
  await expect(desk.page.getByText('Ask the patient whether both can be kept.')).toBeVisible();

  const { id, slot } = verdict.appointment;
  const moved = await phone.ask({ kind: 'move', appointment: id, from: slot, choices: [far] });
  expect(moved.verdict.outcome).toBe('confirmed');
  await expect(desk.page.getByText('Ask the patient whether both can be kept.')).toHaveCount(0, settles);
  await desk.goto('/practice');
  await expect(rows).toHaveCount(0, settles);
});
