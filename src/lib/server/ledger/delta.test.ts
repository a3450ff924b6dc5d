import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NoticeId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { slotRef } from '#lib/domain/slot.ts';
import type { Delta, Row } from '#lib/protocol/exchange.ts';
import {
  appointmentId,
  book,
  claimId,
  defer,
  monday,
  move,
  nora,
  northEyes,
  northSkin,
  oakPractice,
  olive,
  openSmallWorld,
  openWorld,
  patient,
  patientOf,
  referral,
  rita,
  sam,
  service,
  smallLoad,
  southEyes,
  time,
  ubrnNumber,
  withdraw,
} from './testing/small-world.ts';
import { verifyLedger } from './verify.ts';

const keys = (rows: readonly Row[], entity: Row['entity']) =>
  rows.filter((row) => row.entity === entity && row.row !== null).map(({ key }) => key);
const named = (rows: readonly Row[]) =>
  rows.map(({ entity, key, row }) => `${row ? '' : 'no '}${entity} ${key}`).sort();

test('each scope sees its own and nothing else', async () => {
  const world = await openSmallWorld([
    referral(1),
    referral(2, { practice: oakPractice, shortlist: [southEyes] }),
  ]);
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  await world.ask(olive, book(2, 2, time(southEyes, 0)));
  for (const [author, own, other] of [
    [rita, 1, 2],
    [patientOf(ubrnNumber(1)), 1, 2],
    [nora, 1, 2],
    [olive, 2, 1],
    [patientOf(ubrnNumber(2)), 2, 1],
    [sam, 2, 1],
  ] as const) {
    const rows = await world.truth(author);
    expect(keys(rows, 'referral')).toEqual([ubrnNumber(own)]);
    expect(keys(rows, 'appointment')).toEqual([appointmentId(own)]);
    expect(JSON.stringify(rows)).not.toContain(ubrnNumber(other));
    expect(JSON.stringify(rows)).not.toContain(patient(other).nhsNumber);
  }
  await world.close();
});

test('an appointment that moves to another hospital leaves the first one: row and referral read null there', async () => {
  const world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  const before = await world.send(nora, []);
  expect(keys(before.delta.rows, 'referral')).toEqual([ubrnNumber(1)]);
  await world.ask(rita, move(1, time(northEyes, 0), time(southEyes, 3)));
  const after = await world.send(nora, [], { cursor: before.delta.cursor });
  expect(named(after.delta.rows).filter((name) => !/^notice/.test(name))).toEqual([
    `no appointment ${appointmentId(1)}`,
    `no referral ${ubrnNumber(1)}`,
  ]);
  // It is told that the time is free again, and not where the patient went.
  expect(after.delta.rows.find(({ entity }) => entity === 'notice')?.row).toMatchObject({
    event: 'moved',
    slot: null,
    was: time(northEyes, 0),
  });
  expect(keys(await world.truth(sam), 'referral')).toEqual([ubrnNumber(1)]);
  await world.close();
});

test('a service chosen off the shortlist comes to practice and patient with its appointment, and goes with it', async () => {
  const world = await openSmallWorld();
  const mine = patientOf(ubrnNumber(1));
  const cursors = [await world.send(rita, []), await world.send(mine, [])];
  await world.ask(rita, book(1, 1, time(southEyes, 0)));
  const booked = await world.send(mine, [], { cursor: cursors[1]?.delta.cursor ?? null });
  expect(keys(booked.delta.rows, 'service')).toEqual([southEyes]);
  await world.ask(rita, move(1, time(southEyes, 0), time(northEyes, 0)));
  for (const author of [rita, mine]) {
    const { delta } = await world.send(author, [], { cursor: booked.delta.cursor });
    expect(named(delta.rows)).toContain(`no service ${southEyes}`);
    expect(keys(await world.truth(author), 'service')).toEqual([northEyes]);
  }
  await world.close();
});

test('a hospital off the shortlist that was asked to contact a patient comes to practice and patient, and goes when it no longer is', async () => {
  const world = await openSmallWorld([referral(1, { shortlist: [northEyes], choice: 'anywhere' })]);
  const mine = patientOf(ubrnNumber(1));
  const pack = await world.freeTimes(southEyes);
  await world.ask(sam, {
    kind: 'withdraw',
    service: southEyes,
    slots: pack.map((slot) => ({ slot: slotRef(slot, 'RYY01'), appointment: null })),
    reason: 'CLINIC_CANCELLED',
  });
  const cursors = new Map<Author, string>();
  for (const author of [rita, mine]) cursors.set(author, (await world.send(author, [])).delta.cursor);
  const [asked] = await world.ask(rita, defer(1, southEyes));
  expect(asked?.verdict.outcome).toBe('confirmed');
  for (const author of [rita, mine]) {
    const { delta } = await world.send(author, [], { cursor: cursors.get(author) ?? null });
    expect(keys(delta.rows, 'service')).toEqual([southEyes]);
    expect(keys(await world.truth(author), 'service')).toEqual([northEyes, southEyes]);
    cursors.set(author, delta.cursor);
  }
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  for (const author of [rita, mine]) {
    const { delta } = await world.send(author, [], { cursor: cursors.get(author) ?? null });
    expect(named(delta.rows)).toContain(`no service ${southEyes}`);
  }
  await world.close();
});

test('a referral deferred to a clinic leaves it when it is booked elsewhere', async () => {
  const world = await openSmallWorld([referral(1, { shortlist: [northEyes, southEyes] })]);
  const every = Array.from({ length: 10 }, (_, n) => [time(northEyes, n), null] as const);
  await world.ask(nora, withdraw(northEyes, ...every));
  await world.ask(rita, defer(1, northEyes));
  const sent = await world.send(nora, []);
  expect(sent.delta.rows.find(({ entity }) => entity === 'referral')?.row).toMatchObject({
    shortlist: [northEyes],
    patient: { phone: '07700900000', address: '', district: '' },
  });
  await world.ask(rita, book(1, 1, time(southEyes, 0)));
  const { delta } = await world.send(nora, [], { cursor: sent.delta.cursor });
  expect(named(delta.rows)).toEqual([`no referral ${ubrnNumber(1)}`]);
  await world.close();
});

test('a restricted patient: who they are, their phone and address to no device, the practice to itself alone', async () => {
  const restricted = referral(1, {
    patient: patient(1, {
      restricted: true,
      address: '13 Secret Lane',
      district: 'ZZ9',
      phone: '07700999999',
      givenName: 'Hidden',
      familyName: 'Quill',
      birthDate: '1971-02-03',
    }),
  });
  const world = await openSmallWorld([restricted]);
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  for (const author of [rita, patientOf(ubrnNumber(1)), nora]) {
    const rows = await world.truth(author);
    expect(keys(rows, 'referral')).toEqual([ubrnNumber(1)]);
    expect(JSON.stringify(rows)).not.toMatch(/Secret|ZZ9|07700999999|Hidden|Quill|1971|9000000001/);
  }
  for (const author of [patientOf(ubrnNumber(1)), nora])
    expect(JSON.stringify(await world.truth(author))).not.toMatch(/Elm|A81001|01132111111|Grace/);
  await world.close();
});

test('a patient reads only the names that are meant for patients; staff read their own', async () => {
  const told = { name: 'Urgent suspected cancer: skin', specialty: '2WW', clinicTypes: ['2WW Skin'] };
  const world = await openWorld();
  await world.clerk.load({
    ...smallLoad([referral(1, { specialty: '2WW', clinicType: '2WW Skin', choice: 'shortlist' })]),
    services: [service(northEyes, told)],
  });
  const read = JSON.stringify(await world.truth(patientOf(ubrnNumber(1))));
  expect(read).toContain('Hospital specialist appointment');
  expect(read).not.toMatch(/cancer|2WW/);
  expect(JSON.stringify(await world.truth(rita))).toContain('Urgent suspected cancer: skin');
  await world.close();
});

test('a load that gives a referral to another practice takes it from the first', async () => {
  const world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(southEyes, 0)));
  const before = await world.send(rita, []);
  await world.clerk.load({ id: claimId(0xff_0010), referrals: [referral(1, { practice: oakPractice })] });
  const { delta } = await world.send(rita, [], { cursor: before.delta.cursor });
  expect(named(delta.rows)).toEqual([
    `no appointment ${appointmentId(1)}`,
    `no notice ${keys(before.delta.rows, 'notice').join()}`,
    `no referral ${ubrnNumber(1)}`,
    `no service ${southEyes}`,
    `service ${northEyes}`,
  ]);
  const theirs = await world.truth(olive);
  expect(keys(theirs, 'appointment')).toEqual([appointmentId(1)]);
  expect(keys(theirs, 'service').sort()).toEqual([northEyes, southEyes]);
  await world.close();
});

test('what a practice had still to tell the patient is the task of the practice that the referral went to', async () => {
  const world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(southEyes, 0)));
  const before = await world.send(rita, []);
  const [task] = keys(before.delta.rows, 'notice');
  await world.clerk.load({ id: claimId(0xff_0010), referrals: [referral(1, { practice: oakPractice })] });
  const { delta } = await world.send(rita, [], { cursor: before.delta.cursor });
  expect(named(delta.rows)).toContain(`no notice ${task}`);
  const theirs = (await world.truth(olive)).flatMap((row) => (row.entity === 'notice' ? [row.row] : []));
  expect(theirs).toMatchObject([{ id: task, scope: olive.scope, tell: true, done: null }]);
  const told = { kind: 'acknowledge', notice: task as NoticeId, told: { how: 'phone' } } as const;
  const [answer] = await world.ask(olive, told);
  expect(answer?.verdict).toMatchObject({ outcome: 'confirmed', already: false });
  expect((await verifyLedger(world.readDb, world.time.now)).violations).toEqual([]);
  await world.close();
});

test('what is now known of a patient shows on all their referrals', async () => {
  const shared = patient(1);
  const world = await openSmallWorld([referral(1, { patient: shared }), referral(2, { patient: shared })]);
  const before = await world.send(rita, []);
  await world.clerk.load({
    id: claimId(0xff_0011),
    referrals: [referral(1, { patient: { ...shared, phone: '07700900111' } })],
  });
  const { delta } = await world.send(rita, [], { cursor: before.delta.cursor });
  expect(keys(delta.rows, 'referral').sort()).toEqual([ubrnNumber(1), ubrnNumber(2)]);
  expect(JSON.stringify(delta.rows)).not.toContain('07700900000');
  await world.close();
});

test('a fresh device of a large practice: each page ends with the entry that fills it, and everything comes once', async () => {
  const world = await openWorld();
  await world.clerk.load({
    id: claimId(0xff_0020),
    people: [{ id: rita.person, name: 'Rita', role: rita.role, scope: rita.scope, active: true }],
    services: [service(northEyes)],
  });
  for (let n = 0; n < 6; n += 1) {
    const referrals = Array.from({ length: 220 }, (_, index) => referral(n * 220 + index + 1));
    await world.clerk.load({ id: claimId(0xff_0021 + n), referrals });
  }
  const pages: Delta[] = [];
  for (let cursor: string | null = null; ;) {
    const { delta } = await world.send(rita, [], { cursor });
    pages.push(delta);
    if (!delta.more) break;
    cursor = delta.cursor;
  }
  expect(pages.map(({ rows }) => keys(rows, 'referral').length)).toEqual([660, 660]);
  expect(new Set(pages.flatMap(({ rows }) => keys(rows, 'referral'))).size).toBe(1320);
  expect(pages.some(({ reset }) => reset)).toBe(false);
  await world.close();
});

test('the reply to a claim carries what the claim did', async () => {
  const world = await openSmallWorld();
  const before = await world.send(rita, []);
  const text = JSON.stringify(world.claim(rita, book(1, 1, time(northEyes, 0))));
  const { answers, delta } = await world.send(rita, [text], { cursor: before.delta.cursor });
  expect(keys(delta.rows, 'appointment')).toEqual([appointmentId(1)]);
  expect(Number(delta.cursor.split('.')[0])).toBeGreaterThanOrEqual(answers[0]?.verdict.seq ?? Infinity);
  await world.close();
});

test('restored from an older copy: the cursor is of another history, so truth starts afresh and claims settle again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const file = join(folder, 'holdfast.db');
  const first = await openSmallWorld(undefined, { file });
  await first.close();
  copyFileSync(file, join(folder, 'copy.db'));

  const lost = await openWorld({ file });
  const text = JSON.stringify(lost.claim(rita, book(1, 1, time(northEyes, 0)), { id: claimId(801) }));
  const told = await lost.send(rita, [text]);
  expect(told.answers[0]?.verdict.rank).toBe(1);
  await lost.close();
  rmSync(file);
  copyFileSync(join(folder, 'copy.db'), file);

  const restored = await openWorld({ file });
  const ahead = await restored.send(rita, [], { cursor: told.delta.cursor });
  expect(ahead.delta).toMatchObject({ reset: true, more: false });
  expect(keys(ahead.delta.rows, 'referral')).toHaveLength(3);
  // Somebody else has the time meanwhile, so the history now differs at the very same place.
  const other = restored.claim(rita, book(2, 2, time(northEyes, 0)), { id: claimId(802) });
  await restored.send(rita, [JSON.stringify(other)]);
  const differs = await restored.send(rita, [text], { cursor: told.delta.cursor });
  expect(differs.delta.reset).toBe(true);
  expect(differs.answers[0]).toMatchObject({ replayed: false, verdict: { code: 'SLOT_NOT_AVAILABLE' } });
  const next = await restored.send(rita, [], { cursor: differs.delta.cursor });
  expect(next.delta).toMatchObject({ reset: false, rows: [] });
  await restored.close();
  rmSync(folder, { recursive: true });
});

test('restored to between the end of a page and the head under which it was read: its rows are of another history', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  const file = join(folder, 'holdfast.db');
  const first = await openWorld({ file });
  await first.clerk.load({
    id: claimId(0xff_0030),
    people: [{ id: rita.person, name: 'Rita', role: rita.role, scope: rita.scope, active: true }],
    services: [service(northEyes)],
  });
  for (let n = 0; n < 4; n += 1) {
    const referrals = Array.from({ length: 220 }, (_, index) => referral(n * 220 + index + 1));
    await first.clerk.load({ id: claimId(0xff_0031 + n), referrals });
  }
  await first.close();
  copyFileSync(file, join(folder, 'copy.db'));

  const lost = await openWorld({ file });
  await lost.ask(rita, defer(1, northEyes));
  const { delta: page } = await lost.send(rita, []);
  const here = page.rows.find(({ key }) => key === ubrnNumber(1))?.row;
  expect([page.more, here && 'status' in here && here.status]).toMatchObject([
    true,
    { deferral: { service: northEyes } },
  ]);
  const goesOn = await lost.send(rita, [], { cursor: page.cursor });
  expect(goesOn.delta).toMatchObject({ reset: false, more: false });
  await lost.close();
  rmSync(file);
  copyFileSync(join(folder, 'copy.db'), file);

  const restored = await openWorld({ file });
  const { delta } = await restored.send(rita, [], { cursor: page.cursor });
  expect(delta.reset).toBe(true);
  await restored.close();
  rmSync(folder, { recursive: true });
});

test('packs: sent when they changed, named when too many, never when held', async () => {
  const world = await openSmallWorld();
  const wanted = { [northEyes]: null, [southEyes]: null, ['NOWHERE-eyes']: null };
  const { packs, packsMore } = await world.send(rita, [], { packs: wanted });
  expect(packs.map(({ service: id }) => id).sort()).toEqual([northEyes, southEyes]);
  expect(packsMore).toEqual([]);
  const held = Object.fromEntries(packs.map(({ service: id, revision }) => [id, revision]));
  expect((await world.send(rita, [], { packs: held })).packs).toEqual([]);
  expect(await world.clerk.pack(northEyes, held[northEyes])).toBe('unchanged');
  expect(await world.clerk.pack('NOWHERE-eyes' as typeof northEyes)).toBeUndefined();

  await world.ask(rita, book(1, 1, time(northEyes, 4)));
  const changed = await world.send(rita, [], { packs: held });
  expect(changed.packs.map(({ service: id }) => id)).toEqual([northEyes]);
  expect((await world.freeTimes(northEyes)).map(({ ordinal }) => ordinal)).toEqual([
    0, 1, 2, 3, 5, 6, 7, 8, 9,
  ]);

  world.time.now = monday + 26 * 3_600_000;
  expect((await world.freeTimes(northEyes)).map(({ ordinal }) => ordinal)).toEqual([5, 6, 7, 8, 9]);
  expect((await world.send(rita, [], { packs: { [northSkin]: null } })).packs[0]?.revision).not.toMatch(
    /^0\./,
  );
  await world.close();
});
