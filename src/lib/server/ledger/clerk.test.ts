import { afterEach, expect, test } from 'vitest';
import { dayMs, hourMs } from '#lib/domain/instant.ts';
import type { Intent } from '#lib/domain/claim.ts';
import type { Author } from '#lib/domain/person.ts';
import type { NoticeId } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Answer } from '#lib/protocol/exchange.ts';
import { sql } from 'kysely';
import { slotPrint } from '#lib/domain/slot.ts';
import { syncReplySchema } from '#lib/protocol/exchange.ts';
import type { LedgerClerk } from './clerk.ts';
import {
  appointmentId,
  book,
  cancel,
  claimId,
  defer,
  elmPractice,
  grace,
  move,
  nora,
  northEyes,
  northSkin,
  olive,
  openSmallWorld,
  patientOf,
  personOf,
  publish,
  raj,
  referral,
  rita,
  sam,
  session,
  southEyes,
  time,
  tuesday,
  ubrnNumber,
  withdraw,
  type World,
} from './testing/small-world.ts';
import { verifyLedger } from './verify.ts';

let world: World;

/** After every history the journal tells the same as the tables, and nobody was woken for nothing. */
afterEach(async () => {
  const { violations } = await verifyLedger(world.readDb, world.time.now);
  await world.close();
  expect(violations).toEqual([]);
  expect(world.alarms).toEqual([]);
});

/** Those that the history was about; any other is a failure. */
const alarms = () => world.alarms.splice(0);

const codes = (answers: readonly Answer[]) => answers.map(({ verdict }) => verdict.code ?? 'confirmed');

test('two claims for one time: one confirmed, one refused with other times, both stable on replay', async () => {
  world = await openSmallWorld();
  const texts = [book(1, 1, time(northEyes, 0)), book(2, 2, time(northEyes, 0))].map((intent) =>
    JSON.stringify(world.claim(rita, intent)),
  );
  const first = await world.send(rita, texts);
  expect(codes(first.answers)).toEqual(['confirmed', 'SLOT_NOT_AVAILABLE']);
  expect(first.answers[0]?.verdict.appointment).toMatchObject({ id: appointmentId(1), rank: 1 });
  expect(first.answers[1]?.alternatives.map(({ slot }) => slot)).toEqual(
    [1, 2, 3, 4, 5].map((n) => time(northEyes, n)),
  );
  const again = await world.send(raj, texts);
  expect(again.answers.map(({ verdict }) => verdict)).toEqual(first.answers.map(({ verdict }) => verdict));
  expect(again.answers.every(({ replayed }) => replayed)).toBe(true);
  expect(syncReplySchema.parse(again)).toEqual(again);
});

test('two hundred desks claim one time at once: one is confirmed, and everybody else is refused', async () => {
  world = await openSmallWorld(Array.from({ length: 200 }, (_, n) => referral(n + 1)));
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      world.send(rita, [JSON.stringify(world.claim(rita, book(n + 1, n + 1, time(northEyes, 3))))]),
    ),
  );
  const all = replies.flatMap(({ answers }) => codes(answers));
  expect(all.filter((code) => code === 'confirmed')).toHaveLength(1);
  expect(all.filter((code) => code === 'SLOT_NOT_AVAILABLE')).toHaveLength(199);
  expect(
    replies.every(
      ({ answers }) => answers[0]?.verdict.outcome === 'confirmed' || answers[0]?.alternatives.length === 5,
    ),
  ).toBe(true);
});

test('ranked choices: the first that is free is taken, and the person is told which', async () => {
  world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  const [answer] = await world.ask(
    raj,
    book(2, 2, time(northEyes, 0), time(northEyes, 4), time(northEyes, 1)),
  );
  expect(answer?.verdict).toMatchObject({ outcome: 'confirmed', rank: 2 });
  const notices = (await world.truth(rita)).flatMap((row) =>
    row.entity === 'notice' && row.row ? [row.row] : [],
  );
  expect(notices.find(({ ubrn }) => ubrn === ubrnNumber(2))).toMatchObject({
    event: 'bookedLower',
    tell: true,
  });
});

test('an id used again for other bytes is parked and uses up nothing; the first verdict stands', async () => {
  world = await openSmallWorld();
  const claim = world.claim(rita, book(1, 1, time(northEyes, 0)));
  await world.send(rita, [JSON.stringify(claim)]);
  const other = JSON.stringify({ ...claim, intent: book(1, 1, time(northEyes, 1)) });
  const reply = await world.send(rita, [other]);
  expect(reply.answers).toEqual([]);
  expect(reply.parked).toEqual([{ index: 0, claim: claim.id, reason: 'reused' }]);
});

test('one id twice in one exchange: the second is the first again, or parked when its bytes differ', async () => {
  world = await openSmallWorld();
  const claim = world.claim(rita, book(1, 1, time(northEyes, 0)));
  const text = JSON.stringify(claim);
  const reply = await world.send(rita, [text, text, ` ${text}`]);
  expect(reply.answers.map(({ replayed }) => replayed)).toEqual([false, true]);
  expect(reply.answers[0]?.verdict).toEqual(reply.answers[1]?.verdict);
  expect(reply.parked).toEqual([{ index: 2, claim: claim.id, reason: 'reused' }]);
});

test('the first verdict is given again though the right has gone since; a new claim is refused', async () => {
  world = await openSmallWorld();
  const text = JSON.stringify(world.claim(rita, book(1, 1, time(northEyes, 0))));
  const first = await world.send(rita, [text]);
  await world.clerk.load({ id: claimId(0xff_0002), people: [personOf(rita, false)] });
  const again = await world.send(raj, [text]);
  expect(again.answers).toEqual([{ ...first.answers[0], replayed: true }]);
  // Rita has left; what she queued is sent by Raj, and hers is the right that is missing.
  const late = await world.send(raj, [JSON.stringify(world.claim(rita, book(2, 2, time(northEyes, 1))))]);
  expect(codes(late.answers)).toEqual(['NO_RELATIONSHIP']);
  const own = await world.send(rita, [JSON.stringify(world.claim(raj, book(2, 2, time(northEyes, 1))))]);
  expect(codes(own.answers)).toEqual(['NO_RELATIONSHIP']);
});

test('a colleague hands in what another queued: author and sender are both in the journal', async () => {
  world = await openSmallWorld();
  await world.send(raj, [JSON.stringify(world.claim(rita, book(1, 1, time(northEyes, 0))))]);
  const entry = await world.readDb
    .selectFrom('journal')
    .selectAll()
    .where('kind', '=', 'book')
    .executeTakeFirst();
  expect(entry).toMatchObject({
    author_person: 'rita',
    sender_person: 'raj',
    scope: `practice:${elmPractice}`,
  });
});

test('what cannot be read is parked by itself, and the others are settled', async () => {
  world = await openSmallWorld();
  const good = world.claim(rita, book(1, 1, time(northEyes, 0)));
  const elsewhere = world.claim(olive, book(1, 9, time(northEyes, 5)));
  const newer = { ...good, id: claimId(900), v: 2, intent: { kind: 'teleport' } };
  const halfCharacter = {
    ...world.claim(rita, cancel(1, time(northEyes, 0))),
    intent: { ...cancel(1, time(northEyes, 0)), comment: '\ud800' },
  };
  const { answers, parked } = await world.send(rita, [
    '{',
    'null',
    JSON.stringify({ ...good, extra: true }),
    JSON.stringify(newer),
    JSON.stringify(elsewhere),
    JSON.stringify(halfCharacter),
    // The same, as it is when only the request around it wrote it as an escape.
    JSON.stringify(halfCharacter).replaceAll('\\ud800', '\ud800'),
    JSON.stringify(good),
  ]);
  expect(codes(answers)).toEqual(['confirmed']);
  expect(parked).toEqual([
    { index: 0, claim: null, reason: 'unreadable' },
    { index: 1, claim: null, reason: 'unreadable' },
    { index: 2, claim: good.id, reason: 'unreadable' },
    { index: 3, claim: claimId(900), reason: 'newer' },
    { index: 4, claim: elsewhere.id, reason: 'otherScope' },
    { index: 5, claim: halfCharacter.id, reason: 'unreadable' },
    { index: 6, claim: halfCharacter.id, reason: 'unreadable' },
  ]);
  // A parked claim uses up no id.
  expect(codes((await world.send(olive, [JSON.stringify(elsewhere)])).answers)).toEqual(['NO_RELATIONSHIP']);
});

test('one poisonous claim in a batch: it is parked with an alarm, and the others are booked', async () => {
  world = await openSmallWorld();
  await sql`create trigger poison before insert on appointment when new.id = ${sql.lit(appointmentId(2))}
    begin select raise(abort, 'poison'); end`.execute(world.db);
  const claims = [1, 2, 3].map((n) => world.claim(rita, book(n, n, time(northEyes, n))));
  const reply = await world.send(
    rita,
    claims.map((claim) => JSON.stringify(claim)),
  );
  expect(codes(reply.answers)).toEqual(['confirmed', 'confirmed']);
  expect(reply.parked).toEqual([{ index: 1, claim: claims[1]?.id, reason: 'failed' }]);
  expect(alarms()).toEqual([
    'a batch failed and is settled one by one: poison',
    `claim ${claims[1]?.id ?? ''} is parked: poison`,
  ]);
  await sql`drop trigger poison`.execute(world.db);
  const again = await world.send(rita, [JSON.stringify(claims[1])]);
  expect(codes(again.answers)).toEqual(['confirmed']);
});

test('an alarm says what went wrong and never of whom, whatever the database quotes', async () => {
  world = await openSmallWorld();
  await sql`create trigger poison before insert on appointment
    begin select raise(abort, 'no "Given1 Family1" of 943 476 5919'); end`.execute(world.db);
  const { parked } = await world.send(rita, [
    JSON.stringify(world.claim(rita, book(1, 1, time(northEyes, 1)))),
  ]);
  expect(alarms()).toEqual([`claim ${parked[0]?.claim ?? ''} is parked: no "…" of #`]);
});

test('the ledger out of reach: nobody is answered, nothing is parked, and the same bytes settle later', async () => {
  world = await openSmallWorld();
  const text = JSON.stringify(world.claim(rita, book(1, 1, time(northEyes, 0))));
  await sql`pragma query_only = 1`.execute(world.db);
  await expect(world.send(rita, [text])).rejects.toThrow(/readonly/);
  expect(alarms()).toEqual(['the ledger is out of reach: attempt to write a readonly database']);
  await sql`pragma query_only = 0`.execute(world.db);
  const { answers } = await world.send(rita, [text]);
  expect(answers[0]).toMatchObject({ replayed: false, verdict: { outcome: 'confirmed' } });
});

test('two appointments change places within one batch: both moves are correct, and neither trips the index', async () => {
  world = await openSmallWorld();
  const [a, b, c] = [time(northEyes, 0), time(northEyes, 1), time(northEyes, 2)];
  await world.ask(rita, book(1, 1, a), book(2, 2, b));
  const answers = await world.ask(rita, move(1, a, c), move(2, b, a), move(1, c, b));
  expect(codes(answers)).toEqual(['confirmed', 'confirmed', 'confirmed']);
  const rows = await world.readDb
    .selectFrom('appointment')
    .select(['id', 'ordinal', 'status'])
    .orderBy('id')
    .execute();
  expect(rows).toEqual([
    { id: appointmentId(1), ordinal: 1, status: 'booked' },
    { id: appointmentId(2), ordinal: 0, status: 'booked' },
  ]);
});

test('cancelled and booked anew within one batch: the referral and the time are free for what follows', async () => {
  world = await openSmallWorld();
  const [a, b] = [time(northEyes, 0), time(northEyes, 1)];
  await world.ask(rita, book(1, 1, a));
  const answers = await world.ask(
    rita,
    cancel(1, a),
    book(1, 2, b),
    book(2, 3, a),
    cancel(2, b),
    book(1, 4, b),
  );
  expect(codes(answers)).toEqual(['confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed']);
});

test('missed and booked anew within one batch: a missed time stays taken, the referral does not', async () => {
  world = await openSmallWorld();
  const a = time(northEyes, 0);
  await world.ask(rita, book(1, 1, a));
  world.time.now = tuesday + hourMs;
  const [attend, rebook] = [
    world.send(nora, [
      JSON.stringify(
        world.claim(nora, { kind: 'attend', appointment: appointmentId(1), from: a, outcome: 'noshow' }),
      ),
    ]),
    world.send(rita, [JSON.stringify(world.claim(rita, book(1, 2, time(northEyes, 9))))]),
  ];
  expect(codes((await attend).answers)).toEqual(['confirmed']);
  expect(codes((await rebook).answers)).toEqual(['confirmed']);
});

test('the clinic takes away a booked time: cancelled, and practice and patient each have a notice', async () => {
  world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  const [answer] = await world.ask(
    nora,
    withdraw(northEyes, [time(northEyes, 0), 1], [time(northEyes, 1), null]),
  );
  expect(answer?.verdict.outcome).toBe('confirmed');
  for (const author of [rita, patientOf(ubrnNumber(1))]) {
    const rows = await world.truth(author);
    const standing = rows.flatMap((row) =>
      row.entity === 'notice' && row.row?.done === null ? [row.row] : [],
    );
    expect(standing).toMatchObject([{ event: 'cancelled', by: 'clinic', tell: author === rita }]);
  }
  const free = await world.freeTimes(northEyes);
  expect(free.map(({ ordinal }) => ordinal)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a note that the patient was told is taken back: what newer news has ended stays so, in this batch or another', async () => {
  world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  const notices = async () =>
    (await world.truth(rita)).flatMap((row) => (row.entity === 'notice' && row.row ? [row.row] : []));
  const standing = async () => (await notices()).filter(({ done }) => !done).map(({ event }) => event);
  const noticeOf = async (event: Notice['event']) => {
    const found = (await notices()).find((one) => one.event === event);
    if (!found) throw new Error(`no notice that it was ${event}`);
    return found.id;
  };
  const told = (notice: NoticeId) => ({ kind: 'acknowledge', notice, told: { how: 'phone' } }) as const;
  const noteOf = async (id: NoticeId) =>
    (await notices()).find((one) => one.id === id)?.done?.claim ?? claimId(99);
  const retract = async (notice: NoticeId) =>
    ({ kind: 'retract', notice, noted: await noteOf(notice) }) as const;
  const of = (intent: Intent) => JSON.stringify(world.claim(rita, intent));

  const first = await noticeOf('booked');
  world.time.now += hourMs;
  await world.ask(rita, told(first));
  world.time.now += hourMs;
  expect(codes(await world.ask(olive, await retract(first)))).toEqual(['NO_RELATIONSHIP']);
  expect(codes(await world.ask(rita, await retract(first)))).toEqual(['confirmed']);
  expect(await standing()).toEqual(['booked']);

  // The move ends the task, and what is told of it can be taken back; the booking's own cannot.
  world.time.now += hourMs;
  await world.ask(rita, told(first));
  world.time.now += hourMs;
  await world.ask(rita, move(1, time(northEyes, 0), time(northEyes, 1)));
  const second = await noticeOf('moved');
  world.time.now += hourMs;
  const tells = world.claim(rita, told(second));
  const batch = await world.send(rita, [
    of(await retract(first)),
    JSON.stringify(tells),
    of({ kind: 'retract', notice: second, noted: tells.id }),
  ]);
  expect(codes(batch.answers)).toEqual(['INVALID_REQUEST_STATE', 'confirmed', 'confirmed']);
  expect((await standing()).sort()).toEqual(['moved', 'refused']);
});

test('withdrawing other than was seen is refused, and nothing is cancelled', async () => {
  world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  expect(codes(await world.ask(nora, withdraw(northEyes, [time(northEyes, 0), null])))).toEqual([
    'STALE_APPOINTMENT',
  ]);
  expect(codes(await world.ask(sam, withdraw(northEyes, [time(northEyes, 0), 1])))).toEqual([
    'NO_RELATIONSHIP',
  ]);
});

test('a deferral is refused while the service has a time, stands when it has none, and ends when the clinic books', async () => {
  world = await openSmallWorld([1, 2].map((n) => referral(n, { shortlist: [northEyes, northSkin] })));
  const [refused] = await world.ask(rita, defer(1, northEyes));
  expect(refused?.verdict).toMatchObject({ code: 'SLOTS_CURRENTLY_AVAILABLE' });
  expect(refused?.verdict.slots).toEqual([0, 1, 2, 3, 4].map((n) => time(northEyes, n)));

  const every = Array.from({ length: 10 }, (_, n) => [time(northEyes, n), null] as const);
  await world.ask(nora, withdraw(northEyes, ...every));
  expect(codes(await world.ask(rita, defer(1, northEyes)))).toEqual(['confirmed']);
  const sent = (await world.truth(nora)).flatMap((row) =>
    row.entity === 'referral' && row.row ? [row.row] : [],
  );
  expect(sent.map(({ ubrn, status }) => [ubrn, status.deferral?.reason])).toEqual([
    [ubrnNumber(1), 'noTimes'],
  ]);

  await world.ask(nora, publish(northEyes, session({ start: tuesday + dayMs, count: 2 })));
  const start = tuesday + dayMs;
  const print = slotPrint({ start, minutes: 30, clinician: 'Mr Lens', mode: 'inPerson' }, 'RXX01');
  const choice = { service: northEyes, ordinal: 10, start, print };
  expect(codes(await world.ask(nora, book(2, 2, choice)))).toEqual(['NO_RELATIONSHIP']);
  expect(codes(await world.ask(nora, book(1, 1, choice)))).toEqual(['confirmed']);
  const row = (await world.truth(rita)).find(
    ({ entity, key }) => entity === 'referral' && key === ubrnNumber(1),
  );
  expect(row?.row).toMatchObject({ status: { deferral: null } });
});

test('a time given up earlier in the batch answers a deferral as if they had come one by one', async () => {
  world = await openSmallWorld();
  await world.ask(
    nora,
    withdraw(northEyes, ...Array.from({ length: 9 }, (_, n) => [time(northEyes, n), null] as const)),
  );
  await world.ask(rita, book(1, 1, time(northEyes, 9)));
  const answers = await world.ask(rita, cancel(1, time(northEyes, 9)), defer(2, northEyes));
  expect(codes(answers)).toEqual(['confirmed', 'SLOTS_CURRENTLY_AVAILABLE']);
});

// Found by the simulator: seed 7 of the SQL lane.
test('a time that the referral once had, and somebody else has now, does not forbid its deferral', async () => {
  world = await openSmallWorld();
  await world.ask(
    nora,
    withdraw(northEyes, ...Array.from({ length: 9 }, (_, n) => [time(northEyes, n), null] as const)),
  );
  await world.ask(rita, book(1, 1, time(northEyes, 9)));
  await world.ask(rita, cancel(1, time(northEyes, 9)));
  await world.ask(rita, book(2, 2, time(northEyes, 9)));
  expect(codes(await world.ask(rita, defer(1, northEyes)))).toEqual(['confirmed']);
});

test('what people write freely is kept apart from the journal', async () => {
  world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  await world.ask(rita, {
    kind: 'cancel',
    appointment: appointmentId(1),
    from: time(northEyes, 0),
    reason: 'PATIENT_OTHER_ENGAGEMENT',
    comment: 'her sister rang',
  });
  const journal = await world.readDb.selectFrom('journal').selectAll().execute();
  expect(JSON.stringify(journal)).not.toMatch(/sister|Given|Family|0770|Home Street|90000000/);
  expect(await world.readDb.selectFrom('comment').select('text').execute()).toEqual([
    { text: 'her sister rang' },
  ]);
});

test('what is written beside a reason reaches the practice, with the news; neither the patient nor the hospital', async () => {
  world = await openSmallWorld();
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
  await world.ask(nora, {
    kind: 'cancel',
    appointment: appointmentId(1),
    from: time(northEyes, 0),
    reason: 'PROVIDER_CANCELLATION',
    comment: 'the laser is broken',
  });
  const news = async (reader: Author) =>
    (await world.truth(reader)).flatMap((row) =>
      row.entity === 'notice' && row.row?.event === 'cancelled' ? [row.row.note ?? ''] : [],
    );
  expect(await news(rita)).toEqual(['the laser is broken']);
  expect(await news(patientOf(ubrnNumber(1)))).toEqual(['']);
  const all = JSON.stringify([await world.truth(patientOf(ubrnNumber(1))), await world.truth(nora)]);
  expect(all).not.toContain('laser');

  // A note that is erased is gone from what is shown.
  await world.db.deleteFrom('comment').execute();
  expect(await news(rita)).toEqual(['']);
});

test('entries are numbered without gaps, whoever asks and however it ends', async () => {
  world = await openSmallWorld();
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      world.ask(n % 2 ? rita : grace, book((n % 3) + 1, n + 1, time(northEyes, n % 5))),
    ),
  );
  const rows = await world.readDb.selectFrom('journal').select('seq').orderBy('seq').execute();
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
});

test('a clock that steps back a little stands still for the ledger, and one that was far ahead is set right', async () => {
  world = await openSmallWorld();
  const moments = async () => {
    const entries = await world.readDb.selectFrom('journal').select('at').orderBy('seq').execute();
    return entries.map(({ at }) => at);
  };
  const begun = (await moments()).length;
  const start = world.time.now;
  for (const [n, step] of [0, -20_000, 1_000, 3_600_000, 30_000].entries()) {
    world.time.now = start + step;
    await world.ask(n % 2 ? rita : grace, book((n % 3) + 1, n + 1, time(northEyes, n)));
  }
  expect((await moments()).slice(begun).map((at) => at - start)).toEqual([0, 0, 1_000, 3_600_000, 30_000]);
});

test('a load is taken once; its id for something else, too many rows and another patient are refused', async () => {
  world = await openSmallWorld();
  const load = { id: claimId(0xff_0009), people: [personOf(rita)] };
  await world.clerk.load(load);
  const before = await world.readDb.selectFrom('head').select('seq').executeTakeFirst();
  await world.clerk.load(load);
  expect(await world.readDb.selectFrom('head').select('seq').executeTakeFirst()).toEqual(before);
  await expect(world.clerk.load({ ...load, people: [personOf(raj)] })).rejects.toThrow(/was used/);
  const many = Array.from({ length: 501 }, () => personOf(rita));
  await expect(world.clerk.load({ id: claimId(0xff_000a), people: many })).rejects.toThrow(/at most/);
  const taken = referral(1, { patient: { ...referral(7).patient } });
  await expect(world.clerk.load({ id: claimId(0xff_000b), referrals: [taken] })).rejects.toThrow(
    /another patient/,
  );
});

test('who opened a record is kept once, and only for people of the sender', async () => {
  world = await openSmallWorld();
  const event = (n: number, author = rita) => ({
    id: claimId(n),
    person: author.person,
    ubrn: ubrnNumber(1),
    at: world.time.now,
  });
  await world.send(rita, [], { seen: [event(501), event(501), event(502, raj), event(503, olive)] });
  await world.send(raj, [], { seen: [event(501)] });
  const patient = patientOf(ubrnNumber(1));
  await world.send(patient, [], { seen: [event(504, patient), event(505)] });
  const rows = await world.readDb.selectFrom('access_event').select(['id', 'person']).orderBy('id').execute();
  expect(rows).toEqual([
    { id: claimId(501), person: 'rita' },
    { id: claimId(502), person: 'raj' },
    { id: claimId(504), person: patient.person },
  ]);
});

test('whoever is touched hears of a commit, and nobody of a replay', async () => {
  world = await openSmallWorld();
  const heard: string[][] = [];
  world.clerk.onCommit(({ scopes, services }) => heard.push([...scopes, ...services].sort()));
  const text = JSON.stringify(world.claim(rita, book(1, 1, time(southEyes, 0))));
  await world.send(rita, [text]);
  await world.send(rita, [text]);
  expect(heard).toEqual([['RYY01-eyes', 'clinic:RYY01', 'patient:000000000001', `practice:${elmPractice}`]]);
});

test('closed while a claim waits: it is answered; the next is turned away and not parked', async () => {
  world = await openSmallWorld();
  const texts = [1, 2].map((n) => JSON.stringify(world.claim(rita, book(n, n, time(northEyes, n)))));
  const waiting = world.send(rita, texts.slice(0, 1));
  const closing = (world.clerk as LedgerClerk).close();
  await expect(world.send(rita, texts.slice(1))).rejects.toThrow('clerk: closed');
  expect(codes((await waiting).answers)).toEqual(['confirmed']);
  await closing;
});

test('a listener that throws is heard of, and takes nothing from anybody', async () => {
  world = await openSmallWorld();
  world.clerk.onCommit(() => {
    throw new Error('deaf');
  });
  expect(codes(await world.ask(rita, book(1, 1, time(northEyes, 0))))).toEqual(['confirmed']);
  expect(alarms()).toEqual(['a listener failed: deaf']);
});

test('the demonstration values of these tests pass the schemas they stand for', async () => {
  world = await openSmallWorld();
  const { delta } = await world.send(rita, []);
  expect(delta.rows).toHaveLength(4);
  expect(syncReplySchema.shape.delta.parse(delta)).toEqual(delta);
});
