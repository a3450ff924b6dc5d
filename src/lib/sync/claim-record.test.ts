import { describe, expect, it } from 'vitest';
import type { ClaimId } from '#lib/domain/ids.ts';
import { claimIdOf, monday } from '#lib/domain/testing/samples.ts';
import { claimBodySchema, heldClaim, isShown, readClaimTag, type ClaimRecord } from './claim-record.ts';
import { markRecord, parkRecord, shelve } from './shelf.ts';
import { answer, bookDraft, booked } from './testing/replies.ts';

function saved(): ClaimRecord {
  const [record] = shelve(bookDraft(1), []).change.put;
  if (!record) throw new Error('nothing was put on the shelf');
  return record;
}
const sent = () => markRecord(saved(), monday) ?? saved();

describe('a stored claim', () => {
  it('is read as it was written, through JSON', () => {
    const { body, ...tag } = structuredClone(saved());
    expect(readClaimTag(JSON.parse(JSON.stringify(tag)))).toEqual(tag);
    expect(claimBodySchema.parse(JSON.parse(JSON.stringify(body)))).toEqual(body);
  });

  it('of a newer app is left alone; what nobody can read is told apart from it', () => {
    expect(readClaimTag({ ...saved(), v: 2, state: 'levitating' })).toBe('newer');
    for (const bad of [
      null,
      undefined,
      'x',
      {},
      { v: 1 },
      { ...saved(), id: 'x' },
      { ...saved(), v: 0 },
      { v: '2' },
    ]) {
      expect(readClaimTag(bad)).toBe('unreadable');
    }
  });

  it('says where it stands, and that it is on its way only while it is', () => {
    expect(heldClaim(saved())).toMatchObject({
      claim: bookDraft(1).claim,
      status: { state: 'waiting' },
      isCalledOff: false,
    });
    const sending = new Set<ClaimId>([claimIdOf(1)]);
    expect(heldClaim(sent(), sending)?.status).toEqual({
      state: 'sent',
      at: monday,
      attempts: 1,
      isSending: true,
    });
    expect(heldClaim(sent())?.status).toMatchObject({ isSending: false });
    const settled: ClaimRecord = {
      ...sent(),
      state: 'settled',
      askAgain: true,
      body: { ...saved().body, answer: answer(booked(1)) },
    };
    expect(heldClaim(settled)?.status).toEqual({
      state: 'settled',
      verdict: booked(1),
      before: null,
      isDoubted: true,
    });
    const parked = parkRecord(sent(), 'newer');
    expect(parked && heldClaim(parked)?.status).toEqual({ state: 'parked', reason: 'newer' });
    expect(isShown(saved()) && !isShown({ ...saved(), state: 'dismissed' })).toBe(true);
  });

  it('whose bytes this app cannot read is not shown as something else', () => {
    for (const bytes of ['{', '{}', '', JSON.stringify({ ...bookDraft(1).claim, v: 9 })]) {
      expect(heldClaim({ ...saved(), body: { ...saved().body, bytes } })).toBeUndefined();
    }
  });

  it('without its answer is not settled: nothing is made up', () => {
    expect(heldClaim({ ...sent(), state: 'settled' })).toBeUndefined();
  });
});
