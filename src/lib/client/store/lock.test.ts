import { expect, test } from 'vitest';
import { createWebDrainLock } from './lock.ts';

/** Web Locks for one name: exclusive, in order, with `steal` and `signal`; a robbed holder's promise rejects. */
function fakeLocks(): LockManager {
  let held: { lose: (why: unknown) => void } | undefined;
  const waiting: (() => void)[] = [];
  const run = async (callback: (lock: null) => unknown) => {
    const me = { lose: (_why: unknown) => {} };
    const lost = new Promise<never>((_resolve, reject) => (me.lose = reject));
    held = me;
    try {
      return await Promise.race([callback(null), lost]);
    } finally {
      if (held === me) {
        held = undefined;
        waiting.shift()?.();
      }
    }
  };
  const request = async (_name: string, options: LockOptions, callback: (lock: null) => unknown) => {
    if (options.steal) {
      held?.lose(new DOMException('stolen', 'AbortError'));
      return run(callback);
    }
    if (held) {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        options.signal?.addEventListener('abort', () => {
          waiting.splice(waiting.indexOf(resolve), 1);
          reject(options.signal?.reason as Error);
        });
      });
    }
    return run(callback);
  };
  return { request, query: () => Promise.resolve({}) } as unknown as LockManager;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('two drains run one after the other', async () => {
  const lock = createWebDrainLock('a', fakeLocks());
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await pause(5);
    log.push(`${name} ends`);
  };
  await Promise.all([lock.run(1_000, work('one')), lock.run(1_000, work('two'))]);
  expect(log).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

test('from a frozen holder a waiter takes the lock; the thawed one still ends its work', async () => {
  const lock = createWebDrainLock('a', fakeLocks());
  let thaw = () => {};
  let frozenEnded = false;
  const frozen = lock.run(1_000, async () => {
    await new Promise<void>((resolve) => (thaw = resolve));
    frozenEnded = true;
  });
  let waiterRan = false;
  await lock.run(20, async () => {
    waiterRan = true;
  });
  expect([waiterRan, frozenEnded]).toEqual([true, false]);
  thaw();
  await frozen;
  expect(frozenEnded).toBe(true);
});

test('what goes wrong in the work is the caller’s to know; without locks the work just runs', async () => {
  const failing = () => Promise.reject(new Error('disk'));
  await expect(createWebDrainLock('a', fakeLocks()).run(1_000, failing)).rejects.toThrow('disk');
  await expect(createWebDrainLock('a', undefined).run(1_000, failing)).rejects.toThrow('disk');
});
