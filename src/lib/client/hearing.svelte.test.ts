// "Connected" is said of an answer that was heard, and of nothing else.
import { beforeEach, expect, test } from 'vitest';
import { minuteMs } from '#lib/domain/instant.ts';
import { monday } from '#lib/domain/testing/samples.ts';
import { HearingWatch, slowMs } from './hearing.svelte.ts';

let now = monday;
let timers: { at: number; callback: () => void }[] = [];
let watch: HearingWatch;

/** Time goes on, and what is due in it happens. */
function pass(ms: number) {
  now += ms;
  for (const timer of timers.filter(({ at }) => at <= now)) {
    timers = timers.filter((other) => other !== timer);
    timer.callback();
  }
}

const exchanging = (lastReplyAt: number | null = null) => watch.onStatus({ kind: 'exchanging', lastReplyAt });
const idle = (lastReplyAt: number | null) => watch.onStatus({ kind: 'idle', lastReplyAt });
const failed = (lastReplyAt: number | null = null) =>
  watch.onStatus({ kind: 'waiting', cause: 'down', retryAt: now + minuteMs, lastReplyAt });

beforeEach(() => {
  now = monday;
  timers = [];
  watch = new HearingWatch({
    deviceNow: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
  });
});

test('a page that was just opened has heard nothing, and asking changes nothing of that', () => {
  expect(watch.now).toBe('awaited');
  exchanging();
  expect(watch.now).toBe('awaited');
  idle(now);
  expect(watch.now).toBe('heard');
});

test('an answer that does not come is slow after a while, lost when it failed, and lost while it is tried again', () => {
  idle(now);
  exchanging(now);
  pass(slowMs - 1);
  expect(watch.now).toBe('heard');
  pass(1);
  expect(watch.now).toBe('slow');
  failed();
  expect(watch.now).toBe('lost');
  exchanging();
  pass(2 * slowMs);
  expect(watch.now).toBe('lost');
  idle(now);
  expect(watch.now).toBe('heard');
});

test('each page of a long answer counts; the wait begins anew with it', () => {
  exchanging();
  pass(slowMs - 1);
  watch.onStatus({ kind: 'catchingUp', lastReplyAt: now });
  expect(watch.now).toBe('heard');
  pass(slowMs - 1);
  expect(watch.now).toBe('heard');
  pass(1);
  expect(watch.now).toBe('slow');
});

test('two answers within one millisecond of the server are two', () => {
  const at = now;
  exchanging();
  idle(at);
  exchanging(at);
  failed(at);
  exchanging(at);
  idle(at);
  expect(watch.now).toBe('heard');
});

test('what another page of this device hears was heard', () => {
  exchanging();
  pass(slowMs);
  watch.onReply();
  expect(watch.now).toBe('heard');
});

test('a network that comes proves nothing, and a lost line stays lost until something is heard', () => {
  exchanging();
  idle(now);
  watch.onNetwork();
  expect(watch.now).toBe('awaited');
  exchanging(now);
  failed(now);
  watch.onNetwork();
  expect(watch.now).toBe('lost');
});

test('a computer that slept for an hour has heard nothing', () => {
  exchanging();
  idle(now);
  pass(60 * minuteMs);
  exchanging(monday);
  expect(watch.now).toBe('awaited');
});

test('a closed page is told nothing any more', () => {
  exchanging();
  watch.stop();
  expect(timers).toEqual([]);
});
