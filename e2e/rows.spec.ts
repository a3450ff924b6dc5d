// Rows needing a person: a file of referrals comes in beside a running server, and the practice says whose its doubtful rows are.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cityPractice, derek, hillsPractice, margaret, skinClinic, type CastMember } from './cast.ts';
import { phone, type Device } from './device.ts';
import { keptOn, tellsNothing } from './kept.ts';
import { practiceDesk, requestBooking, settles } from './screens.ts';
import { appointmentsOf, expect, test, type World } from './world.ts';

// Staff have no way in but the demonstration's, which shuts itself where a file comes in.
test.use({ settings: { HOLDFAST_DEMO: 'on' } });

const practice = hillsPractice.replace('practice:', '');
/** Nobody holds it. */
const freeNumber = '9999800912';

type Cells = Readonly<Record<string, string>>;

/** A row that would come in as it is, if it were about nobody else. */
const row = (n: number, about: Cells): Cells => ({
  ubrn: `0000490090${String(n).padStart(2, '0')}`,
  nhs_number: freeNumber,
  family_name: derek.familyName,
  given_name: derek.givenName,
  birth_date: '1949-11-02',
  sex: 'male',
  phone: '01632 960987',
  address: '7 Telltale Terrace, Bristol',
  postcode: 'BS8 2ES',
  practice,
  referrer: 'Dr Olive Marchbanks',
  specialty: 'Dermatology',
  clinic_type: 'Psoriasis',
  priority: 'routine',
  shortlist: skinClinic,
  referred_at: '2026-01-05',
  ...about,
});
const typo = { nhs_number: derek.nhsNumber, birth_date: '1949-02-11' };
const hers = { ...typo, nhs_number: margaret.nhsNumber };
const nameless = {
  nhs_number: '',
  family_name: 'Quillfeather',
  given_name: 'Gwen',
  birth_date: '1931-01-02',
};

/** As an operator does it, on the data of a server that runs. */
function importFile(
  world: World,
  rows: readonly Cells[],
): { readonly said: string; readonly status: number | null } {
  const path = join(world.data, 'old-system.csv');
  const columns = Object.keys(row(0, {}));
  const line = (cells: readonly string[]) => cells.map((cell) => `"${cell}"`).join(',');
  writeFileSync(
    path,
    [line(columns), ...rows.map((cells) => line(columns.map((name) => cells[name] ?? '')))].join('\n'),
  );
  return command(world, '--referrals', path);
}

function command(world: World, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/import.ts', ...words, '--data', world.data],
    { encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

async function openRows(device: Device, page = device.page): Promise<void> {
  await device.goto('/practice', page);
  await page.getByRole('link', { name: /^Rows needing a person/ }).click();
  await expect(heading(page, 'Rows needing a person')).toBeVisible(settles);
}

/** From the list to the question that stands before it is settled. */
async function choose(page: Page, reference: string, answer: RegExp, note = ''): Promise<void> {
  const card = page.getByRole('article').filter({ hasText: spaced(reference) });
  await card.getByRole('link', { name: /^Settle this row/ }).click();
  await page.getByRole('radio', { name: answer }).check();
  if (note) await page.getByLabel('How do you know?').fill(note);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check before it is settled' })).toBeFocused();
}

const spaced = (ubrn: string) => `${ubrn.slice(0, 4)} ${ubrn.slice(4, 8)} ${ubrn.slice(8)}`;
const isDerek = new RegExp(`^It is your patient ${derek.familyName.toUpperCase()}, ${derek.givenName}`);

async function settledAs(page: Page, button: string, title: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(heading(page, title)).toBeFocused(settles);
}

const patientsNumbered = async (world: World, { nhsNumber }: Pick<CastMember, 'nhsNumber'>) => {
  const { referrals } = await (await world.as(hillsPractice)).truth();
  return [...referrals.values()].filter(({ patient }) => patient.nhsNumber === nhsNumber);
};

test('doubtful rows of a file: one is a patient, one is somebody new, one is not ours; the same file brings none back', async ({
  world,
}) => {
  const desk = await practiceDesk(world, hillsPractice);
  const { page } = desk;
  const file = [row(1, typo), row(2, {}), row(3, nameless)];
  const first = importFile(world, file);
  expect(first.said).toContain('3 rows: 3 need a person');
  expect(first.status).toBe(1);

  await saysHowMany(desk, 3);
  await openRows(desk);
  await expect(page.getByText('3 rows wait')).toBeVisible(settles);
  // Where it comes from, what it says, what is in doubt.
  const card = page.getByRole('article').filter({ hasText: spaced('000049009001') });
  await expect(card).toContainText('old-system.csv, line 2');
  await expect(card).toContainText('The NHS number belongs to a patient with another date of birth.');

  await choose(page, '000049009001', isDerek, 'Rang him');
  // Side by side, and what differs is said in words.
  const held = page.getByRole('region', { name: /^Your patient HOLLOWAY/ });
  await expect(held).toContainText(/Date of birth.*2 November 1949.*Different/s);
  await expect(held).toContainText(/NHS number.*Same/s);
  const check = page.getByRole('region', { name: 'Check before it is settled' });
  await expect(check).toContainText(
    `becomes one of ${derek.givenName} ${derek.familyName}, born 2 November 1949`,
  );
  await expect(check).toContainText('It cannot be undone here');
  await settledAs(page, 'It is this patient', 'The referral is in');
  // It is on the worklist by the ordinary way, and can be booked.
  await page.getByRole('link', { name: /^Open the referral/ }).click(settles);
  await expect(page.getByRole('heading', { name: 'Where it stands' })).toBeVisible(settles);
  await requestBooking(page, [0]);
  await expect(page.getByText(/^Booked/).first()).toBeVisible(settles);
  const reader = await world.as(hillsPractice);
  await expect.poll(async () => appointmentsOf(await reader.truth(), '000049009001').length, settles).toBe(1);

  await openRows(desk);
  await choose(page, '000049009002', /^It is somebody new/);
  await settledAs(page, 'Make a new patient', 'The patient and the referral are in');
  await page.getByRole('link', { name: 'Back to the rows: 1 left' }).click();
  await choose(page, '000049009003', /^It is not ours/, 'Nobody of that name');
  await settledAs(page, 'It is not ours', 'The row has left your list');
  await page.getByRole('link', { name: 'Back to the rows: nothing waits' }).click();
  await expect(page.getByText('Nothing waits')).toBeVisible(settles);

  // Derek is as he was, and somebody of his name is beside him.
  const [one, ...more] = await patientsNumbered(world, derek);
  expect(
    more
      .map(({ ubrn }) => ubrn)
      .concat(one?.ubrn ?? '')
      .sort(),
  ).toEqual([derek.ubrn, '000049009001']);
  expect(one?.patient.birthDate).toBe('1949-11-02');
  expect((await patientsNumbered(world, { nhsNumber: freeNumber })).map(({ ubrn }) => ubrn)).toEqual([
    '000049009002',
  ]);

  const again = importFile(world, file);
  expect(again.said).toContain('2 unchanged, 1 need a person');
  expect(again.said).toContain('says that this is not theirs');
  await saysHowMany(desk, 0);
  // The operator sees who handed it back; at the desk it stays gone.
  const waiting = command(world, '--waiting').said;
  expect(waiting).toMatch(/said that it is not theirs, .*: Nobody of that name/);
  expect(waiting).not.toMatch(/Telltale|01632/);
});

async function saysHowMany(desk: Device, count: number): Promise<void> {
  await desk.goto('/practice');
  await expect(desk.page.getByRole('link', { name: `Rows needing a person ${count}` })).toBeVisible(settles);
}

test('two desks settle one row: the second is told who was there before, and what they said', async ({
  world,
}) => {
  importFile(world, [row(1, typo)]);
  const [gp] = await world.staff(hillsPractice, 'gp');
  const one = await practiceDesk(world, hillsPractice, 'gp');
  const two = await practiceDesk(world, hillsPractice);
  for (const desk of [one, two]) await openRows(desk);
  await choose(one.page, '000049009001', isDerek);
  await choose(two.page, '000049009001', /^It is not ours/);
  await settledAs(one.page, 'It is this patient', 'The referral is in');
  await settledAs(two.page, 'It is not ours', 'Somebody else has settled this row');
  await expect(two.page.getByRole('main')).toContainText('Nothing of what you chose was done.');
  await expect(two.page.getByRole('main')).toContainText(
    `${gp?.name ?? ''} (GP) said which patient it is about, and the referral came in`,
  );
  await expect(two.page.getByRole('link', { name: /^Open the referral/ })).toBeVisible(settles);
});

test('the operator was quicker: the desk is told so, and nothing comes in', async ({ world }) => {
  importFile(world, [row(1, typo)]);
  const desk = await practiceDesk(world, hillsPractice);
  await openRows(desk);
  await choose(desk.page, '000049009001', isDerek);
  const id = /^([0-9a-f]{16}) .*000049009001/m.exec(command(world, '--waiting').said)?.[1] ?? '';
  expect(command(world, '--done', id, '--note', 'entered twice').status).toBe(0);
  await settledAs(desk.page, 'It is this patient', 'Somebody else has settled this row');
  await expect(desk.page.getByRole('main')).toContainText('Whoever loads the files has dealt with it');
  expect(await patientsNumbered(world, derek)).toHaveLength(1);
});

test('whom the practice does not know it is not told: the row is for whoever loads the files', async ({
  world,
}) => {
  importFile(world, [row(1, hers)]);
  const desk = await practiceDesk(world, hillsPractice);
  const { page } = desk;
  await openRows(desk);
  await page.getByRole('link', { name: /^Look at this row/ }).click();
  await expect(
    page.getByText('Only whoever loads these files can find out: it is on their list too.'),
  ).toBeVisible();
  await expect(page.getByRole('radio')).toHaveCount(1);
  await expect(page.getByRole('radio', { name: /^It is not ours/ })).toBeVisible();
  await expect(page.getByText(margaret.familyName)).toHaveCount(0);
  expect(await patientsNumbered(world, margaret)).toEqual([]);
  const city = await world.as(cityPractice);
  expect((await city.truth()).referrals.has('000049009001')).toBe(false);
});

test('nothing of a row is kept on the device, and without a connection the page says why it is empty', async ({
  world,
}) => {
  importFile(world, [row(1, typo), row(3, nameless)]);
  const desk = await practiceDesk(world, hillsPractice, 'receptionist', phone);
  const { page } = desk;
  await openRows(desk);
  const card = page.getByRole('article').filter({ hasText: spaced('000049009003') });
  await expect(card).toContainText('QUILLFEATHER, Gwen', settles);
  await card.getByRole('link', { name: /^Settle this row/ }).click();
  await page.getByLabel('How do you know?').fill('Telltale note');
  const telling = [
    'Quillfeather',
    'QUILLFEATHER',
    '1931-01-02',
    '000049009003',
    'old-system.csv',
    'Telltale',
    'Marchbanks',
  ];
  tellsNothing(await keptOn(desk), 'what the desk keeps', telling);

  await desk.goOffline();
  await page.getByRole('radio', { name: /^It is not ours/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'It is not ours', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('There is no connection, so nothing was settled.');
  await desk.goto('/practice/rows');
  await expect(page.getByText('This list needs a connection')).toBeVisible(settles);
  await expect(page.getByText('QUILLFEATHER')).toHaveCount(0);
  await desk.goto('/practice');
  await expect(page.getByRole('link', { name: 'Rows needing a person needs a connection' })).toBeVisible(
    settles,
  );
  tellsNothing(await keptOn(desk), 'what the desk keeps', telling);

  await desk.goto('/practice/rows');
  await expect(page.getByRole('button', { name: 'Try again', exact: true })).toBeVisible(settles);
  // The line comes back, and nobody has to ask for the list again.
  await desk.goOnline();
  await expect(page.getByRole('heading', { name: 'QUILLFEATHER, Gwen' })).toBeVisible(settles);
});

test('hundreds of rows come a page at a time, and by the keyboard alone one of the last is settled', async ({
  world,
}) => {
  const rows = Array.from({ length: 130 }, (_, n) =>
    row(0, {
      ...typo,
      ubrn: String(49_009_200 + n).padStart(12, '0'),
      birth_date: `19${10 + (n % 80)}-0${1 + Math.floor(n / 80)}-03`,
    }),
  );
  expect(importFile(world, rows).said).toContain('130 need a person');
  const desk = await practiceDesk(world, hillsPractice);
  const { page } = desk;
  await openRows(desk);
  await expect(page.getByText('130 rows wait, the oldest 20 are shown')).toBeVisible(settles);
  await expect(page.getByRole('article')).toHaveCount(20);
  for (let shown = 40; shown <= 120; shown += 20) {
    await page.getByRole('button', { name: /^Show more/ }).press('Enter');
    await expect(page.getByRole('article')).toHaveCount(shown, settles);
  }
  await page.getByRole('button', { name: 'Show more (10 left)' }).press('Enter');
  await expect(page.getByRole('article')).toHaveCount(130, settles);
  await expect(page.getByRole('button', { name: /^Show more/ })).toHaveCount(0);
  const last = page.getByRole('article').last();
  await last.getByRole('link', { name: /^Settle this row/ }).press('Enter');
  await page.getByRole('button', { name: 'Continue' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Choose whose row it is');
  await page.getByRole('radio', { name: /^It is not ours/ }).press('Space');
  await page.getByRole('button', { name: 'Continue' }).press('Enter');
  await page.getByRole('button', { name: 'It is not ours', exact: true }).press('Enter');
  await expect(heading(page, 'The row has left your list')).toBeFocused(settles);
  // Whoever works on the seventh page is not sent back to the first.
  await page.getByRole('link', { name: 'Back to the rows: 129 left' }).press('Enter');
  await expect(page.getByRole('article')).toHaveCount(129, settles);
});

test('a cover over the screen has the rows forgotten; whoever lifts it has them read anew', async ({
  world,
}) => {
  importFile(world, [row(3, nameless)]);
  const desk = await practiceDesk(world, hillsPractice);
  const { page } = desk;
  await page.clock.install();
  await openRows(desk);
  await page.getByRole('link', { name: /^Settle this row/ }).click(settles);
  await expect(heading(page, 'QUILLFEATHER, Gwen')).toBeVisible();
  await page.clock.fastForward('31:00');
  await expect(page.getByRole('heading', { name: 'Screen covered' })).toBeVisible(settles);
  // Not behind the cover either.
  expect(await page.content()).not.toMatch(/quillfeather/i);
  await page.getByRole('button', { name: /: show the screen$/ }).click();
  await expect(heading(page, 'QUILLFEATHER, Gwen')).toBeVisible(settles);
});
