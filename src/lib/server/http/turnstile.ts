/** So many at once and no more: past that, an honest "busy" is better than a queue that nobody waits out. */
export class Turnstile {
  readonly #max: number;
  #inside = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Undefined when it is full. */
  async pass<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#inside >= this.#max) return undefined;
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
    }
  }
}
