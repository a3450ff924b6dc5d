/**
 * The worker's turn: every desk on this device that has something to send, by the same driver as a page. It is an
 * accelerator; what it cannot send, a page will. Desks that somebody signed out of are left alone.
 */
import { scopeKind, type Scope } from '#lib/domain/scope.ts';
import { createDriver } from '#lib/sync/driver.ts';
import type { SyncStatus, Transport } from '#lib/sync/ports.ts';
import { LineHint } from '../line-hint.ts';
import { isUnplugged, pluggable } from '../plug.ts';
import { createFetchTransport } from '../transport.ts';
import { plainVault } from '../vault.ts';
import { desksHere } from './desk-db.ts';
import { DexieStore } from './dexie-store.ts';
import { createWebDrainLock, drainLockName } from './lock.ts';
import { SlotsDb } from './slots-db.ts';

/** To prove the line, to send, and for what follows from the answers; a server that answers nothing must not hold the worker. */
const roundsMax = 3;

/** Throws when a desk could not be drained for want of a line, or was told to stop, so that the browser tries again. */
export async function drainDesks(signal: AbortSignal): Promise<void> {
  const slots = new SlotsDb();
  try {
    // A signed-out desk may share its kind of cookie with another scope; the server tells them apart.
    for (const scope of (await desksHere()).sort(byKind)) await drainDesk(scope, slots, signal);
  } finally {
    slots.close();
  }
}

/** A patient's own requests first: nobody else will send them. */
const byKind = (a: Scope, b: Scope) =>
  Number(scopeKind(b) === 'patient') - Number(scopeKind(a) === 'patient');

async function drainDesk(scope: Scope, slots: SlotsDb, signal: AbortSignal): Promise<void> {
  const now = () => Date.now();
  // The browser wakes the worker on lines that then carry nothing. With no person there to ask for it, nothing new is
  // marked as sent, which would take away the way back, until an exchange without it has been answered.
  const line = new LineHint(() => false, now);
  const transport = line.watch(pluggable(createFetchTransport(), () => isUnplugged()));
  const store = new DexieStore({
    scope,
    vault: plainVault,
    slots,
    now,
    isLineDown: () => line.isDown(),
    onPacksLost: () => undefined,
  });
  try {
    // A booking called off is cancelled as soon as it is known.
    for (let round = 0; round < roundsMax && (await store.hasToSend()); round += 1) {
      signal.throwIfAborted();
      const status = await drained(store, transport, now, signal);
      if (status.kind === 'waiting') throw new Error(`not sent: ${status.cause}`);
    }
  } finally {
    store.close();
  }
}

function drained(
  store: DexieStore,
  transport: Transport,
  now: () => number,
  signal: AbortSignal,
): Promise<SyncStatus> {
  return new Promise((resolve, reject) => {
    const driver = createDriver({
      store,
      transport,
      clock: {
        now,
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      random: { fraction: () => Math.random() },
      lock: createWebDrainLock(drainLockName(store.scope), navigator.locks),
      onStatus(status) {
        if (status.kind === 'exchanging' || status.kind === 'catchingUp') return;
        driver.stop();
        resolve(status);
      },
    });
    signal.addEventListener(
      'abort',
      () => {
        driver.stop();
        reject(new Error('not sent: told to stop'));
      },
      { once: true },
    );
    driver.wake('backgroundSync');
  });
}
