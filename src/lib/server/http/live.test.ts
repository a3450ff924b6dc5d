import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { Live, type Subscriber } from './live.ts';

const practice = 'practice:A81001' as Scope;
const patient = 'patient:012345678901' as Scope;
const ent = 'RX1.ENT' as ServiceId;
const eye = 'RX1.EYE' as ServiceId;
const hour = 3_600_000;

let live: Live;
beforeEach(() => {
  vi.useFakeTimers();
  live = new Live(() => Date.now());
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

function session(scope: Scope, key: string = scope, hours = 12): Subscriber['sessions'][number] {
  return { key, scope, expiresAt: Date.now() + hours * hour };
}

/** All that a stream said so far, and whether it ended. */
function listen(subscriber: Subscriber) {
  const heard = { text: '', isOver: false };
  const reader = live.open(subscriber).getReader();
  const decoder = new TextDecoder();
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      heard.text += decoder.decode(value);
    }
    heard.isOver = true;
  })();
  const pokes = () =>
    [...heard.text.matchAll(/^data: (.*)$/gm)].map(
      ([, json = '']) => JSON.parse(json) as { scopes: string[] },
    );
  return { heard, pokes, reading, cancel: () => reader.cancel() };
}

const touch = (scopes: Scope[], services: ServiceId[] = []) =>
  live.poke({ scopes: new Set(scopes), services: new Set(services) });

describe('pokes', () => {
  test('many changes within a tenth of a second are one poke, and it says only which', async () => {
    const { pokes } = listen({ sessions: [session(practice)], services: [ent] });
    touch([practice]);
    touch([practice], [ent]);
    touch([practice], [ent, eye]);
    await vi.advanceTimersByTimeAsync(100);
    expect(pokes()).toEqual([{ scopes: [practice], services: [ent] }]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(pokes()).toHaveLength(1);
  });

  test('nobody hears of a scope that is not theirs, nor of services they did not name', async () => {
    const { pokes } = listen({ sessions: [session(patient)], services: [] });
    touch([practice], [ent]);
    await vi.advanceTimersByTimeAsync(500);
    expect(pokes()).toEqual([]);
  });

  test('a client that stopped reading costs no more than what it subscribed to, and hears all of it later', async () => {
    const body = live.open({ sessions: [session(practice)], services: [ent] });
    for (let i = 0; i < 1_000; i += 1) {
      touch([practice], [ent]);
      await vi.advanceTimersByTimeAsync(100);
    }
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let pokes = 0;
    for (let i = 0; i < 17; i += 1) {
      const { value } = await reader.read();
      pokes += decoder.decode(value).startsWith('data:') ? 1 : 0;
    }
    expect(pokes).toBeGreaterThan(0);
    expect(pokes).toBeLessThan(20);
    await reader.cancel();
  });
});

describe('a stream ends', () => {
  test('with the first of its sessions', async () => {
    const { heard } = listen({ sessions: [session(practice), session(patient, 'p', 1)], services: [] });
    await vi.advanceTimersByTimeAsync(hour - 1_000);
    expect(heard.isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(heard.isOver).toBe(true);
    expect(live.count).toBe(0);
  });

  test('at sign-out, and another session’s goes on', async () => {
    const mine = listen({ sessions: [session(practice, 'mine')], services: [] });
    const other = listen({ sessions: [session(practice, 'other')], services: [] });
    live.endSession('mine');
    await vi.advanceTimersByTimeAsync(0);
    expect([mine.heard.isOver, other.heard.isOver]).toEqual([true, false]);
  });

  test('when the client goes, and nothing is kept of it', async () => {
    const { cancel } = listen({ sessions: [session(practice)], services: [ent] });
    touch([practice]);
    await cancel();
    expect(live.count).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });

  test('at shutdown, all of them', async () => {
    const streams = [1, 2, 3].map((n) => listen({ sessions: [session(practice, `${n}`)], services: [] }));
    live.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(streams.every(({ heard }) => heard.isOver)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('oldest first when one session opens too many', async () => {
    const streams = Array.from({ length: 9 }, () => listen({ sessions: [session(practice)], services: [] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(live.count).toBe(8);
    expect(streams[0]?.heard.isOver).toBe(true);
    expect(streams[8]?.heard.isOver).toBe(false);
  });
});

test('a quiet line has a heartbeat', async () => {
  const { heard } = listen({ sessions: [session(practice)], services: [] });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(heard.text).toBe(': open\n\n:\n\n:\n\n');
});
