/** What a screen is made from: the claims and times of this device, read once for each version of them. */
import type { ServiceId } from '#lib/domain/ids.ts';
import type { HeldClaim } from '#lib/domain/project.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Pack } from '#lib/protocol/exchange.ts';
import { decodePack, slotAt } from '#lib/protocol/pack.ts';
import { heldClaim, isShown, type ClaimRecord } from '#lib/sync/claim-record.ts';

const held = new WeakMap<ClaimRecord, { readonly claim: HeldClaim | undefined }>();
const times = new WeakMap<Pack, readonly Slot[]>();

export function heldClaims(records: readonly ClaimRecord[]): HeldClaim[] {
  return records.filter(isShown).flatMap((record) => {
    const known = held.get(record) ?? { claim: heldClaim(record) };
    held.set(record, known);
    return known.claim ?? [];
  });
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
