/**
 * Packs on disk: which are wanted, which are held. `replacesPack` says which of two is later, in whatever order they come. A pack that cannot be read is thrown away and asked for again: it is a copy of something public.
 */
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { type Pack, packsMax, type SyncReply, type SyncRequest } from '#lib/protocol/exchange.ts';
import { decodePack, replacesPack } from '#lib/protocol/pack.ts';
import type { SlotsDb, StoredPack } from './slots-db.ts';

/** Service → the revision held, for everything this desk wants. */
export async function packsToAskFor(db: SlotsDb, scope: Scope): Promise<SyncRequest['packs']> {
  return db.transaction('r', db.wanted, db.packs, async () => {
    const wants = await db.wanted.where({ scope }).toArray();
    const services = wants.toSorted((a, b) => b.askedAt - a.askedAt).slice(0, packsMax);
    const held = await db.packs.bulkGet(services.map(({ service }) => service));
    return Object.fromEntries(
      services.map(({ service }, index) => {
        const pack = held[index];
        return [service, pack?.revision ?? null];
      }),
    );
  });
}

/** After the desk's own transaction: the packs that came, and which of those asked for are thereby known to be fresh. */
export async function keepPacks(
  db: SlotsDb,
  scope: Scope,
  reply: SyncReply,
  asked: readonly string[],
): Promise<void> {
  const readable = reply.packs.filter((pack) => decodePack(pack) !== undefined);
  await db.transaction('rw', db.packs, db.checks, async () => {
    const held = await db.packs.bulkGet(readable.map(({ service }) => service));
    const better = readable.filter((pack, index) => replacesPack(held[index]?.pack, pack));
    await db.packs.bulkPut(better.map(stored));
    const behind = new Set<string>(reply.packsMore);
    const services = asked.filter((service) => !behind.has(service));
    if (services.length > 0) await db.checks.put({ scope, at: reply.now, services });
  });
}

const stored = (pack: Pack): StoredPack => ({
  service: pack.service,
  revision: pack.revision,
  pack,
});

export interface Wanted {
  readonly isNew: boolean;
  /** All that this desk keeps fresh now. */
  readonly all: readonly ServiceId[];
}

/** From now on these are kept fresh; beyond the most that an exchange takes, the longest not asked for go. */
export async function wantPacks(
  db: SlotsDb,
  scope: Scope,
  asking: readonly ServiceId[],
  at: Instant,
): Promise<Wanted> {
  const services = asking.slice(0, packsMax);
  return db.transaction('rw', db.wanted, async () => {
    const wants = await db.wanted.where({ scope }).toArray();
    const known = new Set(wants.map(({ service }) => service));
    await db.wanted.bulkPut(services.map((service) => ({ scope, service, askedAt: at })));
    const asked = new Set<string>(services);
    const older = wants.filter(({ service }) => !asked.has(service)).sort((a, b) => b.askedAt - a.askedAt);
    const beyond = older.slice(Math.max(0, packsMax - asked.size));
    await db.wanted.bulkDelete(beyond.map(({ service }) => [scope, service]));
    return {
      isNew: services.some((service) => !known.has(service)),
      all: [
        ...asked,
        ...older.slice(0, Math.max(0, packsMax - asked.size)).map(({ service }) => service),
      ] as ServiceId[],
    };
  });
}

/** Which services a patient looked at, or may go to, says something of them: it goes with the truth. */
export async function forgetWants(db: SlotsDb, scope: Scope): Promise<void> {
  await db.transaction('rw', db.wanted, db.checks, db.directory, async () => {
    await db.wanted.where({ scope }).delete();
    await db.directory.delete(`directory:${scope}`);
    await db.checks.delete(scope);
  });
}
