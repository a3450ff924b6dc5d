/** Claims that no honest app sends: the ledger must answer none of them. */
import { syncReplySchema, type SyncRequest } from '#lib/protocol/exchange.ts';
import { parseJson } from '#lib/sync/answer.ts';
import type { Letter } from './server.ts';

/** The claims of a request that were just answered, under the same ids, in other bytes. */
export function otherBytes({ claims }: SyncRequest, reply: string): string[] {
  const parsed = syncReplySchema.safeParse(parseJson(reply));
  const answered = new Set<string>(parsed.data?.answers.map(({ verdict }) => verdict.claim));
  return claims
    .filter((text) => answered.has(idOf(text)))
    .map((text) => text.replace(/"madeAt":(\d+)/, (_, at: string) => `"madeAt":${Number(at) + 1}`));
}

/** What somebody of another scope sent earlier. */
export function foreignClaims(letters: readonly Letter[], { scope }: SyncRequest): readonly string[] {
  for (const { text } of letters) {
    const request = parseJson(text) as SyncRequest | undefined;
    if (request && request.scope !== scope) return request.claims;
  }
  return [];
}

export const idOf = (claim: string) => /"id":"([0-9a-f-]{36})"/.exec(claim)?.[1] ?? '';
