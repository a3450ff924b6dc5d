import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '#lib/domain/instant.ts';
import { actLate, actWhat, actWho, type Act } from './access-words.ts';

/** 9am in the UK on a winter's Monday. */
const now = Date.UTC(2026, 11, 7, 9);
const act = (part: Partial<Act> = {}): Act => ({
  kind: 'opened',
  name: 'Rita Shaw',
  role: 'receptionist',
  at: now,
  receivedAt: now,
  ...part,
});
const said = (part: Partial<Act> = {}) => `${actWho(act(part))} ${actWhat(act(part))}`;

test('who did what is a sentence', () => {
  expect(said()).toBe('Rita Shaw, Receptionist, opened the record');
  expect(said({ kind: 'codeIssued', role: 'gp' })).toBe('Rita Shaw, GP, made a new access code');
  expect(said({ kind: 'signedInForPatient', name: '', role: null })).toBe(
    'Somebody acting for the patient signed in with the access code',
  );
  expect(said({ name: '', role: null })).toBe('A person who is no longer listed opened the record');
});

test('two times are said only where they differ by much, and which way', () => {
  expect(actLate(act({ receivedAt: now + 5 * minuteMs }), now)).toBe('');
  expect(actLate(act({ at: now - dayMs, receivedAt: now }), now)).toMatch(
    /^We heard of it at 9am.*no connection/,
  );
  expect(actLate(act({ at: now + hourMs }), now)).toMatch(/clock of that device was ahead.*9am/);
});
