/** Whose records a ledger's file holds, before anybody deletes them: a demonstration's and nothing else, or somebody's. */
import type { Kysely } from 'kysely';
import type { ClaimId } from '#lib/domain/ids.ts';
import { addDays, localDate } from '#lib/domain/instant.ts';
import type { Tables } from '../ledger/schema.ts';
import { historyDays } from './calendar.ts';
import { completionId, firstLoadId, planWorld, type WorldKey } from './plan.ts';

/** `foreign`: what was there first is no demonstration. `added`: a demonstration, and records that came in beside it. */
export type Holding =
  { readonly kind: 'empty' | 'foreign' | 'added' } | { readonly kind: 'demo'; readonly key: WorldKey };

/** What its visitors have asked for since is theirs to lose; records that were loaded by anybody else are not. */
export async function whoseWorld(db: Kysely<Tables>, seed: string): Promise<Holding> {
  const key = await worldKeyOf(db, seed);
  if (key === undefined) return { kind: 'empty' };
  if (key === 'foreign') return { kind: 'foreign' };
  const loads = await db.selectFrom('journal').select('claim_id').where('kind', '=', 'load').execute();
  const own = loadsOf(key);
  return loads.every(({ claim_id }) => own.has(claim_id)) ? { kind: 'demo', key } : { kind: 'added' };
}

/** The world that the ledger's first entry tells of, whole or begun; undefined for an empty ledger. */
export async function worldKeyOf(
  db: Kysely<Tables>,
  seed: string,
): Promise<WorldKey | 'foreign' | undefined> {
  const first = await db
    .selectFrom('journal')
    .select(['claim_id', 'at'])
    .where('seq', '=', 1)
    .executeTakeFirst();
  if (!first) return undefined;
  const today = addDays(localDate(first.at), historyDays);
  const keys = (['small', 'region'] as const).map((size): WorldKey => ({ seed, size, today }));
  return keys.find((key) => firstLoadId(key) === first.claim_id) ?? 'foreign';
}

function loadsOf(key: WorldKey): ReadonlySet<ClaimId> {
  const { loads, referrals } = planWorld(key);
  return new Set([...loads.map(({ id }) => id), ...referrals.map(({ load }) => load.id), completionId(key)]);
}
