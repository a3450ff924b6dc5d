/**
 * The clerk settles claims on the ledger. Claims that arrive while the last commit runs wait and are settled together,
 * at most `batchMax` in one transaction, whoever sent them; only after the commit is anyone answered.
 *
 *   settle ─ read each claim ─→ queue ─→ one transaction ─→ answers
 *                │                            └ failed: one by one ─ alone failed → parked, with an alarm
 *                └ unreadable, newer, other scope → parked
 */
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { ubrnOfScope } from '#lib/domain/scope.ts';
import type {
  AccessEvent,
  Answer,
  Pack,
  Parked,
  ParkedReason,
  SyncReply,
  SyncRequest,
} from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { errorWords } from '../log.ts';
import { alternativesFor } from './advice.ts';
import { readDelta } from './delta.ts';
import type { Ask } from './facts.ts';
import { digestOf } from './journal.ts';
import type { Clerk, Commit, LoadMaker, Log } from './ledger.ts';
import { recordLoad, type Load } from './load.ts';
import { Packs } from './packs.ts';
import { readClaim } from './read-claim.ts';
import { inPieces, insertRows } from './rows.ts';
import { settleBatch, type Outcome } from './settle.ts';
import type { SqlLedger } from './sql-ledger.ts';

/** Claims in one transaction: enough that the fsync is shared, few enough that nobody waits long for others. */
export const batchMax = 64;

interface Waiting {
  readonly ask: Ask;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export class LedgerClerk implements Clerk {
  readonly #ledger: SqlLedger;
  readonly #clock: () => Instant;
  readonly #log: Log;
  readonly #packs: Packs;
  readonly #batchMax: number;
  readonly #pageRows: number | undefined;
  readonly #listeners = new Set<(touched: Commit) => void>();
  #queue: Waiting[] = [];
  #isClosed = false;
  #draining: Promise<void> | undefined;

  /** `limits` are for benchmarks and tests, which compare. */
  constructor(
    ledger: SqlLedger,
    clock: () => Instant,
    log: Log,
    limits: { readonly batch?: number | undefined; readonly pageRows?: number | undefined } = {},
  ) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#log = log;
    this.#packs = new Packs(ledger, clock);
    this.#batchMax = limits.batch ?? batchMax;
    this.#pageRows = limits.pageRows;
  }

  async settle(sender: Author, request: SyncRequest): Promise<SyncReply> {
    if (sender.scope !== request.scope)
      throw new Error('clerk: an exchange of another scope than its sender');
    const [{ answers, parked }] = await Promise.all([
      this.#answer(sender, request),
      this.#recordSeen(sender, request.seen),
    ]);
    // After the commit, so that what the claims did is in the delta that goes with their verdicts.
    const delta = await this.#ledger.snapshot((tx, head) =>
      readDelta(tx, head, request.scope, request.cursor, this.#pageRows),
    );
    const { packs, more } = await this.#packs.changed(request.packs);
    return {
      protocol: protocolVersion,
      scope: request.scope,
      now: this.#clock(),
      answers,
      parked,
      delta,
      packs,
      packsMore: more,
    };
  }

  async load(load: Load | LoadMaker): Promise<void> {
    const commit = await this.#ledger.transact(this.#clock(), async (tx, head, now) => {
      const made = typeof load === 'function' ? await load(tx) : load;
      return made && recordLoad(tx, head, made, now);
    });
    if (commit) this.#tell(commit);
  }

  pack(service: ServiceId, held?: string): Promise<Pack | 'unchanged' | undefined> {
    return this.#packs.one(service, held);
  }

  onCommit(listener: (touched: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whoever waits is answered; whoever comes later is turned away, which a device takes for "unknown" and asks again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#draining) await this.#draining;
  }

  async #answer(
    sender: Author,
    { claims, scope }: SyncRequest,
  ): Promise<{ answers: Answer[]; parked: Parked[] }> {
    const answers: Answer[] = [];
    const parked: Parked[] = [];
    const park = (index: number, claim: ClaimId | null, reason: ParkedReason) =>
      parked.push({ index, claim, reason });
    const asks: { index: number; ask: Ask }[] = [];
    for (const [index, text] of claims.entries()) {
      const read = readClaim(text, scope);
      if ('parked' in read) park(index, read.id, read.parked);
      else asks.push({ index, ask: { claim: read.claim, digest: digestOf(text), sender } });
    }
    // All are awaited at once: a rejection that nobody waited for yet would end the process.
    const outcomes = await Promise.all(asks.map(({ ask }) => this.#enqueue(ask)));
    for (const [at, { index, ask }] of asks.entries()) {
      const outcome = outcomes[at];
      if (!outcome) continue;
      if ('parked' in outcome) park(index, ask.claim.id, outcome.parked);
      else answers.push({ ...outcome, alternatives: await this.#alternatives(ask, outcome.verdict) });
    }
    return { answers, parked: parked.sort((a, b) => a.index - b.index) };
  }

  async #alternatives({ claim }: Ask, verdict: Answer['verdict']): Promise<Answer['alternatives']> {
    try {
      return await alternativesFor(claim, verdict, this.#ledger, this.#packs, this.#clock());
    } catch (error) {
      // Advice only: the verdict stands and must reach its asker without it.
      this.#log('alarm', `no alternatives for claim ${claim.id}: ${errorWords(error)}`);
      return [];
    }
  }

  #enqueue(ask: Ask): Promise<Outcome> {
    if (this.#isClosed) return Promise.reject(new Error('clerk: closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ ask, resolve, reject });
      this.#draining ??= this.#drain().finally(() => (this.#draining = undefined));
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // The engine answers without giving the event loop a turn, so without this one nobody could arrive meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#queue.splice(0, this.#batchMax);
      try {
        await this.#commit(batch);
      } catch (error) {
        if (this.#ledger.isOutage(error)) this.#giveUp(batch, error);
        else await this.#oneByOne(batch, error);
      }
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const asks = batch.map(({ ask }) => ask);
    const { outcomes, commit } = await this.#ledger.transact(this.#clock(), (tx, head, now) =>
      settleBatch(tx, head, asks, now),
    );
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome) resolve(outcome);
      else reject(new Error('clerk: a claim without an outcome'));
    }
    this.#tell(commit);
  }

  async #oneByOne(batch: readonly Waiting[], why: unknown): Promise<void> {
    if (batch.length > 1) this.#log('alarm', `a batch failed and is settled one by one: ${errorWords(why)}`);
    for (const waiting of batch) {
      try {
        await this.#commit([waiting]);
      } catch (error) {
        if (this.#ledger.isOutage(error)) {
          this.#giveUp([waiting], error);
        } else {
          this.#log('alarm', `claim ${waiting.ask.claim.id} is parked: ${errorWords(error)}`);
          waiting.resolve({ parked: 'failed' });
        }
      }
    }
  }

  #giveUp(batch: readonly Waiting[], error: unknown): void {
    this.#log('alarm', `the ledger is out of reach: ${errorWords(error)}`);
    for (const { reject } of batch) reject(error);
  }

  /** Who opened whose record. Only of people of the sender's own scope; the same event again changes nothing. */
  async #recordSeen({ scope }: Author, seen: readonly AccessEvent[]): Promise<void> {
    if (seen.length === 0) return;
    const ubrn = ubrnOfScope(scope);
    const people = await inPieces(
      seen.map(({ person }) => person),
      (ids) =>
        this.#ledger.readDb
          .selectFrom('person')
          .select('id')
          .where('id', 'in', ids)
          .where('scope', '=', scope)
          .execute(),
    );
    const known = new Set<string>(ubrn ? [`patient:${ubrn}`] : people.map(({ id }) => id));
    const receivedAt = this.#clock();
    const rows = new Map(
      seen
        .filter(({ person }) => known.has(person))
        .map(({ id, person, ubrn: opened, at }) => [
          id,
          { id, person, scope, ubrn: opened, at, received_at: receivedAt },
        ]),
    );
    await insertRows(this.#ledger.db, 'access_event', [...rows.values()], 'nothing');
  }

  #tell(commit: Commit): void {
    if (commit.scopes.size === 0 && commit.services.size === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(commit);
      } catch (error) {
        // What is committed is committed; who could not hear it hears it with the next exchange.
        this.#log('alarm', `a listener failed: ${errorWords(error)}`);
      }
    }
  }
}
