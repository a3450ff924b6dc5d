/** A claim's text, read by itself: one that can't be read parks itself and nobody else. */
import { claimSchema, claimVersion, type Claim } from '#lib/domain/claim.ts';
import { claimIdSchema, type ClaimId } from '#lib/domain/ids.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { ParkedReason } from '#lib/protocol/exchange.ts';

export type ReadClaim =
  | { readonly claim: Claim }
  | { readonly parked: Exclude<ParkedReason, 'reused' | 'failed'>; readonly id: ClaimId | null };

/** Half a character, or a character that no engine keeps: JSON writes exactly these as escapes. */
const unkeepable = /\\u(0000|d[89a-f])/;

export function readClaim(text: string, scope: Scope): ReadClaim {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { parked: 'unreadable', id: null };
  }
  const { v, id: given } = (value ?? {}) as { v?: unknown; id?: unknown };
  const id = claimIdSchema.safeParse(given).data ?? null;
  if (Number.isInteger(v) && (v as number) > claimVersion) return { parked: 'newer', id };
  const read = claimSchema.safeParse(value);
  if (!read.success) return { parked: 'unreadable', id };
  // What stands in the text itself as half a character came as an escape of the reply around it.
  const isKeepable = text.isWellFormed() && !(text.includes('\\u') && unkeepable.test(JSON.stringify(value)));
  if (!isKeepable) return { parked: 'unreadable', id };
  if (read.data.author.scope !== scope) return { parked: 'otherScope', id };
  return { claim: read.data };
}
