/**
 * The post office's mind: what to do next, decided without doing it. `step` takes what happened and says what to do;
 * the driver does it and says what happened. Time and chance come with each input.
 *
 *            wake             claims                      whole reply              nothing parked
 *   idle ──────────→ reading ───────→ marking → exchanging ──────────→ applying → (parking) ───→ idle
 *    ↑ any wake         │ none ─────────────────────↑ │                    │
 *    │                  ↑──────────────────────────── │ ←── more to come ──┘
 *   waiting ←──── unknown, busy, unanswered, store failed, rejected with nothing to blame
 *                                                     ├─ 401 → signedOut ── signedIn → reading
 *                                                     ├─ 403 → forgetting → forbidden ── signedIn → reading
 *                                                     ├─ 426 → tooOld ── signedIn, opened → reading
 *                                                     └─ 400, 413, 422 → careful: one claim at a time, bare; when that
 *                                                        alone is rejected, a bare exchange with none tells whether the
 *                                                        claim is to blame (park it) or the server is (wait)
 *
 * What must stay true: a claim leaves only by `apply` or is stood aside by `park`; whatever is not a whole reply leaves it
 * as it is, to be sent again with the same bytes; from any state, with the network back, the queue drains in bounded steps.
 */
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import { claimsMax, seenMax, type ParkedReason, type SyncReply } from '#lib/protocol/exchange.ts';
import type { LocalStore, Outgoing, Sent, SyncStatus, TransportResult, Wake } from './ports.ts';

/** First wait after a failure; it doubles. With full jitter a thousand desks that lost one server do not come back as one. */
export const backOffFirstMs = 1_000;
/** A line that comes back is tried within a minute, though the browser may have noticed nothing. */
export const backOffMaxMs = minuteMs;
/** However often a flapping line calls "online", not more than four tries a second. */
export const triesApartMs = 250;
/** A server's Retry-After is honoured up to here: one that says "tomorrow" is misconfigured, and patients wait. */
export const busyMaxMs = 5 * minuteMs;
/** When nothing pokes: the event stream makes it prompt, this makes it certain. */
export const pollMs = minuteMs;
/** Exchanges in a row without a pause. The largest catching up takes some dozens; a server that never ends must not spin a phone. */
export const roundsMax = 500;

interface Busy {
  readonly sent: Sent;
}

export type Phase =
  | { readonly kind: 'idle'; readonly pollAt: Instant | null }
  | { readonly kind: 'reading' }
  | { readonly kind: 'marking'; readonly outgoing: Outgoing }
  | ({ readonly kind: 'exchanging' } & Busy)
  | ({ readonly kind: 'applying'; readonly reply: SyncReply } & Busy)
  | {
      readonly kind: 'parking';
      readonly left: readonly Parking[];
      readonly then: 'readAgain' | 'rest' | { readonly failed: string };
    }
  | { readonly kind: 'forgetting' }
  | {
      readonly kind: 'waiting';
      readonly cause: string;
      readonly since: Instant;
      readonly retryAt: Instant;
      /** The server asked for quiet: no wake cuts it short. */
      readonly isFirm: boolean;
    }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'tooOld' };

interface Parking {
  readonly id: ClaimId;
  readonly reason: ParkedReason | 'refusedByServer';
}

export interface EngineState {
  readonly phase: Phase;
  /** By the server's clock. */
  readonly lastReplyAt: Instant | null;
  /** Tries in a row that brought nothing. */
  readonly failures: number;
  /** Exchanges since the last rest. */
  readonly rounds: number;
  /** Woken while busy: look again before resting. */
  readonly isWokenAgain: boolean;
  /** The last delta was not the last page. */
  readonly isCatchingUp: boolean;
  /** So many claims still go alone, since an exchange that held them was rejected whole. */
  readonly carefulLeft: number;
  /** Rejected all alone: the next exchange, bare, tells whether it is to blame. Evidence that is not fresh is none. */
  readonly suspect: ClaimId | null;
}

export type Input = { readonly at: Instant; /** In [0, 1). */ readonly chance: number } & (
  | { readonly kind: 'wake'; readonly why: Wake }
  | { readonly kind: 'read'; readonly outgoing: Outgoing }
  | { readonly kind: 'marked'; readonly ids: readonly ClaimId[] }
  | { readonly kind: 'result'; readonly result: TransportResult }
  | { readonly kind: 'applied'; readonly outcome: 'applied' | 'cursorMoved' }
  | { readonly kind: 'parked' }
  | { readonly kind: 'forgotten' }
  /** A port threw: a full disk, a database closed under us. */
  | { readonly kind: 'failed'; readonly cause: string }
);

export type Action =
  | { readonly kind: 'read'; readonly limit: Parameters<LocalStore['outgoing']>[0] }
  | { readonly kind: 'mark'; readonly ids: readonly ClaimId[]; readonly at: Instant }
  | { readonly kind: 'exchange'; readonly outgoing: Outgoing }
  | { readonly kind: 'apply'; readonly reply: SyncReply; readonly sent: Sent }
  | ({ readonly kind: 'park' } & Parking)
  | { readonly kind: 'forget' };

/** At most one action: the driver's answer to it is the next input, with wakes in between. */
export interface Step {
  readonly state: EngineState;
  readonly actions: readonly [] | readonly [Action];
}

export const initialState: EngineState = {
  phase: { kind: 'idle', pollAt: null },
  lastReplyAt: null,
  failures: 0,
  rounds: 0,
  isWokenAgain: false,
  isCatchingUp: false,
  carefulLeft: 0,
  suspect: null,
};

export function step(state: EngineState, input: Input): Step {
  const { phase } = state;
  switch (input.kind) {
    case 'wake':
      return onWake(state, input);
    case 'read':
      return phase.kind === 'reading' ? onRead(state, input) : outOfStep(state, input);
    case 'marked':
      return phase.kind === 'marking' ? onMarked(state, phase.outgoing, input.ids) : outOfStep(state, input);
    case 'result':
      return phase.kind === 'exchanging' ? onResult(state, phase.sent, input) : outOfStep(state, input);
    case 'applied':
      return phase.kind === 'applying' ? onApplied(state, phase, input) : outOfStep(state, input);
    case 'parked':
      return phase.kind === 'parking' ? onParked(state, phase, input) : outOfStep(state, input);
    case 'forgotten':
      return phase.kind === 'forgetting'
        ? rest({ ...state, phase: { kind: 'forbidden' } })
        : outOfStep(state, input);
    case 'failed':
      return isAtRest(state) ? rest(state) : failed(state, input, input.cause);
  }
}

/** An answer to what was not asked: never a reason to stand still. */
const outOfStep = (state: EngineState, input: Input): Step =>
  isAtRest(state) ? rest(state) : failed(state, input, 'out of step');

/** When the driver has to wake it, if nothing else does. */
export function wakeAt({ phase }: EngineState): Instant | null {
  if (phase.kind === 'waiting') return phase.retryAt;
  return phase.kind === 'idle' ? phase.pollAt : null;
}

export function isAtRest({ phase }: EngineState): boolean {
  switch (phase.kind) {
    case 'idle':
    case 'waiting':
    case 'signedOut':
    case 'forbidden':
    case 'tooOld':
      return true;
    case 'reading':
    case 'marking':
    case 'exchanging':
    case 'applying':
    case 'parking':
    case 'forgetting':
      return false;
  }
}

export function statusOf({ phase, lastReplyAt, isCatchingUp }: EngineState): SyncStatus {
  switch (phase.kind) {
    case 'idle':
    case 'signedOut':
    case 'forbidden':
    case 'tooOld':
      return { kind: phase.kind, lastReplyAt };
    case 'waiting':
      return { kind: 'waiting', cause: phase.cause, retryAt: phase.retryAt, lastReplyAt };
    case 'forgetting':
      return { kind: 'forbidden', lastReplyAt };
    case 'reading':
    case 'marking':
    case 'exchanging':
    case 'applying':
    case 'parking':
      return { kind: isCatchingUp ? 'catchingUp' : 'exchanging', lastReplyAt };
  }
}

/** The claims whose bytes are on their way. */
export function sendingIn({ phase }: EngineState): readonly ClaimId[] {
  return phase.kind === 'exchanging' ? phase.sent.claims : [];
}

function onWake(state: EngineState, { at, why }: { at: Instant; why: Wake }): Step {
  const { phase } = state;
  switch (phase.kind) {
    case 'idle':
      return read(state);
    case 'waiting': {
      // A clock that was set back would make it wait for the difference.
      const isDue = at >= phase.retryAt || at < phase.since;
      if (isDue) return read(state);
      if (why === 'timer' || phase.isFirm) return rest(state);
      const soonest = phase.since + triesApartMs;
      if (at >= soonest) return read(state);
      return rest({ ...state, phase: { ...phase, retryAt: Math.min(phase.retryAt, soonest) } });
    }
    case 'signedOut':
    case 'forbidden':
      return why === 'signedIn' ? read(state) : rest(state);
    case 'tooOld':
      return why === 'signedIn' || why === 'opened' ? read(state) : rest(state);
    case 'reading':
    case 'marking':
    case 'exchanging':
    case 'applying':
    case 'parking':
    case 'forgetting':
      return rest({ ...state, isWokenAgain: true });
  }
}

function read(state: EngineState): Step {
  const limit = state.suspect
    ? { claims: 0, seen: 0 }
    : state.carefulLeft > 0
      ? { claims: 1, seen: 0 }
      : { claims: claimsMax, seen: seenMax };
  const next = {
    ...state,
    phase: { kind: 'reading' },
    isWokenAgain: false,
    rounds: state.rounds + 1,
  } as const;
  return { state: next, actions: [{ kind: 'read', limit }] };
}

function onRead(state: EngineState, { outgoing, at }: { outgoing: Outgoing; at: Instant }): Step {
  if (state.suspect) return exchange(state, { ...outgoing, claims: [], packs: {}, seen: [] });
  if (outgoing.claims.length === 0) return exchange({ ...state, carefulLeft: 0 }, outgoing);
  const isBare = state.carefulLeft > 0;
  const carried = isBare
    ? { ...outgoing, claims: outgoing.claims.slice(0, 1), packs: {}, seen: [] }
    : { ...outgoing, claims: outgoing.claims.slice(0, claimsMax) };
  return {
    state: { ...state, phase: { kind: 'marking', outgoing: carried } },
    actions: [{ kind: 'mark', ids: carried.claims.map(({ id }) => id), at }],
  };
}

function onMarked(state: EngineState, outgoing: Outgoing, ids: readonly ClaimId[]): Step {
  const marked = new Set(ids);
  return exchange(state, { ...outgoing, claims: outgoing.claims.filter(({ id }) => marked.has(id)) });
}

function exchange(state: EngineState, outgoing: Outgoing): Step {
  const sent: Sent = {
    cursor: outgoing.cursor,
    claims: outgoing.claims.map(({ id }) => id),
    packs: Object.keys(outgoing.packs) as ServiceId[],
    seen: outgoing.seen.map(({ id }) => id),
  };
  return {
    state: { ...state, phase: { kind: 'exchanging', sent } },
    actions: [{ kind: 'exchange', outgoing }],
  };
}

function onResult(
  state: EngineState,
  sent: Sent,
  input: { result: TransportResult; at: Instant; chance: number },
): Step {
  const { result } = input;
  switch (result.kind) {
    case 'reply': {
      const { reply } = result;
      const next = { ...state, lastReplyAt: reply.now, phase: { kind: 'applying', reply, sent } } as const;
      return { state: next, actions: [{ kind: 'apply', reply, sent }] };
    }
    case 'unknown':
      return failed(state, input, result.cause);
    case 'busy':
      return busy(state, input, result.retryAfterMs);
    case 'signedOut':
      return stop(state, { kind: 'signedOut' });
    case 'tooOld':
      return stop(state, { kind: 'tooOld' });
    case 'forbidden':
      return { ...stop(state, { kind: 'forgetting' }), actions: [{ kind: 'forget' }] };
    case 'rejected':
      return rejected(state, sent, input, result.status);
  }
}

function rejected(
  state: EngineState,
  sent: Sent,
  input: { at: Instant; chance: number },
  status: number,
): Step {
  const [first] = sent.claims;
  if (!first) {
    // Nothing of ours to blame: whatever it is, it must not cost anybody a claim.
    return failed({ ...state, carefulLeft: 0 }, input, `rejected ${status}`);
  }
  const next =
    state.carefulLeft > 0 ? { ...state, suspect: first } : { ...state, carefulLeft: sent.claims.length };
  return readAgain(next, input);
}

function onApplied(
  state: EngineState,
  { reply, sent }: { reply: SyncReply; sent: Sent },
  input: { outcome: 'applied' | 'cursorMoved'; at: Instant; chance: number },
): Step {
  const answered = new Set(reply.answers.map(({ verdict }) => verdict.claim));
  const parked = parkedOf(reply, sent).filter(({ id }) => !answered.has(id));
  const dealtWith = new Set([...answered, ...parked.map(({ id }) => id)]);
  const missing = sent.claims.filter((id) => !dealtWith.has(id)).length;
  const wasSettled = missing < sent.claims.length;
  const hasMoved = reply.delta.cursor !== sent.cursor || reply.packs.length > 0;
  const isMore = reply.delta.more || reply.packsMore.length > 0;
  // A full hand may not be the last one; what came of a careful one says nothing of the others, nor of those asked since.
  const mayBeMore = isMore || sent.claims.length === claimsMax || state.carefulLeft > 0;

  let then: Extract<Phase, { kind: 'parking' }>['then'] = 'rest';
  if (input.outcome === 'cursorMoved' || state.suspect) then = 'readAgain';
  else if (missing > 0 && !wasSettled && !(isMore && hasMoved)) then = { failed: 'unanswered' };
  else if (isMore && !hasMoved && !wasSettled) then = { failed: 'no progress' };
  else if (mayBeMore || missing > 0) then = 'readAgain';

  const left: Parking[] = state.suspect
    ? [...parked, { id: state.suspect, reason: 'refusedByServer' }]
    : parked;
  const next = {
    ...state,
    isCatchingUp: input.outcome === 'applied' ? reply.delta.more : state.isCatchingUp,
    carefulLeft: Math.max(0, state.carefulLeft - (state.suspect || sent.claims.length > 0 ? 1 : 0)),
    suspect: null,
  };
  return park(next, left, then, input);
}

/** The claims that the reply stood aside; what it says of claims that were not sent is not for us. */
function parkedOf(reply: SyncReply, sent: Sent): readonly Parking[] {
  return reply.parked.flatMap(({ index, claim, reason }) => {
    const id = sent.claims[index];
    return id && (claim === null || claim === id) ? [{ id, reason }] : [];
  });
}

function onParked(
  state: EngineState,
  { left, then }: Extract<Phase, { kind: 'parking' }>,
  input: { at: Instant; chance: number },
): Step {
  return park(state, left.slice(1), then, input);
}

function park(
  state: EngineState,
  left: readonly Parking[],
  then: Extract<Phase, { kind: 'parking' }>['then'],
  input: { at: Instant; chance: number },
): Step {
  const [first] = left;
  if (first) {
    const phase = { kind: 'parking', left, then } as const;
    return { state: { ...state, phase }, actions: [{ kind: 'park', ...first }] };
  }
  if (typeof then === 'object') return failed(state, input, then.failed);
  const fine = { ...state, failures: 0 };
  if (then === 'readAgain' || state.isWokenAgain) return readAgain(fine, input);
  const pollAt = input.at + Math.round(pollMs * (0.75 + input.chance / 2));
  return rest({ ...fine, rounds: 0, phase: { kind: 'idle', pollAt } });
}

function readAgain(state: EngineState, input: { at: Instant; chance: number }): Step {
  return state.rounds < roundsMax ? read(state) : failed(state, input, 'no end');
}

function failed(state: EngineState, { at, chance }: { at: Instant; chance: number }, cause: string): Step {
  const failures = state.failures + 1;
  const ceiling = Math.min(backOffMaxMs, backOffFirstMs * 2 ** Math.min(failures - 1, 30));
  const wait = state.isWokenAgain ? triesApartMs : Math.max(triesApartMs, Math.round(ceiling * chance));
  const phase = { kind: 'waiting', cause, since: at, retryAt: at + wait, isFirm: false } as const;
  return rest({ ...state, phase, failures, rounds: 0, isWokenAgain: false, suspect: null });
}

function busy(
  state: EngineState,
  { at, chance }: { at: Instant; chance: number },
  retryAfterMs: number,
): Step {
  const asked = Math.min(busyMaxMs, Math.max(backOffFirstMs, retryAfterMs));
  // Later than asked, never sooner, and not all at once.
  const retryAt = at + Math.round(asked * (1 + chance / 2));
  const phase = { kind: 'waiting', cause: 'busy', since: at, retryAt, isFirm: true } as const;
  return rest({
    ...state,
    phase,
    failures: state.failures + 1,
    rounds: 0,
    isWokenAgain: false,
    suspect: null,
  });
}

function stop(state: EngineState, phase: Phase): Step {
  return rest({ ...state, phase, failures: 0, rounds: 0, isWokenAgain: false, suspect: null });
}

const rest = (state: EngineState): Step => ({ state, actions: [] });
