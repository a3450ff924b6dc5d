import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unrolled, type Unrolled } from './unrolled.svelte.ts';

let frames: (() => void)[] = [];
let seeEnd: (isIntersecting: boolean) => void = () => undefined;
beforeEach(() => {
  frames = [];
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(callback: (entries: readonly { isIntersecting: boolean }[]) => void) {
        seeEnd = (isIntersecting) => callback([{ isIntersecting }]);
      }
      observe() {}
      disconnect() {}
    },
  );
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
  const leaveEnd = list?.toCome({} as HTMLElement);
  return {
    stop,
    leaveEnd,
    drawAll: () => list?.drawAll(),
    endIsNear(isNear: boolean) {
      seeEnd(isNear);
      flushSync();
    },
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

test('the first rows are there at once, more while their end is near, and in the end all, in their order', () => {
  const list = listOf(upTo(50), 8);
  expect(list.drawn()).toEqual(upTo(8));
  list.settle();
  expect(list.drawn()).toEqual(upTo(8));
  list.endIsNear(true);
  nextFrame();
  // The picture that answers the press goes out with those.
  expect(list.drawn()).toEqual(upTo(8));
  nextFrame();
  const some = list.drawn();
  expect(some.length).toBeGreaterThan(8);
  expect(some.length).toBeLessThan(50);
  list.endIsNear(false);
  list.settle();
  expect(list.drawn()).toEqual(some);
  list.endIsNear(true);
  list.settle();
  expect(list.drawn()).toEqual(upTo(50));
  list.stop();
});

test('another question while the first is still being drawn: nothing of the first answer is left', () => {
  const list = listOf(upTo(50), 8);
  list.endIsNear(true);
  list.ask(upTo(50, 100), 8);
  expect(list.drawn()).toEqual(upTo(8, 100));
  nextFrame();
  list.ask(upTo(3, 200), 8);
  expect(list.drawn()).toEqual(upTo(3, 200));
  list.settle();
  expect(list.drawn()).toEqual(upTo(3, 200));
  list.stop();
});

test('rows of the answer before stay drawn in the frame that answers, and leave no gap behind it', () => {
  const list = listOf(upTo(50), 8);
  list.endIsNear(true);
  list.settle();
  list.endIsNear(false);
  list.ask([...upTo(20, 100), ...upTo(30)], 8);
  expect(list.drawn()).toEqual([...upTo(8, 100), ...upTo(30)]);
  list.settle();
  expect(list.drawn()).toEqual(upTo(8, 100));
  list.endIsNear(true);
  list.settle();
  expect(list.drawn()).toEqual([...upTo(20, 100), ...upTo(30)]);
  list.stop();
});

test('for paper all is drawn at once', () => {
  const list = listOf(upTo(500), 8);
  list.drawAll();
  expect(list.drawn()).toEqual(upTo(500));
  list.stop();
});

test('where the end is gone it is near no longer', () => {
  const list = listOf(upTo(50), 8);
  list.endIsNear(true);
  if (typeof list.leaveEnd === 'function') list.leaveEnd();
  flushSync();
  list.settle();
  expect(list.drawn()).toEqual(upTo(8));
  list.stop();
});

test('what comes in unasked belongs to a list that is whole at once, and takes no row away', () => {
  const list = listOf(upTo(50), 8);
  list.endIsNear(true);
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
  list.endIsNear(true);
  for (let i = 0; i < 8; i += 1) {
    vi.advanceTimersByTime(1);
    flushSync();
  }
  expect(list.drawn()).toEqual(upTo(50));
  list.stop();
  vi.useRealTimers();
});
