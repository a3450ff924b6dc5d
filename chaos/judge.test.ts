// An oracle that cannot fail proves nothing: each lie here is one that a broken app would tell.
import { expect, test } from 'vitest';
import { aSlot, aVerdict, anAppointment, bookClaim, claimIdOf } from '#lib/domain/testing/samples.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { JournalEntry } from '../sim/lanes/lane.ts';
import { everyoneWasToldTheTruth, type Held } from './judge.ts';
import { mustSay } from './sentences.ts';

const id = claimIdOf(1);
const claim = bookClaim(1, [aSlot(1, 1), aSlot(1, 2)]);
const booked = aVerdict(id, 9, { rank: 1, appointment: anAppointment(1, aSlot(1, 1)) });
const refused = aVerdict(id, 9, { outcome: 'refused', code: 'SLOT_NOT_AVAILABLE' });
const entry = (verdict: Verdict) =>
  ({ claim: id, seq: verdict.seq, verdict, intent: claim.intent }) as JournalEntry;
const held = (verdict: Verdict | undefined, state = 'settled'): Map<string, Held> =>
  new Map([[id, { device: 'city.d1', bytes: '', verdict, state }]]);

function lawsBroken(entries: readonly JournalEntry[], devices: ReadonlyMap<string, Held>): string[] {
  const laws: string[] = [];
  everyoneWasToldTheTruth(entries, devices, { blame: (law) => laws.push(law), count: () => undefined });
  return laws;
}

test('told as it is', () => {
  expect(lawsBroken([entry(booked)], held(booked))).toEqual([]);
  expect(lawsBroken([entry(refused)], held(refused))).toEqual([]);
});

test.each([
  ['told that it is booked, and it was refused', [entry(refused)], held(booked), ['I4']],
  ['told that it is booked, and nobody decided it', [], held(booked), ['I4']],
  ['decided, and nobody was told', [entry(booked)], held(undefined, 'sent'), ['I4']],
  ['decided twice', [entry(booked), entry(refused)], held(refused), ['I3']],
  ['set aside', [], held(undefined, 'parked'), ['I9']],
] as const)('%s', (_name, entries, devices, laws) => {
  expect(lawsBroken(entries, devices)).toEqual(laws);
});

test('a screen has to say the rank, the day and the hour', () => {
  const lower = aVerdict(id, 9, { rank: 2, appointment: anAppointment(1, aSlot(1, 2)) });
  expect('Booked: confirmed 2:02pm.').toMatch(mustSay('book', booked));
  expect('Booked: confirmed 2:02pm.').not.toMatch(mustSay('book', lower));
  expect('Booked: confirmed 2:02pm.').not.toMatch(mustSay('book', refused));
  expect('Not booked: the time chosen is no longer free.').toMatch(mustSay('book', refused));
  expect('Saved on this device. Not booked yet.').not.toMatch(mustSay('book', booked));
});
