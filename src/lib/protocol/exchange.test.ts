import { describe, expect, it } from 'vitest';
import {
  choicesMax,
  claimSchema,
  publishedSessionsMax,
  withdrawnSlotsMax,
  type Claim,
} from '#lib/domain/claim.ts';
import {
  aSlot,
  appointmentIdOf,
  bookClaim,
  claimOf,
  clerk,
  monday,
  receptionist,
  refOf,
  serviceIdOf,
} from '#lib/domain/testing/samples.ts';
import {
  claimCharsMax,
  claimsMax,
  packsMax,
  syncReplySchema,
  syncRequestSchema,
  type SyncRequest,
} from './exchange.ts';

const request: SyncRequest = {
  protocol: 1,
  scope: receptionist.scope,
  cursor: null,
  claims: [JSON.stringify(bookClaim(1, [aSlot(1, 0)]))],
  packs: { [serviceIdOf(1)]: null },
  seen: [],
};
const isTaken = (over: object) => syncRequestSchema.safeParse({ ...request, ...over }).success;
const packs = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`svc-${i}`, null]));

describe('a request', () => {
  it('is read strictly', () => {
    expect(isTaken({})).toBe(true);
    expect(isTaken({ extra: 1 })).toBe(false);
    expect(isTaken({ scope: 'admin:A81001' })).toBe(false);
    expect(isTaken({ cursor: '7.xyz' })).toBe(false);
    expect(isTaken({ claims: [{}] })).toBe(false);
    expect(isTaken({ packs: { '../x': null } })).toBe(false);
    expect(
      syncRequestSchema.safeParse(JSON.parse(`{"__proto__":1,${JSON.stringify(request).slice(1)}`)).success,
    ).toBe(false);
    for (const bad of [null, [], 'x', 7, {}]) expect(syncRequestSchema.safeParse(bad).success).toBe(false);
  });

  it('has edges', () => {
    const claims = (n: number) => Array.from({ length: n }, () => 'x');
    expect([isTaken({ claims: claims(claimsMax) }), isTaken({ claims: claims(claimsMax + 1) })]).toEqual([
      true,
      false,
    ]);
    expect([
      isTaken({ claims: ['x'.repeat(claimCharsMax)] }),
      isTaken({ claims: ['x'.repeat(claimCharsMax + 1)] }),
    ]).toEqual([true, false]);
    expect([isTaken({ packs: packs(packsMax) }), isTaken({ packs: packs(packsMax + 1) })]).toEqual([
      true,
      false,
    ]);
  });

  it('a claim that cannot be read does not spoil the envelope', () => {
    expect(isTaken({ claims: ['{not json', ''] })).toBe(true);
  });
});

describe('a claim', () => {
  const isRead = (claim: unknown) => claimSchema.safeParse(claim).success;
  const good = bookClaim(1, [aSlot(1, 0)]);

  it('is read strictly, since what it says is fixed for ever', () => {
    expect(isRead(good)).toBe(true);
    expect(isRead({ ...good, v: 2 })).toBe(false);
    expect(isRead({ ...good, note: 'x' })).toBe(false);
    expect(isRead({ ...good, intent: { ...good.intent, note: 'x' } })).toBe(false);
    expect(isRead({ ...good, intent: { ...good.intent, kind: 'explode' } })).toBe(false);
    expect(isRead({ ...good, intent: { ...good.intent, choices: [] } })).toBe(false);
    const eleven = Array.from({ length: choicesMax + 1 }, (_, n) => refOf(aSlot(1, n)));
    expect(isRead({ ...good, intent: { ...good.intent, choices: eleven } })).toBe(false);
  });

  it('at its largest still fits the wire', () => {
    const long = 'S'.repeat(40) as ReturnType<typeof serviceIdOf>;
    const slot = { ...refOf(aSlot(1, 0)), ordinal: 2_000_000_000, service: long };
    const reason = 'R'.repeat(80);
    const comment = '\u0001'.repeat(200);
    const largest: Claim[] = [
      claimOf(1, {
        kind: 'withdraw',
        service: long,
        slots: Array.from({ length: withdrawnSlotsMax }, () => ({ slot, appointment: appointmentIdOf(1) })),
        reason,
        comment,
      }),
      claimOf(2, {
        kind: 'publish',
        service: long,
        sessions: Array.from({ length: publishedSessionsMax }, () => ({
          start: monday,
          minutes: 240,
          count: 60,
          clinician: '\u0001'.repeat(80),
          mode: 'inPerson' as const,
        })),
      }),
      claimOf(3, {
        kind: 'move',
        appointment: appointmentIdOf(1),
        from: slot,
        choices: Array.from({ length: choicesMax }, () => slot),
        reason,
        comment,
      }),
    ];
    for (const claim of largest) {
      expect(isRead({ ...claim, author: clerk })).toBe(true);
      expect(JSON.stringify({ ...claim, author: clerk }).length).toBeLessThanOrEqual(claimCharsMax);
    }
  });
});

describe('a reply', () => {
  const reply = {
    protocol: 1,
    scope: receptionist.scope,
    now: monday,
    answers: [],
    parked: [],
    delta: { cursor: `1.${'a'.repeat(16)}`, more: false, reset: false, rows: [] },
    packs: [],
    packsMore: [],
  };

  it('of a newer server may say more than this app knows', () => {
    expect(syncReplySchema.safeParse({ ...reply, weather: 'fine' }).success).toBe(true);
  });

  it.each(['answers', 'delta', 'now', 'scope', 'parked', 'packs'])('without %s is not ours', (key) => {
    expect(syncReplySchema.safeParse({ ...reply, [key]: undefined }).success).toBe(false);
  });
});
