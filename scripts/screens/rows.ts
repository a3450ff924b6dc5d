// Rows needing a person: the list, each kind of doubt, what is asked before one is settled, and everything that may come of it.
import type { Page } from '@playwright/test';
import { heading, signedIn } from './practice.ts';
import type { Stage, Visit } from './stage.ts';

const connected = { timeout: 60_000 };
const scope = 'practice:L81015';

export async function takeRows(stage: Stage): Promise<void> {
  const visit = await signedIn(stage, 'receptionist', false);
  await doubts(visit);
  await refusedInWords(visit);
  await operators(visit);
  await settled(visit);
  await withoutList(visit);
  await visit.context.close();
}

async function doubts({ page, go, take }: Visit): Promise<void> {
  await go('/practice');
  await page.getByRole('link', { name: /^Rows needing a person/ }).click(connected);
  await page.getByText('3 rows wait').waitFor(connected);
  await take('practice-rows');
  for (const [family, name] of [
    ['SHARMA', 'birth-date'],
    ['PRIDDY', 'two-numbers'],
    ['PASCOE', 'no-number'],
  ] as const) {
    await open(page, go, family);
    await take(`practice-rows-${name}`);
  }
}

async function refusedInWords({ page, go, take, context }: Visit): Promise<void> {
  await open(page, go, 'SHARMA');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('There is a problem').waitFor(connected);
  await take('practice-rows-nothing-chosen');
  await check(page, /^It is your patient/);
  await take('practice-rows-check');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'It is this patient' }).click();
  await page.getByText('There is no connection, so').waitFor(connected);
  await take('practice-rows-check-offline');
  await context.setOffline(false);
}

/** What a practice is told of a row that it cannot settle: the rows are the demonstration's, bent on their way. */
async function operators({ page, go, take, context }: Visit): Promise<void> {
  for (const forOperator of ['others', 'restricted', 'referenceInUse'] as const) {
    await context.route('**/api/rows', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { rows: object[] };
      const isRestricted = forOperator === 'restricted';
      const rows = body.rows.map((row) => ({
        ...row,
        ...{ forOperator, doubt: null, candidates: [], mayBeNew: false, mayBeNotOurs: !isRestricted },
        ...(isRestricted ? { person: null } : {}),
      }));
      await route.fulfill({ response: answer, json: { ...body, rows } });
    });
    await go('/practice/rows');
    await page
      .getByRole('link', { name: /^Look at this row/ })
      .first()
      .click(connected);
    await page
      .getByText(/whoever loads these files/i)
      .first()
      .waitFor(connected);
    await take(`practice-rows-${forOperator}`);
    await context.unroute('**/api/rows');
  }
}

async function settled({ page, go, take }: Visit): Promise<void> {
  await open(page, go, 'SHARMA');
  await check(page, /^It is your patient/);
  await page.getByRole('button', { name: 'It is this patient' }).click();
  await heading(page, 'The referral is in');
  await page.getByRole('link', { name: /^Open the referral/ }).waitFor(connected);
  await take('practice-rows-done');

  await open(page, go, 'PRIDDY');
  await check(page, /^It is somebody new/);
  await take('practice-rows-check-new');
  // A colleague is quicker.
  await page.evaluate(
    async ([path, whose]) => {
      const body = JSON.stringify({ scope: whose, as: 'notOurs' });
      await fetch(path ?? '', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    },
    [`/api/rows/${new URL(page.url()).searchParams.get('row') ?? ''}`, scope],
  );
  await page.getByRole('button', { name: 'Make a new patient' }).click();
  await heading(page, 'Somebody else has settled this row');
  await take('practice-rows-too-late');

  await open(page, go, 'PASCOE');
  await check(page, /^It is not ours/);
  await take('practice-rows-check-not-ours');
  await page.getByRole('button', { name: 'It is not ours' }).click();
  await heading(page, 'The row has left your list');
  await take('practice-rows-not-ours');
  await page.getByRole('link', { name: /^Back to the rows: nothing/ }).click();
  await page.getByText('Nothing waits').waitFor(connected);
  await take('practice-rows-empty');
}

async function withoutList({ page, go, take, context }: Visit): Promise<void> {
  for (const [status, code, name] of [
    [403, 'forbidden', 'forbidden'],
    [503, 'busy', 'failed'],
  ] as const) {
    const body = JSON.stringify({ type: `urn:holdfast:problem:${code}`, title: 'No', status, code });
    await context.route('**/api/rows', (route) =>
      route.fulfill({ status, contentType: 'application/problem+json', body }),
    );
    await go('/practice/rows');
    await page.getByRole('main').getByRole('alert').waitFor(connected);
    await take(`practice-rows-${name}`);
    await context.unroute('**/api/rows');
  }
}

async function open(page: Page, go: Visit['go'], family: string): Promise<void> {
  await go('/practice/rows');
  await page
    .getByRole('article')
    .filter({ hasText: family })
    .getByRole('link', { name: /^Settle this row/ })
    .click(connected);
  await page.getByRole('group', { name: 'Whose is it?' }).waitFor(connected);
}

async function check(page: Page, answer: RegExp): Promise<void> {
  await page.getByRole('radio', { name: answer }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Check before it is settled' }).waitFor(connected);
}
