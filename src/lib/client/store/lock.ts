/**
 * One drain of a scope at a time among all tabs and the worker, by Web Locks. A frozen tab runs no timers and may hold the
 * lock for hours, so a waiter takes it over after a while; the loser's work goes on, and `apply` makes that safe.
 */
import type { Scope } from '#lib/domain/scope.ts';
import type { DrainLock } from '#lib/sync/ports.ts';

export const drainLockName = (scope: Scope) => `holdfast-drain:${scope}`;

export function createWebDrainLock(name: string, locks: LockManager | undefined): DrainLock {
  // Without locks (an insecure origin, an old browser) two drains may run at once: wasteful, not wrong.
  if (!locks) return { run: (_stealAfterMs, work) => work() };
  return {
    async run(stealAfterMs, work) {
      let running: Promise<void> | undefined;
      const hold = () => (running = work());
      try {
        await locks.request(name, { signal: AbortSignal.timeout(stealAfterMs) }, hold);
      } catch (error) {
        if (!isLoss(error)) throw error;
        // Stolen from us while working: our work still has to end before `run` does. Else we never got it: take it.
        if (running) await running;
        else await takeOver(locks, name, hold, () => running);
      }
    },
  };
}

async function takeOver(
  locks: LockManager,
  name: string,
  hold: () => Promise<void>,
  running: () => Promise<void> | undefined,
): Promise<void> {
  try {
    await locks.request(name, { steal: true }, hold);
  } catch (error) {
    if (!isLoss(error)) throw error;
    await running();
  }
}

/** How a waiter learns that its patience ended, and a holder that the lock was taken. */
function isLoss(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
