import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Claim, IntentKind } from '#lib/domain/claim.ts';
import type { ClaimState, HeldClaim } from '#lib/domain/project.ts';
import type { RefusalCode } from '#lib/domain/refusal.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { parkedReasonSchema } from '#lib/protocol/exchange.ts';
import { peopleWords, requestName, requestTitle, requestWords, sinceWords } from './request-words.ts';

// Else every time says "UK time" on a machine that is elsewhere.
vi.stubEnv('TZ', 'Europe/London');

const now = Date.UTC(2026, 10, 23, 14, 2);
const kinds = Object.keys(requestName) as readonly IntentKind[];

/** Only the kind is read here. */
const held = (kind: IntentKind, status: ClaimState, isCalledOff = false): HeldClaim => ({
  claim: { intent: { kind } } as unknown as Claim,
  status,
  isCalledOff,
});

const slot = { service: 'RA7.skin', ordinal: 4, start: Date.UTC(2026, 11, 2, 14, 30), print: '00000000' };
const verdict = (change: Partial<Record<keyof Verdict, unknown>> = {}): Verdict =>
  ({
    at: now,
    outcome: 'confirmed',
    code: null,
    already: false,
    rank: 1,
    appointment: { slot, status: 'booked', bookedBy: 'patient' },
    slots: [],
    ...change,
  }) as unknown as Verdict;
const settled = (answer: Verdict, isDoubted = false): ClaimState => ({
  state: 'settled',
  verdict: answer,
  before: null,
  isDoubted,
});

describe('the heading of a request', () => {
  test('names what is asked until it is answered, and then says the answer; in doubt, what was asked', () => {
    expect(requestTitle(held('book', { state: 'waiting' }))).toBe('Booking request');
    expect(requestTitle(held('book', settled(verdict())))).toBe('Booked');
    expect(requestTitle(held('book', settled(verdict(), true)))).toBe('Booking request');
    const no = verdict({ outcome: 'refused', code: 'SLOT_NOT_AVAILABLE', appointment: null });
    expect(requestTitle(held('move', settled(no)))).toBe('Not moved');
    for (const kind of kinds) expect(requestTitle(held(kind, settled(verdict())))).not.toBe('');
  });
});

describe('an answer that is read later', () => {
  const given = { id: 'a1', slot, mode: 'inPerson', status: 'booked' };
  const answer = verdict({ appointment: given });
  const nowIs = (change: object) => [{ ...given, ...change }] as unknown as readonly Appointment[];

  test('says nothing more while it is so', () => {
    expect(sinceWords(answer, nowIs({}))).toBe('');
    expect(sinceWords(answer, nowIs({ status: 'fulfilled' }))).toBe('');
    expect(sinceWords(answer, [])).toBe('');
    expect(
      sinceWords(verdict({ outcome: 'refused', appointment: given }), nowIs({ status: 'cancelled' })),
    ).toBe('');
  });

  test('says what became of what it gave', () => {
    const cancelled = { at: now, by: 'clinic', reason: 'CLINIC_CANCELLED' };
    expect(sinceWords(answer, nowIs({ status: 'cancelled', cancelled }))).toBe(
      'The appointment on Wednesday 2 December 2026, 2:30pm was cancelled by the hospital.',
    );
    const later = { ...slot, ordinal: 5, start: slot.start + 3_600_000 };
    expect(sinceWords(answer, nowIs({ slot: later }))).toBe(
      'The appointment was moved from Wednesday 2 December 2026, 2:30pm to Wednesday 2 December 2026, 3:30pm.',
    );
  });
});

describe('a request in words', () => {
  test('one that was set aside says why in words, whatever the reason, and never that nothing was done', () => {
    for (const reason of [...parkedReasonSchema.options, 'refusedByServer']) {
      const { status, detail } = requestWords(held('book', { state: 'parked', reason }), now, 'staff');
      expect(status).toContain('could not be dealt with');
      expect(`${status} ${detail}`).not.toMatch(/not booked/i);
      expect(detail).not.toContain('The server’s reason');
      expect(detail).toContain('An earlier try may have arrived');
    }
  });

  test('law 3: without an answer nothing is ever called booked, moved, cancelled or closed', () => {
    const waiting = fc.oneof<fc.Arbitrary<ClaimState>[]>(
      fc.constant({ state: 'waiting' }),
      fc.record({
        state: fc.constant('sent' as const),
        at: fc.integer({ min: 0, max: now }),
        attempts: fc.nat(9),
        isSending: fc.boolean(),
      }),
      fc.record({ state: fc.constant('parked' as const), reason: fc.string() }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), waiting, fc.boolean(), (kind, status, isCalledOff) => {
        const { tone, status: words } = requestWords(held(kind, status, isCalledOff), now, 'staff');
        expect(tone).not.toBe('good');
        expect(words).not.toMatch(/^(Booked|Moved|Cancelled|Already|Referral closed|Your first|The first)/);
        expect(words).not.toMatch(/confirmed/i);
      }),
    );
  });

  test('saved offline: not booked yet, and what to say to the patient', () => {
    expect(requestWords(held('book', { state: 'waiting' }), now, 'staff')).toEqual({
      tone: 'saved',
      status: 'Saved on this device. Not booked yet.',
      detail: '',
      say: 'Your request is saved. It is not booked yet. We will phone you.',
    });
    expect(requestWords(held('book', { state: 'waiting' }), now, 'patient').say).toBe('');
  });

  test('a second try means that nobody knows whether the first arrived', () => {
    const sent = { state: 'sent', at: now, attempts: 1, isSending: true } as const;
    expect(requestWords(held('book', sent), now, 'staff').status).toBe('Sending…');
    const again = { ...sent, attempts: 2 };
    expect(requestWords(held('book', again), now, 'staff').status).toContain('We don’t know yet');
    expect(requestWords(held('book', { ...sent, isSending: false }), now, 'staff').tone).toBe('unknown');
  });

  test('booked says when it was confirmed, and a lower choice says so', () => {
    expect(requestWords(held('book', settled(verdict())), now, 'staff').status).toBe(
      'Booked: confirmed 2:02pm.',
    );
    expect(requestWords(held('book', settled(verdict({ rank: 2 }))), now, 'patient').status).toBe(
      'Your first choice was taken. Booked your second: Wednesday 2 December 2026, 2:30pm. Confirmed 2:02pm.',
    );
  });

  test('an answer that is being asked again is not told as one', () => {
    expect(requestWords(held('book', settled(verdict(), true)), now, 'staff').tone).toBe('unknown');
  });

  test('every refusal of every kind is one whole sentence that begins with what was not done', () => {
    const codes: readonly RefusalCode[] = [
      'NO_RELATIONSHIP',
      'INVALID_REQUEST_STATE',
      'ALREADY_BOOKED',
      'SLOTS_CURRENTLY_AVAILABLE',
      'INAPPROPRIATE_SLOT',
      'INAPPROPRIATE_VALUE',
      'SLOT_NOT_AVAILABLE',
      'EXPIRED_CLAIM',
      'STALE_APPOINTMENT',
    ];
    for (const kind of kinds) {
      for (const code of codes) {
        const words = requestWords(held(kind, settled(verdict({ outcome: 'refused', code }))), now, 'staff');
        expect(words.tone).toBe('bad');
        expect(words.status).toMatch(/^[A-Z][^_]+: .+[^.]\.$/);
        expect(words.status).toMatch(/not/i);
      }
    }
    const booked = verdict({ outcome: 'refused', code: 'ALREADY_BOOKED' });
    expect(requestWords(held('book', settled(booked)), now, 'staff').status).toBe(
      'Not booked: the patient already has an appointment on Wednesday 2 December 2026, 2:30pm, booked by the patient.',
    );
  });
});

test('who asked, and who sent it where that was a colleague; nothing where nobody knows', () => {
  const one = { ...held('book', { state: 'waiting' }), claim: { madeAt: now } as unknown as Claim };
  expect(peopleWords(one, now)).toBe('');
  expect(peopleWords({ ...one, askedBy: 'Rita Rao' }, now)).toBe('Asked by Rita Rao, 2:02pm.');
  expect(peopleWords({ ...one, askedBy: 'Rita Rao', sentBy: 'Rita Rao' }, now)).toBe(
    'Asked by Rita Rao, 2:02pm.',
  );
  expect(peopleWords({ ...one, askedBy: 'Rita Rao', sentBy: 'Raj Patel' }, now)).toBe(
    'Asked by Rita Rao, 2:02pm. Sent by Raj Patel.',
  );
});
