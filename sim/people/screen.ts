/** What a screen is made from: the claims and times of this device, read once for each version of them. */
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { HeldClaim } from '#lib/domain/project.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Pack } from '#lib/protocol/exchange.ts';
import { decodePack, slotAt } from '#lib/protocol/pack.ts';
import { heldClaim, isShown, type ClaimRecord } from '#lib/sync/claim-record.ts';

/** What a device's screens have read, so that each version of a claim is read once, and its bytes once for all. */
export type ReadClaims = Map<ClaimId, { readonly record: ClaimRecord; readonly held: HeldClaim | undefined }>;

const times = new WeakMap<Pack, readonly Slot[]>();

export function heldClaims(records: readonly ClaimRecord[], read: ReadClaims = new Map()): HeldClaim[] {
  const claims: HeldClaim[] = [];
  for (const record of records) {
    const held = isShown(record) ? heldOf(record, read) : undefined;
    if (held) claims.push(held);
  }
  return claims;
}

function heldOf(record: ClaimRecord, read: ReadClaims): HeldClaim | undefined {
  const known = read.get(record.id);
  if (known?.record === record) return known.held;
  const isSameText = known?.record.body.bytes === record.body.bytes;
  const held = heldClaim(record, undefined, isSameText ? known.held?.claim : undefined);
  read.set(record.id, { record, held });
  return held;
}

export function heldTimes(packs: Iterable<Pack>): ReadonlyMap<ServiceId, readonly Slot[]> {
  return new Map([...packs].map((pack) => [pack.service, timesOf(pack)]));
}

function timesOf(pack: Pack): readonly Slot[] {
  const known = times.get(pack);
  if (known) return known;
  const columns = decodePack(pack);
  const slots = columns ? Array.from({ length: columns.count }, (_, index) => slotAt(columns, index)) : [];
  times.set(pack, slots);
  return slots;
}
