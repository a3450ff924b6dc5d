/**
 * A ledger in memory: the same rules (`decide` and its facts, touched scopes, journal, packs, deltas) without SQL. It
 * explores the engine and the driver quicker; what is claimed of the ledger is claimed from the SQL lane alone.
 */
import type { Claim } from '#lib/domain/claim.ts';
import { decide } from '#lib/domain/decide.ts';
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { textOf } from '#lib/domain/referral.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { Answer, Delta, Entity, Pack, Parked, SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import { encodePack } from '#lib/protocol/pack.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import { pageRows } from '#lib/server/ledger/delta.ts';
import { BatchFacts } from '#lib/server/ledger/facts.ts';
import {
  commentOf,
  cursorOf,
  digestOf,
  genesisHash,
  headSeqOf,
  pageCursorOf,
  seqOf,
  type Place,
} from '#lib/server/ledger/journal.ts';
import type { Commit } from '#lib/server/ledger/ledger.ts';
import type { Load } from '#lib/server/ledger/load.ts';
import { readClaim } from '#lib/server/ledger/read-claim.ts';
import { owners, touch, Touches, type Named } from '#lib/server/ledger/touches.ts';
import { clinicScope } from '#lib/domain/scope.ts';
import type { World } from '../world.ts';
import { settleFirstTimes } from './first-times.ts';
import type { JournalEntry, Lane, TruthTables } from './lane.ts';
import { MemoryTables } from './memory-tables.ts';
import { rowsSeen } from './memory-views.ts';

/** What changed truth, kept so that a backup can be told again from the start. */
type Act =
  { readonly load: Load; readonly at: Instant } | { readonly asks: readonly Ask[]; readonly at: Instant };

interface Ask {
  readonly claim: Claim;
  readonly digest: string;
  readonly sender: Author;
}

interface Waiting {
  readonly sender: Author;
  readonly request: SyncRequest;
  readonly resolve: (reply: SyncReply) => void;
  readonly reject: (error: Error) => void;
}

export async function openMemoryLane(world: World, clock: () => Instant, rowsMax?: number): Promise<Lane> {
  let now: Instant | undefined = world.shape.startsAt;
  const lane = new MemoryLane(() => now ?? clock(), rowsMax);
  await lane.load(world.load);
  await settleFirstTimes(world, lane.settle);
  now = undefined;
  return lane;
}

class MemoryLane implements Lane {
  onCommit: (commit: Commit) => void = () => undefined;
  onAlarm: (message: string) => void = () => undefined;
  readonly #clock: () => Instant;
  readonly #rowsMax: number | undefined;
  #ledger: MemoryLedger;
  #waiting: Waiting[] = [];
  #crash: 'before' | 'after' | undefined;
  #backup: number | undefined;
  #failing: ClaimId | undefined;

  constructor(clock: () => Instant, rowsMax: number | undefined) {
    this.#clock = clock;
    this.#rowsMax = rowsMax;
    this.#ledger = new MemoryLedger(rowsMax);
  }

  settle = (sender: Author, request: SyncRequest): Promise<SyncReply> =>
    new Promise((resolve, reject) => {
      this.#waiting.push({ sender, request, resolve, reject });
      // Whoever comes at the same moment is settled together, as by the clerk.
      if (this.#waiting.length === 1) queueMicrotask(() => this.#settleAll());
    });

  async load(load: Load): Promise<void> {
    this.#ledger.load(load, this.#clock());
  }

  async entriesAfter(seq: number): Promise<readonly JournalEntry[]> {
    return this.#ledger.entries.slice(this.#ledger.entryIndexAfter(seq));
  }

  async tables(): Promise<TruthTables> {
    return this.#ledger.tables();
  }

  crashAtCommit(when: 'before' | 'after' | 'fails'): void {
    // One commit is all that there is of a batch here: nothing is left to be tried one by one.
    if (when !== 'fails') this.#crash = when;
  }

  failOn(claim: ClaimId | undefined): void {
    this.#failing = claim;
  }

  restart(): void {
    this.#crash = undefined;
    this.#ledger.forgetPacks();
  }

  async backUp(): Promise<void> {
    this.#backup = this.#ledger.acts.length;
  }

  async restore(): Promise<boolean> {
    if (this.#backup === undefined) return false;
    const acts = this.#ledger.acts.slice(0, this.#backup);
    this.#ledger = new MemoryLedger(this.#rowsMax);
    for (const act of acts) {
      if ('load' in act) this.#ledger.load(act.load, act.at);
      else this.#ledger.settleBatch(act.asks, act.at);
    }
    this.restart();
    return true;
  }

  async verify(): Promise<readonly string[]> {
    return [];
  }

  #settleAll(): void {
    const waiting = this.#waiting.splice(0);
    const crash = this.#crash;
    this.#crash = undefined;
    if (crash === 'before') return waiting.forEach(({ reject }) => reject(new Error('killed')));
    const now = this.#clock();
    const read = waiting.map(({ sender, request }) => readAll(sender, request, this.#failing));
    const asks = read.flatMap((one) => one.asks.map(({ ask }) => ask));
    const { outcomes, commit } = this.#ledger.settleBatch(asks, now);
    if (crash === 'after') return waiting.forEach(({ reject }) => reject(new Error('killed')));
    if (commit) this.onCommit(commit);
    let at = 0;
    for (const [index, { request, resolve }] of waiting.entries()) {
      const answers: Answer[] = [];
      const parked = [...(read[index]?.parked ?? [])];
      for (const { index: place, ask } of read[index]?.asks ?? []) {
        const outcome = outcomes[at];
        at += 1;
        if (outcome === 'reused') parked.push({ index: place, claim: ask.claim.id, reason: 'reused' });
        else if (outcome) answers.push({ ...outcome, alternatives: [] });
      }
      resolve({
        protocol: protocolVersion,
        scope: request.scope,
        now,
        answers,
        parked: parked.sort((a, b) => a.index - b.index),
        delta: this.#ledger.delta(request.scope, request.cursor),
        packs: this.#ledger.packs(request.packs, now),
        packsMore: [],
      });
    }
  }
}

function readAll(sender: Author, { claims, scope }: SyncRequest, failing: ClaimId | undefined) {
  const parked: Parked[] = [];
  const asks: { index: number; ask: Ask }[] = [];
  for (const [index, text] of claims.entries()) {
    const read = readClaim(text, scope);
    if ('parked' in read) parked.push({ index, claim: read.id, reason: read.parked });
    else if (read.claim.id === failing) parked.push({ index, claim: failing, reason: 'failed' });
    else asks.push({ index, ask: { claim: read.claim, digest: digestOf(text), sender } });
  }
  return { parked, asks };
}

/** Encoded anew after as long as the SQL ledger keeps one, so that times that are past are not sent for ever. */
const packKeptMs = 30 * minuteMs;

type Outcome = { readonly verdict: Verdict; readonly replayed: boolean } | 'reused';

const nobody = { person: 'nobody', role: 'clerk', scope: 'clinic:NOBODY' } as unknown as Author;

export class MemoryLedger {
  readonly acts: Act[] = [];
  readonly entries: JournalEntry[] = [];
  readonly #facts = new BatchFacts(0, nobody);
  readonly #known = new Map<ClaimId, { digest: string; verdict: Verdict }>();
  /** Hash of each entry, loads included, by its place. */
  readonly #hashes = [genesisHash];
  readonly #touched = new Map<Scope, { seq: number; named: Named }[]>();
  readonly #packSeqs = new Map<ServiceId, number>();
  readonly #tables = new MemoryTables();
  #kept = new Map<ServiceId, Pack>();
  #head: Place = { seq: 0, hash: genesisHash };
  readonly #rowsMax: number;

  constructor(rowsMax = pageRows) {
    this.#rowsMax = rowsMax;
  }

  load(load: Load, at: Instant): void {
    this.acts.push({ load, at });
    const touches = new Touches();
    for (const person of load.people ?? []) this.#facts.putPerson(person);
    for (const service of load.services ?? []) {
      this.#facts.putService(service, this.#facts.nextOrdinal(service.id));
      this.#tables.services.set(service.id, service);
      this.#packSeqs.set(service.id, this.#packSeqs.get(service.id) ?? 0);
      touches.add([clinicScope(service.site)], 'service', service.id);
    }
    for (const referral of load.referrals ?? []) {
      this.#facts.putReferral(referral);
      this.#tables.referrals.set(referral.ubrn, referral);
    }
    for (const referral of load.referrals ?? []) {
      touches.add(owners(referral), 'referral', referral.ubrn);
      for (const service of referral.shortlist) touches.add(owners(referral), 'service', service);
    }
    const seq = this.#head.seq + 1;
    this.#enter({ seq, hash: digestOf(`${this.#head.hash}${JSON.stringify(load)}${at}`) }, touches);
  }

  settleBatch(asks: readonly Ask[], now: Instant): { outcomes: Outcome[]; commit: Commit | undefined } {
    if (asks.length === 0) return { outcomes: [], commit: undefined };
    this.acts.push({ asks, at: now });
    // Read-only so that the clerk makes new facts for each batch; here they are the tables and live on.
    (this.#facts as { now: Instant }).now = now;
    const scopes = new Set<Scope>();
    const outcomes = asks.map((ask) => this.#settle(ask, scopes));
    const { services, notices, texts } = this.#facts.changed;
    const changed = new Set(services);
    for (const service of changed) this.#packSeqs.set(service, this.#head.seq);
    for (const id of notices) this.#tables.putNotice(this.#facts.notice(id));
    for (const part of [services, notices, texts, this.#facts.changed.appointments]) part.clear();
    return { outcomes, commit: { scopes, services: changed } };
  }

  delta(scope: Scope, cursor: string | null): Delta {
    const since = this.#placeOf(cursor);
    const { named, end } = this.#page(scope, since ?? 0);
    const rows = rowsSeen(this.#tables, scope, named);
    return {
      cursor: end === this.#head ? cursorOf(end) : pageCursorOf(end, this.#head),
      more: end !== this.#head,
      reset: since === undefined,
      rows: (since ?? 0) === 0 ? rows.filter(({ row }) => row !== null) : rows,
    };
  }

  packs(held: SyncRequest['packs'], now: Instant): Pack[] {
    return (Object.keys(held) as ServiceId[]).sort().flatMap((service) => {
      const seq = this.#packSeqs.get(service);
      const revision = seq === undefined ? undefined : cursorOf({ seq, hash: this.#hashes[seq] ?? '' });
      if (revision === undefined || held[service] === revision) return [];
      return [this.#packAt(service, revision, now)];
    });
  }

  forgetPacks(): void {
    this.#kept = new Map();
  }

  entryIndexAfter(seq: number): number {
    const last = this.entries.at(-1);
    if (!last || last.seq <= seq) return this.entries.length;
    let index = this.entries.length - 1;
    while (index > 0 && (this.entries[index - 1]?.seq ?? 0) > seq) index -= 1;
    return index;
  }

  tables(): TruthTables {
    return {
      head: cursorOf(this.#head),
      appointments: new Map(this.#tables.appointments),
      statuses: new Map([...this.#tables.referrals].map(([ubrn, { status }]) => [ubrn, status])),
      texts: new Map(
        [...this.#tables.referrals].map(([ubrn, referral]) => [
          ubrn,
          { patient: referral.patient.id, text: textOf(referral) },
        ]),
      ),
      notices: new Map(this.#tables.notices),
      slots: [...this.#tables.slots.values()],
      claims: this.entries.length,
    };
  }

  #settle({ claim, digest, sender }: Ask, scopes: Set<Scope>): Outcome {
    const known = this.#known.get(claim.id);
    if (known) return known.digest === digest ? { verdict: known.verdict, replayed: true } : 'reused';
    const facts = this.#facts;
    facts.sender = sender;
    const { effects, ...decision } = decide(claim, facts);
    const seq = this.#head.seq + 1;
    const verdict: Verdict = { claim: claim.id, seq, at: facts.now, ...decision, slots: [...decision.slots] };
    const touches = new Touches();
    for (const effect of effects) {
      touch(touches, effect, facts);
      facts.apply(effect);
      this.#tables.apply(effect, facts);
    }
    for (const scope of touches.scopes()) scopes.add(scope);
    const comment = commentOf(claim.intent);
    if (comment) this.#tables.comments.set(claim.id, comment);
    this.#known.set(claim.id, { digest, verdict });
    this.entries.push({
      seq,
      claim: claim.id,
      digest,
      at: facts.now,
      scope: claim.author.scope,
      author: claim.author.person,
      sender: sender.person,
      expiresAt: claim.expiresAt ?? null,
      intent: claim.intent,
      verdict,
      effects,
    });
    // A place has to be of its history alone. What was settled, for whom and when says all the rest of the entry.
    const hash = digestOf(`${this.#head.hash}${digest}${sender.person}${facts.now}`);
    this.#enter({ seq, hash }, touches);
    return { verdict, replayed: false };
  }

  #enter(place: Place, touches: Touches): void {
    for (const [scope, named] of touches.named()) {
      const list = this.#touched.get(scope) ?? [];
      this.#touched.set(scope, list);
      list.push({ seq: place.seq, named });
    }
    this.#hashes[place.seq] = place.hash;
    this.#head = place;
  }

  #placeOf(cursor: string | null): number | undefined {
    if (cursor === null) return 0;
    const seq = seqOf(cursor);
    const hash = this.#hashes[seq];
    if (hash === undefined) return undefined;
    if (cursorOf({ seq, hash }) === cursor) return seq;
    const headSeq = headSeqOf(cursor);
    const then = this.#hashes[headSeq];
    const isPage = then !== undefined && pageCursorOf({ seq, hash }, { seq: headSeq, hash: then }) === cursor;
    return isPage ? seq : undefined;
  }

  #page(scope: Scope, since: number) {
    const named: Record<Entity, Set<string>> = {
      referral: new Set(),
      appointment: new Set(),
      notice: new Set(),
      service: new Set(),
    };
    const entries = this.#touched.get(scope) ?? [];
    let first = entries.length;
    while (first > 0 && (entries[first - 1]?.seq ?? 0) > since) first -= 1;
    const { referral, appointment, notice, service } = named;
    for (let at = first; at < entries.length; at += 1) {
      const entry = entries[at] as (typeof entries)[number];
      for (const entity in entry.named) {
        for (const key of entry.named[entity as Entity] ?? []) named[entity as Entity].add(key);
      }
      if (referral.size + appointment.size + notice.size + service.size >= this.#rowsMax) {
        return { named, end: { seq: entry.seq, hash: this.#hashes[entry.seq] ?? '' } };
      }
    }
    return { named, end: this.#head };
  }

  #packAt(service: ServiceId, revision: string, now: Instant): Pack {
    const known = this.#kept.get(service);
    if (known?.revision === revision && now - known.asOf < packKeptMs) return { ...known, asOf: now };
    const open = this.#tables.openSlotsOf(service, now);
    const free = open.filter(({ ordinal }) => !this.#facts.holder(service, ordinal));
    const pack = encodePack(service, revision, now, free);
    this.#kept.set(service, pack);
    return pack;
  }
}
