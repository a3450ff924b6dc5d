/**
 * How much of a long list is drawn: what the screen shows in the frame that answers a press, half as much again behind it,
 * and the rest as somebody comes near to it. Counts and what is read aloud come from the list itself, never from what is
 * drawn of it.
 *
 *   startOver(8) → the first 8, and what is drawn already → the first 8 → 10 more a frame while the end of them is near
 */
import { flushSync } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { afterPaint } from './after-paint.ts';

/** As many as a slow computer draws without keeping the next press waiting for long. */
const rowsAFrame = 10;
/** Their end is near when it lies less than this below the window: of the window's own height. */
const nearMargin = '50%';

export interface Unrolled<T> {
  /** Reactive. In the order of the list; the first of it are always there. */
  readonly drawn: readonly T[];
  /** Another question was asked: so many are drawn first. What changes unasked begins nothing anew. */
  startOver(first: number): void;
  /** All of it, at once: for paper. */
  drawAll(): void;
  /** Of the element that keeps the room of the rows to come. */
  readonly toCome: Attachment<HTMLElement>;
}

/** Belongs to the component that makes it. `rows`: reactive. */
export function unrolled<T>(rows: () => readonly T[], keyOf: (row: T) => string, first: number): Unrolled<T> {
  /** How many are drawn beside those that were there when the question came: they cost nothing. */
  let reached = $state(first);
  let kept = $state.raw<ReadonlySet<string>>(new Set());
  let isAnswered = $state(false);
  let isNear = $state(false);
  const drawn = $derived.by(() => {
    let left = reached;
    return rows().filter((row) => kept.has(keyOf(row)) || left-- > 0);
  });
  $effect(() => {
    if (reached === Infinity) return undefined;
    const isWhole = drawn.length === rows().length;
    if (isAnswered && !isWhole && !isNear) return undefined;
    return afterPaint(() => {
      // What was kept may have rows before it that are not drawn: only while nobody has had the time to look.
      kept = new Set();
      isAnswered = true;
      // What comes to a whole list unasked belongs to it at once.
      if (isWhole) reached = Infinity;
      else if (isNear) reached += rowsAFrame;
    });
  });
  return {
    get drawn() {
      return drawn;
    },
    startOver(next) {
      kept = new Set(drawn.map(keyOf));
      reached = next;
      isAnswered = false;
    },
    drawAll() {
      flushSync(() => (reached = Infinity));
    },
    toCome(node) {
      const watch = new IntersectionObserver(
        (entries) => (isNear = entries.at(-1)?.isIntersecting ?? false),
        { rootMargin: `${nearMargin} 0px` },
      );
      watch.observe(node);
      return () => {
        watch.disconnect();
        isNear = false;
      };
    },
  };
}
