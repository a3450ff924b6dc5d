/**
 * The server process: its door, as `routes/api/sync` keeps it, and the ledger behind it. What arrives at one moment is
 * settled together; it can be killed around a commit, and come back on yesterday's backup.
 */
import type { ClaimId, PersonId } from '#lib/domain/ids.ts';
import { hourMs, type Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { syncRequestSchema, type SyncReply, type SyncRequest } from '#lib/protocol/exchange.ts';
import type { Problem, ProblemCode } from '#lib/protocol/problem.ts';
import { oldestProtocolServed, protocolVersion } from '#lib/protocol/version.ts';
import type { HttpAnswer } from '#lib/sync/answer.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { idOf } from './forgery.ts';
import type { History } from './history.ts';
import type { Lane } from './lanes/lane.ts';
import { sayMore } from './newer-server.ts';
import type { Oracle } from './oracle/oracle.ts';
import type { Schedule } from './schedule.ts';
import type { World } from './world.ts';

/** As long as it takes for those who ask at once to have arrived: a moment, or a commit on a disk that is slow. */
const gatherMs = [2, 2, 60, 400] as const;
/** The clerk settles so many in one transaction; more would be two moments. */
const togetherMax = 64;
const sessionMs = 12 * hourMs;
const bodyCharsMax = 1_000_000;

export interface Letter {
  readonly text: string;
  readonly token: string | undefined;
  readonly appVersion: number;
  answer(http: HttpAnswer): void;
  /** The line broke: whether it was settled is not said. */
  lose(): void;
  /** No honest app sends it. */
  readonly isForged?: true;
}

interface Session {
  readonly author: Author;
  readonly expiresAt: Instant;
}

interface Admitted {
  readonly letter: Letter;
  readonly sender: Author;
  readonly request: SyncRequest;
}

export interface ServerPorts {
  readonly world: World;
  readonly schedule: Schedule;
  readonly lane: Lane;
  readonly faults: Faults;
  readonly history: History;
  readonly oracle: Oracle;
  readonly chance: Chance;
}

export class Server {
  /** Apps older than this are told to update. */
  oldestAppServed = 1;
  /** Of a version that says more than devices know of. */
  isNewer = false;
  readonly #ports: ServerPorts;
  readonly #sessions = new Map<string, Session>();
  #inactive = new Set<PersonId>();
  #inactiveAtBackup: ReadonlySet<PersonId> = new Set();
  #queue: Letter[] = [];
  #isUp = true;
  #isGathering = false;
  readonly #gatherMs: number;
  #working = 0;
  /** What is done to the ledger just now: only then may it raise an alarm. */
  #ordered: Parameters<Lane['crashAtCommit']>[0] | undefined;
  /** The one claim that the ledger cannot write just now, whatever is wrong with it. */
  #failing: ClaimId | undefined;
  /** The last reply to each scope. */
  readonly said = new Map<Scope, string>();

  constructor(ports: ServerPorts) {
    this.#ports = ports;
    this.#gatherMs = ports.chance.pick(gatherMs) ?? 2;
    ports.schedule.isBusy = () => this.#working > 0;
    ports.lane.onAlarm = (message) => {
      if (!this.#ordered && !this.#failing) ports.oracle.blame('alarm', message);
    };
  }

  signIn(author: Author): string | undefined {
    if (!this.#isUp || this.#inactive.has(author.person)) return undefined;
    const token = this.#ports.chance.uuid();
    this.#sessions.set(token, { author, expiresAt: this.#ports.schedule.now + sessionMs });
    return token;
  }

  endSession(token: string): void {
    this.#sessions.delete(token);
  }

  isActive(person: PersonId): boolean {
    return !this.#inactive.has(person);
  }

  receive(letter: Letter): void {
    if (!this.#isUp) return letter.lose();
    this.#queue.push(letter);
    this.#gather();
  }

  /** A person leaves, or comes back: what they queued is judged by this when it is settled. */
  setRight(person: PersonId, isActive: boolean): void {
    const { world, chance, history, oracle, lane } = this.#ports;
    const known = world.people.get(person);
    if (!known || this.#inactive.has(person) === !isActive || !this.#isUp) return;
    if (isActive) this.#inactive.delete(person);
    else this.#inactive.add(person);
    history.note('!server', `${isActive ? 'gives back' : 'takes away'} the right of ${person}`);
    const load = { id: chance.uuid() as ClaimId, people: [{ ...known, active: isActive }] };
    this.#work(lane.load(load).then(() => oracle.rightSet(person, isActive)));
  }

  backUp(): void {
    if (!this.#isUp) return;
    this.#ports.history.note('server', 'backs up');
    this.#inactiveAtBackup = new Set(this.#inactive);
    this.#work(this.#ports.lane.backUp());
  }

  /** The disk is lost; the process starts again on what was backed up. Everybody's rights are as they were then. */
  restore(): void {
    const { lane, history, oracle, schedule } = this.#ports;
    this.#down(schedule.now, 'loses its disk');
    this.#work(
      lane.restore().then(async (isRestored) => {
        history.note(
          '!server',
          isRestored ? 'is put back to its backup' : 'has no backup, and keeps its disk',
        );
        if (!isRestored) return;
        oracle.faultStruck('restore', 'server');
        this.#inactive = new Set(this.#inactiveAtBackup);
        await oracle.restored(lane, this.#inactive);
      }),
    );
  }

  /** Everything mended: up, and all whom it turned away are welcome. */
  async mend(): Promise<void> {
    this.#up();
    this.oldestAppServed = 1;
    await this.#ports.schedule.settled();
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#ports.schedule.after(this.#gatherMs, () => {
      this.#isGathering = false;
      if (this.#isUp && this.#queue.length > 0) this.#work(this.#settleTogether());
    });
  }

  async #settleTogether(): Promise<void> {
    const { faults, lane, schedule, oracle } = this.#ports;
    const admitted: Admitted[] = [];
    for (let claims = 0; this.#queue.length > 0;) {
      const letter = this.#queue.shift() as Letter;
      const one = this.#admit(letter);
      if ('status' in one) {
        letter.answer(one);
        continue;
      }
      // After a restore it would be the first to use these ids, and rightly be settled.
      if (letter.isForged && !oracle.isKnown(one.request)) continue;
      admitted.push(one);
      claims += one.request.claims.length;
      if (claims + togetherMax / 2 > togetherMax) break;
    }
    if (this.#queue.length > 0) this.#gather();
    if (admitted.length === 0) return;
    this.#ordered = this.#orderCrash();
    if (this.#ordered) lane.crashAtCommit(this.#ordered);
    this.#failing = this.#ordered ? undefined : this.#claimToFail(admitted);
    lane.failOn(this.#failing);
    const replies = await Promise.all(
      admitted.map(({ sender, request }) =>
        lane.settle(sender, request).catch((error: unknown) => {
          if (!this.#ordered) oracle.blame('crash', String(error));
          return undefined;
        }),
      ),
    );
    this.#ordered = undefined;
    this.#failing = undefined;
    lane.failOn(undefined);
    const isKilled = replies.some((reply) => reply === undefined);
    if (isKilled) lane.restart();
    await oracle.readJournal(lane);
    if (isKilled) {
      for (const { letter } of admitted) letter.lose();
      const ms = faults.chance('crashBeforeCommit', 'server').between(200, 20_000);
      this.#down(schedule.now + ms, 'is killed');
      return;
    }
    const isSlow = faults.strikes('slowCommit', 'server');
    const ms = isSlow ? faults.chance('slowCommit', 'server').between(1_000, 30_000) : 0;
    for (const [index, { letter, request, sender }] of admitted.entries()) {
      const reply = replies[index] as SyncReply;
      if (letter.isForged) oracle.repliedToForgery(sender, reply);
      else oracle.replied(sender, request, reply);
      const http = json(200, this.isNewer ? sayMore(reply) : JSON.stringify(reply));
      this.said.set(sender.scope, http.text);
      if (ms === 0) letter.answer(http);
      else schedule.after(ms, () => letter.answer(http));
    }
  }

  #orderCrash(): Parameters<Lane['crashAtCommit']>[0] | undefined {
    const { faults } = this.#ports;
    if (faults.strikes('crashBeforeCommit', 'server')) return 'before';
    if (faults.strikes('crashAfterCommit', 'server')) return 'after';
    return faults.strikes('commitFails', 'server') ? 'fails' : undefined;
  }

  #claimToFail(admitted: readonly Admitted[]): ClaimId | undefined {
    const { faults, history, oracle } = this.#ports;
    const claims = admitted.flatMap(({ letter, request }) => (letter.isForged ? [] : request.claims));
    if (claims.length === 0 || !faults.strikes('claimFails', 'server')) return undefined;
    const chance = faults.chance('claimFails', 'server');
    // One that is in the journal already, as often as there is one: its answer may still be on the way to somebody.
    const again = claims.filter((text) => oracle.model.verdicts.has(idOf(text) as ClaimId));
    const text = chance.pick(again.length > 0 && chance.isLucky(0.7) ? again : claims) ?? '';
    const id = idOf(text) as ClaimId;
    history.note('!server', `cannot write ${oracle.nameOf(id)}`);
    oracle.faultMet('claimFails', [text]);
    oracle.cannotBeWritten(id);
    return id;
  }

  #admit(letter: Letter): Admitted | HttpAnswer {
    const { schedule } = this.#ports;
    const session = letter.token === undefined ? undefined : this.#sessions.get(letter.token);
    if (!session || session.expiresAt <= schedule.now) return problem(401, 'signed-out');
    if (letter.text.length > bodyCharsMax) return problem(413, 'too-large');
    let body: unknown;
    try {
      body = JSON.parse(letter.text);
    } catch {
      return problem(400, 'malformed');
    }
    if (speaksAnotherVersion(body) || letter.appVersion < this.oldestAppServed) {
      return problem(426, 'update-needed');
    }
    const parsed = syncRequestSchema.safeParse(body);
    if (!parsed.success) return problem(422, 'invalid');
    if (session.author.scope !== parsed.data.scope) return problem(401, 'signed-out');
    if (this.#inactive.has(session.author.person)) return problem(403, 'forbidden');
    return { letter, sender: session.author, request: parsed.data };
  }

  #down(until: Instant, why: string): void {
    const { history, schedule } = this.#ports;
    history.note('!server', why);
    this.#isUp = false;
    for (const letter of this.#queue.splice(0)) letter.lose();
    schedule.after(until - schedule.now, () => this.#up());
  }

  #up(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#ports.history.note('server', 'is up');
  }

  #work(work: Promise<unknown>): void {
    this.#working += 1;
    work
      .catch((error: unknown) => (this.#ports.schedule.failure ??= error))
      .finally(() => (this.#working -= 1));
  }
}

function speaksAnotherVersion(body: unknown): boolean {
  const protocol = (body as { protocol?: unknown } | null)?.protocol;
  return typeof protocol === 'number' && (protocol < oldestProtocolServed || protocol > protocolVersion);
}

const json = (status: number, text: string): HttpAnswer => ({
  status,
  contentType: 'application/json',
  retryAfter: null,
  text,
});

export function problem(status: number, code: ProblemCode, retryAfter: string | null = null): HttpAnswer {
  const body: Problem = { type: `urn:holdfast:problem:${code}`, title: code, status, code };
  return { status, contentType: 'application/problem+json', retryAfter, text: JSON.stringify(body) };
}
