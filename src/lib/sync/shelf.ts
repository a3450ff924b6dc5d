/**
 * The shelf: where a device's claims lie, and the rules by which they come and go. Pure functions on records, so that
 * every store keeps the same rules and only persists. What must stay true:
 *
 *   - bytes never change; a claim goes only by its author's hand before it was marked sent, or 90 days after its verdict;
 *   - at most one open claim a referral; a booking that was sent can only be called off;
 *   - a verdict is never thrown away, and one that contradicts another is asked about, never silently believed.
 */
import { canCallOff, claimAfterCallOff, type CallOff } from '#lib/domain/call-off.ts';
import { claimSchema, type Claim } from '#lib/domain/claim.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import { dayMs, type Instant } from '#lib/domain/instant.ts';
import { isOfDevice, reportAfter } from '#lib/domain/report.ts';
import { isSameTime } from '#lib/domain/slot.ts';
import type { Truth } from '#lib/domain/truth.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { claimCharsMax, type AccessEvent, type Answer, type SyncReply } from '#lib/protocol/exchange.ts';
import {
  heldClaim,
  recordVersion,
  type ClaimBody,
  type ClaimLabel,
  type ClaimRecord,
  type ClaimTag,
} from './claim-record.ts';
import type { LocalStore, OutgoingClaim, Sent } from './ports.ts';

/** As long as a restored ledger may have to be told again what it once settled. */
export const settledKeptMs = 90 * dayMs;

/** Access events kept while the line is down: a busy practice's month. Beyond it the oldest go. */
export const seenKeptMax = 10_000;

/** What a desk needs of its store besides the post office's part. */
export interface Shelf extends LocalStore {
  add(draft: ClaimDraft): Promise<Added>;
  /** Only before it was marked sent; false when it had been, or is not here. */
  takeBack(id: ClaimId): Promise<boolean>;
  callOff(id: ClaimId, callOff: CallOff): Promise<CalledOff>;
  /** A person has seen an answer that changed, or a claim that got none. */
  dismiss(id: ClaimId): Promise<void>;
  /** When a new version of the app starts: what an older one could not get settled is tried again. */
  unpark(): Promise<void>;
  recordOpened(event: AccessEvent): Promise<void>;
  /** Every record of a version that this code knows, in order of making. */
  claims(): Promise<readonly ClaimRecord[]>;
  truth(): Promise<Truth>;
}

export interface ClaimDraft {
  readonly claim: Claim;
  /** Null exactly where `isOneAReferral` is false. */
  readonly referralKey: string | null;
  readonly pressing: boolean;
  readonly label: ClaimLabel;
}

export type Added =
  | { readonly kind: 'saved'; readonly id: ClaimId; readonly replaced: readonly ClaimId[] }
  | { readonly kind: 'inTheWay'; readonly id: ClaimId };

/** `tooLate`: it has its verdict, or is of a kind that cannot be called off; ask anew. */
export type CalledOff = 'calledOff' | 'takenBack' | 'tooLate';

/** What a store writes, in one transaction. */
export interface ShelfChange {
  readonly put: readonly ClaimRecord[];
  readonly remove: readonly ClaimId[];
}

export const isOpenRecord = ({ state }: ClaimRecord) => state === 'waiting' || state === 'sent';

export const nextOrder = (records: Iterable<ClaimRecord>) => {
  let last = 0;
  for (const { order } of records) last = Math.max(last, order);
  return last + 1;
};

/** Puts a new claim on the shelf, in the place of an unsent one for the same referral. */
export function shelve(
  draft: ClaimDraft,
  records: readonly ClaimRecord[],
): { readonly added: Added; readonly change: ShelfChange } {
  const same = draft.referralKey === null ? [] : records.filter((r) => r.referralKey === draft.referralKey);
  // A cancellation that follows a call-off was promised to somebody: a later wish must not make it vanish.
  const blocking = same.find((r) => r.state === 'sent' || (r.state === 'waiting' && r.follows !== null));
  if (blocking) return { added: { kind: 'inTheWay', id: blocking.id }, change: { put: [], remove: [] } };
  const remove = same.filter((r) => r.state === 'waiting').map(({ id }) => id);
  // One that got no verdict must not come back with a new app, behind the wish that replaced it.
  const dismissed = same.filter((r) => r.state === 'parked').map(dismissParked);
  const record = newRecord(draft, nextOrder(records), null);
  return {
    added: { kind: 'saved', id: record.id, replaced: remove },
    change: { put: [...dismissed, record], remove },
  };
}

/** Made just now. One that follows may have been made before: it is never written over one that is there. */
export const isNew = ({ revision }: ClaimTag) => revision === 1;

function newRecord(draft: ClaimDraft, order: number, follows: ClaimId | null): ClaimRecord {
  const { claim, referralKey, pressing, label } = draft;
  const bytes = JSON.stringify(claimSchema.parse(claim));
  if (bytes.length > claimCharsMax) throw new Error('shelf: a claim is longer than the wire takes');
  return {
    v: recordVersion,
    id: claim.id,
    kind: claim.intent.kind,
    referralKey,
    pressing,
    madeAt: claim.madeAt,
    order,
    state: 'waiting',
    sentAt: null,
    attempts: 0,
    endedAt: null,
    parkedReason: null,
    askAgain: false,
    follows,
    revision: 1,
    body: { bytes, label, callOff: null, answer: null, before: null },
  };
}

/**
 * What goes out next: open ones, pressing first, then in order of making; behind them what is to be asked again, but before
 * an open claim whatever is asked again of its referral: a restored ledger must hear of the booking before the move.
 */
export function outgoingClaims(records: Iterable<ClaimRecord>, max: number): readonly OutgoingClaim[] {
  const going = [...records].filter(goesOut);
  const inUse = new Set(going.filter(isOpenRecord).map(({ referralKey }) => referralKey));
  const isUpFront = (record: ClaimRecord) =>
    isOpenRecord(record) || (record.referralKey !== null && inUse.has(record.referralKey));
  return going
    .sort(
      (a, b) =>
        Number(isUpFront(b)) - Number(isUpFront(a)) ||
        Number(b.pressing) - Number(a.pressing) ||
        a.order - b.order,
    )
    .slice(0, max)
    .map(({ id, body }) => ({ id, bytes: body.bytes }));
}

const goesOut = (record: ClaimRecord) =>
  isOpenRecord(record) || (record.state === 'settled' && record.askAgain);

/** Marked before its first byte leaves; undefined when it is no longer there to be sent. */
/** `by`: who is signed in, by name. */
export function markRecord(record: ClaimRecord, at: Instant, by?: string): ClaimRecord | undefined {
  if (!goesOut(record)) return undefined;
  const attempts = record.attempts + 1;
  if (record.state !== 'waiting') return changed(record, { attempts });
  const sent = changed(record, { attempts, state: 'sent', sentAt: at });
  return by === undefined ? sent : { ...sent, body: { ...sent.body, sentBy: by } };
}

/**
 * What a reply does to the shelf. `isCurrent`: the cursor that the request carried is still the stored one; a reply that
 * comes late, from a tab that was frozen, may be of a history that the ledger has lost. `isOfTruth`: its delta is written with
 * it. Truth that stays behind would not notice a restore to the time between, so what was told beyond it is asked once more.
 */
export function afterReply(
  records: readonly ClaimRecord[],
  reply: Pick<SyncReply, 'answers' | 'now' | 'delta'>,
  isCurrent: boolean,
  isOfTruth = isCurrent,
): ShelfChange {
  const shelf = new Map(records.map((record) => [record.id, record]));
  const put = new Map<ClaimId, ClaimRecord>();
  const write = (record: ClaimRecord) => {
    shelf.set(record.id, record);
    put.set(record.id, record);
  };
  if (reply.delta.reset && isCurrent) {
    for (const record of records) {
      if (record.state === 'settled' && !record.askAgain) write(changed(record, { askAgain: true }));
    }
  }
  for (const answer of reply.answers) {
    const record = shelf.get(answer.verdict.claim);
    const after = record && settleRecord(record, answer, reply.now, isCurrent, isOfTruth);
    if (!after) continue;
    write(after);
    const followUp = hasFollowed(record)
      ? undefined
      : followUpOf(after, answer.verdict, nextOrder(shelf.values()));
    if (followUp && !shelf.has(followUp.id)) write(followUp);
    const report = reportOf(record, after, nextOrder(shelf.values()));
    if (report && !shelf.has(report.id)) write(report);
  }
  const remove = [...shelf.values()].filter((record) => isSpent(record, reply.now)).map(({ id }) => id);
  for (const id of remove) put.delete(id);
  return { put: [...put.values()], remove };
}

/** Undefined where the answer changes nothing, or is to a claim that was never sent. */
function settleRecord(
  record: ClaimRecord,
  answer: Answer,
  now: Instant,
  isCurrent: boolean,
  isOfTruth: boolean,
): ClaimRecord | undefined {
  if (record.state === 'waiting') return undefined;
  const told = record.body.answer?.verdict;
  const isNews = told !== undefined && !isSameNews(told, answer.verdict);
  if (isNews && !isCurrent) {
    // One that a person has dismissed, or that waits for a new app, is asked about by nobody until then.
    const isAskable = record.state === 'settled' && !record.askAgain;
    return isAskable ? changed(record, { askAgain: true }) : undefined;
  }
  if (record.state === 'settled' && !isNews && (!record.askAgain || !isOfTruth)) return undefined;
  const before = isNews ? (record.body.before ?? told) : record.body.before;
  return {
    ...changed(record, { state: 'settled', parkedReason: null, endedAt: now, askAgain: !isOfTruth }),
    body: {
      ...record.body,
      answer,
      // Told one thing, then another, then the first again: nothing has changed for anybody.
      before: before && isSameNews(before, answer.verdict) ? null : before,
    },
  };
}

/** Would a person hear the same? Places in the journal and times of recording differ after a restore; they are not news. */
export function isSameNews(a: Verdict, b: Verdict): boolean {
  if (a.outcome !== b.outcome || a.code !== b.code) return false;
  if (a.outcome === 'refused') return true;
  const [one, other] = [a.appointment, b.appointment];
  if (!one || !other) return one === other;
  return one.status === other.status && isSameTime(one.slot, other.slot);
}

function followUpOf(record: ClaimRecord, verdict: Verdict, order: number): ClaimRecord | undefined {
  const { callOff, label } = record.body;
  const booking = callOff && heldClaim(record)?.claim;
  const claim = booking && claimAfterCallOff(booking, callOff, verdict);
  if (!claim) return undefined;
  const { referralKey, pressing } = record;
  return newRecord({ claim, referralKey, pressing, label }, order, record.id);
}

/** A person here was told of an appointment, and now hears something else: others may believe the first as well. */
function reportOf(before: ClaimRecord, after: ClaimRecord, order: number): ClaimRecord | undefined {
  const told = before.body.answer?.verdict;
  const now = after.body.answer?.verdict;
  const isNews = told !== undefined && now !== undefined && !isSameNews(told, now);
  const claim = isNews ? heldClaim(after)?.claim : undefined;
  const report = claim && told && now && reportAfter(claim, told, before.endedAt ?? before.madeAt, now);
  if (!report) return undefined;
  const { pressing, body } = after;
  return newRecord({ claim: report, referralKey: null, pressing, label: body.label }, order, after.id);
}

/** What followed an earlier answer may have been taken back since; an answer that booked nothing had nothing follow it. */
const hasFollowed = (record: ClaimRecord) =>
  record.body.answer !== null && followUpOf(record, record.body.answer.verdict, 0) !== undefined;

function isSpent(record: ClaimRecord, now: Instant): boolean {
  const hasEnded = record.state === 'settled' || record.state === 'dismissed';
  const isUnseen = record.body.before !== null || record.askAgain;
  return hasEnded && !isUnseen && (record.endedAt ?? record.madeAt) < now - settledKeptMs;
}

/** Undefined when it is not on its way: a claim that was never sent cannot have been refused. */
export function parkRecord(record: ClaimRecord, reason: string): ClaimRecord | undefined {
  if (record.state === 'waiting' || !goesOut(record)) return undefined;
  return changed(record, { state: 'parked', parkedReason: reason, askAgain: false });
}

/** One that was told an answer before is asked about again, and is no open claim meanwhile. */
export function unparkRecord(record: ClaimRecord): ClaimRecord | undefined {
  if (record.state !== 'parked') return undefined;
  const hasAnswer = record.body.answer !== null;
  return changed(record, {
    state: hasAnswer ? 'settled' : 'sent',
    askAgain: hasAnswer,
    parkedReason: null,
  });
}

/** What a device owes to others is no person's to take back. */
const mayTakeBack = ({ state, kind }: ClaimRecord) => state === 'waiting' && !isOfDevice(kind);

const nothing: ShelfChange = { put: [], remove: [] };

/**
 * Gone. Where it is the cancellation that follows a call-off, the booking that it follows (`followed`) is called off no more: no
 * later answer may make anew, under the same id, what its author took back.
 */
export function takeBackRecord(
  record: ClaimRecord | undefined,
  followed: ClaimRecord | undefined,
): { readonly isTaken: boolean; readonly change: ShelfChange } {
  if (!record || !mayTakeBack(record)) return { isTaken: false, change: nothing };
  const isOfCallOff = followed?.body.callOff?.id === record.id;
  const put = followed && isOfCallOff ? [withBody(followed, { callOff: null })] : [];
  return { isTaken: true, change: { put, remove: [record.id] } };
}

export function callOffRecord(
  record: ClaimRecord,
  callOff: CallOff,
  followed: ClaimRecord | undefined,
): { readonly outcome: CalledOff; readonly change: ShelfChange } {
  switch (record.state) {
    case 'waiting': {
      const { isTaken, change } = takeBackRecord(record, followed);
      return { outcome: isTaken ? 'takenBack' : 'tooLate', change };
    }
    case 'parked':
      // It goes out no more, but an answer to an earlier attempt may yet come, and then the cancellation must follow.
      return {
        outcome: 'takenBack',
        change: { put: [withBody(dismissParked(record), { callOff })], remove: [] },
      };
    case 'settled':
    case 'dismissed':
      return { outcome: 'tooLate', change: nothing };
    case 'sent': {
      if (record.body.callOff) return { outcome: 'calledOff', change: nothing };
      const held = heldClaim(record);
      if (!held || !canCallOff(held.claim)) return { outcome: 'tooLate', change: nothing };
      return { outcome: 'calledOff', change: { put: [withBody(record, { callOff })], remove: [] } };
    }
  }
}

export function dismissRecord(record: ClaimRecord): ClaimRecord | undefined {
  if (record.state === 'parked') return dismissParked(record);
  if (record.state !== 'settled' || !record.body.before) return undefined;
  return withBody(record, { before: null });
}

const dismissParked = (record: ClaimRecord) => changed(record, { state: 'dismissed' });

function changed(record: ClaimRecord, patch: Partial<Omit<ClaimRecord, 'body' | 'revision'>>): ClaimRecord {
  return { ...record, ...patch, revision: record.revision + 1 };
}

function withBody(record: ClaimRecord, patch: Partial<Omit<ClaimBody, 'bytes'>>): ClaimRecord {
  return { ...changed(record, {}), body: { ...record.body, ...patch } };
}

/** Where in the journal a cursor stands; 0 before anything came. */
export function seqOf(cursor: string | null): number {
  return cursor === null ? 0 : Number(cursor.slice(0, cursor.indexOf('.')));
}

/** Where this device's truth is, and where truths were that it cleared and whose history it has not asked about yet. */
export interface Whereabouts {
  readonly cursor: string | null;
  readonly formerCursors: readonly string[];
}

/** Somebody who signs in and out all day without a line; each costs one short exchange when it is back. */
const formersMax = 50;

/** Truth first; then, whether the history is still the one in which people here were told. */
export const askedFrom = ({ cursor, formerCursors }: Whereabouts) =>
  cursor === null ? null : (formerCursors[0] ?? cursor);

export const formersWith = ({ cursor, formerCursors }: Whereabouts) =>
  cursor === null ? formerCursors : [...new Set([...formerCursors, cursor])].slice(-formersMax);

/** One answered is one less. A reset answers for all: whatever was told is asked again. */
export function formersAfter(
  formers: readonly string[],
  sent: Pick<Sent, 'cursor'>,
  reply: Pick<SyncReply, 'delta'>,
): readonly string[] {
  return reply.delta.reset ? [] : formers.filter((former) => former !== sent.cursor);
}
