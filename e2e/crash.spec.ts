// The server dies in the middle of its work. What was answered stands; what was not is asked again and answered once.
import { randomUUID } from 'node:crypto';
import { cityPractice, hillsPractice, margaret, skinClinic } from './cast.ts';
import type { Answer, Correspondent } from './letters.ts';
import { openReferral, practiceDesk, requestBooking, requestOf, settles } from './screens.ts';
import { appointmentsOf, expect, test, timesFor, unbooked } from './world.ts';

test('killed with fifty requests under way and started again: each ends in one verdict, equal on device and server', async ({
  world,
}) => {
  const desk = await practiceDesk(world, cityPractice);
  await openReferral(desk, margaret.ubrn);
  await desk.goOffline();
  const [name = ''] = await requestBooking(desk.page, [0]);
  const writers = await Promise.all([cityPractice, hillsPractice].map((scope) => world.as(scope)));
  const letters = await fortyNine(writers);
  expect(letters).toHaveLength(49);

  // All at once, and the server killed among them at another moment in each round.
  const answers = new Map<string, Answer['verdict']>();
  await desk.goOnline();
  for (const killAfter of [1, 12, 30]) {
    const { promise: isTime, resolve: kill } = Promise.withResolvers<void>();
    let answered = 0;
    const sending = letters.map(async ({ writer, bytes }) => {
      const answer = await writer.send(bytes).catch(() => undefined);
      if (!answer) return;
      if (++answered >= killAfter) kill();
      const { claim } = answer.verdict;
      const before = answers.get(claim);
      if (before) expect(answer.verdict).toEqual(before);
      answers.set(claim, answer.verdict);
    });
    await isTime;
    await world.server.kill();
    await Promise.all(sending);
    await world.server.restart();
  }

  for (const { writer, bytes } of letters) {
    const { verdict } = await writer.send(bytes);
    const before = answers.get(verdict.claim);
    // An answer that was given is never taken back.
    if (before) expect(verdict).toEqual(before);
    answers.set(verdict.claim, verdict);
  }
  expect(answers.size).toBe(49);
  await expect(requestOf(desk.page)).toContainText(/Booked: confirmed|Not booked/, settles);
  const shown = (await requestOf(desk.page).textContent()) ?? '';
  const truths = await Promise.all(writers.map((writer) => writer.truth()));
  const held = truths
    .flatMap((truth) => [...truth.appointments.values()])
    .filter(({ status }) => status === 'booked');
  expect(new Set(held.map(({ ubrn }) => ubrn)).size).toBe(held.length);
  expect(new Set(held.map(({ slot }) => `${slot.service} ${slot.ordinal}`)).size).toBe(held.length);
  for (const { outcome, already, appointment } of answers.values()) {
    if (outcome === 'confirmed' && !already) expect(held.map(({ id }) => id)).toContain(appointment?.id);
  }
  const ours = truths[0] ? appointmentsOf(truths[0], margaret.ubrn) : [];
  expect(ours).toHaveLength(shown.includes('Booked: confirmed') ? 1 : 0);
  expect(name).not.toBe('');
});

test('killed again and again while desks book: nothing that was acknowledged is lost', async ({ world }) => {
  const writers = await Promise.all([cityPractice, hillsPractice].map((scope) => world.as(scope)));
  const acknowledged = new Map<string, Answer['verdict']>();
  for (const killAfter of [1, 5, 17, 40]) {
    const letters = await fortyNine(writers);
    const { promise: isTime, resolve: kill } = Promise.withResolvers<void>();
    let answered = 0;
    const sending = letters.map(async ({ writer, bytes }) => {
      const answer = await writer.send(bytes).catch(() => undefined);
      if (!answer) return;
      acknowledged.set(bytes, answer.verdict);
      if (++answered >= killAfter) kill();
    });
    await isTime;
    await world.server.kill();
    await Promise.all(sending);
    const { isClean, report } = world.verify();
    expect(isClean, report).toBe(true);
    await world.server.restart();
  }
  const byScope = new Map(writers.map((writer) => [writer.scope, writer]));
  for (const [bytes, verdict] of acknowledged) {
    const { author } = JSON.parse(bytes) as { author: { scope: string } };
    const again = await byScope.get(author.scope)?.send(bytes);
    expect(again?.replayed).toBe(true);
    expect(again?.verdict).toEqual(verdict);
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(1 + 5 + 17 + 40);
});

interface Letter {
  readonly writer: Correspondent;
  readonly bytes: string;
}

/** Every unbooked skin patient of both practices, several of them for one time, until there are forty-nine. */
async function fortyNine(writers: readonly Correspondent[]): Promise<Letter[]> {
  const letters: Letter[] = [];
  const patients = await Promise.all(
    writers.map(async (writer) => {
      const waiting = unbooked(await writer.truth(), skinClinic).filter(({ ubrn }) => ubrn !== margaret.ubrn);
      return waiting.map(({ ubrn }) => ({ writer, ubrn }));
    }),
  );
  const everyone = patients.flat();
  const times = await timesFor(writers[0] as Correspondent, skinClinic);
  for (let i = 0; letters.length < 49; i += 1) {
    const one = everyone[i % Math.max(1, everyone.length)] ?? {
      writer: writers[0] as Correspondent,
      ubrn: margaret.ubrn,
    };
    const choices = [times[i % 3]?.ref, times[3 + (i % 7)]?.ref];
    const intent = { kind: 'book', ubrn: one.ubrn, appointment: randomUUID(), choices };
    letters.push({ writer: one.writer, bytes: JSON.stringify(one.writer.claim(intent)) });
  }
  return letters;
}
