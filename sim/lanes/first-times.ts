/** The clinics' first times of a world, published as any other: by claims. */
import { claimVersion } from '#lib/domain/claim.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import type { SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import type { World } from '../world.ts';

export async function settleFirstTimes(
  { sessions, shape }: World,
  settle: (author: Author, request: SyncRequest) => Promise<SyncReply>,
): Promise<void> {
  for (const [index, { author, service, session }] of sessions.entries()) {
    const claim = {
      v: claimVersion,
      id: `00000000-0000-4000-8000-0000000001${index.toString(16).padStart(2, '0')}` as ClaimId,
      author,
      madeAt: shape.startsAt,
      intent: { kind: 'publish', service, sessions: [session] },
    };
    const { answers } = await settle(author, {
      protocol: protocolVersion,
      scope: author.scope,
      cursor: null,
      claims: [JSON.stringify(claim)],
      packs: {},
      seen: [],
    });
    if (answers[0]?.verdict.outcome !== 'confirmed') throw new Error(`sim: ${service} has no first times`);
  }
}
