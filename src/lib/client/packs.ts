/** Free times in memory: each pack decoded once a revision, whichever tab or worker brought it. */
import { liveQuery, type Subscription } from 'dexie';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { packSchema } from '#lib/protocol/exchange.ts';
import { decodePack, type PackColumns } from '#lib/protocol/pack.ts';
import type { SlotsDb } from './store/slots-db.ts';

export class HeldPacks {
  readonly #db: SlotsDb;
  readonly #columns = new Map<string, PackColumns>();
  #checkedAt = new Map<string, Instant>();
  readonly #listeners = new Set<() => void>();
  #subscriptions: Subscription[] = [];
  #loading = Promise.resolve();

  constructor(db: SlotsDb) {
    this.#db = db;
  }

  get(service: ServiceId): PackColumns | undefined {
    return this.#columns.get(service);
  }

  /** When the server last said that this is how the service stands; null when its times are not here. */
  asOf(service: ServiceId): Instant | null {
    const columns = this.#columns.get(service);
    if (!columns) return null;
    return Math.max(columns.asOf, this.#checkedAt.get(service) ?? 0);
  }

  /** Calls back after each change that was read in, until the function returned is called. */
  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    if (this.#subscriptions.length === 0) this.#follow();
    return () => {
      this.#listeners.delete(onChange);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  #follow(): void {
    const onChange = () => this.#listeners.forEach((listener) => listener());
    // The index alone says which packs changed: no columns are read but those.
    const heads = liveQuery(() => this.#db.packs.orderBy('[service+revision]').keys());
    const checks = liveQuery(() => this.#db.checks.toArray());
    this.#subscriptions = [
      heads.subscribe((keys) => {
        this.#loading = this.#loading
          .then(() => this.#load(keys as unknown as [string, string][]))
          .then(onChange);
      }),
      checks.subscribe((rows) => {
        const checkedAt = new Map<string, Instant>();
        for (const { at, services } of rows) {
          for (const service of services) checkedAt.set(service, Math.max(at, checkedAt.get(service) ?? 0));
        }
        this.#checkedAt = checkedAt;
        onChange();
      }),
    ];
  }

  #stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  async #load(heads: readonly [string, string][]): Promise<void> {
    const here = new Set(heads.map(([service]) => service));
    for (const service of this.#columns.keys()) if (!here.has(service)) this.#columns.delete(service);
    const changed = heads.filter(([service, revision]) => this.#columns.get(service)?.revision !== revision);
    const rows = await this.#db.packs.bulkGet(changed.map(([service]) => service));
    for (const row of rows) {
      if (!row) continue;
      const parsed = packSchema.safeParse(row.pack);
      const columns = parsed.success ? decodePack(parsed.data) : undefined;
      if (columns) this.#columns.set(row.service, columns);
      // Unreadable here means broken on this disk: without it, the next exchange brings it anew.
      else await this.#db.packs.delete(row.service);
    }
  }
}
