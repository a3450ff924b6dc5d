/** The screens at rest, read as people read them, against the ledger. */
import { isDeepStrictEqual } from 'node:util';
import type { Page } from '@playwright/test';
import type { Claim } from '#lib/domain/claim.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { ukSentence } from '../e2e/uk-clock.ts';
import type { BrowserDevice } from './browser-device.ts';
import type { History } from './history.ts';
import type { Judged } from './judge.ts';
import type { OnDisk } from './records.ts';
import { persist } from './rest.ts';
import { flat, mustSay } from './sentences.ts';
import type { Stage } from './stage.ts';

/** A screen that does not say it by then will not say it. */
const settleMs = 10_000;

export async function judgeScreens({ browsers }: Stage, judged: Judged, history: History): Promise<void> {
  const readers = browsers.map(async (desk) => {
    const disk = judged.disks.get(desk);
    const page = await desk.tab();
    if (!disk) return;
    rowsAreTrue(desk, disk, judged, history);
    if (desk.seat.kind === 'practice') {
      await answersAreSaid(desk, page, disk, history);
      await referralsAreTrue(desk, page, judged, history);
      await attentionIsTrue(desk, page, judged, history);
    } else if (desk.seat.kind === 'patient') await phoneIsTrue(desk, page, judged, history);
  });
  await Promise.all(readers);
}

/** I7: what the device holds of its scope is what the journal says, row by row. */
function rowsAreTrue(
  desk: BrowserDevice,
  { truth }: OnDisk,
  { ledger, model }: Judged,
  history: History,
): void {
  const { scope, kind } = desk.seat;
  const is = new Map(truth.map(({ key, sealed }) => [key, sealed.record.row]));
  const isOurs = (ubrn: string) =>
    kind === 'patient'
      ? scope === `patient:${ubrn}`
      : scope === `practice:${ledger.referrals.get(ubrn)?.practice}`;
  const isSeen = (ubrn: string, service: string) =>
    kind === 'clinic' ? scope === `clinic:${ledger.services.get(service)?.site}` : isOurs(ubrn);
  for (const row of model.appointments.values()) {
    if (!isSeen(row.ubrn, row.slot.service)) continue;
    history.count('checked', 'rows on disks');
    if (!isDeepStrictEqual(is.get(`appointment:${row.id}`), row))
      history.blame('I7', `${desk.name} does not hold appointment ${row.id} as it is`);
  }
  for (const row of model.notices.values()) {
    if (row.scope !== scope) continue;
    history.count('checked', 'rows on disks');
    const held = is.get(`notice:${row.id}`) as typeof row | undefined;
    const isHidden = kind === 'clinic' && row.slot !== null && !isSeen('', row.slot.service);
    if (!isDeepStrictEqual(held, isHidden ? { ...row, slot: null } : row))
      history.blame('I7', `${desk.name} does not hold notice ${row.id} (${row.event}) as it is`);
  }
  for (const key of is.keys()) {
    const [entity, id = ''] = key.split(':', 2);
    if (entity === 'appointment' && !model.appointments.has(id as never))
      history.blame('I7', `${desk.name} holds ${key}, which does not exist`);
  }
}

/** I4 in words: the sentence of each request, on the screen that says what became of it. */
async function answersAreSaid(
  desk: BrowserDevice,
  page: Page,
  { claims }: OnDisk,
  history: History,
): Promise<void> {
  for (const { id, state, sealed } of claims) {
    const verdict: Verdict | undefined = sealed.record.answer?.verdict;
    if (state !== 'settled' || !verdict) continue;
    const { intent } = JSON.parse(sealed.record.bytes) as Claim;
    const ubrn = 'ubrn' in intent ? intent.ubrn : verdict.appointment?.ubrn;
    if (!ubrn || sealed.record.callOff) continue;
    history.count('checked', 'sentences of answers');
    const should = mustSay(intent.kind, verdict);
    const words = await said(page, should, async () => {
      await desk.device.goto(`/practice/referrals/${ubrn}/check?request=${id}`, page);
      return page.getByRole('region', { name: 'Where this request stands' }).getByRole('status').first();
    });
    if (words !== undefined)
      history.blame('I4', `${desk.name} says of ${intent.kind} ${id} “${words}”, and should say ${should}`);
  }
}

async function referralsAreTrue(
  desk: BrowserDevice,
  page: Page,
  judged: Judged,
  history: History,
): Promise<void> {
  const { ledger, model } = judged;
  for (const referral of ledger.referrals.values()) {
    if (`practice:${referral.practice}` !== desk.seat.scope) continue;
    history.count('checked', 'referrals on screens');
    const held = model.holding(referral.ubrn);
    const { status } = referral;
    const should = held
      ? new RegExp(`${ukSentence(held.slot.start)}.*Booked by the `)
      : status.state === 'closed'
        ? /Closed on /
        : status.deferral
          ? /must contact the patient by/
          : /Nobody has booked it\.|Nothing is booked now:/;
    const words = await said(page, should, async () => {
      await desk.device.goto(`/practice/referrals/${referral.ubrn}`, page);
      return page.getByRole('region', { name: 'Where it stands' });
    });
    if (words !== undefined)
      history.blame('I4', `${desk.name} says of ${referral.ubrn} “${words}”, and should say ${should}`);
    const open = page.getByRole('region', { name: 'Where this request stands' });
    if ((await open.count()) > 0)
      history.blame(
        'I9',
        `${desk.name} still shows a request for ${referral.ubrn}: ${flat(await open.first().innerText())}`,
      );
  }
}

/** The loop ends with the patient: whatever stands in the ledger stands on the practice's list, and nothing else. */
async function attentionIsTrue(
  desk: BrowserDevice,
  page: Page,
  { model }: Judged,
  history: History,
): Promise<void> {
  const standing = [...model.notices.values()].filter(
    ({ scope, done }) => scope === desk.seat.scope && done === null,
  );
  history.count('checked', 'lists of what needs attention');
  await desk.device.goto('/practice/attention', page);
  await page.getByRole('heading', { level: 1, name: 'Needs attention' }).waitFor();
  // The list comes after its heading, and twenty at a time: an empty page is no empty list.
  await page.getByText(/Everyone has been told|Each stays here, on every computer/).waitFor();
  const more = page.getByRole('button', { name: /^Show more \(/ });
  let shown = -1;
  let hindrance = '';
  for (const until = Date.now() + settleMs; shown !== standing.length && Date.now() < until;) {
    if (await more.isVisible())
      await more
        .click({ timeout: 1_000 })
        .catch((error: unknown) => (hindrance = ` (${flat(String(error))})`));
    else await page.waitForTimeout(250);
    shown = (await more.isVisible()) ? -1 : await page.getByRole('article').count();
  }
  if (shown !== standing.length)
    history.blame(
      'I4',
      `${desk.name} lists ${shown} things to attend to, and there are ${standing.length}${hindrance}`,
    );
}

async function phoneIsTrue(
  desk: BrowserDevice,
  page: Page,
  { model }: Judged,
  history: History,
): Promise<void> {
  const ubrn = desk.seat.patient?.ubrn ?? '';
  const held = model.holding(ubrn as never);
  history.count('checked', 'phones');
  const should = held
    ? new RegExp(
        `Your appointment (is booked|has changed).*${ukSentence(held.slot.start).replace(', ', '.*')}`,
      )
    : /^(?!.*Your appointment (is booked|has changed))/;
  const words = await said(page, should, async () => {
    await desk.device.goto('/patient', page);
    return page.getByRole('main');
  });
  if (words !== undefined)
    history.blame('I4', `${desk.name} says “${words.slice(0, 300)}”, and should say ${should}`);
}

/** Undefined once the screen says what it should; else what it says instead. */
async function said(
  page: Page,
  should: RegExp,
  open: () => Promise<{ innerText(): Promise<string>; waitFor(): Promise<void> }>,
): Promise<string | undefined> {
  let words = '';
  const until = Date.now() + settleMs;
  await persist(until, async () => {
    const place = await open();
    await place.waitFor();
    do {
      words = flat(await place.innerText());
      if (should.test(words)) return;
      await page.waitForTimeout(250);
    } while (Date.now() < until);
  }).catch((error: unknown) => (words = String(error).split('\n', 1)[0] ?? ''));
  return should.test(words) ? undefined : words;
}
