/**
 * The oracle watches a run and believes nobody. It keeps what each person asked for and what they were told, and an account
 * of its own of what is true; whatever differs is a violation. Cheap laws are held at each commit and each write to a disk,
 * the rest when all is at rest (at-rest.ts).
 */
import { hash } from 'node:crypto';
import type { CallOff } from '#lib/domain/call-off.ts';
import type { Claim } from '#lib/domain/claim.ts';
import type { ClaimId, PersonId, ServiceId } from '#lib/domain/ids.ts';
import { dayMs, type Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { Pack, Row, SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import type { ClaimRecord } from '#lib/sync/claim-record.ts';
import type { MemoryDisk } from '#lib/sync/memory-store.ts';
import { seqOf } from '#lib/sync/shelf.ts';
import type { Counts } from '../counts.ts';
import { momentsOf } from '../pairs/moments.ts';
import { pairName } from '../pairs/table.ts';
import type { Watcher } from '../disk.ts';
import { idOf } from '../forgery.ts';
import type { History } from '../history.ts';
import type { Lane } from '../lanes/lane.ts';
import type { Fault } from '../options.ts';
import type { Letter } from '../server.ts';
import type { World } from '../world.ts';
import { judge, judgeExpiry } from './judge.ts';
import { Model, type Blame } from './model.ts';
import { isSameJson } from './same-json.ts';
import { leaks } from './scopes.ts';
import { sameNews, sayIntent, sayVerdict } from './words.ts';

export interface Violation {
  readonly law: string;
  readonly what: string;
}

/** One claim, from the person's hand to what they were told. */
export interface Asked {
  readonly claim: Claim;
  readonly device: string;
  bytes?: string;
  fate: 'asked' | 'held' | 'gone' | 'evicted' | 'spent';
  /** Its author laid hands on it: it may go, if it was not sent. */
  isInHand: boolean;
  /** Somebody said that they saw what became of it. */
  isDismissed: boolean;
  /** Its author asked for something else since, for the same referral at the same device. */
  isSuperseded: boolean;
  /** No server of today can read it: it has to stand aside, and to be kept. */
  isNewer: boolean;
  told?: Verdict;
  /** What they were told at first, where it is otherwise now and they have not said that they saw it. */
  before?: Verdict | undefined;
  /** Where it stands on its device. */
  state?: ClaimRecord['state'];
  /** Those that met it or its device, or the server meanwhile. */
  readonly faults: Set<Fault>;
  /** The tab in which it was asked. */
  readonly asker?: string | undefined;
  /** Its author gave it less time than there was. */
  readonly isHasty: boolean;
  wasSignedOut: boolean;
  /** The ledger was made to fail on it: to be stood aside is the best that could become of it. */
  wasUnwritable: boolean;
  /** How often it was told of an appointment and then of something else, and has not said so to the others. */
  reportsDue: number;
}

/** What somebody did, and wrote down. */
const notes: ReadonlySet<string> = new Set(['contact', 'rang', 'acknowledge', 'retract']);

/** Ten times the journal of the busiest world. */
const entriesMax = 60_000;
const violationsMax = 20;
const lettersKept = 20;

export class Oracle implements Watcher {
  readonly violations: Violation[] = [];
  readonly asks = new Map<ClaimId, Asked>();
  readonly callOffs = new Map<ClaimId, CallOff>();
  readonly letters: Letter[] = [];
  model: Model;
  readonly #world: World;
  readonly #now: () => Instant;
  readonly #history: History;
  readonly #counts: Counts;
  #histories = 0;
  /** Which process writes to a disk just now. */
  writer = '';
  readonly #ended = new Set<string>();
  /** `process status`: whom the server has turned away. */
  readonly #turnedAway = new Set<string>();
  /** Devices whose clocks are wrong, and how: all that is asked there meets it. */
  readonly #clocks = new Map<string, readonly Fault[]>();
  /** Asked, and not told for good; by device. */
  readonly #open = new Map<string, Map<ClaimId, Asked>>();
  /** In which of the ledger's histories a cursor was last given out. */
  readonly #historyOf = new Map<string, number>();
  /** Cursors with which the ledger said that all begins again. */
  readonly #afresh = new Set<string>();
  /** In which of them a pack's revision was first given out, and where each begins. */
  readonly #packsOf = new Map<string, number>();
  readonly #beginnings: number[] = [0];
  /** All that the ledger ever said of a claim, in any of its histories. */
  readonly #said = new Map<ClaimId, Verdict[]>();
  /** The last wish of a referral on a device: the one before may have made room for it. */
  readonly #latest = new Map<string, ClaimId>();

  constructor(world: World, now: () => Instant, history: History, counts: Counts) {
    this.#world = world;
    this.#now = now;
    this.#history = history;
    this.#counts = counts;
    this.model = new Model(world);
  }

  readonly blame: Blame = (law, what) => {
    this.#history.note('!oracle', `${law}: ${what}`);
    if (this.violations.length < violationsMax) this.violations.push({ law, what });
  };

  counted = (name: string) => this.#counts.add(name);
  nameOf = (id: ClaimId) => this.#history.name('c', id);

  /** What its author wrote beside the claim. */
  noteOf(id: ClaimId): string | undefined {
    const intent = this.asks.get(id)?.claim.intent;
    return intent && 'comment' in intent ? intent.comment : undefined;
  }

  say = (claim: Claim) => sayIntent(claim, (kind, id) => this.#history.name(kind, id));

  /** `asker` is none for what a desk does by itself. */
  asked(device: string, claim: Claim, asker?: string, isHasty = false): void {
    const asked: Asked = {
      claim,
      device,
      asker,
      isHasty,
      wasSignedOut: false,
      wasUnwritable: false,
      reportsDue: 0,
      fate: 'asked',
      isInHand: false,
      isDismissed: false,
      isSuperseded: false,
      isNewer: false,
      faults: new Set(this.#clocks.get(device)),
    };
    this.asks.set(claim.id, asked);
    const open = this.#open.get(device) ?? new Map<ClaimId, Asked>();
    this.#open.set(device, open.set(claim.id, asked));
  }

  tookInHand(id: ClaimId): void {
    const asked = this.asks.get(id);
    if (asked) asked.isInHand = true;
  }

  madeByNewerApp(id: ClaimId, bytes: string): void {
    const asked = this.asks.get(id);
    if (asked) Object.assign(asked, { bytes, isNewer: true });
  }

  cannotBeWritten(id: ClaimId): void {
    const asked = this.asks.get(id);
    if (asked) asked.wasUnwritable = true;
  }

  /** A person did it, or a later wish of theirs for the same referral. */
  mayBeDismissed(id: ClaimId): boolean {
    const asked = this.asks.get(id);
    return asked !== undefined && (asked.isInHand || asked.isDismissed || asked.isSuperseded);
  }

  dismissed(id: ClaimId): void {
    const asked = this.asks.get(id);
    if (asked) asked.isDismissed = true;
  }

  calledOff(_device: string, booking: ClaimId, callOff: CallOff): void {
    if (!this.callOffs.has(booking)) this.callOffs.set(booking, callOff);
  }

  faultMet(fault: Fault, claims: readonly string[]): void {
    for (const text of claims) this.asks.get(idOf(text) as ClaimId)?.faults.add(fault);
  }

  /** A fault of a process, a device or the server meets all whose answer is still to come there. */
  faultStruck(fault: Fault, actor: string): void {
    if (fault === 'clockOff' || fault === 'clockDrift') {
      this.#clocks.set(actor, [...(this.#clocks.get(actor) ?? []), fault]);
    }
    for (const asked of this.#openOf(actor)) asked.faults.add(fault);
  }

  /** The server itself said so to this process. */
  turnedAway(process: string, status: 401 | 403): void {
    this.#turnedAway.add(`${process} ${status}`);
  }

  /** Truth is cleared, or people stop, for nobody's word but the server's. */
  stoppedAs(process: string, kind: 'signedOut' | 'forbidden'): void {
    if (!this.#turnedAway.has(`${process} ${kind === 'signedOut' ? 401 : 403}`))
      this.blame('I9', `${process} takes itself for ${kind}, and the server never said so`);
  }

  signedOut(device: string): void {
    for (const asked of this.#openOf(device)) asked.wasSignedOut = true;
  }

  processEnded(name: string): void {
    this.#ended.add(name);
  }

  *#openOf(actor: string): Iterable<Asked> {
    const isAll = actor === 'server';
    for (const [device, open] of this.#open) {
      if (!isAll && !`${actor}.`.startsWith(`${device}.`)) continue;
      yield* open.values();
    }
  }

  letterSent(letter: Letter, claims: number): void {
    if (claims > 0 && this.letters.length < lettersKept) this.letters.push(letter);
  }

  claimWritten(device: string, record: ClaimRecord, before: ClaimRecord | undefined): void {
    if (record.referralKey !== null && !before) this.#wishedAnew(`${device} ${record.referralKey}`, record);
    const asked = this.asks.get(record.id) ?? this.#followUp(device, record);
    if (!asked) return this.blame('I8', `${device} holds a claim that nobody made`);
    this.#bytesStay(asked, record);
    asked.fate = 'held';
    asked.state = record.state;
    if (before && record.state === 'waiting' && before.state !== 'waiting') {
      this.blame('I8', `${this.nameOf(record.id)} was ${before.state} and waits again`);
    }
    const { answer, callOff } = record.body;
    // A page that dies as it is written tells nobody, and called off it is.
    if (callOff) this.calledOff(device, record.id, callOff);
    if (callOff && !asked.isInHand) this.blame('I8', `${this.nameOf(record.id)} was called off by nobody`);
    if (record.state === 'settled' && !answer)
      this.blame('I4', `${this.nameOf(record.id)} is settled without a verdict`);
    if (before?.body.answer && !answer) this.blame('I4', `${this.nameOf(record.id)} forgot its verdict`);
    // A person said that they saw it, and the disk took that down; a full one does not.
    const wasSeen = before?.body.before && !record.body.before && answer === before.body.answer;
    if (wasSeen && asked.isDismissed) asked.before = undefined;
    if (answer && answer.verdict !== before?.body.answer?.verdict)
      this.#tell(device, asked, record, answer.verdict, before);
    if (record.state !== before?.state) this.#counts.add(`state:${before?.state ?? 'new'} > ${record.state}`);
  }

  /** At most one open claim of a referral on a device; a cancellation that follows a call-off comes after its booking. */
  #wishedAnew(referral: string, { id, follows }: ClaimRecord): void {
    const before = this.#latest.get(referral);
    const last = before && this.asks.get(before);
    if (last?.fate === 'held' && last.state === 'sent' && follows === null)
      this.blame('I8', `${this.nameOf(id)} is asked while ${this.nameOf(before as ClaimId)} has no answer`);
    if (last) last.isSuperseded = true;
    this.#latest.set(referral, id);
  }

  claimRemoved(device: string, record: ClaimRecord): void {
    const asked = this.asks.get(record.id);
    if (!asked) return;
    if (record.state === 'waiting') {
      const latest =
        record.referralKey !== null ? this.#latest.get(`${device} ${record.referralKey}`) : undefined;
      // A wish gives way to a newer one; what somebody did, and wrote down, does not.
      const isWish = !notes.has(record.kind);
      const isReplaced = isWish && latest !== undefined && latest !== record.id && record.follows === null;
      if (!asked.isInHand && !isReplaced)
        this.blame('I8', `${device} lost ${this.nameOf(record.id)}, which was not sent`);
      asked.fate = 'gone';
      return;
    }
    const isOld = (record.endedAt ?? record.madeAt) < this.#now() - 89 * dayMs;
    const hasEnded = record.state === 'settled' || record.state === 'dismissed';
    if (!hasEnded || !isOld)
      this.blame('I8', `${device} lost ${this.nameOf(record.id)}, which was ${record.state}`);
    asked.fate = 'spent';
  }

  /** A device that was given times holds them, or later ones. */
  applied(device: string, { packs }: MemoryDisk, reply: SyncReply): void {
    for (const { service, asOf } of reply.packs) {
      if ((packs.get(service)?.asOf ?? 0) < asOf)
        this.blame('I7', `${device} keeps older times of ${service} than it was given`);
    }
  }

  packWritten(device: string, pack: Pack, before: Pack | undefined): void {
    const isOlder = before && pack.asOf < before.asOf && seqOf(pack.revision) <= seqOf(before.revision);
    if (isOlder) this.blame('I7', `${device} goes back to older times of ${pack.service}`);
  }

  /**
   * Within one history of the ledger a device only learns. It begins again where the ledger says so: also one whose truth is of
   * this history already, when it asks behind a former place that is of another.
   */
  cursorWritten(device: string, cursor: string | null, before: string | null): void {
    if (cursor === null || before === null || seqOf(cursor) >= seqOf(before)) return;
    const isOneHistory = this.#historyOf.get(cursor) === this.#historyOf.get(before);
    if (isOneHistory && !this.#afresh.has(cursor))
      this.blame('I7', `${device} goes back from ${before} to ${cursor}`);
  }

  rowWritten(device: string, scope: Scope, row: Row): void {
    for (const what of leaks(row, scope, this.model)) this.blame('I12', `${device} was given ${what}`);
  }

  originLost(device: string, disk: MemoryDisk): void {
    for (const id of disk.claims.keys()) {
      const asked = this.asks.get(id);
      if (asked?.device === device) asked.fate = 'evicted';
      this.#counts.add('claims evicted');
    }
  }

  rightSet(person: PersonId, isActive: boolean): void {
    if (isActive) this.model.inactive.delete(person);
    else this.model.inactive.add(person);
  }

  async readJournal(lane: Lane): Promise<void> {
    if (this.model.verdicts.size > entriesMax) throw new Error('oracle: the journal grows without end');
    for (const entry of await lane.entriesAfter(this.model.seq)) {
      const blame: Blame = (law, what) => this.blame(law, `${this.nameOf(entry.claim)}: ${what}`);
      this.#history.note('ledger', `${this.nameOf(entry.claim)} ${sayVerdict(entry.verdict)}`);
      this.#counts.add('claims');
      this.#counts.add(`kind:${entry.intent.kind}`);
      this.#counts.add(`verdict:${verdictName(entry.verdict)}`);
      if (this.model.verdicts.has(entry.claim)) blame('I3', 'has a second verdict');
      const asked = this.asks.get(entry.claim);
      if (!asked) blame('I3', 'was never made');
      else {
        if (entry.digest !== hash('sha256', asked.bytes ?? ''))
          blame('I8', 'came in other bytes than it was made');
        if (asked.fate === 'gone') blame('I4', 'was taken back, and is settled');
        if (entry.scope !== asked.claim.author.scope) blame('I12', 'is kept under another scope');
        if (scopeOf(entry.sender, this.#world) !== entry.scope)
          blame('I12', 'was sent under a session of another scope');
        judge(entry, asked.claim, this.model, blame);
        if (!asked.isHasty) judgeExpiry(entry, asked.claim, this.model, blame);
      }
      this.#said.set(entry.claim, [...(this.#said.get(entry.claim) ?? []), entry.verdict]);
      this.model.apply(entry, blame);
    }
  }

  /** Another history begins where the backup ends. */
  async restored(lane: Lane, inactive: ReadonlySet<PersonId>): Promise<void> {
    this.#histories += 1;
    const { sentTo, practices } = this.model;
    this.model = new Model(this.#world);
    // What was rightly given in the history that is lost may still be on its way to whom it was given.
    for (const sent of sentTo) this.model.sentTo.add(sent);
    for (const [ubrn, practice] of practices) this.model.practices.set(ubrn, practice);
    for (const person of inactive) this.model.inactive.add(person);
    for (const entry of await lane.entriesAfter(0)) this.model.apply(entry, () => undefined);
    this.#beginnings.push(this.model.seq);
  }

  /** What the journal held before anybody came. */
  async begin(lane: Lane): Promise<void> {
    for (const entry of await lane.entriesAfter(0)) this.model.apply(entry, this.blame);
  }

  replied(sender: Author, request: SyncRequest, reply: SyncReply): void {
    if (reply.scope !== sender.scope) this.blame('I12', 'a reply of another scope');
    this.#historyOf.set(reply.delta.cursor, this.#histories);
    if (reply.delta.reset) this.#afresh.add(reply.delta.cursor);
    this.#timesAreOfThisHistory(request, reply);
    if (reply.answers.length + reply.parked.length !== request.claims.length) {
      this.blame(
        'I3',
        `${request.claims.length} claims and ${reply.answers.length + reply.parked.length} answers`,
      );
    }
    for (const { verdict, replayed } of reply.answers) {
      const recorded = this.model.verdicts.get(verdict.claim);
      if (!isSameJson(recorded, verdict))
        this.blame('I3', `${this.nameOf(verdict.claim)} is answered otherwise than recorded`);
      if (replayed) this.#counts.add('replayed');
    }
    for (const { reason, claim } of reply.parked) {
      this.#counts.add(`parked:${reason}`);
      const asked = claim ? this.asks.get(claim) : undefined;
      const isFair = (reason === 'newer' && asked?.isNewer) || (reason === 'failed' && asked?.wasUnwritable);
      if (!isFair) this.blame('I9', `${claim ? this.nameOf(claim) : 'a claim'} is stood aside as ${reason}`);
    }
    this.#counts.add('exchanges');
  }

  /** Whoever holds times of a history that was lost is given others. */
  #timesAreOfThisHistory({ packs, scope }: SyncRequest, reply: SyncReply): void {
    const changed = new Set([...reply.packs.map(({ service }) => service), ...reply.packsMore]);
    for (const [service, revision] of Object.entries(packs) as [ServiceId, string | null][]) {
      const history = revision === null ? undefined : this.#packsOf.get(`${service} ${revision}`);
      if (revision === null || history === undefined || changed.has(service)) continue;
      const common = Math.min(...this.#beginnings.slice(history + 1));
      if (seqOf(revision) > common) this.blame('I7', `${scope} is left with lost times of ${service}`);
    }
    for (const { service, revision } of reply.packs) {
      const name = `${service} ${revision}`;
      if (!this.#packsOf.has(name)) this.#packsOf.set(name, this.#histories);
    }
  }

  /** Has the ledger settled all of these, in this history? */
  isKnown({ claims }: SyncRequest): boolean {
    return claims.every((text) => this.model.verdicts.has(idOf(text) as ClaimId));
  }

  /** Known ids in other bytes, or what another scope asked: not one of them may be answered. */
  repliedToForgery(sender: Author, { answers }: SyncReply): void {
    for (const { verdict } of answers) {
      const isForeign = this.asks.get(verdict.claim)?.claim.author.scope !== sender.scope;
      const what = isForeign ? `is answered to ${sender.scope}` : 'is answered though its bytes are other';
      this.blame(isForeign ? 'I12' : 'I3', `${this.nameOf(verdict.claim)} ${what}`);
    }
  }

  #countPairs(asked: Asked, before: ClaimRecord, answer: string): void {
    const { asker, wasSignedOut } = asked;
    const met = momentsOf(before, {
      asker,
      writer: this.writer,
      isAskerAlive: asker !== undefined && !this.#ended.has(asker),
      wasSignedOut,
      wasRestored: this.#histories > 0,
    });
    for (const moment of met) this.#counts.add(pairName(moment, answer));
    for (const fault of asked.faults) {
      this.#counts.add(pairName(fault, answer));
      for (const moment of met) this.#counts.add(pairName(fault, moment));
    }
    this.#open.get(asked.device)?.delete(before.id);
  }

  #followUp(device: string, record: ClaimRecord): Asked | undefined {
    if (record.kind === 'report') return this.#reported(device, record);
    const booking = record.follows;
    const callOff = booking ? this.callOffs.get(booking) : undefined;
    if (callOff?.id !== record.id) return undefined;
    const claim = JSON.parse(record.body.bytes) as Claim;
    this.asked(device, claim);
    const asked = this.asks.get(booking as ClaimId)?.claim.intent;
    const isOwn =
      asked?.kind === 'book' &&
      claim.intent.kind === 'cancel' &&
      claim.intent.appointment === asked.appointment;
    if (!isOwn) this.blame('I4', `${device} cancels what ${this.nameOf(booking as ClaimId)} did not book`);
    this.#history.note(device, `follows up ${this.nameOf(booking as ClaimId)} with ${this.say(claim)}`);
    return this.asks.get(claim.id);
  }

  /** A device that was told otherwise says so to all whom it concerns, and only what it was told. */
  #reported(device: string, record: ClaimRecord): Asked | undefined {
    const about = record.follows ? this.asks.get(record.follows) : undefined;
    const claim = JSON.parse(record.body.bytes) as Claim;
    if (!about || claim.intent.kind !== 'report') return undefined;
    const { appointment, told } = claim.intent;
    const wasSaid = this.#said
      .get(about.claim.id)
      ?.some(
        (verdict) =>
          verdict.appointment?.id === appointment &&
          verdict.appointment.status === told.status &&
          isSameJson(verdict.appointment.slot, told.slot),
      );
    if (!wasSaid) this.blame('I4', `${device} reports what ${this.nameOf(about.claim.id)} was never told`);
    about.reportsDue -= 1;
    this.asked(device, claim);
    this.#history.note(device, `reports ${this.nameOf(about.claim.id)} with ${this.say(claim)}`);
    return this.asks.get(claim.id);
  }

  #bytesStay(asked: Asked, { id, body }: ClaimRecord): void {
    if (asked.bytes === undefined) {
      asked.bytes = body.bytes;
      const made = JSON.stringify(asked.claim);
      const isSame = body.bytes === made || isSameJson(JSON.parse(body.bytes), JSON.parse(made));
      if (!isSame) this.blame('I8', `${this.nameOf(id)} was saved as something else`);
    } else if (asked.bytes !== body.bytes) this.blame('I8', `${this.nameOf(id)} changed its bytes`);
  }

  #tell(
    device: string,
    asked: Asked,
    record: ClaimRecord,
    verdict: Verdict,
    held: ClaimRecord | undefined,
  ): void {
    const { id } = record;
    const said = this.#said.get(id) ?? [];
    if (!said.some((one) => isSameJson(one, verdict))) {
      this.blame(
        'I4',
        `${device} tells of ${this.nameOf(id)} what the ledger never said: ${sayVerdict(verdict)}`,
      );
    }
    const { told } = asked;
    asked.told = verdict;
    if (held) this.#countPairs(asked, held, verdictName(verdict));
    if (told && sameNews(told, verdict)) return;
    this.#history.note(device, `is told ${this.nameOf(id)} ${sayVerdict(verdict)}`);
    this.#counts.add('told');
    if (!told) return;
    this.#counts.add('told otherwise');
    const { kind } = asked.claim.intent;
    const isOfAppointment = kind === 'book' || kind === 'move' || kind === 'cancel';
    if (isOfAppointment && told.outcome === 'confirmed' && told.appointment) asked.reportsDue += 1;
    // Told one thing, then another, then the first again: nothing has changed for anybody.
    const first = asked.before ?? told;
    asked.before = sameNews(first, verdict) ? undefined : first;
    const { before } = record.body;
    if (!asked.before || (before && sameNews(before, asked.before))) return;
    this.blame('I4', `${this.nameOf(id)} was ${sayVerdict(first)}, and now otherwise, without a word`);
  }
}

const verdictName = ({ code, already, rank }: Verdict) =>
  code ?? (already ? 'already' : (rank ?? 1) > 1 ? 'confirmed lower' : 'confirmed');

function scopeOf(person: string, world: World): string | undefined {
  return person.startsWith('patient:') ? person : world.people.get(person as PersonId)?.scope;
}
