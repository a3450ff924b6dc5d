import { expect, test } from 'vitest';
import { appointmentId, book, northEyes, openSmallWorld, raj, rita, time } from './testing/small-world.ts';

test('two claims for one time: one confirmed, one refused with other times, both stable on replay', async () => {
  const world = await openSmallWorld();
  const texts = [book(1, 1, time(northEyes, 0)), book(2, 2, time(northEyes, 0))].map((intent) =>
    JSON.stringify(world.claim(rita, intent)),
  );
  const first = await world.send(rita, texts);
  expect(first.answers.map(({ verdict }) => [verdict.outcome, verdict.code])).toEqual([
    ['confirmed', null],
    ['refused', 'SLOT_NOT_AVAILABLE'],
  ]);
  expect(first.answers[0]?.verdict.appointment).toMatchObject({ id: appointmentId(1), rank: 1 });
  expect(first.answers[1]?.alternatives.map(({ slot }) => slot)).toEqual(
    [1, 2, 3, 4, 5].map((n) => time(northEyes, n)),
  );
  const again = await world.send(raj, texts);
  expect(again.answers.map(({ verdict }) => verdict)).toEqual(first.answers.map(({ verdict }) => verdict));
  expect(again.answers.every(({ replayed }) => replayed)).toBe(true);
  await world.close();
});
