/**
 * Settles a batch of claims in one transaction that holds the head: known ones are answered as before,
 * each of the others is decided in its turn on what the ones before it left.
 */
import { decide } from '#lib/domain/decide.ts';
import type { Decision } from '#lib/domain/decision.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { readFacts, type Ask, type BatchFacts } from './facts.ts';
import { claimEntry, commentOf, type Entry, type Place } from './journal.ts';
import type { Commit } from './ledger.ts';
import { recordEntries, recordFacts } from './record.ts';
import { readByKeys, type Tx } from './rows.ts';
import type { Tables } from './schema.ts';
import { touch, Touches } from './touches.ts';

export type Outcome =
  | { readonly verdict: Verdict; readonly replayed: boolean }
  /** Its id was used for another claim; or, from the clerk, it alone made its batch fail. */
  | { readonly parked: 'reused' | 'failed' };

export interface Settled {
  /** In the order of the claims. */
  readonly outcomes: readonly Outcome[];
  readonly commit: Commit;
}

interface Known {
  readonly digest: string;
  readonly verdict: Verdict;
}

export async function settleBatch(tx: Tx, head: Place, asks: readonly Ask[], now: Instant): Promise<Settled> {
  const known = await readKnown(tx, asks);
  const fresh = asks.filter(({ claim }) => !known.has(claim.id));
  const facts = fresh.length > 0 ? await readFacts(tx, fresh, now) : undefined;
  const page = new Page(head);
  const outcomes = asks.map((ask): Outcome => {
    const before = known.get(ask.claim.id);
    if (before) {
      return before.digest === ask.digest
        ? { verdict: before.verdict, replayed: true }
        : { parked: 'reused' };
    }
    if (!facts) throw new Error('settle: a fresh claim and no facts');
    const verdict = page.settle(ask, facts);
    known.set(ask.claim.id, { digest: ask.digest, verdict });
    return { verdict, replayed: false };
  });
  if (facts) await recordFacts(tx, facts, page.head.seq);
  await recordEntries(tx, page.entries, page.touched, page.comments);
  return {
    outcomes,
    commit: {
      scopes: new Set(page.touched.map(({ scope }) => scope)),
      services: facts?.changed.services ?? new Set(),
    },
  };
}

async function readKnown(tx: Tx, asks: readonly Ask[]): Promise<Map<ClaimId, Known>> {
  const ids = asks.map(({ claim }) => claim.id);
  const rows = await entriesOf(tx, ids);
  return new Map(
    rows.map(({ claim_id, digest, verdict }) => [
      claim_id,
      { digest, verdict: JSON.parse(verdict) as Verdict },
    ]),
  );
}

const entriesOf = readByKeys((db, ids: readonly ClaimId[]) =>
  db.selectFrom('journal').select(['claim_id', 'digest', 'verdict']).where('claim_id', 'in', ids),
);

/** What one transaction adds to the journal. */
class Page {
  head: Place;
  readonly entries: Entry[] = [];
  readonly touched: Tables['touched'][] = [];
  readonly comments: Tables['comment'][] = [];

  constructor(head: Place) {
    this.head = head;
  }

  settle({ claim, digest, sender }: Ask, facts: BatchFacts): Verdict {
    facts.sender = sender;
    const decision = decide(claim, facts);
    const verdict = verdictOf(claim.id, this.head.seq + 1, facts.now, decision);
    const entry = claimEntry(this.head, claim, digest, sender, verdict, decision.effects);
    const touches = new Touches();
    for (const effect of decision.effects) {
      touch(touches, effect, facts);
      facts.apply(effect);
    }
    this.touched.push(...touches.rows(entry.seq));
    const comment = commentOf(claim.intent);
    if (comment) this.comments.push({ claim_id: claim.id, text: comment });
    this.entries.push(entry);
    this.head = entry;
    return verdict;
  }
}

function verdictOf(
  claim: ClaimId,
  seq: number,
  at: Instant,
  { outcome, code, already, rank, appointment, slots, ubrn }: Decision,
): Verdict {
  const verdict = { claim, seq, at, outcome, code, already, rank, appointment, slots: [...slots] };
  return ubrn === undefined ? verdict : { ...verdict, ubrn };
}
