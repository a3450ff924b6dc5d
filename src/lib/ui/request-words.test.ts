import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Claim, IntentKind } from '#lib/domain/claim.ts';
import type { ClaimState, HeldClaim, ReferralView } from '#lib/domain/project.ts';
import type { RefusalCode } from '#lib/domain/refusal.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { parkedReasonSchema } from '#lib/protocol/exchange.ts';
import { answerTitle, peopleWords, requestName, requestWords, sinceWords } from './request-words.ts';

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

describe('the answer in a word', () => {
  test('is there once it is answered, and not in doubt', () => {
    const no = verdict({ outcome: 'refused', code: 'SLOT_NOT_AVAILABLE', appointment: null });
    expect(answerTitle(held('book', settled(verdict())))).toBe('Booked');
    expect(answerTitle(held('move', settled(no)))).toBe('Not moved');
    expect(answerTitle(held('book', settled(verdict(), true)))).toBeUndefined();
    // Each that has a page of its own.
    for (const kind of [
      'book',
      'move',
      'cancel',
      'defer',
      'close',
      'shortlist',
      'setAside',
      'arrange',
    ] as const) {
      const [yes, refused] = [verdict(), no].map((answer) => answerTitle(held(kind, settled(answer))));
      expect(yes).toMatch(/^[A-Z]/);
      expect(refused).toMatch(/\bnot\b/i);
    }
  });

  test('law 3: without an answer there is none', () => {
    for (const kind of kinds) {
      for (const status of [
        { state: 'waiting' },
        { state: 'sent', at: now, attempts: 2, isSending: false },
        { state: 'parked', reason: 'failed' },
      ] as const)
        expect(answerTitle(held(kind, status))).toBeUndefined();
    }
  });
});

describe('an answer that is read later', () => {
  const given = { id: 'a1', slot, mode: 'inPerson', status: 'booked', bookedAt: now };
  const answer = verdict({ appointment: given });
  const view = (change: object | undefined, appointment?: object) =>
    ({
      history: change ? [{ ...given, ...change }] : [],
      appointment: appointment && { ...given, ...appointment },
    }) as unknown as Pick<ReferralView, 'history' | 'appointment'>;
  const cancelled = { status: 'cancelled', cancelled: { at: now, by: 'clinic', reason: 'CLINIC_CANCELLED' } };
  const later = { slot: { ...slot, ordinal: 5, start: slot.start + 3_600_000 } };

  test('says nothing more while it is so, nor of what it did not give', () => {
    const booked = held('book', settled(answer));
    for (const same of [{}, { status: 'arrived' }, { status: 'fulfilled' }, undefined])
      expect(sinceWords(booked, view(same))).toBe('');
    // There and back.
    expect(sinceWords(booked, view({ moved: { at: now, by: 'clinic', from: later.slot } }))).toBe('');
    const no = verdict({ outcome: 'refused', appointment: given });
    expect(sinceWords(held('book', settled(no)), view(cancelled))).toBe('');
    // The referral was changed, and still is, whatever became of its appointment.
    expect(sinceWords(held('shortlist', settled(answer)), view(later))).toBe('');
    expect(sinceWords(held('cancel', settled(answer)), view(cancelled))).toBe('');
  });

  test('an answer in doubt, or another than before, speaks for itself', () => {
    expect(sinceWords(held('move', settled(answer, true)), view(later))).toBe('');
    const before = { ...settled(answer), before: verdict() } as ClaimState;
    expect(sinceWords(held('move', before), view(later))).toBe('');
  });

  test('says what became of what it gave', () => {
    const since = (kind: IntentKind, now: Parameters<typeof sinceWords>[1]) =>
      sinceWords(held(kind, settled(answer)), now);
    const time = 'Wednesday 2 December 2026, 2:30pm';
    expect(since('book', view(cancelled))).toBe(`The appointment on ${time} was cancelled by the hospital.`);
    expect(since('move', view(later))).toBe(
      `It was moved since, from ${time} to Wednesday 2 December 2026, 3:30pm.`,
    );
    expect(since('book', view({ status: 'noshow' }))).toBe(`The patient did not come on ${time}.`);
    const again = { bookedAt: now + 1 };
    for (const kind of ['cancel', 'defer'] as const)
      expect(since(kind, view(undefined, again))).toBe(`It was booked since, for ${time}.`);
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
