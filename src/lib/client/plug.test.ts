import { expect, test } from 'vitest';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import type { Transport, TransportResult } from '#lib/sync/ports.ts';
import { isUnplugged, pluggable, setUnplugged, type PlugStore } from './plug.ts';

/** As much of the browser's cache storage as is used. */
function cacheStorage(): PlugStore {
  const names = new Set<string>();
  return {
    has: async (name) => names.has(name),
    open: async (name) => void names.add(name),
    delete: async (name) => names.delete(name),
  };
}

const request = {} as SyncRequest;
const answer = { kind: 'reply' } as TransportResult;

function counted(exchange: () => Promise<TransportResult> = async () => answer) {
  const line = { sent: 0 };
  const transport: Transport = {
    exchange: () => {
      line.sent += 1;
      return exchange();
    },
  };
  return { line, transport };
}

test('pulled out by one part of the app, it is out for every other, until it is put in', async () => {
  const store = cacheStorage();
  expect(await isUnplugged(store)).toBe(false);
  await setUnplugged(true, store);
  await setUnplugged(true, store);
  expect(await isUnplugged(store)).toBe(true);
  await setUnplugged(false, store);
  expect(await isUnplugged(store)).toBe(false);
});

test('a browser that cannot keep it, or cannot say, is plugged in', async () => {
  expect(await isUnplugged(undefined)).toBe(false);
  const broken: PlugStore = {
    ...cacheStorage(),
    has: async () => Promise.reject(new Error('no storage here')),
  };
  expect(await isUnplugged(broken)).toBe(false);
});

test('unplugged, nothing is sent, and nobody knows whether anything arrived', async () => {
  const { line, transport } = counted();
  const out = pluggable(transport, async () => true);
  expect(await out.exchange(request)).toEqual({ kind: 'unknown', cause: 'unplugged' });
  expect(line.sent).toBe(0);
});

test('plugged in, what was answered is what is heard', async () => {
  const { line, transport } = counted();
  expect(await pluggable(transport, () => false).exchange(request)).toBe(answer);
  expect(line.sent).toBe(1);
});

test('pulled out while the answer is on its way, the answer is lost', async () => {
  const store = cacheStorage();
  const { line, transport } = counted(async () => {
    await setUnplugged(true, store);
    return answer;
  });
  const result = await pluggable(transport, () => isUnplugged(store)).exchange(request);
  expect(result).toEqual({ kind: 'unknown', cause: 'unplugged' });
  expect(line.sent).toBe(1);
});
