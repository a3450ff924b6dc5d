/**
 * The post office's hands: carries out what the engine asks, one thing at a time, and tells it what came of it.
 * One drain at a time among tabs, under the lock; a drain that was frozen and robbed of the lock goes on safely when it
 * thaws, since `apply` is guarded by the cursor and verdicts are idempotent.
 */
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import { packsMax, type SyncRequest } from '#lib/protocol/exchange.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import {
  backOffMaxMs,
  busyMaxMs,
  initialState,
  sendingIn,
  statusOf,
  step,
  wakeAt,
  type Action,
  type EngineState,
  type Input,
} from './engine.ts';
import type {
  Clock,
  DrainLock,
  LocalStore,
  Outgoing,
  Random,
  SyncStatus,
  Transport,
  TransportResult,
  Wake,
} from './ports.ts';

/** A frozen tab runs no timers: whoever waits longer than this takes the lock from it. */
export const stealAfterMs = 30_000;
/** A transport has its own, shorter limit; this one keeps a broken one from stopping the queue for good. */
export const exchangeMaxMs = 90_000;
/** However far off the next look is: a clock set forward and back must not leave a queue asleep. */
const sleepMaxMs = 2 * Math.max(busyMaxMs, backOffMaxMs);

export interface DriverPorts {
  readonly store: LocalStore;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly lock: DrainLock;
  /** Called when the status changes, with the claims that are on their way. */
  readonly onStatus: (status: SyncStatus, sending: readonly ClaimId[]) => void;
  /** Services whose times a screen waits for just now; they are asked for before all that the store keeps fresh. */
  readonly wants?: () => readonly ServiceId[];
}

export interface Driver {
  wake(why: Wake): void;
  /** The action that runs is finished, nothing more is begun. */
  stop(): void;
}

type Happening = Input extends infer I ? (I extends Input ? Omit<I, 'at' | 'chance'> : never) : never;

export function createDriver(ports: DriverPorts): Driver {
  const { store, transport, clock, random, lock, onStatus } = ports;
  const wakes = new Set<Wake>();
  let state: EngineState = initialState;
  let next: Action | undefined;
  let isScheduled = false;
  let isStopped = false;
  let cancelTimer = () => {};
  let last: { readonly status: SyncStatus; readonly sending: readonly ClaimId[] } | undefined;

  function advance(happened: Happening): void {
    const taken = step(state, { ...happened, at: clock.now(), chance: random.fraction() });
    state = taken.state;
    next = taken.actions[0] ?? (happened.kind === 'wake' ? next : undefined);
    const status = statusOf(state);
    const sending = sendingIn(state);
    if (last && isSameStatus(last.status, status) && isSameList(last.sending, sending)) return;
    last = { status, sending };
    onStatus(status, sending);
  }

  async function schedule(): Promise<void> {
    if (isScheduled || isStopped) return;
    isScheduled = true;
    cancelTimer();
    // A page that comes to the front is focused, visible and online at once: one look for all of them.
    await Promise.resolve();
    while (wakes.size > 0 && !isStopped) await drainUnderLock();
    isScheduled = false;
    setTimer();
  }

  async function drainUnderLock(): Promise<void> {
    let draining: Promise<void> | undefined;
    const work = () => (draining = drain());
    try {
      await lock.run(stealAfterMs, work);
    } catch {
      // Stolen while it was held, or not to be had at all. It only saves work: finish, or do without.
    }
    await (draining ?? drain());
  }

  async function drain(): Promise<void> {
    if (isStopped) return;
    takeWakes();
    while (next && !isStopped) {
      const action = next;
      const happened = await carryOut(action).catch((error: unknown): Happening => ({
        kind: 'failed',
        cause: `storage: ${error instanceof Error ? error.name : 'unknown'}`,
      }));
      advance(happened);
      takeWakes();
    }
  }

  function takeWakes(): void {
    const taken = [...wakes];
    wakes.clear();
    for (const why of taken) {
      const before = next;
      advance({ kind: 'wake', why });
      // Whatever else woke it at this moment is seen to by the look that now begins.
      if (next !== before) return;
    }
  }

  async function carryOut(action: Action): Promise<Happening> {
    switch (action.kind) {
      case 'read':
        return {
          kind: 'read',
          outgoing: withWants(await store.outgoing(action.limit), ports.wants?.() ?? []),
        };
      case 'mark':
        return { kind: 'marked', ids: await store.markSent(action.ids, action.at) };
      case 'exchange':
        return { kind: 'result', result: await exchange(requestOf(action.outgoing)) };
      case 'apply':
        return { kind: 'applied', outcome: await store.apply(action.reply, action.sent) };
      case 'park':
        await store.park(action.id, action.reason);
        return { kind: 'parked' };
      case 'forget':
        await store.forget();
        return { kind: 'forgotten' };
    }
  }

  function requestOf({ cursor, claims, packs, seen }: Outgoing): SyncRequest {
    const { scope } = store;
    return {
      protocol: protocolVersion,
      scope,
      cursor,
      claims: claims.map(({ bytes }) => bytes),
      packs,
      seen,
    };
  }

  async function exchange(request: SyncRequest): Promise<TransportResult> {
    let cancel = () => {};
    const tooLong = new Promise<TransportResult>((resolve) => {
      cancel = clock.after(exchangeMaxMs, () => resolve({ kind: 'unknown', cause: 'time-out' }));
    });
    try {
      const result = await Promise.race([transport.exchange(request), tooLong]);
      const isStranger = result.kind === 'reply' && result.reply.scope !== store.scope;
      return isStranger ? { kind: 'unknown', cause: 'not ours' } : result;
    } catch {
      return { kind: 'unknown', cause: 'transport' };
    } finally {
      cancel();
    }
  }

  function setTimer(): void {
    cancelTimer();
    const at = wakeAt(state);
    if (at === null || isStopped) return;
    const ms = Math.min(sleepMaxMs, Math.max(0, at - clock.now()));
    cancelTimer = clock.after(ms, () => wake('timer'));
  }

  function wake(why: Wake): void {
    wakes.add(why);
    void schedule();
  }

  return {
    wake,
    stop() {
      isStopped = true;
      cancelTimer();
    },
  };
}

function isSameStatus(a: SyncStatus, b: SyncStatus): boolean {
  if (a.kind !== b.kind || a.lastReplyAt !== b.lastReplyAt) return false;
  return a.kind !== 'waiting' || b.kind !== 'waiting' || (a.cause === b.cause && a.retryAt === b.retryAt);
}

const isSameList = (a: readonly ClaimId[], b: readonly ClaimId[]) =>
  a === b || (a.length === b.length && a.every((id, n) => id === b[n]));

function withWants(outgoing: Outgoing, wants: readonly ServiceId[]): Outgoing {
  if (wants.length === 0) return outgoing;
  const packs: Record<ServiceId, string | null> = {};
  for (const service of wants) packs[service] = outgoing.packs[service] ?? null;
  for (const [service, revision] of Object.entries(outgoing.packs) as [ServiceId, string | null][]) {
    packs[service] = revision;
  }
  return { ...outgoing, packs: Object.fromEntries(Object.entries(packs).slice(0, packsMax)) };
}
