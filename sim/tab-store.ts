/**
 * A desk's store as one tab sees it: the memory store that ships, which this tab may die before or after each transaction
 * of, and whose disk may be full. What it wrote stays on the disk, which outlives it.
 */
import type { CallOff } from '#lib/domain/call-off.ts';
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { AccessEvent, ParkedReason, SyncReply } from '#lib/protocol/exchange.ts';
import { MemoryStore, type MemoryDisk } from '#lib/sync/memory-store.ts';
import type { Sent } from '#lib/sync/ports.ts';
import type { ClaimDraft, Shelf } from '#lib/sync/shelf.ts';

export interface Fate {
  isDead(): boolean;
  /** Undefined: nothing befalls this transaction. */
  befalls(what: string): 'diesBefore' | 'diesAfter' | 'full' | undefined;
  die(): void;
  /** Told right before a transaction. */
  writes(): void;
  /** It is on the disk now, and nobody has read it. */
  added(id: ClaimId): void;
  /** It is on the disk now. */
  applied(reply: SyncReply): void;
  /** Undefined: it is done at once. Else others come between what was read and what is written. */
  pause(): Promise<void> | undefined;
}

export class TabStore implements Shelf {
  readonly scope: Scope;
  readonly #store: MemoryStore;
  readonly #fate: Fate;

  constructor(scope: Scope, disk: MemoryDisk, fate: Fate) {
    this.scope = scope;
    this.#store = new MemoryStore(scope, disk);
    this.#fate = fate;
  }

  outgoing = (limit: { claims: number; seen: number }) => this.#do('read', () => this.#store.outgoing(limit));
  markSent = (ids: readonly ClaimId[], at: Instant) => this.#do('mark', () => this.#store.markSent(ids, at));
  apply = (reply: SyncReply, sent: Sent) =>
    this.#do('apply', async () => {
      const outcome = await this.#store.apply(reply, sent);
      this.#fate.applied(reply);
      return outcome;
    });
  park = (id: ClaimId, reason: ParkedReason | 'refusedByServer') =>
    this.#do('park', () => this.#store.park(id, reason));
  forget = () => this.#do('forget', () => this.#store.forget());
  add = (draft: ClaimDraft) =>
    this.#do('add', () => {
      const added = this.#store.add(draft);
      this.#fate.added(draft.claim.id);
      return added;
    });
  takeBack = (id: ClaimId) => this.#do('takeBack', () => this.#store.takeBack(id));
  callOff = (id: ClaimId, callOff: CallOff) => this.#do('callOff', () => this.#store.callOff(id, callOff));
  dismiss = (id: ClaimId) => this.#do('dismiss', () => this.#store.dismiss(id));
  unpark = () => this.#do('unpark', () => this.#store.unpark());
  recordOpened = (event: AccessEvent) => this.#do('opened', () => this.#store.recordOpened(event));
  want = (services: readonly ServiceId[]) => this.#do('want', () => this.#store.want(services));
  /** Reading for a screen kills nobody. */
  claims = () => this.#store.claims();
  truth = () => this.#store.truth();

  async #do<T>(what: string, work: () => Promise<T>): Promise<T> {
    await this.#fate.pause();
    if (this.#fate.isDead()) return never();
    const fate = this.#fate.befalls(what);
    if (fate === 'full') throw Object.assign(new Error('The disk is full'), { name: 'QuotaExceededError' });
    if (fate === 'diesBefore') return this.#die();
    this.#fate.writes();
    const result = await work();
    if (fate === 'diesAfter') return this.#die();
    return result;
  }

  #die<T>(): Promise<T> {
    this.#fate.die();
    return never();
  }
}

/** A process that ended answers nobody. */
const never = <T>() => new Promise<T>(() => undefined);
