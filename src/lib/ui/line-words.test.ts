// What the line says of itself: connected where the server was heard, and never on a hope.
import { expect, test } from 'vitest';
import { hourMs } from '#lib/domain/instant.ts';
import { monday } from '#lib/domain/testing/samples.ts';
import { isCut, lineWords, type LineState } from './line-words.ts';

const line = (part: Partial<LineState>): LineState => ({
  status: { kind: 'idle' },
  isOnline: true,
  hearing: 'heard',
  lastReplyAt: monday,
  waiting: 0,
  ...part,
});
const said = (part: Partial<LineState>) => {
  const { tone, text } = lineWords(line(part), monday + hourMs);
  return `${tone}: ${text}`;
};
const exchanging = { kind: 'exchanging' } as const;

test('heard: connected, at rest and under way', () => {
  expect(said({})).toBe('calm: Connected');
  expect(said({ status: exchanging })).toBe('calm: Connected');
});

test.each(['awaited', 'slow', 'lost'] as const)('%s: not connected, whatever was heard before', (hearing) => {
  for (const status of [{ kind: 'idle' }, exchanging, { kind: 'catchingUp' }] as const)
    expect(said({ hearing, status })).not.toContain('Connected');
});

test('in words: connecting, no answer yet, no connection', () => {
  expect(said({ hearing: 'awaited', status: exchanging })).toBe('busy: Connecting…');
  expect(said({ hearing: 'slow', status: exchanging })).toBe('off: No answer from the server yet.');
  expect(said({ hearing: 'slow', status: { kind: 'catchingUp' } })).toBe(
    'off: No answer from the server yet.',
  );
  expect(said({ hearing: 'lost', status: exchanging })).toMatch(/^off: No connection since /);
});

test('a new try is not a connection: what is asked for is saved, as while it waits for the try', () => {
  expect(isCut(line({ hearing: 'lost', status: exchanging }))).toBe(true);
  expect(isCut(line({ hearing: 'lost', status: { kind: 'waiting' } }))).toBe(true);
  expect(isCut(line({ isOnline: false }))).toBe(true);
  for (const hearing of ['awaited', 'heard', 'slow'] as const)
    expect(isCut(line({ hearing, status: exchanging }))).toBe(false);
});
