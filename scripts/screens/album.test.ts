import { expect, test } from 'vitest';
import { album, gaps, routeOf, routes, states, strangers, table, type Picture } from './album.ts';

test('every route of the app is in the album, and nothing else: a new screen does not go unpictured', () => {
  expect(routes()).toContain('/practice/referrals/[ubrn]/times');
  expect(strangers()).toEqual([]);
});

test('an address belongs to the screen that it opens, not to the one above it', () => {
  expect(routeOf('http://localhost:1/practice?list=all')).toBe('/practice');
  expect(routeOf('http://localhost:1/practice/referrals/000049001017')).toBe('/practice/referrals/[ubrn]');
  expect(routeOf('http://localhost:1/practice/referrals/000049001017/times')).toBe(
    '/practice/referrals/[ubrn]/times',
  );
  expect(routeOf('http://localhost:1/nowhere')).toBeUndefined();
});

test('a state that is neither pictured nor said to be impossible is a gap, at each width by itself', () => {
  const every: Picture[] = Object.entries(album).flatMap(([route, { never }]) =>
    [undefined, ...states].flatMap((state) =>
      state && never[state] ? [] : [390, 1440].map((width) => ({ name: 'one', width, route, state })),
    ),
  );
  expect(gaps(every, [390, 1440])).toEqual([]);
  const short = every.filter(
    ({ route, state, width }) => !(route === '/practice' && state === 'stale' && width === 390),
  );
  expect(gaps(short, [390, 1440])).toEqual(['390 /practice: no picture of it stale']);
});

test('the table says of every screen how often it is pictured, and why where it is not', () => {
  const lines = table([{ name: 'one', width: 390, route: '/practice', state: 'empty' }]).split('\n');
  expect(lines.find((line) => /^\/practice /.test(line))).toMatch(/ 0 +1 +0 +0 +0 +0 +0$/);
  for (const { never } of Object.values(album))
    for (const why of Object.values(never))
      expect(lines.some((line) => line.endsWith(`: ${why}`))).toBe(true);
});
