import { expect, test } from 'vitest';
import { unspoken } from '#lib/ui/testing/unspoken.ts';
import { demoCast } from './cast.ts';
import { castGuide, rowsGuide } from './cast-guide.ts';
import { doubtfulRows } from './doubtful-rows.ts';

const people = castGuide().flatMap(({ people }) => people);

test('every one of the cast is in the guide, once, with something to try', () => {
  expect(people.map(({ ubrn }) => ubrn).sort()).toEqual(
    Object.values(demoCast)
      .map(({ ubrn }) => ubrn)
      .sort(),
  );
  for (const { name, tryThis, practiceName } of people) {
    expect(tryThis.length, name).toBeGreaterThan(20);
    expect(practiceName, name).toMatch(/Practice$/);
  }
});

test('its words are those of the screens', () => {
  const copy = [...people.flatMap(({ situation, tryThis }) => [situation, tryThis]), ...rowsGuide().tryThis];
  expect(copy.filter((text) => unspoken.test(text))).toEqual([]);
});

test('of a restricted patient it tells no more than a worklist does: every device keeps this page', () => {
  const { givenName, familyName, nhsNumber, birthDate, ubrn } = demoCast.restricted;
  const said = JSON.stringify(people.find((one) => one.ubrn === ubrn));
  expect(said).toContain('Restricted record');
  for (const secret of [givenName, familyName, nhsNumber, birthDate]) expect(said).not.toContain(secret);
});

test('each row that needs a person is in the guide, by the name that it has', () => {
  const rows = doubtfulRows({ seed: 'holdfast', size: 'small', today: '2026-11-24' });
  const { tryThis, practiceName } = rowsGuide();
  expect(practiceName).toMatch(/Practice$/);
  expect(tryThis).toHaveLength(rows.length);
  for (const [n, { cells }] of rows.entries())
    expect(tryThis[n]).toContain(`${cells['given_name'] ?? ''} ${cells['family_name'] ?? ''}`);
});
