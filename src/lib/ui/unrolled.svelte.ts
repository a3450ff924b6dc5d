/**
 * How much of a long list is drawn: what the screen shows in the frame that answers a press, the rest a few rows a frame
 * behind it. Counts and what is read aloud come from the list itself, never from what is drawn of it.
 *
 *   startOver(8) → the first 8, and what is drawn already → 20 more, and 20 more → all, and all it stays until the next question
 */
import { afterPaint } from './after-paint.ts';

/** As many as a slow computer draws without keeping the next press waiting for long. */
const rowsAFrame = 20;

export interface Unrolled<T> {
  /** Reactive. In the order of the list; the first of it are always there. */
  readonly drawn: readonly T[];
  /** Another question was asked: so many are drawn first. What changes unasked begins nothing anew. */
  startOver(first: number): void;
}

/** Belongs to the component that makes it. `rows`: reactive. */
export function unrolled<T>(rows: () => readonly T[], keyOf: (row: T) => string, first: number): Unrolled<T> {
  /** How many are drawn beside those that were there when the question came: they cost nothing. */
  let reached = $state(first);
  let kept = $state.raw<ReadonlySet<string>>(new Set());
  const drawn = $derived.by(() => {
    let left = reached;
    return rows().filter((row) => kept.has(keyOf(row)) || left-- > 0);
  });
  $effect(() => {
    if (reached === Infinity) return undefined;
    const isWhole = drawn.length === rows().length;
    // What comes to a whole list unasked belongs to it at once.
    return afterPaint(() => (reached = isWhole ? Infinity : reached + rowsAFrame));
  });
  return {
    get drawn() {
      return drawn;
    },
    startOver(next) {
      kept = new Set(drawn.map(keyOf));
      reached = next;
    },
  };
}
