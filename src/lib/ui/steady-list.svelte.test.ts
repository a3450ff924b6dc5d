import { expect, test } from 'vitest';
import { steadyList } from './steady-list.svelte.ts';

interface Card {
  readonly id: string;
  readonly text: string;
}
const card = (id: string, text = id): Card => ({ id, text });

function listOf(...first: readonly Card[]) {
  let now = $state.raw<readonly Card[]>(first);
  const list = steadyList(
    () => now,
    ({ id }) => id,
  );
  return {
    list,
    become: (...next: readonly Card[]) => (now = next),
    words: () => list.shown.map(({ item, isGone }) => (isGone ? `(${item.text})` : item.text)),
  };
}

test('nobody points at it: it follows what is so', () => {
  const { list, become, words } = listOf(card('b'));
  become(card('a'), card('b'));
  expect(words()).toEqual(['a', 'b']);
  expect(list.fresh).toBe(0);
});

test('somebody points at it: what is dealt with stays in its place, what is new waits, what changed is told in place', () => {
  const { list, become, words } = listOf(card('a'), card('b'), card('c'));
  list.hold();
  become(card('new'), card('b', 'b, changed'), card('c'));
  expect(words()).toEqual(['(a)', 'b, changed', 'c']);
  expect(list.fresh).toBe(1);
  // A second sign of the pointer changes nothing of that.
  list.hold();
  expect(words()).toEqual(['(a)', 'b, changed', 'c']);
});

test('asked for, the new ones come in their order and what is dealt with leaves; then it holds again', () => {
  const { list, become, words } = listOf(card('a'), card('b'));
  list.hold();
  become(card('new'), card('b'));
  list.show();
  expect(words()).toEqual(['new', 'b']);
  expect(list.fresh).toBe(0);
  become(card('b'), card('newer'));
  expect(words()).toEqual(['(new)', 'b']);
  expect(list.fresh).toBe(1);
});

test('one that was dealt with and stands again, as after taking it back, is where it was', () => {
  const { list, become, words } = listOf(card('a'), card('b'));
  list.hold();
  become(card('b'));
  expect(words()).toEqual(['(a)', 'b']);
  become(card('a'), card('b'));
  expect(words()).toEqual(['a', 'b']);
  expect(list.fresh).toBe(0);
});

test('pointed at while it was empty, it shows what comes', () => {
  const { list, become, words } = listOf();
  list.hold();
  become(card('a'));
  expect(words()).toEqual(['a']);
  expect(list.fresh).toBe(0);
});
