/** Truth's rows in memory, and the truth that they make: worked out once until one of them changes. */
import type { Truth } from '#lib/domain/truth.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import { truthOf } from './truth-rows.ts';

export class RowTable extends Map<string, Row> {
  #truth: { readonly truth: Truth; readonly cursor: string | null } | undefined;

  override set(key: string, row: Row): this {
    this.#truth = undefined;
    return super.set(key, row);
  }

  override delete(key: string): boolean {
    this.#truth = undefined;
    return super.delete(key);
  }

  override clear(): void {
    this.#truth = undefined;
    super.clear();
  }

  truthAt(cursor: string | null): Truth {
    if (this.#truth?.cursor !== cursor || !this.#truth)
      this.#truth = { truth: truthOf(this.values(), cursor), cursor };
    return this.#truth.truth;
  }
}
