// Lists of cards under a hurried hand: a press counts only for the patient at whom it was aimed, and what it did can be read.
import { cityPractice, derek, hillsPractice, janet, margaret, priya } from './cast.ts';
import type { Device } from './device.ts';
import type { Correspondent } from './letters.ts';
import {
  attentionOf,
  isConnected,
  openAttention,
  openReferral,
  practiceDesk,
  requestBooking,
  requestOf,
  saved,
  settles,
} from './screens.ts';
import { appointmentsOf, expect, noticesOf, test, timeNamed, timesFor, type World } from './world.ts';

/** Two patients whose booking somebody has to tell them of. */
async function twoToTell(world: World): Promise<Correspondent> {
  const reader = await world.as(cityPractice, 'gp');
  for (const { ubrn } of [margaret, janet]) {
    const [service = ''] = (await reader.truth()).referrals.get(ubrn)?.shortlist ?? [];
    const [time] = await timesFor(reader, service, 'routine');
    if (!time) throw new Error('no times');
    expect((await reader.book(ubrn, [time.ref])).verdict.outcome).toBe('confirmed');
  }
  return reader;
}

/** Both halves of a double click on one spot, whatever has come to lie there in between. */
async function pressTwice({ page }: Device, at: { x: number; y: number }): Promise<void> {
  await page.mouse.click(at.x, at.y);
  await page.mouse.click(at.x, at.y);
}

const toTell = async (reader: Correspondent, ubrns: readonly string[]) => {
  const truth = await reader.truth();
  return ubrns.filter((ubrn) => noticesOf(truth, ubrn).some(({ tell }) => tell));
};

test('“By phone”, pressed twice on one spot: one patient is told and no other; who told them, when and how can be read', async ({
  world,
}) => {
  const reader = await twoToTell(world);
  const desk = await practiceDesk(world, cityPractice);
  const [receptionist] = await world.staff(cityPractice, 'receptionist');
  await openAttention(desk);
  const cards = [attentionOf(desk.page, margaret), attentionOf(desk.page, janet)] as const;
  for (const card of cards) await expect(card).toBeVisible(settles);
  // What comes late to the cards above moves those below, and holds up the hand: another matter.
  await expect(desk.page.getByText('Getting the times')).toHaveCount(0, settles);
  const button = cards[0].getByRole('button', { name: 'By phone', exact: true });
  // Can it be pressed at all?
  await button.click({ trial: true });
  // Near the end of the page: whatever makes it shorter for a moment, by half a card, scrolls it away under the hand.
  await desk.page.evaluate(() => scrollTo(0, document.body.scrollHeight - innerHeight - 40));
  const box = await button.boundingBox();
  const other = await cards[1].boundingBox();
  if (!box) throw new Error('nothing to press');
  await pressTwice(desk, { x: box.x + box.width / 2, y: box.y + box.height / 2 });

  const told = new RegExp(`Told by phone: ${receptionist?.name}, \\d`);
  await expect(desk.page.getByText(told)).toHaveCount(1, settles);
  await expect(cards[0]).toHaveCount(0);
  expect(await cards[1].boundingBox(), 'the other card is where it was').toEqual(other);
  await expect.poll(() => toTell(reader, [margaret.ubrn, janet.ubrn]), settles).toEqual([janet.ubrn]);

  await openReferral(desk, margaret.ubrn);
  const record = desk.page.getByRole('region', { name: 'What the patient was told' });
  await expect(record).toContainText(told);
  await expect(record).toContainText('Booked for');
});

test('told without a line: it can be taken back while it is not sent', async ({ world }) => {
  const reader = await twoToTell(world);
  const desk = await practiceDesk(world, cityPractice);
  await openAttention(desk);
  const card = attentionOf(desk.page, margaret);
  await expect(card).toBeVisible(settles);
  await desk.goOffline();
  await card.getByRole('button', { name: 'By letter' }).click();
  await expect(desk.page.getByText('Told by letter: noted on this device, not sent yet')).toBeVisible();
  await expect(card).toHaveCount(0);
  await desk.page.getByRole('button', { name: 'Take it back' }).click();
  await expect(card).toBeVisible();
  await desk.goOnline();
  await isConnected(desk.page);
  expect(await toTell(reader, [margaret.ubrn])).toEqual([margaret.ubrn]);
});

test('told by mistake, and sent: “Not told after all” brings the task back to every desk, with and without a line', async ({
  world,
}) => {
  const reader = await twoToTell(world);
  const desk = await practiceDesk(world, cityPractice);
  await openAttention(desk);
  const card = attentionOf(desk.page, margaret);
  await expect(card).toBeVisible(settles);
  await card.getByRole('button', { name: 'By phone', exact: true }).click();
  const after = desk.page.getByRole('button', { name: 'Not told after all' });
  await expect(after).toBeVisible(settles);
  await expect.poll(() => toTell(reader, [margaret.ubrn, janet.ubrn]), settles).toEqual([janet.ubrn]);
  await after.click();
  await expect(card).toBeVisible(settles);
  await expect.poll(() => toTell(reader, [margaret.ubrn]), settles).toEqual([margaret.ubrn]);

  await card.getByRole('button', { name: 'By letter' }).click();
  await expect.poll(() => toTell(reader, [margaret.ubrn]), settles).toEqual([]);
  await openReferral(desk, margaret.ubrn);
  const record = desk.page.getByRole('region', { name: 'What the patient was told' });
  await expect(record).toContainText('Told by letter');
  await desk.goOffline();
  await record.getByRole('button', { name: 'Not told after all' }).click();
  await expect(desk.page.getByText('Noted: the patient still has to be told.')).toBeVisible();
  await expect(record).toHaveCount(0);
  await expect(desk.page.getByRole('button', { name: 'By phone', exact: true })).toBeVisible();
  expect(await toTell(reader, [margaret.ubrn])).toEqual([]);
  // Told after all while still offline: this note counts, and the one that was taken back is not shown beside it.
  await desk.page.getByRole('button', { name: 'By phone', exact: true }).click();
  await expect(record).toContainText('Told by phone: noted on this device, not sent yet');
  await expect(record).not.toContainText('Told by letter');
  await desk.page.reload();
  await expect(record).toContainText('Told by phone: noted on this device, not sent yet', settles);
  await desk.goOnline();
  await isConnected(desk.page);
  await expect(record).toContainText(/Told by phone: [A-Z][a-z]+ [A-Z][a-z]+, \d/, settles);
  await record.getByRole('button', { name: 'Not told after all' }).click();
  await expect.poll(() => toTell(reader, [margaret.ubrn]), settles).toEqual([margaret.ubrn]);
  await expect(desk.page.getByText('Noted: the patient still has to be told.')).toBeVisible();
});

test('another time, pressed twice on one spot: nothing is asked for before it was read out', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  const [wanted = ''] = await requestBooking(desk.page, [0]);
  await expect(requestOf(desk.page)).toContainText(saved);
  const other = await world.as(hillsPractice);
  await other.book(derek.ubrn, [await timeNamed(reader, margaret.ubrn, wanted)]);
  await desk.goOnline();
  await expect(requestOf(desk.page)).toContainText('Not booked:', settles);

  await openAttention(desk);
  const link = attentionOf(desk.page, margaret)
    .getByRole('link', { name: /Choose this/ })
    .first();
  await link.click({ trial: true });
  const box = await link.boundingBox();
  if (!box) throw new Error('nothing to press');
  await pressTwice(desk, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  await expect(desk.page.getByText('Read these to the patient.')).toBeVisible(settles);
  await expect(desk.page.getByText('Margaret Ashworth').first()).toBeVisible();
  await expect(requestOf(desk.page)).toHaveCount(0);
  expect(appointmentsOf(await reader.truth(), margaret.ubrn)).toEqual([]);
});

test('what arrives while somebody points at the list waits until it is asked for, and counts at once', async ({
  world,
}) => {
  const reader = await twoToTell(world);
  const desk = await practiceDesk(world, cityPractice);
  await openAttention(desk);
  const card = attentionOf(desk.page, margaret);
  await expect(card).toBeVisible(settles);
  await card.getByRole('button', { name: 'By phone', exact: true }).hover();
  const count = desk.page.getByRole('link', { name: /^Needs attention \d+$/ });
  const before = Number((await count.innerText()).replace(/\D/g, ''));
  const place = await card.boundingBox();

  const [appointment] = appointmentsOf(await reader.truth(), priya.ubrn);
  if (!appointment) throw new Error('not booked');
  const phone = await world.asPatient(priya.ubrn);
  const { verdict } = await phone.ask({
    kind: 'cancel',
    appointment: appointment.id,
    from: appointment.slot,
    reason: 'PATIENT_ILL',
  });
  expect(verdict.outcome).toBe('confirmed');
  await expect(count).toHaveText(new RegExp(`\\b${before + 1}$`), settles);
  const show = desk.page.getByRole('button', { name: '1 new: show it' });
  await expect(show).toBeVisible();
  await expect(attentionOf(desk.page, priya).filter({ hasText: 'Cancelled' })).toHaveCount(0);
  expect(await card.boundingBox()).toEqual(place);
  await show.click();
  await expect(attentionOf(desk.page, priya).filter({ hasText: 'Cancelled' })).toBeInViewport();
  await expect(desk.page.locator(':focus')).toContainText('Cancelled');
  await expect(show).toHaveCount(0);
});

test('from Needs attention to a patient and back: as many cards as were shown, and the same place', async ({
  world,
}) => {
  const reader = await world.as(cityPractice, 'gp');
  // More than are shown at once.
  const { referrals, services } = await reader.truth();
  const direct = [...services.values()].filter(({ booking }) => booking === 'direct');
  for (const { ubrn, priority, shortlist } of referrals.values()) {
    const service = direct.find(({ id }) => shortlist.includes(id));
    const [time] = service ? await timesFor(reader, service.id, priority) : [];
    if (time) await reader.book(ubrn, [time.ref]);
  }
  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  await openAttention(desk);
  const cards = page.getByRole('article');
  await expect(cards).toHaveCount(20, settles);
  const more = page.getByRole('button', { name: /^Show more/ });
  await more.click();
  await expect(more).toHaveCount(0);
  const shown = await cards.count();
  expect(shown).toBeGreaterThan(20);
  const name = cards.last().getByRole('link').first();
  for (const comeBack of [
    () => page.getByRole('link', { name: 'Back to Needs attention' }).click(),
    () => page.goBack(),
  ]) {
    // Until it takes presses again, the page is moved about to find a place that does.
    await name.click({ trial: true });
    const place = await page.evaluate(() => scrollY);
    expect(place).toBeGreaterThan(1000);
    await name.click();
    await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible(settles);
    await comeBack();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(place);
    await expect(cards).toHaveCount(shown);
    await expect(name).toBeFocused();
  }
  // By the menu it begins at its beginning.
  await name.click();
  await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible(settles);
  await page
    .getByRole('link', { name: /^Needs attention/ })
    .first()
    .click();
  await expect(cards).toHaveCount(20);
  // And from the worklist one comes back to the worklist.
  await desk.page.getByRole('link', { name: 'Worklist', exact: true }).click();
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page.getByRole('link', { name: 'Back to the worklist' })).toBeVisible(settles);
});

test('back to the worklist: the list, what was searched for and the place in it; “/” begins a new search', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  const search = page.getByLabel('Find a patient');
  const back = page.getByRole('link', { name: 'Back to the worklist' });
  const all = page.getByRole('link', { name: /^All\b/ });
  await all.click();
  await expect(all).toHaveAttribute('aria-current', 'page');
  await search.fill('ashw');
  await page.getByRole('link', { name: 'ASHWORTH, Margaret', exact: true }).click();
  await back.click();
  await expect(search).toHaveValue('ashw');
  await expect(page.getByRole('link', { name: 'ASHWORTH, Margaret', exact: true })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('sharma');
  await expect(search).toHaveValue('sharma');
  await search.fill('');

  await expect(all).toHaveAttribute('aria-current', 'page');
  // The rest is drawn as somebody comes near to it.
  const last = page.getByRole('row').nth(30);
  await expect(last).toHaveCount(0);
  await page.getByRole('heading', { name: /^All: / }).click();
  await page.keyboard.press('End');
  await expect(last).toBeAttached();
  const far = page.getByRole('row').nth(30).getByRole('link').first();
  await far.scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => scrollY);
  expect(place).toBeGreaterThan(500);
  await far.click();
  await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible(settles);
  await back.click();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(place);
  await expect(all).toHaveAttribute('aria-current', 'page');
  // By the menu it begins at its beginning.
  await far.click();
  await page.getByRole('link', { name: 'Worklist', exact: true }).click();
  await expect(page.getByRole('link', { name: /^Needs action today/ })).toHaveAttribute(
    'aria-current',
    'page',
  );
});
