/** How often what happened; two runs' counts add up. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  addAll(other: Counts): void {
    for (const [name, times] of other.#counts) this.add(name, times);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** By name. */
  all(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Those whose name begins so, without the beginning; most first. */
  under(prefix: string): [string, number][] {
    return [...this.#counts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, times]): [string, number] => [name.slice(prefix.length), times])
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }
}
