/**
 * A list of cards that holds still under whoever reads it. Until somebody points at it, it follows what is so; from then
 * on a card stays in its place whatever becomes of it, and what is new waits until it is asked for. So no card of another
 * patient ever slides to where somebody is about to press, neither by their own press nor by what arrives meanwhile.
 */
export interface Shown<T> {
  readonly key: string;
  /** As it is now; of one that has left, as it was last. */
  readonly item: T;
  /** It is dealt with, here or elsewhere. */
  readonly isGone: boolean;
}

export interface SteadyList<T> {
  /** Reactive. What is on the page. */
  readonly shown: readonly Shown<T>[];
  /** Reactive. How many have come since and are not on the page. */
  readonly fresh: number;
  /** Somebody points at it. */
  hold(): void;
  /** Everything that is so now, in its order; what is dealt with leaves. */
  show(): void;
}

export function steadyList<T>(items: () => readonly T[], keyOf: (item: T) => string): SteadyList<T> {
  let held = $state.raw<readonly T[]>();
  const now = $derived(new Map(items().map((item) => [keyOf(item), item])));
  const shown = $derived(
    // Where nothing is, nothing can be pointed at.
    !held?.length
      ? [...now].map(([key, item]) => ({ key, item, isGone: false }))
      : held.map((was) => {
          const key = keyOf(was);
          return { key, item: now.get(key) ?? was, isGone: !now.has(key) };
        }),
  );
  const fresh = $derived.by(() => {
    const here = new Set(shown.map(({ key }) => key));
    return [...now.keys()].filter((key) => !here.has(key)).length;
  });
  return {
    get shown() {
      return shown;
    },
    get fresh() {
      return fresh;
    },
    hold() {
      if (!held?.length) held = items();
    },
    show() {
      held = items();
    },
  };
}
