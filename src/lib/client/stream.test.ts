import { afterEach, expect, test, vi } from 'vitest';
import { LiveStream, type Poke } from './stream.ts';

class FakeSource {
  static readonly opened: FakeSource[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSource.opened.push(this);
  }

  close(): void {
    this.readyState = 2;
  }
}

/** The first to ask holds it for good, as long as tabs live. */
function oneLock(): LockManager {
  let isHeld = false;
  return {
    request(_name: string, callback: () => unknown) {
      if (isHeld) return new Promise(() => undefined);
      isHeld = true;
      return Promise.resolve(callback());
    },
  } as unknown as LockManager;
}

const channels = new Map<string, Set<FakeChannel>>();

/** Like the browser's, but heard at once. */
class FakeChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #all: Set<FakeChannel>;

  constructor(name: string) {
    this.#all = channels.get(name) ?? new Set();
    channels.set(name, this.#all.add(this));
  }

  postMessage(data: unknown): void {
    for (const other of this.#all) if (other !== this) other.onmessage?.({ data: structuredClone(data) });
  }
}

function tab(name: string, locks: LockManager, isCut = () => false) {
  const pokes: Poke[] = [];
  const ports = {
    isCut,
    locks,
    openChannel: (channel: string) => new FakeChannel(channel) as unknown as BroadcastChannel,
    openSource: (url: string) => new FakeSource(url) as unknown as EventSource,
    fraction: () => 0.5,
    tab: name,
  };
  return { stream: new LiveStream(ports, (poke) => pokes.push(poke)), pokes };
}

afterEach(() => {
  vi.useRealTimers();
  FakeSource.opened.length = 0;
  channels.clear();
});

test('two tabs, one stream for what both want; each poke is dealt with once', async () => {
  vi.useFakeTimers();
  const locks = oneLock();
  const one = tab('1', locks);
  const two = tab('2', locks);
  one.stream.want({ scopes: ['practice:A81001'], services: ['svc-1'] });
  two.stream.want({ scopes: ['clinic:RGT01'], services: ['svc-2', 'svc-1'] });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSource.opened.map(({ url }) => decodeURIComponent(url))).toEqual([
    '/api/live?scopes=clinic:RGT01,practice:A81001&services=svc-1,svc-2',
  ]);
  const hear = (poke: Poke) => FakeSource.opened[0]?.onmessage?.({ data: JSON.stringify(poke) });
  hear({ scopes: ['clinic:RGT01'], services: ['svc-1'] });
  FakeSource.opened[0]?.onmessage?.({ data: 'not ours' });
  // The listener deals with what is its own as well; the other need not ask for it again.
  expect(one.pokes).toEqual([{ scopes: ['clinic:RGT01'], services: ['svc-1'] }]);
  expect(two.pokes).toEqual([{ scopes: ['clinic:RGT01'], services: [] }]);
  hear({ scopes: ['practice:A81001'], services: [] });
  expect([one.pokes.length, two.pokes.length]).toEqual([2, 1]);
});

test('a stream that breaks is opened again, later each time, and at once when the line is back', async () => {
  vi.useFakeTimers();
  const { stream } = tab('1', oneLock());
  stream.want({ scopes: ['practice:A81001'], services: [] });
  await vi.advanceTimersByTimeAsync(500);
  const broken = () => FakeSource.opened.at(-1)?.onerror?.();
  broken();
  await vi.advanceTimersByTimeAsync(900);
  expect(FakeSource.opened).toHaveLength(2);
  broken();
  await vi.advanceTimersByTimeAsync(900);
  expect(FakeSource.opened).toHaveLength(2);
  stream.hurry();
  await vi.advanceTimersByTimeAsync(1);
  expect(FakeSource.opened).toHaveLength(3);
});

test('with the plug pulled out the stream ends and none is opened, until it is put in again', async () => {
  vi.useFakeTimers();
  let isOut = false;
  const { stream } = tab('1', oneLock(), () => isOut);
  stream.want({ scopes: ['practice:A81001'], services: [] });
  await vi.advanceTimersByTimeAsync(500);
  isOut = true;
  stream.cut();
  expect(FakeSource.opened.map(({ readyState }) => readyState)).toEqual([2]);
  stream.want({ scopes: ['practice:A81001'], services: ['svc-1'] });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(FakeSource.opened).toHaveLength(1);
  isOut = false;
  stream.hurry();
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSource.opened.map(({ readyState }) => readyState)).toEqual([2, 1]);
});

test('wanting nothing any more closes the stream', async () => {
  vi.useFakeTimers();
  const { stream } = tab('1', oneLock());
  stream.want({ scopes: ['practice:A81001'], services: [] });
  await vi.advanceTimersByTimeAsync(500);
  stream.want({ scopes: [], services: [] });
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSource.opened.map(({ readyState }) => readyState)).toEqual([2]);
});

test('a stream that opens, first or again, sends all desks to look: what moved between two is not told again', async () => {
  vi.useFakeTimers();
  const locks = oneLock();
  const one = tab('1', locks);
  const two = tab('2', locks);
  one.stream.want({ scopes: ['practice:A81001'], services: ['svc-1'] });
  two.stream.want({ scopes: ['clinic:RGT01'], services: [] });
  await vi.advanceTimersByTimeAsync(500);
  FakeSource.opened[0]?.onopen?.();
  expect(one.pokes).toEqual([{ scopes: ['practice:A81001', 'clinic:RGT01'], services: [] }]);
  expect(two.pokes).toEqual([{ scopes: ['clinic:RGT01'], services: [] }]);
  one.stream.want({ scopes: ['practice:A81001'], services: ['svc-1', 'svc-2'] });
  await vi.advanceTimersByTimeAsync(500);
  FakeSource.opened[1]?.onopen?.();
  expect([one.pokes.length, two.pokes.length]).toEqual([2, 2]);
});
