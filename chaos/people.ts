/** People at their screens: what each sets out to do is given, what they can do is what the screen then shows. */
import type { Locator, Page } from '@playwright/test';
import { timeButtons } from '../e2e/screens.ts';
import { patienceMs, type BrowserDevice } from './browser-device.ts';
import type { History } from './history.ts';
import type { Wish } from './plan.ts';
import { flat } from './sentences.ts';

/** A page that has just come takes no press for six tenths of a second. */
const thinkMs = 1_500;

export interface Play {
  readonly history: History;
  /** Those that rivals fight over, by practice; a patient's phone knows its own alone. */
  readonly referrals: ReadonlyMap<string, readonly string[]>;
  /** The service whose times the clinic takes away. */
  readonly service: string;
}

/** Throws when the machine or the line goes in the middle: what was done stays done. */
export async function act(desk: BrowserDevice, wish: Wish, play: Play): Promise<void> {
  const page = await desk.tab(wish.isElsewhere);
  await desk.hasSomebody(page);
  switch (wish.want) {
    case 'signOut':
      await desk.signOut(page);
      return desk.signIn(page);
    case 'look':
      return look(desk, page);
    case 'attention':
      return attention(desk, page, wish, play);
    case 'takeAway':
      return takeAway(desk, page, wish, play);
    case 'referral':
      return desk.seat.kind === 'patient'
        ? asPatient(desk, page, wish, play)
        : asPractice(desk, page, wish, play);
  }
}

async function look(desk: BrowserDevice, page: Page): Promise<void> {
  await desk.device.goto(desk.seat.kind === 'patient' ? '/patient' : `${desk.home}/waiting`, page);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await tap(page.getByRole('button', { name: 'Try again now' }).first(), 500);
}

async function asPractice(desk: BrowserDevice, page: Page, wish: Wish, play: Play): Promise<void> {
  const ubrns = play.referrals.get(desk.seat.scope) ?? [];
  const ubrn = ubrns[wish.which % ubrns.length] ?? '';
  await desk.device.goto(`/practice/referrals/${ubrn}`, page);
  await page.getByRole('heading', { name: 'Where it stands' }).waitFor();
  if (await secondThought(desk, page, wish, play)) return;
  const find = page.getByRole('link', { name: 'Find a time' });
  const move = page.getByRole('link', { name: 'Move the appointment' });
  const cancel = page.getByRole('link', { name: 'Cancel the appointment' });
  await find.or(move).first().waitFor({ timeout: 3_000 });
  if (await find.isVisible()) {
    await find.click();
    await choose(page, wish, 'Check and confirm');
    return confirm(desk, page, wish, play, 'book', /^(Confirm and book|Save the request)$/);
  }
  if (wish.dice < 0.55) {
    await move.click();
    await choose(page, wish, 'Check and move');
    return confirm(desk, page, wish, play, 'move', /^(Confirm the move|Save the request)$/);
  }
  await cancel.click();
  await page.getByLabel('Patient is sick').check();
  return confirm(desk, page, wish, play, 'cancel', /^(Cancel the appointment|Save the request)$/);
}

async function asPatient(desk: BrowserDevice, page: Page, wish: Wish, play: Play): Promise<void> {
  await desk.device.goto('/patient', page);
  const choice = page.getByRole('link', { name: 'Choose a time', exact: true });
  const move = page.getByRole('link', { name: 'Change the time', exact: true });
  const request = page.getByRole('region', { name: 'Where this request stands' });
  await choice.or(move).or(request).first().waitFor();
  if (await secondThought(desk, page, wish, play)) return;
  if (wish.dice < 0.25) {
    const seen = page.getByRole('button', { name: 'OK, I’ve seen this' }).first();
    if (await tap(seen, 500)) return done(desk, play, 'says that it was seen');
  }
  if (await choice.isVisible()) {
    await choice.click();
    await choose(page, wish, 'Continue');
    return confirm(desk, page, wish, play, 'book', /^(Book (this time|the first)|Save the request)/);
  }
  if (wish.dice < 0.65) {
    await move.click();
    await choose(page, wish, 'Continue');
    return confirm(desk, page, wish, play, 'move', /^(Change to|Save the request)/);
  }
  await page.getByRole('link', { name: 'Cancel it', exact: true }).click();
  await page.getByLabel("I'm ill").check();
  return confirm(desk, page, wish, play, 'cancel', /^(Cancel my appointment|Save the request)$/);
}

/** A request that has no answer: let it be, take it back, or call it off. */
async function secondThought(desk: BrowserDevice, page: Page, wish: Wish, play: Play): Promise<boolean> {
  const request = page.getByRole('region', { name: 'Where this request stands' }).first();
  if (!(await request.isVisible())) return false;
  const words = await request.innerText();
  if (wish.dice > 0.5) return true;
  if (await tap(request.getByRole('button', { name: 'Take it back' }), thinkMs)) {
    play.history.note(desk.name, 'takes back', { words });
    play.history.count('acts', 'takes back');
    desk.mayVanish();
  } else if (await tap(request.getByRole('button', { name: 'Call it off' }), thinkMs)) {
    await request
      .getByText('Called off.')
      .waitFor({ timeout: 2_000 })
      .catch(() => undefined);
    play.history.note(desk.name, 'calls off', { words });
    play.history.count('acts', 'calls off');
  }
  return true;
}

async function choose(page: Page, wish: Wish, onward: string): Promise<void> {
  await timeButtons(page).first().waitFor();
  const count = await timeButtons(page).count();
  const names: string[] = [];
  // What was chosen before, and not asked for, is still marked; touched again it would be let go.
  for (const index of wish.choices.filter((place) => place < count)) {
    const button = timeButtons(page).nth(index);
    names.push((await button.getAttribute('aria-label')) ?? '');
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  }
  await page.getByRole('link', { name: onward }).click();
}

async function confirm(
  desk: BrowserDevice,
  page: Page,
  wish: Wish,
  play: Play,
  kind: string,
  name: RegExp,
): Promise<void> {
  await page.getByRole('button', { name }).click();
  play.history.count('acts', kind);
  play.history.note(desk.name, `confirms ${kind}`);
  const request = page.getByRole('region', { name: 'Where this request stands' }).first();
  await request.waitFor({ timeout: 3_000 }).catch(() => undefined);
  // Where the address names a request, the screen has said that it is saved: from here on it must not be lost.
  const id = new URL(page.url()).searchParams.get('request');
  if (id) {
    play.history.note(desk.name, 'was promised', { claim: id, words: flat(await request.innerText()) });
    desk.promised.add(id);
  }
  // Some think again at once, while it waits or is under way.
  if (wish.which % 3 === 0) await secondThought(desk, page, { ...wish, dice: 0 }, play);
}

async function attention(desk: BrowserDevice, page: Page, wish: Wish, play: Play): Promise<void> {
  await desk.device.goto('/practice/attention', page);
  await page.getByRole('heading', { level: 1, name: 'Needs attention' }).waitFor();
  const cards = page.getByRole('article');
  await cards.or(page.getByText('Everyone has been told')).first().waitFor();
  const count = await cards.count();
  if (count === 0) return;
  const card = cards.nth(wish.which % count);
  const how = ['In person', 'By phone', 'By letter', 'No answer'][Math.floor(wish.dice * 4)] ?? '';
  const told = card.getByRole('button', { name: how, exact: true });
  if (await tap(told)) return done(desk, play, `records told: ${how}`);
  const seen = card.getByRole('button', { name: 'I have seen this' });
  if (await tap(seen.first())) return done(desk, play, 'says that it was seen');
}

async function takeAway(desk: BrowserDevice, page: Page, wish: Wish, play: Play): Promise<void> {
  await desk.device.goto(`/clinic/times/take-away?service=${play.service}`, page);
  const boxes = page.getByRole('checkbox', { name: /^\d{1,2}(:\d{2})?(am|pm)|^midday/ });
  // Soon is what people ask for, but the first days are within the clinic's notice: some weeks on.
  for (let week = 0; week <= wish.which % 3; week += 1)
    await page.getByRole('link', { name: 'Week after' }).click();
  await boxes.first().waitFor({ timeout: 3_000 });
  // Somebody's time as often as a free one.
  const taken = boxes.and(page.getByRole('checkbox', { name: /[A-Z]{3,}/ }));
  const from = wish.dice < 0.5 && (await taken.count()) > 0 ? taken : boxes;
  await from.nth(wish.which % Math.min(12, await from.count())).check();
  await page.getByRole('button', { name: 'See who is affected' }).click();
  const affected = await page.getByRole('heading', { level: 1 }).innerText();
  await page.getByLabel('Why are they taken away?').selectOption({ label: 'Clinic cancelled' });
  await page.getByRole('button', { name: /^Take away (this time|\d+ times)/ }).click();
  play.history.note(desk.name, 'takes times away', { affected });
  play.history.count('acts', 'takes a time away');
  await page.waitForURL(/\/clinic\/times\?/, { timeout: 3_000 });
}

function done(desk: BrowserDevice, play: Play, what: string): void {
  play.history.note(desk.name, what);
  play.history.count('acts', what);
}

/** Was there something to press? */
async function tap(button: Locator, withinMs = patienceMs): Promise<boolean> {
  return button.click({ timeout: withinMs }).then(
    () => true,
    () => false,
  );
}
