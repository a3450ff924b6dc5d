/**
 * The engine played against a device and a server that do whatever chance wants, one action at a time as the driver does:
 * what it may never do, whatever came before.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimId } from '#lib/domain/ids.ts';
import { claimIdOf, monday, serviceIdOf } from '#lib/domain/testing/samples.ts';
import { claimsMax } from '#lib/protocol/exchange.ts';
import {
  backOffFirstMs,
  backOffMaxMs,
  busyMaxMs,
  initialState,
  isAtRest,
  step,
  triesApartMs,
  wakeAt,
  type Action,
  type EngineState,
  type Input,
} from './engine.ts';
import type { Outgoing, Sent, TransportResult, Wake } from './ports.ts';
import { aReply, answer, cursorAt, refused } from './testing/replies.ts';
import { seededRandom } from './testing/virtual-time.ts';

type Happened = Input extends infer I ? (I extends Input ? Omit<I, 'at' | 'chance'> : never) : never;
/** In [0, 1), one after the other. */
type Dice = () => number;

const wakes: Wake[] = [
  'queued',
  'online',
  'focus',
  'visible',
  'stream',
  'timer',
  'signedIn',
  'opened',
  'wanted',
];

interface Exchange {
  readonly outgoing: Outgoing;
  readonly result: TransportResult;
}

/** A device whose claims leave only where the engine has said so, and which notes what was on the line. */
class Device {
  state: EngineState = initialState;
  next: Action | undefined;
  at = monday;
  steps = 0;
  readonly queue = new Map<ClaimId, 'waiting' | 'sent'>();
  readonly parked = new Map<ClaimId, string>();
  readonly answered = new Set<ClaimId>();
  readonly line: Exchange[] = [];
  #marked: readonly ClaimId[] = [];

  tell(happened: Happened, chance: number): void {
    const before = this.state;
    const { state, actions } = step(before, { ...happened, at: this.at, chance });
    this.steps += 1;
    this.state = state;
    expect(actions.length).toBeLessThanOrEqual(1);
    this.next = actions[0] ?? (happened.kind === 'wake' ? this.next : undefined);
    expect(isAtRest(state)).toBe(this.next === undefined);
    this.#waitsWithinBounds(before);
  }

  /** The tab was closed: what was in the engine's mind is gone, what is on the disk stays. */
  restart(): void {
    this.state = initialState;
    this.next = undefined;
  }

  carryOut(dice: Dice, serve: (outgoing: Outgoing) => TransportResult, fails = 0): void {
    const { next: action } = this;
    if (!action) return;
    if (dice() < fails) return this.tell({ kind: 'failed', cause: 'storage' }, dice());
    switch (action.kind) {
      case 'read':
        return this.tell({ kind: 'read', outgoing: this.#outgoing(action.limit.claims, dice) }, dice());
      case 'mark': {
        const ids = action.ids.filter((id) => this.queue.has(id) && dice() >= fails);
        for (const id of ids) this.queue.set(id, 'sent');
        this.#marked = ids;
        return this.tell({ kind: 'marked', ids }, dice());
      }
      case 'exchange': {
        const { outgoing } = action;
        // Nothing goes out that is not marked on the disk: nobody could take it back any more, and nobody would know.
        for (const { id } of outgoing.claims) expect(this.#marked).toContain(id);
        this.#marked = [];
        const result = serve(outgoing);
        this.line.push({ outgoing, result });
        return this.tell({ kind: 'result', result }, dice());
      }
      case 'apply':
        return this.#apply(action.reply, action.sent, dice);
      case 'park':
        this.#isJustified(action);
        this.queue.delete(action.id);
        this.parked.set(action.id, action.reason);
        return this.tell({ kind: 'parked' }, dice());
      case 'forget':
        return this.tell({ kind: 'forgotten' }, dice());
    }
  }

  #outgoing(limit: number, dice: Dice): Outgoing {
    const claims = [...this.queue.keys()].slice(0, limit).map((id) => ({ id, bytes: `bytes of ${id}` }));
    return { cursor: dice() < 0.5 ? null : cursorAt(3), claims, packs: { [serviceIdOf(1)]: null }, seen: [] };
  }

  /** Only a whole reply, and only to what was sent. */
  #apply(reply: unknown, sent: Sent, dice: Dice): void {
    const last = this.line.at(-1);
    if (last?.result.kind !== 'reply') throw new Error('applied what was no reply');
    expect(reply).toBe(last.result.reply);
    expect(sent.claims).toEqual(last.outgoing.claims.map(({ id }) => id));
    expect(sent.cursor).toBe(last.outgoing.cursor);
    for (const { verdict } of last.result.reply.answers) {
      if (this.queue.get(verdict.claim) !== 'sent') continue;
      this.queue.delete(verdict.claim);
      this.answered.add(verdict.claim);
    }
    this.tell({ kind: 'applied', outcome: dice() < 0.8 ? 'applied' : 'cursorMoved' }, dice());
  }

  /** A claim is stood aside because the reply said so of it, or on fresh evidence that it alone is to blame. */
  #isJustified({ id, reason }: { id: ClaimId; reason: string }): void {
    const [before, last] = this.line.slice(-2);
    const evidence = this.line.at(-1);
    if (evidence?.result.kind !== 'reply') throw new Error('stood aside without a reply');
    const { answers, parked } = evidence.result.reply;
    expect(answers.some(({ verdict }) => verdict.claim === id)).toBe(false);
    if (reason === 'refusedByServer') {
      expect(last?.outgoing).toEqual({ cursor: last?.outgoing.cursor, claims: [], packs: {}, seen: [] });
      expect(before?.outgoing.packs).toEqual({});
      expect(before?.result.kind).toBe('rejected');
      expect(before?.outgoing.claims.map((claim) => claim.id)).toEqual([id]);
    } else {
      const said = parked.filter(({ index }) => evidence.outgoing.claims[index]?.id === id);
      expect(said.map((one) => one.reason)).toContain(reason);
    }
  }

  #waitsWithinBounds(before: EngineState): void {
    const { phase, failures } = this.state;
    if (phase.kind !== 'waiting' || phase === before.phase || before.phase.kind === 'waiting') return;
    const wait = phase.retryAt - phase.since;
    if (phase.isFirm) {
      const asked = this.line.at(-1)?.result;
      if (asked?.kind !== 'busy') throw new Error('a firm wait that nobody asked for');
      expect(wait).toBeGreaterThanOrEqual(Math.min(busyMaxMs, Math.max(backOffFirstMs, asked.retryAfterMs)));
      expect(wait).toBeLessThanOrEqual(1.5 * busyMaxMs);
    } else {
      const ceiling = Math.min(backOffMaxMs, backOffFirstMs * 2 ** (failures - 1));
      expect(wait).toBeGreaterThanOrEqual(triesApartMs);
      expect(wait).toBeLessThanOrEqual(Math.max(triesApartMs, ceiling));
    }
  }
}

const dice = fc.integer().map((seed): Dice => {
  const random = seededRandom(seed);
  return () => random.fraction();
});
const queue = fc.uniqueArray(fc.nat(70), { minLength: 1, maxLength: 60 }).map((ns) => ns.map(claimIdOf));

/** A server, and all that lies before it, in every mood. */
function anyResult({ claims }: Outgoing, roll: Dice): TransportResult {
  const mood = Math.floor(roll() * 10);
  switch (mood) {
    case 0:
      return { kind: 'unknown', cause: 'network' };
    case 1:
      return { kind: 'busy', retryAfterMs: Math.floor(roll() * 2_000_000) };
    case 2:
      return { kind: roll() < 0.5 ? 'signedOut' : 'tooOld' };
    case 3:
      return { kind: 'forbidden' };
    case 4:
    case 5:
      return { kind: 'rejected', status: 422 };
    default: {
      const answers = claims.filter(() => roll() < 0.7).map(({ id }) => answer({ ...refused(1), claim: id }));
      const stray = answer({ ...refused(1), claim: claimIdOf(900) });
      const index = Math.floor(roll() * 8) - 1;
      const parked = [
        { index, claim: roll() < 0.5 ? null : (claims[0]?.id ?? null), reason: 'failed' as const },
      ];
      return {
        kind: 'reply',
        reply: aReply({
          answers: roll() < 0.1 ? [...answers, stray] : answers,
          parked: roll() < 0.3 ? parked : [],
          delta: { more: roll() < 0.2, cursor: cursorAt(Math.floor(roll() * 9)) },
        }),
      };
    }
  }
}

const answersAll = ({ claims }: Outgoing): TransportResult => ({
  kind: 'reply',
  reply: aReply({ answers: claims.map(({ id }) => answer({ ...refused(1), claim: id })) }),
});

/** From wherever it is: the line is back and somebody is signed in. Steps until it rests. */
function drain(
  device: Device,
  roll: Dice,
  serve: (outgoing: Outgoing) => TransportResult,
  stepsMax: number,
): void {
  for (let round = 0; round < 3; round += 1) {
    device.at = Math.max(device.at, wakeAt(device.state) ?? 0);
    device.tell({ kind: 'wake', why: 'signedIn' }, roll());
    while (device.next && device.steps < stepsMax) device.carryOut(roll, serve);
  }
}

describe('whatever the device and the server do', () => {
  it('a claim leaves only by a verdict applied or stood aside on evidence, after it was marked; waits keep their bounds', () => {
    fc.assert(
      fc.property(queue, dice, (ids, roll) => {
        const device = new Device();
        for (const id of ids) device.queue.set(id, 'waiting');
        for (let i = 0; i < 80; i += 1) {
          const what = roll();
          if (what < 0.03) device.restart();
          else if (what < 0.25 || !device.next) {
            device.at += Math.floor(roll() * 90_000) - 5_000;
            device.tell({ kind: 'wake', why: wakes[Math.floor(roll() * wakes.length)] ?? 'timer' }, roll());
          } else device.carryOut(roll, (outgoing) => anyResult(outgoing, roll), 0.06);
        }
        const left = [...device.queue.keys(), ...device.parked.keys(), ...device.answered];
        expect(left.toSorted()).toEqual(ids.toSorted());
      }),
      { numRuns: 400 },
    );
  });

  it('afterwards, with the line back and somebody signed in, everything is answered in bounded steps', () => {
    fc.assert(
      fc.property(queue, dice, (ids, roll) => {
        const device = new Device();
        for (const id of ids) device.queue.set(id, 'waiting');
        for (let i = 0; i < 40; i += 1) {
          if (!device.next) device.tell({ kind: 'wake', why: 'signedIn' }, roll());
          device.carryOut(roll, (outgoing) => anyResult(outgoing, roll), 0.06);
        }
        device.steps = 0;
        drain(device, roll, answersAll, 12 * ids.length + 60);
        expect([...device.queue.keys()]).toEqual([]);
        expect(device.state.phase.kind).toBe('idle');
      }),
      { numRuns: 300 },
    );
  });

  it('claims that a server cannot bear stop nobody else: the guilty are stood aside, all others are answered', () => {
    fc.assert(
      fc.property(queue, fc.array(fc.nat(70).map(claimIdOf), { maxLength: 6 }), dice, (ids, bad, roll) => {
        const device = new Device();
        for (const id of ids) device.queue.set(id, 'waiting');
        const guilty = ids.filter((id) => bad.includes(id));
        const serve = (outgoing: Outgoing): TransportResult =>
          outgoing.claims.some(({ id }) => guilty.includes(id))
            ? { kind: 'rejected', status: 413 }
            : answersAll(outgoing);
        drain(device, roll, serve, 12 * (ids.length + claimsMax) + 60);
        expect([...device.parked.keys()].toSorted()).toEqual(guilty.toSorted());
        expect(device.answered.size).toBe(ids.length - guilty.length);
      }),
      { numRuns: 200 },
    );
  });

  it('a server that rejects everything costs nobody a claim', () => {
    fc.assert(
      fc.property(queue, dice, (ids, roll) => {
        const device = new Device();
        for (const id of ids) device.queue.set(id, 'waiting');
        drain(device, roll, () => ({ kind: 'rejected', status: 400 }), 1_000);
        expect([device.parked.size, device.queue.size]).toEqual([0, ids.length]);
      }),
      { numRuns: 100 },
    );
  });
});
