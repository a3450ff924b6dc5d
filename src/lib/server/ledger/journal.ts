/**
 * The journal: every settled claim, in order, each entry's hash over the one before. It is dedupe, audit and replay in one.
 * Free text is not in it, and patients' text only by digest, so that it can be erased and the chain still holds.
 */
import { hash } from 'node:crypto';
import type { Claim, Intent } from '#lib/domain/claim.ts';
import type { Effect } from '#lib/domain/decision.ts';
import type { ClaimId, OdsCode, PersonId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Author } from '#lib/domain/person.ts';
import type { ReferralStatus } from '#lib/domain/referral.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { Tables } from './schema.ts';

/** What the first entry comes after. */
export const genesisHash = '0'.repeat(64);

export type Entry = Tables['journal'];

/** What the journal keeps of a load: which rows, and the digest of each as it was brought in. */
export interface LoadEffect {
  readonly effect: 'load';
  readonly organisations: readonly (readonly [OdsCode, string])[];
  readonly people: readonly (readonly [PersonId, string])[];
  readonly services: readonly (readonly [ServiceId, string])[];
  readonly patients: readonly (readonly [string, string])[];
  /** The status is the one that stands after the load: the referral's own if it was here before. */
  readonly referrals: readonly (readonly [Ubrn, string, ReferralStatus])[];
  /** Standing notices of referrals that went to another practice, which is to see to them now. Left out where there are none. */
  readonly notices?: readonly Notice[];
}

export interface Place {
  readonly seq: number;
  readonly hash: string;
}

/** "seq.hash": opaque to a device, and of no other history than this one. */
export const cursorOf = ({ seq, hash }: Place) => `${seq}.${hash.slice(0, 16)}`;

/**
 * Of a page that is not the last: where it ends, and the head under which its rows were read. They are as of that head, so a
 * ledger that was put back to a time between the two is another history for whoever holds them. In the form of every cursor:
 * "seq." and how far ahead the head was, then the digest of both.
 */
export function pageCursorOf(end: Place, head: Place): string {
  const ahead = (head.seq - end.seq).toString(16).padStart(8, '0');
  return `${end.seq}.${ahead}${digestOf(`${end.hash}\n${head.hash}`).slice(0, 8)}`;
}

/** Where the head was, if it is a page's. */
export const headSeqOf = (cursor: string) =>
  seqOf(cursor) + Number.parseInt(cursor.slice(cursor.indexOf('.') + 1).slice(0, 8), 16);

/** The place that a cursor claims to be. Parsed at the door (`cursorSchema`), so there is one. */
export const seqOf = (cursor: string) => Number(cursor.slice(0, cursor.indexOf('.')));

export const digestOf = (text: string) => hash('sha256', text);

export function claimEntry(
  before: Place,
  claim: Claim,
  digest: string,
  sender: Author,
  verdict: Verdict,
  effects: readonly Effect[],
): Entry {
  return sealed(before, {
    seq: verdict.seq,
    claim_id: claim.id,
    digest,
    at: verdict.at,
    kind: claim.intent.kind,
    scope: claim.author.scope,
    author_person: claim.author.person,
    author_role: claim.author.role,
    sender_person: sender.person,
    sender_role: sender.role,
    intent: JSON.stringify(withoutComment(claim.intent)),
    expires_at: claim.expiresAt ?? null,
    verdict: JSON.stringify(verdict),
    effects: JSON.stringify(effects),
  });
}

export function loadEntry(
  before: Place,
  id: ClaimId,
  digest: string,
  at: Instant,
  effect: LoadEffect,
): Entry {
  return sealed(before, {
    seq: before.seq + 1,
    claim_id: id,
    digest,
    at,
    kind: 'load',
    scope: 'system',
    author_person: 'system',
    author_role: 'system',
    sender_person: 'system',
    sender_role: 'system',
    intent: '{}',
    expires_at: null,
    verdict: '{}',
    effects: JSON.stringify([effect]),
  });
}

function sealed(before: Place, entry: Omit<Entry, 'prev' | 'hash'>): Entry {
  return { ...entry, prev: before.hash, hash: entryHash(before.hash, entry) };
}

/** Over every column in a fixed order, a line each: none has a line break in it, so no two entries can be written the same. */
export function entryHash(prev: string, entry: Omit<Entry, 'prev' | 'hash'>): string {
  return digestOf(
    [
      prev,
      entry.seq,
      entry.claim_id,
      entry.digest,
      entry.at,
      entry.kind,
      entry.scope,
      entry.author_person,
      entry.author_role,
      entry.sender_person,
      entry.sender_role,
      entry.intent,
      entry.expires_at ?? '',
      entry.verdict,
      entry.effects,
    ].join('\n'),
  );
}

export function withoutComment(intent: Intent): Intent {
  if (!('comment' in intent)) return intent;
  const { comment: _, ...rest } = intent;
  return rest;
}

export function commentOf(intent: Intent): string | undefined {
  return 'comment' in intent ? intent.comment : undefined;
}
