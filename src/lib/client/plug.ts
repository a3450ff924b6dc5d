/**
 * The demonstration's plug. Pulled out, nothing reaches the server, and nothing comes back: the exchange, the times that
 * come with it, the event stream, the directory, signing in. Pages and the worker ask the same flag, which outlives
 * both: that a cache of this name exists. (Of what a worker can read at any moment it is the least that needs opening.)
 *
 * Signing out works all the same, as without a line: a device must never be stuck with somebody. The server hears of it
 * when the plug is in again.
 */
import type { Transport } from '#lib/sync/ports.ts';

const name = 'holdfast-unplugged';

export interface PlugStore {
  has(name: string): Promise<boolean>;
  open(name: string): Promise<unknown>;
  delete(name: string): Promise<boolean>;
}

/** A browser that cannot say has no plug to pull. */
export async function isUnplugged(store: PlugStore | undefined = globalThis.caches): Promise<boolean> {
  try {
    return (await store?.has(name)) === true;
  } catch {
    return false;
  }
}

export async function setUnplugged(isOut: boolean, store: PlugStore = globalThis.caches): Promise<void> {
  if (isOut) await store.open(name);
  else await store.delete(name);
}

/** The same transport on a line that can be pulled out: also while an answer is on its way, which is then lost. */
export function pluggable(transport: Transport, isOut: () => boolean | Promise<boolean>): Transport {
  return {
    async exchange(request) {
      if (await isOut()) return { kind: 'unknown', cause: 'unplugged' };
      const result = await transport.exchange(request);
      return (await isOut()) ? { kind: 'unknown', cause: 'unplugged' } : result;
    },
  };
}
