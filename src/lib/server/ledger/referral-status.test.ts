/** What is written beside a referral's status, and who of those concerned may read it. */
import { afterEach, expect, test } from 'vitest';
import { dayMs, localDate, addDays } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Author } from '#lib/domain/person.ts';
import type { ReferralStatus } from '#lib/domain/referral.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import { slotRef } from '#lib/domain/slot.ts';
import {
  appointmentId,
  book,
  cancel,
  defer,
  grace,
  nora,
  northEyes,
  northSkin,
  openSmallWorld,
  patient as patientRow,
  patientOf,
  personOf,
  referral,
  rita,
  session,
  tuesday,
  ubrnNumber,
  type World,
} from './testing/small-world.ts';
import { verifyLedger } from './verify.ts';

let world: World;
const one = ubrnNumber(1);
const patient = patientOf(one);

afterEach(async () => {
  const { violations } = await verifyLedger(world.readDb, world.time.now);
  await world.close();
  expect([violations, world.alarms]).toEqual([[], []]);
});

/** Referral 1 waits to hear from North's skin clinic, which has no times. */
async function deferred(): Promise<World> {
  const opened = await openSmallWorld([referral(1, { shortlist: [northEyes, northSkin] })]);
  const pack = await opened.freeTimes(northSkin);
  await opened.ask(nora, {
    kind: 'withdraw',
    service: northSkin,
    slots: pack.map((slot) => ({ slot: slotRef(slot, 'RXX01'), appointment: null })),
    reason: 'CLINIC_CANCELLED',
  });
  await opened.ask(rita, defer(1, northSkin));
  return opened;
}

async function statusSeenBy(author: Author): Promise<ReferralStatus | undefined> {
  const rows = await world.truth(author);
  return rows
    .flatMap((row) => (row.entity === 'referral' && row.key === one && row.row ? [row.row.status] : []))
    .at(-1);
}

test('a try to reach the patient: the practice and the clinic read by whom and the note, the patient only that it was', async () => {
  world = await deferred();
  await world.ask(nora, { kind: 'contact', ubrn: one, outcome: 'noAnswer', comment: 'Rang twice' });
  const at = world.time.now;
  const seen = async (author: Author) =>
    (await statusSeenBy(author))?.deferral?.contacts?.map(({ claim: _, ...rest }) => rest);
  const [ritas, noras, theirs] = [await seen(rita), await seen(nora), await seen(patient)];
  expect(ritas).toEqual([{ at, outcome: 'noAnswer', byName: personOf(nora).name, note: 'Rang twice' }]);
  expect(ritas).toEqual(noras);
  expect(theirs).toEqual([{ at, outcome: 'noAnswer', byName: '' }]);
});

test('sent back with advice: the practice reads it, the patient only that it was, and the clinic sees the patient no more', async () => {
  world = await deferred();
  await world.ask(nora, {
    kind: 'return',
    ubrn: one,
    reason: 'SERVICE_PREREQUISITES_NOT_COMPLETE',
    comment: 'An ECG first, please',
  });
  expect(await statusSeenBy(rita)).toMatchObject({
    deferral: null,
    returned: { service: northSkin, note: 'An ECG first, please' },
  });
  const theirs = await statusSeenBy(patient);
  expect(theirs?.returned).toMatchObject({ reason: 'SERVICE_PREREQUISITES_NOT_COMPLETE', byName: '' });
  expect(JSON.stringify(theirs)).not.toContain('ECG');
  expect(await statusSeenBy(nora)).toBeUndefined();
});

test('set aside with a note: the practice’s alone; a clinic that books the patient later sees nothing of it', async () => {
  world = await openSmallWorld([referral(1, { shortlist: [northEyes] })]);
  const reviewOn = addDays(localDate(world.time.now), 2);
  await world.ask(rita, { kind: 'setAside', ubrn: one, why: 'thinking', reviewOn, comment: 'Asks her son' });
  expect((await statusSeenBy(rita))?.aside).toMatchObject({ reviewOn, note: 'Asks her son' });
  expect(await statusSeenBy(patient)).toEqual({ state: 'open', closed: null, deferral: null });
  expect(await statusSeenBy(nora)).toBeUndefined();
  const [free] = await world.freeTimes(northEyes);
  if (free) await world.ask(patient, book(1, 1, slotRef(free, 'RXX01')));
  expect(await statusSeenBy(nora)).toEqual({ state: 'open', closed: null, deferral: null });
  expect((await statusSeenBy(rita))?.aside).toBeUndefined();
});

test('a clinic that books the one it was asked to contact ends the wait and the tries with it', async () => {
  world = await deferred();
  await world.ask(nora, { kind: 'contact', ubrn: one, outcome: 'spoke' });
  await world.ask(nora, {
    kind: 'publish',
    service: northSkin,
    sessions: [session({ start: tuesday + 2 * dayMs, count: 1 })],
  });
  const [free] = await world.freeTimes(northSkin);
  if (!free) throw new Error('no time');
  const [answer] = await world.ask(nora, book(1, 1, slotRef(free, 'RXX01')));
  expect(answer?.verdict).toMatchObject({ outcome: 'confirmed', rank: 1 });
  expect(await statusSeenBy(rita)).toEqual({ state: 'open', closed: null, deferral: null });
});

test('when the patient has died, nobody is asked to tell them of another referral, whether the same batch closed it or one long before', async () => {
  const twice = [1, 2].map((n) => referral(n, { patient: patientRow(1), shortlist: [northEyes] }));
  world = await openSmallWorld([...twice, referral(3, { shortlist: [northEyes] })]);
  const [first, second, third] = await world.freeTimes(northEyes);
  if (!first || !second || !third) throw new Error('no times');
  await world.ask(rita, book(2, 2, slotRef(first, 'RXX01')));
  await world.ask(rita, book(3, 3, slotRef(third, 'RXX01')));
  const toTell = async () => {
    const rows = await world.db
      .selectFrom('notice')
      .select(['ubrn', 'scope', 'body'])
      .where('done', '=', 0)
      .execute();
    return rows
      .filter(({ body, scope }) => (JSON.parse(body) as Notice).tell || scopeKind(scope) === 'patient')
      .map(({ ubrn }) => Number(ubrn));
  };
  expect(await toTell()).toEqual([2, 2, 3, 3]);
  await world.ask(
    grace,
    { kind: 'close', ubrn: one, reason: 'PATIENT_DIED' },
    {
      kind: 'move',
      appointment: appointmentId(2),
      from: slotRef(first, 'RXX01'),
      choices: [slotRef(second, 'RXX01')],
    },
  );
  expect(await toTell()).toEqual([3, 3]);
  await world.ask(nora, cancel(2, slotRef(second, 'RXX01'), 'CLINIC_CANCELLED'));
  expect(await toTell()).toEqual([3, 3]);
});

test('a note that was erased is gone from what is shown, and the chain still holds', async () => {
  world = await deferred();
  await world.ask(nora, { kind: 'contact', ubrn: one, outcome: 'leftMessage', comment: 'With the daughter' });
  await world.db.deleteFrom('comment').execute();
  expect(JSON.stringify(await statusSeenBy(rita))).not.toContain('daughter');
  const entries = await world.db.selectFrom('journal').select(['intent', 'effects']).execute();
  expect(JSON.stringify(entries)).not.toContain('daughter');
});
