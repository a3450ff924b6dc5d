import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unrolled, type Unrolled } from './unrolled.svelte.ts';

let frames: (() => void)[] = [];
beforeEach(() => {
  frames = [];
  vi.stubGlobal('document', { hidden: false });
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => (frames[id - 1] = () => undefined));
});
afterEach(() => vi.unstubAllGlobals());

function nextFrame(): void {
  const due = frames.length;
  for (let i = 0; i < due; i += 1) {
    const callback = frames[i];
    frames[i] = () => undefined;
    callback?.();
  }
  flushSync();
}

const upTo = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `row ${from + i}`);

/** A list in a component, and what may be done to it. */
function listOf(first: readonly string[], begin: number) {
  let rows = $state.raw(first);
  let list: Unrolled<string> | undefined;
  const stop = $effect.root(() => {
    list = unrolled(
      () => rows,
      (row) => row,
      begin,
    );
  });
  flushSync();
  return {
    stop,
    drawn: () => [...(list?.drawn ?? [])],
    ask(answer: readonly string[], begin: number) {
      list?.startOver(begin);
      rows = answer;
      flushSync();
    },
    comes(changed: readonly string[]) {
      rows = changed;
      flushSync();
    },
    settle() {
      for (let i = 0; i < 40; i += 1) nextFrame();
    },
  };
}

test('the first rows are there at once, and in the end all of them, in their order', () => {
  const list = listOf(upTo(50), 8);
  expect(list.drawn()).toEqual(upTo(8));
  nextFrame();
  // The picture that answers the press goes out with those.
  expect(list.drawn()).toEqual(upTo(8));
  nextFrame();
  expect(list.drawn().length).toBeGreaterThan(8);
  list.settle();
  expect(list.drawn()).toEqual(upTo(50));
  list.stop();
});

test('another question while the first is still being drawn: nothing of the first answer is left', () => {
  const list = listOf(upTo(50), 8);
  list.ask(upTo(50, 100), 8);
  expect(list.drawn()).toEqual(upTo(8, 100));
  nextFrame();
  list.ask(upTo(3, 200), 8);
  expect(list.drawn()).toEqual(upTo(3, 200));
  list.settle();
  expect(list.drawn()).toEqual(upTo(3, 200));
  list.stop();
});

test('rows of the answer before that are in this one too stay drawn, behind the first', () => {
  const list = listOf(upTo(50), 8);
  list.settle();
  list.ask([...upTo(20, 100), ...upTo(30)], 8);
  expect(list.drawn()).toEqual([...upTo(8, 100), ...upTo(30)]);
  list.settle();
  expect(list.drawn()).toEqual([...upTo(20, 100), ...upTo(30)]);
  list.stop();
});

test('what comes in unasked belongs to a list that is whole at once, and takes no row away', () => {
  const list = listOf(upTo(50), 8);
  list.settle();
  const more = [...upTo(30, 100), ...upTo(50)];
  list.comes(more);
  expect(list.drawn()).toEqual(more);
  list.ask(upTo(2), 8);
  list.settle();
  list.comes(more);
  expect(list.drawn()).toEqual(more);
  list.stop();
});

test('a page that nobody sees has no frames, and is drawn all the same', () => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: true });
  const list = listOf(upTo(50), 8);
  for (let i = 0; i < 5; i += 1) {
    vi.advanceTimersByTime(1);
    flushSync();
  }
  expect(list.drawn()).toEqual(upTo(50));
  list.stop();
  vi.useRealTimers();
});
