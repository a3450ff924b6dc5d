/**
 * A ledger in memory behind the wire's own types, for histories of one or more desks. It keeps first verdicts, a journal
 * place, and gives each scope all its rows in every delta; pages and packs are not its business.
 */
import { claimSchema } from '#lib/domain/claim.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { scopeKey } from '#lib/domain/scope.ts';
import { smallWorld, type SmallWorld } from '#lib/domain/testing/small-world.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import {
  syncRequestSchema,
  type Parked,
  type Row,
  type SyncReply,
  type SyncRequest,
} from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';

interface Entry {
  readonly bytes: string;
  readonly verdict: Verdict;
}

export class FakeLedger {
  readonly world: SmallWorld;
  readonly journal = new Map<ClaimId, Entry>();
  #seq = 0;
  #history = 'a';

  constructor(world: SmallWorld = smallWorld()) {
    this.world = world;
  }

  settle(sender: Author, raw: SyncRequest): SyncReply {
    const request = syncRequestSchema.parse(raw);
    const parked: Parked[] = [];
    const answers = request.claims.flatMap((bytes, index) => {
      const claim = claimSchema.safeParse(JSON.parse(bytes));
      if (!claim.success) {
        parked.push({ index, claim: null, reason: 'unreadable' });
        return [];
      }
      const known = this.journal.get(claim.data.id);
      if (known && known.bytes !== bytes) {
        parked.push({ index, claim: claim.data.id, reason: 'reused' });
        return [];
      }
      if (known) return [{ verdict: known.verdict, replayed: true, alternatives: [] }];
      const { effects: _effects, ...decision } = this.world.settle(claim.data, sender);
      const verdict: Verdict = {
        ...decision,
        claim: claim.data.id,
        seq: (this.#seq += 1),
        at: this.world.now,
        slots: [...decision.slots],
      };
      this.journal.set(claim.data.id, { bytes, verdict });
      return [{ verdict, replayed: false, alternatives: [] }];
    });
    const reset = request.cursor !== null && !request.cursor.endsWith(this.#history.repeat(16));
    return {
      protocol: protocolVersion,
      scope: request.scope,
      now: this.world.now,
      answers,
      parked,
      delta: { cursor: this.cursor(), more: false, reset, rows: this.#rows(request.scope) },
      packs: [],
      packsMore: [],
    };
  }

  cursor(): string {
    return `${this.#seq}.${this.#history.repeat(16)}`;
  }

  /** Back to how the world was when nothing had been settled: the history is another from here on. */
  restoreEmpty(world: SmallWorld): void {
    for (const map of ['appointments', 'notices', 'referrals', 'slots'] as const) this.world[map].clear();
    this.world.add(...world.referrals.values(), ...world.slots.values());
    this.journal.clear();
    this.#seq = 0;
    this.#history = 'b';
  }

  #rows(scope: SyncRequest['scope']): Row[] {
    const mine = [...this.world.referrals.values()].filter(({ practice }) => practice === scopeKey(scope));
    const ubrns = new Set(mine.map(({ ubrn }) => ubrn));
    return [
      ...mine.map((row): Row => ({ entity: 'referral', key: row.ubrn, row })),
      ...[...this.world.appointments.values()]
        .filter(({ ubrn }) => ubrns.has(ubrn))
        .map((row): Row => ({ entity: 'appointment', key: row.id, row })),
      ...[...this.world.notices.values()]
        .filter((row) => row.scope === scope)
        .map((row): Row => ({ entity: 'notice', key: row.id, row })),
    ];
  }
}
