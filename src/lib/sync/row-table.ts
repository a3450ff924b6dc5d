/**
 * Truth's rows in memory, and the truth that they make. It is kept by kind as rows come and go; a truth that was given out stays
 * as it was, so the first change of a kind after that is made in a copy.
 */
import type { Truth } from '#lib/domain/truth.ts';
import type { Entity, Row } from '#lib/protocol/exchange.ts';
import { seqOf } from './shelf.ts';

type Kinds = Record<Entity, Map<string, Row['row']>>;

const noKinds = (): Kinds => ({
  referral: new Map(),
  appointment: new Map(),
  notice: new Map(),
  service: new Map(),
});

export class RowTable extends Map<string, Row> {
  #kinds = noKinds();
  /** Those that the last truth shows. */
  readonly #given = new Set<Entity>();
  #truth: { readonly truth: Truth; readonly cursor: string | null } | undefined;

  override set(key: string, row: Row): this {
    const kind = this.#kindToChange(row.entity);
    if (row.row === null) kind.delete(row.key);
    else kind.set(row.key, row.row);
    return super.set(key, row);
  }

  override delete(key: string): boolean {
    const row = this.get(key);
    if (row) this.#kindToChange(row.entity).delete(row.key);
    return super.delete(key);
  }

  override clear(): void {
    this.#kinds = noKinds();
    this.#given.clear();
    this.#truth = undefined;
    super.clear();
  }

  truthAt(cursor: string | null): Truth {
    if (this.#truth?.cursor === cursor) return this.#truth.truth;
    const { referral, appointment, notice, service } = this.#kinds;
    // Each row was put under its own kind, so each map holds rows of one kind.
    const rows = {
      referrals: referral,
      appointments: appointment,
      notices: notice,
      services: service,
    } as unknown as Omit<Truth, 'seq'>;
    const truth: Truth = { ...rows, seq: seqOf(cursor) };
    for (const entity in this.#kinds) this.#given.add(entity as Entity);
    this.#truth = { truth, cursor };
    return truth;
  }

  #kindToChange(entity: Entity): Map<string, Row['row']> {
    this.#truth = undefined;
    if (!this.#given.delete(entity)) return this.#kinds[entity];
    const copy = new Map(this.#kinds[entity]);
    this.#kinds[entity] = copy;
    return copy;
  }
}
