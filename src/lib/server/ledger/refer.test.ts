/** Referrals that practices make and change themselves: who gets to see what, and that the journal can tell it again. */
import { afterEach, expect, test } from 'vitest';
import { ubrnsFor, type Ubrn } from '#lib/domain/ids.ts';
import { offerOf, type Offer } from '#lib/domain/referral.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import {
  book,
  claimId,
  defer,
  grace,
  northEyes,
  northSkin,
  openSmallWorld,
  patientOf,
  referral,
  rita,
  sam,
  southEyes,
  time,
  ubrnNumber,
  withdraw,
  type World,
} from './testing/small-world.ts';
import { verifyLedger } from './verify.ts';

let world: World;
const one = ubrnNumber(1);
const eyes: Offer = {
  specialty: 'EYES',
  clinicType: 'GENERAL',
  priority: 'urgent',
  choice: 'shortlist',
  shortlist: [southEyes],
};

afterEach(async () => {
  const { violations } = await verifyLedger(world.readDb, world.time.now);
  await world.close();
  expect([violations, world.alarms]).toEqual([[], []]);
});

const last = <E extends Row['entity']>(rows: readonly Row[], entity: E, key: string) =>
  rows.findLast((row) => row.entity === entity && row.key === key)?.row as
    Extract<Row, { entity: E }>['row'] | undefined;

async function referred(): Promise<Ubrn> {
  const [answer] = await world.ask(grace, { kind: 'refer', patientOf: one, offer: eyes });
  const { ubrn } = answer?.verdict ?? {};
  if (!ubrn) throw new Error('no reference in the verdict');
  return ubrn;
}

test('a new referral reaches every desk of the practice with what is offered, and can be booked', async () => {
  world = await openSmallWorld();
  const before = await world.send(rita, []);
  const ubrn = await referred();
  const { delta } = await world.send(rita, [], { cursor: before.delta.cursor });
  expect(last(delta.rows, 'referral', ubrn)).toMatchObject({
    patient: { id: 'p1', familyName: 'Family1' },
    practiceName: 'Elm Surgery',
    referrer: 'Grace',
    priority: 'urgent',
    status: { state: 'open' },
  });
  expect(last(delta.rows, 'service', southEyes)).toMatchObject({ id: southEyes });
  const [booked] = await world.ask(rita, book(Number(ubrn), 50, time(southEyes, 3)));
  expect(booked?.verdict).toMatchObject({ outcome: 'confirmed', appointment: { ubrn } });
  // Its own patient, with that reference, and nobody else’s.
  expect(last(await world.truth(patientOf(ubrn)), 'referral', ubrn)?.patient.id).toBe('p1');
  expect(last(await world.truth(patientOf(one)), 'referral', ubrn)).toBeUndefined();
});

test('the same claim again is the same referral, and its reference follows from it', async () => {
  world = await openSmallWorld();
  const claim = world.claim(grace, { kind: 'refer', patientOf: one, offer: eyes }, { id: claimId(900) });
  const text = JSON.stringify(claim);
  const first = await world.send(grace, [text, text]);
  const again = await world.send(grace, [text]);
  const references = [...first.answers, ...again.answers].map(({ verdict }) => verdict.ubrn);
  expect(new Set(references)).toEqual(new Set([ubrnsFor(claimId(900))[0]]));
  expect((await world.truth(rita)).filter(({ entity }) => entity === 'referral')).toHaveLength(4);
});

test('no text of a patient is in the journal', async () => {
  world = await openSmallWorld();
  await referred();
  const rows = await world.readDb.selectFrom('journal').selectAll().execute();
  expect(JSON.stringify(rows)).not.toMatch(/Family1|Given1|9000000001|Home Street|07700/);
});

test('a hospital that no longer fits loses sight of the referral; the practice gains sight of the new services', async () => {
  const shortlist = [southEyes];
  world = await openSmallWorld([referral(1, { shortlist }), referral(2)]);
  const times = (await world.freeTimes(southEyes)).map(({ ordinal }) => time(southEyes, ordinal));
  await world.ask(sam, withdraw(southEyes, ...times.map((slot) => [slot, null] as const)));
  await world.ask(rita, defer(1, southEyes));
  expect(last(await world.truth(sam), 'referral', one)?.ubrn).toBe(one);
  const held = await world.send(sam, []);
  const seen = offerOf(referral(1, { shortlist }));
  const offer = { ...seen, specialty: 'SKIN', choice: 'shortlist' as const, shortlist: [northSkin] };
  const [answer] = await world.ask(grace, { kind: 'shortlist', ubrn: one, seen, offer });
  expect(answer?.verdict.outcome).toBe('confirmed');
  const { delta } = await world.send(sam, [], { cursor: held.delta.cursor });
  expect(last(delta.rows, 'referral', one)).toBeNull();
  const rows = await world.truth(rita);
  expect(last(rows, 'referral', one)).toMatchObject({ specialty: 'SKIN', shortlist: [northSkin] });
  expect(last(rows, 'service', northSkin)?.id).toBe(northSkin);
  expect(last(rows, 'service', northEyes)?.id).toBe(northEyes);
});

test('made and closed in one batch, as after a restore: when the patient has died nobody is asked to tell them of any referral', async () => {
  const { patient } = referral(1);
  world = await openSmallWorld([referral(1), referral(2, { patient })]);
  await world.ask(rita, book(2, 2, time(northEyes, 0)));
  const id = claimId(900);
  const [ubrn] = ubrnsFor(id);
  if (!ubrn) throw new Error('no reference');
  const claims = [
    world.claim(grace, { kind: 'refer', patientOf: one, offer: eyes }, { id }),
    world.claim(grace, { kind: 'close', ubrn, reason: 'PATIENT_DIED' }),
  ];
  const standing = () => world.db.selectFrom('notice').select('scope').where('done', '=', 0).execute();
  expect(await standing()).toHaveLength(2);
  const { answers } = await world.send(
    grace,
    claims.map((claim) => JSON.stringify(claim)),
  );
  expect(answers.map(({ verdict }) => verdict.outcome)).toEqual(['confirmed', 'confirmed']);
  expect(await standing()).toEqual([]);
});
