/**
 * The free times of services, packed, by revision. A pack's revision is the last entry that changed the service's slots,
 * so one that was encoded stays good until the next; time alone only takes times away, which every reader does by itself.
 */
import type { ServiceId } from '#lib/domain/ids.ts';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Pack } from '#lib/protocol/exchange.ts';
import { decodePack, encodePack, type PackColumns } from '#lib/protocol/pack.ts';
import { cursorOf, genesisHash } from './journal.ts';
import { compiledOnce, readByKeys, type Tx } from './rows.ts';
import { freeSlots, slotOf } from './slots.ts';
import type { SqlLedger } from './sql-ledger.ts';

/** About what a reply carries in packs, so that a slow line gets its verdicts soon. */
export const packBytesMax = 256 * 1024;
/** Encoded packs kept; a few kilobytes each. */
const keptMax = 4_000;
/** Encoded anew after this long, lest times that are past be sent for ever. */
const keptMs = 30 * minuteMs;

interface Kept {
  readonly pack: Pack;
  readonly columns: PackColumns;
}

export class Packs {
  readonly #ledger: SqlLedger;
  readonly #clock: () => Instant;
  readonly #kept = new Map<ServiceId, Kept>();

  constructor(ledger: SqlLedger, clock: () => Instant) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** Of the services that exist, those whose free times are not what `held` says; beyond the byte limit only by name. */
  async changed(
    held: Readonly<Record<ServiceId, string | null>>,
  ): Promise<{ packs: Pack[]; more: ServiceId[] }> {
    const services = Object.keys(held) as ServiceId[];
    const packs: Pack[] = [];
    const more: ServiceId[] = [];
    if (services.length === 0) return { packs, more };
    let bytes = 0;
    await this.#ledger.snapshot(async (tx) => {
      for (const [service, revision] of await readRevisions(tx, services)) {
        if (held[service] === revision) continue;
        if (bytes >= packBytesMax) {
          more.push(service);
          continue;
        }
        const { pack } = await this.#at(tx, service, revision);
        bytes += pack.columns.length + pack.clinicians.join().length;
        packs.push(pack);
      }
    });
    return { packs, more };
  }

  /** Undefined: no such service. */
  one(service: ServiceId, held: string | undefined): Promise<Pack | 'unchanged' | undefined> {
    return this.#ledger.snapshot(async (tx) => {
      const revision = (await readRevisions(tx, [service])).get(service);
      if (revision === undefined) return undefined;
      return revision === held ? 'unchanged' : (await this.#at(tx, service, revision)).pack;
    });
  }

  /** Free times as typed arrays, for whoever looks for some here. */
  async columns(services: readonly ServiceId[]): Promise<PackColumns[]> {
    if (services.length === 0) return [];
    return this.#ledger.snapshot(async (tx) => {
      const found: PackColumns[] = [];
      for (const [service, revision] of await readRevisions(tx, services)) {
        found.push((await this.#at(tx, service, revision)).columns);
      }
      return found;
    });
  }

  async #at(tx: Tx, service: ServiceId, revision: string): Promise<Kept> {
    const now = this.#clock();
    const known = this.#kept.get(service);
    if (known?.pack.revision === revision && Math.abs(now - known.columns.asOf) < keptMs) {
      return { ...known, pack: { ...known.pack, asOf: now } };
    }
    const pack = encodePack(service, revision, now, await readFree(tx, service, now));
    const columns = decodePack(pack);
    if (!columns) throw new Error(`packs: what was encoded for ${service} can't be decoded`);
    this.#kept.delete(service);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size >= keptMax && oldest) this.#kept.delete(oldest);
    this.#kept.set(service, { pack, columns });
    return { pack, columns };
  }
}

async function readRevisions(
  tx: Tx,
  services: readonly ServiceId[],
): Promise<ReadonlyMap<ServiceId, string>> {
  const rows = await packSeqs(tx, services);
  return new Map(
    rows.map(({ id, pack_seq, hash }) => [id, cursorOf({ seq: pack_seq, hash: hash ?? genesisHash })]),
  );
}

const packSeqs = readByKeys((db, ids: readonly ServiceId[]) =>
  db
    .selectFrom('service as s')
    .leftJoin('journal as j', 'j.seq', 's.pack_seq')
    .select(['s.id', 's.pack_seq', 'j.hash'])
    .where('s.id', 'in', ids),
);

async function readFree(tx: Tx, service: ServiceId, now: Instant): Promise<Slot[]> {
  const rows = await freeOf(tx, service, now);
  return rows.map(slotOf);
}

const freeOf = compiledOnce((db, service: ServiceId, now: Instant) =>
  freeSlots(db).where('s.service', '=', service).where('s.start', '>', now),
);
