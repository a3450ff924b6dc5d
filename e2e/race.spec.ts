// The door of the server alone: many at once, the same again, and letters that nobody should write.
import { randomUUID } from 'node:crypto';
import { cityPractice, derek, hillsPractice, margaret, skinClinic } from './cast.ts';
import { exchange } from './fault-proxy.ts';
import { appointmentsOf, expect, noticesOf, test, timesFor, unbooked } from './world.ts';

test('two practices and all their patients ask for one time at once: one gets it, and every answer stands', async ({
  world,
}) => {
  const desks = [await world.as(cityPractice), await world.as(hillsPractice)];
  const asking = await Promise.all(
    desks.map(async (desk) => unbooked(await desk.truth(), skinClinic).map(({ ubrn }) => ({ desk, ubrn }))),
  );
  const racers = asking.flat();
  expect(racers.length).toBeGreaterThan(2);
  const [time] = await timesFor(await world.as(cityPractice), skinClinic);
  const letters = racers.map(({ desk, ubrn }) => ({
    desk,
    ubrn,
    bytes: JSON.stringify(
      desk.claim({ kind: 'book', ubrn, appointment: randomUUID(), choices: [time?.ref] }),
    ),
  }));

  const answers = await Promise.all(letters.map(({ desk, bytes }) => desk.send(bytes)));

  const won = answers.filter(({ verdict }) => verdict.outcome === 'confirmed');
  expect(won).toHaveLength(1);
  for (const { verdict, alternatives } of answers) {
    if (verdict.outcome === 'confirmed') continue;
    expect(verdict.code).toBe('SLOT_NOT_AVAILABLE');
    expect(alternatives.length).toBeGreaterThan(0);
    expect(alternatives.map(({ slot }) => slot)).not.toContainEqual(time?.ref);
  }
  // What was answered once is answered for ever.
  const again = await Promise.all(letters.map(({ desk, bytes }) => desk.send(bytes)));
  for (const [i, { replayed, verdict }] of again.entries()) {
    expect(replayed).toBe(true);
    expect(verdict).toEqual(answers[i]?.verdict);
  }
  const truths = await Promise.all(desks.map((desk) => desk.truth()));
  const holders = truths
    .flatMap((truth) => [...truth.appointments.values()])
    .filter(
      ({ slot, status }) =>
        slot.ordinal === time?.ref.ordinal && slot.service === skinClinic && status !== 'cancelled',
    );
  expect(holders).toHaveLength(1);
});

test('the same booking five times, by different doors: one appointment', async ({ world }) => {
  const desk = await world.as(cityPractice);
  const patient = await world.asPatient(margaret.ubrn);
  const [time] = await timesFor(desk, skinClinic);
  const choices = [time?.ref];
  const book = { kind: 'book', ubrn: margaret.ubrn, choices };
  const bytes = JSON.stringify(desk.claim({ ...book, appointment: randomUUID() }));

  const first = await desk.send(bytes);
  const twiceInOne = await desk.exchange({ claims: [bytes, bytes] });
  const retyped = await desk.ask({ ...book, appointment: randomUUID() });
  const byPatient = await patient.ask({ ...book, appointment: randomUUID() });

  expect(first.verdict).toMatchObject({ outcome: 'confirmed', already: false, rank: 1 });
  expect(twiceInOne.answers.map(({ verdict }) => verdict)).toEqual([first.verdict, first.verdict]);
  // Asked for once more in other words: so it is, and nothing was done.
  for (const { verdict } of [retyped, byPatient]) {
    expect(verdict).toMatchObject({ outcome: 'confirmed', already: true });
    expect(verdict.appointment?.id).toBe(first.verdict.appointment?.id);
  }
  expect(appointmentsOf(await desk.truth(), margaret.ubrn)).toHaveLength(1);
});

test('an answer lost after it was settled: the same letter again gets the first answer', async ({
  world,
}) => {
  const line = await world.line();
  const far = await world.as(hillsPractice, undefined, line.origin);
  const [time] = await timesFor(far, skinClinic);
  const claim = far.claim({
    kind: 'book',
    ubrn: derek.ubrn,
    appointment: randomUUID(),
    choices: [time?.ref],
  });
  const bytes = JSON.stringify(claim);
  for (const kind of ['dropAnswer', 'truncate'] as const) {
    line.next(1, exchange, { kind });
    await expect(far.send(bytes)).rejects.toThrow();
  }
  line.next(1, exchange, { kind: 'duplicate' });

  const { verdict, replayed } = await far.send(bytes);

  expect(replayed).toBe(true);
  expect(verdict).toMatchObject({ claim: claim.id, outcome: 'confirmed', already: false });
  const truth = await far.truth();
  expect(appointmentsOf(truth, derek.ubrn)).toHaveLength(1);
  expect(noticesOf(truth, derek.ubrn).filter(({ event }) => event === 'booked')).toHaveLength(1);
});

test('one bad claim among fifty is set aside, and the other forty-nine are settled', async ({ world }) => {
  const desk = await world.as(cityPractice);
  const times = await timesFor(desk, skinClinic);
  const good = Array.from({ length: 49 }, () => {
    const intent = { kind: 'book', ubrn: margaret.ubrn, appointment: randomUUID(), choices: [times[0]?.ref] };
    return JSON.stringify(desk.claim(intent));
  });
  const { answers, parked } = await desk.exchange({
    claims: [...good.slice(0, 20), '{"v":1', ...good.slice(20)],
  });
  expect(answers).toHaveLength(49);
  expect(parked).toEqual([{ index: 20, claim: null, reason: 'unreadable' }]);

  // An id that is in use says nothing new: neither the first answer nor a second one.
  const settled = JSON.parse(good[0] ?? '') as { id: string };
  const other = desk.claim(
    { kind: 'book', ubrn: margaret.ubrn, appointment: randomUUID(), choices: [times[1]?.ref] },
    { id: settled.id },
  );
  const newer = desk.claim(
    { kind: 'book', ubrn: margaret.ubrn, appointment: randomUUID(), choices: [] },
    { v: 2 },
  );
  const stranger = { ...desk.claim({ kind: 'close', ubrn: margaret.ubrn, reason: 'RAISED_IN_ERROR' }) };
  stranger.author = { ...stranger.author, scope: hillsPractice };
  const bad = await desk.exchange({ claims: [other, newer, stranger].map((claim) => JSON.stringify(claim)) });
  expect(bad.answers).toEqual([]);
  expect(bad.parked.map(({ reason }) => reason)).toEqual(['reused', 'newer', 'otherScope']);
  expect(appointmentsOf(await desk.truth(), margaret.ubrn)).toHaveLength(1);
});

test('letters of the wrong shape get a clear problem, and change nothing', async ({ world }) => {
  const desk = await world.as(cityPractice);
  const before = (await desk.truth()).cursor;
  const envelope = desk.envelope();
  const wrong: readonly (readonly [what: string, body: unknown, status: number, code: string])[] = [
    ['not JSON', '{"protocol": 1,', 400, 'malformed'],
    ['nothing', '', 400, 'malformed'],
    ['another type', '[]', 422, 'invalid'],
    ['an unknown key', { ...envelope, colour: 'blue' }, 422, 'invalid'],
    ['a cursor of the wrong kind', { ...envelope, cursor: 7 }, 422, 'invalid'],
    ['too many claims', { ...envelope, claims: Array.from({ length: 51 }, () => '{}') }, 422, 'invalid'],
    ['a claim too long', { ...envelope, claims: ['x'.repeat(20_000)] }, 422, 'invalid'],
    ['a scope that is none', { ...envelope, scope: 'practice:../../etc' }, 422, 'invalid'],
    ['a version to come', { ...envelope, protocol: 99 }, 426, 'update-needed'],
    ['too large', { ...envelope, claims: ['x'.repeat(1_200_000)] }, 413, 'too-large'],
    ['somebody else’s scope', { ...envelope, scope: hillsPractice }, 401, 'signed-out'],
  ];
  for (const [what, body, status, code] of wrong) {
    const response = await desk.post(body);
    expect(response.status, what).toBe(status);
    expect(response.headers.get('content-type'), what).toContain('application/problem+json');
    expect(await response.json(), what).toMatchObject({ status, code });
  }
  const asText = await desk.fetch('/api/sync', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'text/xml' },
  });
  expect(asText.status).toBe(415);
  expect((await desk.truth()).cursor).toBe(before);
});
