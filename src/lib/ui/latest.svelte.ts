/**
 * The latest answer of a question that takes a moment and is asked again when what it reads changes. The old answer
 * stays until the new one is here, so lists do not flicker; an answer that was overtaken is dropped.
 */
export interface Latest<T> {
  /** Undefined until the first answer. */
  readonly value: T | undefined;
}

/** `ask` runs in an effect: the runes that it reads before its first await decide when it runs again. */
export function latest<T>(ask: () => Promise<T>): Latest<T> {
  let value = $state.raw<T>();
  $effect(() => {
    let isOvertaken = false;
    void ask().then((answer) => {
      if (!isOvertaken) value = answer;
    });
    return () => {
      isOvertaken = true;
    };
  });
  return {
    get value() {
      return value;
    },
  };
}
