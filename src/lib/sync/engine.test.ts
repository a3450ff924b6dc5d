import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimIdOf, monday } from '#lib/domain/testing/samples.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import {
  backOffMaxMs,
  busyMaxMs,
  initialState,
  isAtRest,
  roundsMax,
  sendingIn,
  statusOf,
  step,
  triesApartMs,
  wakeAt,
  type Action,
  type EngineState,
  type Input,
} from './engine.ts';
import type { Outgoing, TransportResult, Wake } from './ports.ts';
import { aReply, answer, cursorAt, refused } from './testing/replies.ts';

const outgoing = (claims: readonly ClaimId[], over: Partial<Outgoing> = {}): Outgoing => ({
  cursor: null,
  claims: claims.map((id) => ({ id, bytes: `bytes of ${id}` })),
  packs: {},
  seen: [],
  ...over,
});
const one = claimIdOf(1);
const two = claimIdOf(2);

type Happened = Input extends infer I ? (I extends Input ? Omit<I, 'at' | 'chance'> : never) : never;

/** Plays inputs one after the other; the clock stands still unless told. */
class Play {
  state: EngineState = initialState;
  action: Action | undefined;
  at = monday;

  tell(happened: Happened, chance = 0.5): this {
    const taken = step(this.state, { ...happened, at: this.at, chance });
    this.state = taken.state;
    this.action = taken.actions[0];
    return this;
  }
  wake(why: Wake = 'queued') {
    return this.tell({ kind: 'wake', why });
  }
  /** From rest up to the moment when the exchange is on its way. */
  send(claims: readonly ClaimId[], over: Partial<Outgoing> = {}) {
    this.wake();
    return this.readAndMark(claims, over);
  }
  readAndMark(claims: readonly ClaimId[], over: Partial<Outgoing> = {}) {
    this.tell({ kind: 'read', outgoing: outgoing(claims, over) });
    if (this.action?.kind === 'mark') this.tell({ kind: 'marked', ids: this.action.ids });
    return this;
  }
  result(result: TransportResult, chance = 0.5) {
    return this.tell({ kind: 'result', result }, chance);
  }
  replied(...args: Parameters<typeof aReply>) {
    return this.result({ kind: 'reply', reply: aReply(...args) }).tell({
      kind: 'applied',
      outcome: 'applied',
    });
  }
  get exchanged(): Outgoing | undefined {
    return this.action?.kind === 'exchange' ? this.action.outgoing : undefined;
  }
}

describe('a claim goes out', () => {
  it('is read, marked before its first byte leaves, exchanged, applied; then the engine rests until the poll', () => {
    const play = new Play().wake();
    expect(play.action).toMatchObject({ kind: 'read' });
    play.tell({ kind: 'read', outgoing: outgoing([one, two]) });
    expect(play.action).toEqual({ kind: 'mark', ids: [one, two], at: monday });
    play.tell({ kind: 'marked', ids: [two] });
    expect(play.exchanged?.claims.map(({ id }) => id)).toEqual([two]);
    expect(sendingIn(play.state)).toEqual([two]);
    expect(statusOf(play.state).kind).toBe('exchanging');
    play.replied({ answers: [answer(refused(2))] });
    expect(statusOf(play.state)).toEqual({ kind: 'idle', lastReplyAt: monday });
    expect(wakeAt(play.state)).toBeGreaterThan(monday);
  });

  it('polls though there is nothing to send', () => {
    const play = new Play().wake('timer').readAndMark([]);
    expect(play.exchanged?.claims).toEqual([]);
  });

  it('looks again when it was woken while busy', () => {
    const play = new Play().send([one]).wake('queued');
    expect(play.action).toBeUndefined();
    play.replied({ answers: [answer(refused(1))] });
    expect(play.action?.kind).toBe('read');
  });

  it('goes on at once after a full hand, and while there is more to come', () => {
    const full = Array.from({ length: 50 }, (_, i) => claimIdOf(i));
    const answers = full.map((_, i) => answer(refused(i)));
    expect(new Play().send(full).replied({ answers }).action?.kind).toBe('read');
    const more = new Play().send([]).replied({ delta: { more: true } });
    expect(more.action?.kind).toBe('read');
    expect(statusOf(more.state).kind).toBe('catchingUp');
    expect(new Play().send([]).replied({ packsMore: [] }).action).toBeUndefined();
  });

  it('does not spin on a server that says "more" and gives nothing', () => {
    const play = new Play().send([], { cursor: cursorAt(1) }).replied({ delta: { more: true } });
    expect(statusOf(play.state)).toMatchObject({ kind: 'waiting', cause: 'no progress' });
  });

  it('pauses after so many exchanges in a row', () => {
    const play = new Play().send([]);
    for (let i = 2; i <= roundsMax + 1; i += 1) {
      play.replied({ delta: { more: true, cursor: cursorAt(i) } });
      if (!play.action) break;
      play.readAndMark([], { cursor: cursorAt(i - 1) });
    }
    expect(statusOf(play.state)).toMatchObject({ kind: 'waiting', cause: 'no end' });
  });
});

describe('what came back is not a reply', () => {
  it.each<[TransportResult, string]>([
    [{ kind: 'unknown', cause: 'network' }, 'waiting'],
    [{ kind: 'busy', retryAfterMs: 1_000 }, 'waiting'],
    [{ kind: 'signedOut' }, 'signedOut'],
    [{ kind: 'tooOld' }, 'tooOld'],
  ])('%j leaves every claim as it is', (result, kind) => {
    const play = new Play().send([one]).result(result);
    expect(statusOf(play.state).kind).toBe(kind);
    expect(play.action).toBeUndefined();
  });

  it('waits twice as long each time, up to a minute, with full jitter; a whole reply resets it', () => {
    const play = new Play();
    const waits = Array.from({ length: 12 }, () => {
      play.send([one]).result({ kind: 'unknown', cause: 'network' }, 0.999);
      const wait = (wakeAt(play.state) ?? 0) - play.at;
      play.at += wait;
      return wait;
    });
    expect(waits.slice(0, 4)).toEqual([999, 1998, 3996, 7992]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(backOffMaxMs);
    play.send([one]).replied({ answers: [answer(refused(1))] });
    expect(play.state.failures).toBe(0);
    const short = new Play().send([one]).result({ kind: 'unknown', cause: 'x' }, 0);
    expect(wakeAt(short.state)).toBe(monday + triesApartMs);
  });

  it('tries at once when something happens, but not more than four times a second', () => {
    const play = new Play().send([one]).result({ kind: 'unknown', cause: 'network' }, 0.9);
    play.wake('online');
    expect([play.action, wakeAt(play.state)]).toEqual([undefined, monday + triesApartMs]);
    play.at += triesApartMs;
    expect(play.wake('timer').action?.kind).toBe('read');
  });

  it('a wake that came while the exchange was failing is not forgotten', () => {
    const play = new Play().send([one]).wake('online').result({ kind: 'unknown', cause: 'network' }, 0.9);
    expect(wakeAt(play.state)).toBe(monday + triesApartMs);
  });

  it('its own timer too early is no reason to try, a clock that was set back is', () => {
    const play = new Play().send([one]).result({ kind: 'unknown', cause: 'network' }, 0.9);
    expect(play.wake('timer').action).toBeUndefined();
    play.at -= 1;
    expect(play.wake('timer').action?.kind).toBe('read');
  });

  it('honours Retry-After whatever wakes it, later but never sooner, within bounds', () => {
    const play = new Play().send([one]).result({ kind: 'busy', retryAfterMs: 10_000 }, 0);
    expect(wakeAt(play.state)).toBe(monday + 10_000);
    play.at += 9_999;
    for (const why of ['queued', 'online', 'stream', 'focus'] as const) {
      expect(play.wake(why).action).toBeUndefined();
    }
    play.at += 1;
    expect(play.wake('timer').action?.kind).toBe('read');
    const tomorrow = new Play().send([one]).result({ kind: 'busy', retryAfterMs: 86_400_000 }, 0.99);
    expect(wakeAt(tomorrow.state)).toBeLessThanOrEqual(monday + 1.5 * busyMaxMs);
  });

  it('signed out, only signing in sets it going again', () => {
    const play = new Play().send([one]).result({ kind: 'signedOut' });
    for (const why of ['queued', 'online', 'focus', 'timer', 'opened'] as const) {
      expect(play.wake(why).action).toBeUndefined();
    }
    expect(wakeAt(play.state)).toBeNull();
    expect(play.wake('signedIn').action?.kind).toBe('read');
  });

  it('forbidden: truth is forgotten, then it stops', () => {
    const play = new Play().send([one]).result({ kind: 'forbidden' });
    expect(play.action).toEqual({ kind: 'forget' });
    play.tell({ kind: 'forgotten' });
    expect(statusOf(play.state).kind).toBe('forbidden');
    expect(play.wake('online').action).toBeUndefined();
  });

  it('a store that throws while it forgets is made to forget the next time', () => {
    const play = new Play().send([one]).result({ kind: 'forbidden' });
    play.tell({ kind: 'failed', cause: 'storage' });
    expect(statusOf(play.state).kind).toBe('waiting');
  });

  it('a full disk is waited out like a bad line', () => {
    const play = new Play().wake().tell({ kind: 'failed', cause: 'storage: QuotaExceededError' });
    expect(statusOf(play.state)).toMatchObject({ kind: 'waiting', cause: 'storage: QuotaExceededError' });
  });
});

describe('a whole exchange is rejected', () => {
  const rejected: TransportResult = { kind: 'rejected', status: 422 };

  it('sends its claims one at a time, bare, and parks the one that fails alone while none at all succeeds', () => {
    const play = new Play().send([one, two], { packs: {} }).result(rejected);
    expect(play.action).toEqual({ kind: 'read', limit: { claims: 1, seen: 0 } });
    play.readAndMark([one]);
    expect(play.exchanged).toMatchObject({ packs: {}, seen: [] });
    // Nor does anybody take its answer for word that the times are as they were.
    expect(play.state.phase).toMatchObject({ kind: 'exchanging', sent: { packs: [], claims: [one] } });
    play.result(rejected);
    expect(play.action).toEqual({ kind: 'read', limit: { claims: 0, seen: 0 } });
    play.readAndMark([]).replied({});
    expect(play.action).toEqual({ kind: 'park', id: one, reason: 'refusedByServer' });
    play.tell({ kind: 'parked' });
    expect(play.action).toEqual({ kind: 'read', limit: { claims: 1, seen: 0 } });
    play.readAndMark([two]).replied({ answers: [answer(refused(2))] });
    expect(play.action).toMatchObject({ kind: 'read', limit: { claims: 50 } });
    expect(statusOf(play.readAndMark([]).replied({}).state).kind).toBe('idle');
  });

  it('what was asked for while it waited, to go one at a time, goes as well', () => {
    const play = new Play().send([one]).result(rejected);
    play.readAndMark([one]).result({ kind: 'unknown', cause: 'network' });
    // Two wait by now, and one at a time was meant for the one of then.
    play.at += backOffMaxMs;
    play
      .wake('timer')
      .readAndMark([one])
      .replied({ answers: [answer(refused(1))] });
    expect(play.action).toMatchObject({ kind: 'read', limit: { claims: 50 } });
    play.readAndMark([two]);
    expect(play.exchanged?.claims.map(({ id }) => id)).toEqual([two]);
  });

  it('parks nothing when the server rejects even an empty exchange: it is the server that is at fault', () => {
    const play = new Play().send([one, two]).result(rejected);
    play.readAndMark([one]).result(rejected).readAndMark([]).result(rejected);
    expect(play.action).toBeUndefined();
    expect(statusOf(play.state)).toMatchObject({ kind: 'waiting', cause: 'rejected 422' });
  });

  it('a probe that tells nothing is no evidence: the claim is tried again', () => {
    const play = new Play().send([one, two]).result(rejected);
    play.readAndMark([one]).result(rejected).readAndMark([]).result({ kind: 'unknown', cause: 'network' });
    play.at += backOffMaxMs;
    play.wake('timer').readAndMark([one]);
    expect(play.exchanged?.claims.map(({ id }) => id)).toEqual([one]);
  });

  it('with no claims in it, waits', () => {
    expect(statusOf(new Play().send([]).result(rejected).state).kind).toBe('waiting');
  });
});

describe('what a reply leaves open', () => {
  it('a claim without an answer stays, and is tried again after a while', () => {
    const play = new Play().send([one]).replied({});
    expect(statusOf(play.state)).toMatchObject({ kind: 'waiting', cause: 'unanswered' });
  });

  it('answers for some are progress: the others are asked again at once', () => {
    const play = new Play().send([one, two]).replied({ answers: [answer(refused(1))] });
    expect(play.action?.kind).toBe('read');
  });

  it('parks by place in the exchange, and ignores what it says of claims that were not sent', () => {
    const play = new Play().send([one, two]).replied({
      answers: [answer(refused(1))],
      parked: [
        { index: 1, claim: null, reason: 'unreadable' },
        { index: 7, claim: null, reason: 'newer' },
        { index: 0, claim: claimIdOf(9), reason: 'reused' },
      ],
    });
    expect(play.action).toEqual({ kind: 'park', id: two, reason: 'unreadable' });
    expect(play.tell({ kind: 'parked' }).action).toBeUndefined();
    expect(statusOf(play.state).kind).toBe('idle');
  });

  it('an answer outweighs a parking of the same claim', () => {
    const play = new Play()
      .send([one])
      .replied({ answers: [answer(refused(1))], parked: [{ index: 0, claim: one, reason: 'failed' }] });
    expect(play.action).toBeUndefined();
  });

  it('when another tab moved the cursor, looks again', () => {
    const play = new Play()
      .send([one])
      .result({ kind: 'reply', reply: aReply({ answers: [answer(refused(1))] }) });
    expect(play.tell({ kind: 'applied', outcome: 'cursorMoved' }).action?.kind).toBe('read');
  });
});

const wakes: Wake[] = ['queued', 'online', 'focus', 'visible', 'stream', 'timer', 'signedIn', 'opened'];
const anyResult = fc.oneof<fc.Arbitrary<TransportResult>[]>(
  fc.constant({ kind: 'unknown', cause: 'network' }),
  fc.constant({ kind: 'signedOut' }),
  fc.constant({ kind: 'forbidden' }),
  fc.constant({ kind: 'tooOld' }),
  fc.constant({ kind: 'rejected', status: 400 }),
  fc.record({ kind: fc.constant('busy' as const), retryAfterMs: fc.nat(1_000_000) }),
  fc
    .record({
      more: fc.boolean(),
      seq: fc.nat(5),
      said: fc.array(fc.nat(6), { maxLength: 7 }),
      at: fc.nat(6),
    })
    .map(({ more, seq, said, at }) => ({
      kind: 'reply',
      reply: aReply({
        answers: said.map((n) => answer(refused(n))),
        parked: [{ index: at, claim: null, reason: 'failed' }],
        delta: { more, cursor: cursorAt(seq) },
      }),
    })),
);
const anyInput = fc.oneof(
  fc.constantFrom(...wakes).map((why): Happened => ({ kind: 'wake', why })),
  fc
    .array(fc.nat(6), { maxLength: 6 })
    .map((ns): Happened => ({ kind: 'read', outgoing: outgoing([...new Set(ns)].map(claimIdOf)) })),
  fc.array(fc.nat(6)).map((ns): Happened => ({ kind: 'marked', ids: ns.map(claimIdOf) })),
  anyResult.map((result): Happened => ({ kind: 'result', result })),
  fc.constantFrom<Happened[]>(
    { kind: 'applied', outcome: 'applied' },
    { kind: 'applied', outcome: 'cursorMoved' },
    { kind: 'parked' },
    { kind: 'forgotten' },
    { kind: 'failed', cause: 'storage' },
  ),
);
const history = fc.array(fc.tuple(anyInput, fc.double({ min: 0, max: 0.999, noNaN: true })), {
  maxLength: 40,
});

describe('from any state', () => {
  it('it either rests or waits for exactly one thing, and a wait has an end', () => {
    fc.assert(
      fc.property(history, (inputs) => {
        const play = new Play();
        let isBusy = false;
        for (const [happened, chance] of inputs) {
          play.tell(happened, chance);
          if (play.action) isBusy = true;
          else if (happened.kind !== 'wake') isBusy = false;
          expect(isAtRest(play.state)).toBe(!isBusy);
          const at = wakeAt(play.state);
          if (play.state.phase.kind === 'waiting') expect(at).not.toBeNull();
          if (at !== null) expect(at - play.at).toBeLessThanOrEqual(1.5 * busyMaxMs);
        }
      }),
    );
  });

  it('with the network back and someone signed in, the queue drains in bounded steps', () => {
    fc.assert(
      fc.property(history, fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 30 }), (inputs, queue) => {
        const play = new Play();
        for (const [happened, chance] of inputs) play.tell(happened, chance);
        const waiting = new Set(queue.map(claimIdOf));
        // Whatever was under way ends first, as the driver makes sure.
        if (!isAtRest(play.state)) play.tell({ kind: 'failed', cause: 'the tab was closed' });
        play.at = Math.max(play.at, wakeAt(play.state) ?? 0);
        play.wake('signedIn');
        for (let steps = 0; play.action && steps < 40 * queue.length + 40; steps += 1) {
          const { action } = play;
          if (action.kind === 'read') {
            play.tell({ kind: 'read', outgoing: outgoing([...waiting].slice(0, action.limit.claims)) });
          } else if (action.kind === 'mark') play.tell({ kind: 'marked', ids: action.ids });
          else if (action.kind === 'exchange') {
            const answers = action.outgoing.claims.map(({ id }) => answer({ ...refused(1), claim: id }));
            play.result({ kind: 'reply', reply: aReply({ answers }) });
          } else if (action.kind === 'apply') {
            for (const { verdict } of action.reply.answers) waiting.delete(verdict.claim);
            play.tell({ kind: 'applied', outcome: 'applied' });
          } else if (action.kind === 'park') {
            waiting.delete(action.id);
            play.tell({ kind: 'parked' });
          } else play.tell({ kind: 'forgotten' });
        }
        expect(waiting.size).toBe(0);
        expect(play.state.phase.kind).toBe('idle');
      }),
    );
  });
});
