import { expect, test } from 'vitest';
import { minuteMs } from '#lib/domain/instant.ts';
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import type { Transport, TransportResult } from '#lib/sync/ports.ts';
import { LineHint } from './line-hint.ts';

// The hint never looks into what it listens to.
const request = {} as SyncRequest;
const reply = { kind: 'reply' } as TransportResult;

test('without a network nothing new is sent; with one it is; an answer from before proves nothing', async () => {
  let isOnline = true;
  let now = 0;
  let result: TransportResult = reply;
  const hint = new LineHint(
    () => isOnline,
    () => now,
  );
  const transport: Transport = hint.watch({ exchange: () => Promise.resolve(result) });
  await transport.exchange(request);
  expect(hint.isDown()).toBe(false);
  now += 1_000;
  isOnline = false;
  expect(hint.isDown()).toBe(true);
  result = { kind: 'unknown', cause: 'down' };
  await transport.exchange(request);
  expect(hint.isDown()).toBe(true);
  isOnline = true;
  expect(hint.isDown()).toBe(false);
});

test('a machine that wrongly says it has no network sends as soon as an answer has come, and goes on', async () => {
  let now = 0;
  const hint = new LineHint(
    () => false,
    () => now,
  );
  const transport = hint.watch({ exchange: () => Promise.resolve(reply) });
  expect(hint.isDown()).toBe(true);
  for (let minute = 0; minute < 10; minute += 1) {
    await transport.exchange(request);
    expect(hint.isDown()).toBe(false);
    now += minuteMs;
  }
  now += 5 * minuteMs;
  expect(hint.isDown()).toBe(true);
});
