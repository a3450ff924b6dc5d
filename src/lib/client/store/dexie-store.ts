/**
 * The shelf on disk. The rules are `sync/shelf.ts`'s; here they are made to last. Because sealing may not happen inside
 * a transaction, each change is planned on what was read, sealed, and written only if nothing was written in between
 * (`generation` says so); else it is planned anew.
 */
import type { CallOff } from '#lib/domain/call-off.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Truth } from '#lib/domain/truth.ts';
import { z } from '#lib/domain/zod.ts';
import { accessEventSchema, cursorSchema, type AccessEvent, type SyncReply } from '#lib/protocol/exchange.ts';
import type { ClaimRecord } from '#lib/sync/claim-record.ts';
import type { LocalStore, Outgoing, Sent } from '#lib/sync/ports.ts';
import {
  afterReply,
  askedFrom,
  callOffRecord,
  dismissRecord,
  formersAfter,
  formersWith,
  isNew,
  markRecord,
  takeBackRecord,
  outgoingClaims,
  parkRecord,
  settledKeptMs,
  shelve,
  unparkRecord,
  type Added,
  type CalledOff,
  type ClaimDraft,
  type Shelf,
  type ShelfChange,
  type Whereabouts,
} from '#lib/sync/shelf.ts';
import { truthOf } from '#lib/sync/truth-rows.ts';
import type { Vault } from '../vault.ts';
import { DeskDb, type StoredClaim } from './desk-db.ts';
import { forgetWants, keepPacks, packsToAskFor } from './pack-shelf.ts';
import type { SlotsDb } from './slots-db.ts';
import { openClaims, openRows, present, sealClaims, sealRows } from './stored-claim.ts';

export interface DexieStoreOptions {
  readonly scope: Scope;
  readonly vault: Vault;
  readonly slots: SlotsDb;
  /** The device's clock, uncorrected. */
  readonly now: () => Instant;
  /** Who is signed in, by name: it is kept who sent what a colleague asked. */
  readonly signedIn?: () => string | undefined;
  /** While it says so, what was never sent is not offered for sending: see line-hint.ts. */
  readonly isLineDown?: () => boolean;
  /** The times that came could not be kept; nothing is lost, the next exchange brings them again. */
  readonly onPacksLost: (cause: unknown) => void;
}

/** What the last reply said of time and wholeness. */
export interface LastReply {
  /** Server's clock. */
  readonly now: Instant;
  /** Device's clock at that moment. */
  readonly heardAt: Instant;
  /** More rows were to come: the lists are not whole. */
  readonly more: boolean;
}

export interface Arrival {
  readonly phone: string;
  /** Whose desk it is, in words; empty where nobody but its owner may read it. */
  readonly organisation: string;
  readonly appVersion: string;
}

interface Held {
  readonly whereabouts: Whereabouts;
  readonly isLeft: boolean;
  readonly records: readonly ClaimRecord[];
}

interface Plan<T> {
  readonly result: T;
  readonly change: ShelfChange;
  /** What else goes into the same transaction. */
  readonly also?: (revision: number) => Promise<void>;
}

type Select = (db: DeskDb) => Promise<readonly StoredClaim[]>;

/** Two tabs and a worker cannot collide as often as this; an endless loop would be our bug. */
const attemptsMax = 100;

export class DexieStore implements Shelf {
  readonly scope: Scope;
  readonly db: DeskDb;
  readonly #options: DexieStoreOptions;

  constructor(options: DexieStoreOptions) {
    this.scope = options.scope;
    this.db = new DeskDb(options.scope);
    this.#options = options;
  }

  close(): void {
    this.db.close();
  }

  async add(draft: ClaimDraft): Promise<Added> {
    return this.#amend(inPlay, ({ records }) => {
      const { added, change } = shelve(draft, records);
      return { result: added, change };
    });
  }

  async takeBack(id: ClaimId): Promise<boolean> {
    return this.#amend(withFollowed(id), ({ records: [record, followed] }) => {
      const { isTaken, change } = takeBackRecord(record, followed);
      return { result: isTaken, change };
    });
  }

  async callOff(id: ClaimId, callOff: CallOff): Promise<CalledOff> {
    return this.#amend(withFollowed(id), ({ records: [record, followed] }) => {
      if (!record) return { result: 'tooLate', change: nothing };
      const { outcome, change } = callOffRecord(record, callOff, followed);
      return { result: outcome, change };
    });
  }

  async dismiss(id: ClaimId): Promise<void> {
    await this.#each(only([id]), dismissRecord);
  }

  async unpark(): Promise<void> {
    await this.#each((db) => db.claims.where({ state: 'parked' }).toArray(), unparkRecord);
  }

  async park(id: ClaimId, reason: Parameters<LocalStore['park']>[1]): Promise<void> {
    await this.#each(only([id]), (record) => parkRecord(record, reason));
  }

  async markSent(ids: readonly ClaimId[], at: Instant): Promise<readonly ClaimId[]> {
    const by = this.#options.signedIn?.();
    const marked = await this.#each(only(ids), (record) => markRecord(record, at, by));
    return marked.map(({ id }) => id);
  }

  async outgoing(limit: { claims: number; seen: number }): Promise<Outgoing> {
    const { db } = this;
    const { vault, slots } = this.#options;
    const { cursor, going, seen } = await db.transaction('r', db.claims, db.meta, db.seen, async () => ({
      cursor: askedFrom(await this.#whereabouts()),
      going: await db.claims.where({ going: 1 }).toArray(),
      seen: await db.seen.orderBy('at').limit(limit.seen).toArray(),
    }));
    const isHeldBack = this.#options.isLineDown?.() ?? false;
    const opened = await openClaims(
      vault,
      isHeldBack ? going.filter(({ state }) => state !== 'waiting') : going,
    );
    const events = await vault.open(seen.map(({ sealed }) => sealed));
    const packs = await packsToAskFor(slots, this.scope);
    return {
      cursor,
      claims: outgoingClaims(opened.records, limit.claims),
      packs,
      seen: events.flatMap((event) => accessEventSchema.safeParse(event).data ?? []),
    };
  }

  async apply(reply: SyncReply, sent: Sent): Promise<'applied' | 'cursorMoved'> {
    const { db } = this;
    const { vault, slots, now, onPacksLost } = this.#options;
    const here = await sealRows(
      vault,
      reply.delta.rows.filter(({ row }) => row !== null),
    );
    const gone = reply.delta.rows.filter(({ row }) => row === null).map((row) => `${row.entity}:${row.key}`);
    const applied = await this.#amend(touchedBy(reply), ({ whereabouts, isLeft, records }) => {
      const { formerCursors } = whereabouts;
      const isCurrent = askedFrom(whereabouts) === sent.cursor && !isLeft;
      const isOfFormer = formerCursors[0] !== undefined && formerCursors[0] === sent.cursor;
      const isOfTruth = isCurrent && (!isOfFormer || reply.delta.reset);
      return {
        result: isOfTruth,
        change: afterReply(records, reply, isCurrent, isOfTruth),
        also: async (revision) => {
          await db.seen.bulkDelete([...sent.seen]);
          if (!isCurrent) return;
          const formers = formersAfter(formerCursors, sent, reply);
          if (formers.length < formerCursors.length) {
            await db.meta.put({ key: 'formerCursors', value: formers });
          }
          if (!isOfTruth) return;
          // Asked from nothing, this is everything: whatever lies here from before may have left the scope.
          if (reply.delta.reset || sent.cursor === null) await db.truth.clear();
          await db.truth.bulkDelete(gone);
          await db.truth.bulkPut(here.map((row) => ({ ...row, revision })));
          const lastReply: LastReply = { now: reply.now, heardAt: now(), more: reply.delta.more };
          await db.meta.bulkPut([
            { key: 'cursor', value: reply.delta.cursor },
            { key: 'lastReply', value: lastReply },
          ]);
        },
      };
    });
    await keepPacks(slots, this.scope, reply, sent.packs).catch(onPacksLost);
    return applied ? 'applied' : 'cursorMoved';
  }

  async forget(): Promise<void> {
    const { db } = this;
    await db.transaction('rw', db.truth, db.meta, async () => {
      await db.truth.clear();
      await this.#askFromNothing();
      await db.meta.delete('lastReply');
      await this.#nextGeneration();
    });
    await forgetWants(this.#options.slots, this.scope);
  }

  /**
   * Somebody of this scope signed in: truth may come again. Whose desk it is and the number to ring are kept for when nobody is. With another
   * version of the app, what an older one could not get settled is tried again.
   */
  async arrive({ phone, organisation, appVersion }: Arrival): Promise<void> {
    const { db } = this;
    const [isLeft, knownPhone, knownName, knownVersion] = (
      await db.meta.bulkGet(['isLeft', 'phone', 'organisation', 'appVersion'])
    ).map((known) => known?.value);
    if (knownVersion !== appVersion) await this.unpark();
    const isKnown = knownPhone === phone && knownName === organisation && knownVersion === appVersion;
    if (isLeft === false && isKnown) return;
    await db.meta.bulkPut([
      { key: 'isLeft', value: false },
      { key: 'phone', value: phone },
      { key: 'organisation', value: organisation },
      { key: 'appVersion', value: appVersion },
    ]);
  }

  /** Signed out: truth goes, and an answer that is still on its way brings none back. Claims stay. */
  async leave(): Promise<void> {
    await this.db.meta.put({ key: 'isLeft', value: true });
    await this.forget();
  }

  /** For whoever comes by while no page is open: is there anything to send, and may it be sent? */
  async hasToSend(): Promise<boolean> {
    const { db } = this;
    return db.transaction('r', db.claims, db.meta, async () => {
      const isLeft = (await db.meta.get('isLeft'))?.value === true;
      return !isLeft && (await db.claims.where({ going: 1 }).count()) > 0;
    });
  }

  async recordOpened(event: AccessEvent): Promise<void> {
    const [sealed] = await this.#options.vault.seal([event]);
    await this.db.seen.put({ id: event.id, at: event.at, sealed: present(sealed) });
  }

  async claims(): Promise<readonly ClaimRecord[]> {
    const { records } = await openClaims(
      this.#options.vault,
      await this.db.claims.orderBy('order').toArray(),
    );
    return records;
  }

  async truth(): Promise<Truth> {
    const { db } = this;
    const { cursor, rows } = await db.transaction('r', db.truth, db.meta, async () => ({
      cursor: (await this.#whereabouts()).cursor,
      rows: await db.truth.toArray(),
    }));
    const { records } = await openRows(this.#options.vault, rows);
    return truthOf(
      records.map(({ row }) => row),
      cursor,
    );
  }

  /**
   * Sets aside what cannot be read, untouched. A row of truth is only a copy: the cursor goes too, and the next exchange
   * brings every row anew.
   */
  async quarantine(unreadable: { claims: readonly string[]; truth: readonly string[] }): Promise<void> {
    const { db } = this;
    const at = this.#options.now();
    await db.transaction('rw', db.claims, db.truth, db.meta, db.quarantine, async () => {
      for (const table of ['claims', 'truth'] as const) {
        const keys = [...unreadable[table]];
        const raws: readonly unknown[] = await db[table].bulkGet(keys);
        const kept = keys.flatMap((key, index) =>
          raws[index] === undefined ? [] : [{ key: `${table}:${key}`, at, raw: raws[index] }],
        );
        await db.quarantine.bulkPut(kept);
        await db[table].bulkDelete(keys);
      }
      if (unreadable.truth.length > 0) await this.#askFromNothing();
      await this.#nextGeneration();
    });
  }

  /** The same small change to each of some records; those changed. */
  async #each(
    select: Select,
    change: (record: ClaimRecord) => ClaimRecord | undefined,
  ): Promise<readonly ClaimRecord[]> {
    return this.#amend(select, ({ records }) => {
      const put = records.flatMap((record) => change(record) ?? []);
      return { result: put, change: { put, remove: [] } };
    });
  }

  async #amend<T>(select: Select, plan: (held: Held) => Plan<T>): Promise<T> {
    const { db } = this;
    const { vault } = this.#options;
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const read = await db.transaction('r', db.claims, db.meta, async () => ({
        generation: await this.#generation(),
        whereabouts: await this.#whereabouts(),
        isLeft: (await db.meta.get('isLeft'))?.value === true,
        rows: await select(db),
      }));
      const { records } = await openClaims(vault, read.rows);
      const { result, change, also } = plan({ ...read, records });
      if (change.put.length === 0 && change.remove.length === 0 && !also) return result;
      const put = await sealClaims(vault, change.put);
      const isWritten = await db.transaction('rw', db.claims, db.truth, db.seen, db.meta, async () => {
        if ((await this.#generation()) !== read.generation) return false;
        const revision = await this.#nextGeneration();
        await db.claims.bulkDelete([...change.remove]);
        await db.claims.bulkPut(await withoutKnown(db, put));
        await also?.(revision);
        return true;
      });
      if (isWritten) return result;
    }
    throw new Error('desk: its records change faster than they can be written');
  }

  async #whereabouts(): Promise<Whereabouts> {
    const [cursor, formers] = await this.db.meta.bulkGet(['cursor', 'formerCursors']);
    const known = z.array(cursorSchema).safeParse(formers?.value);
    return {
      cursor: typeof cursor?.value === 'string' ? cursor.value : null,
      formerCursors: known.data ?? [],
    };
  }

  async #askFromNothing(): Promise<void> {
    await this.db.meta.put({ key: 'formerCursors', value: formersWith(await this.#whereabouts()) });
    await this.db.meta.delete('cursor');
  }

  async #generation(): Promise<number> {
    const row = await this.db.meta.get('generation');
    return typeof row?.value === 'number' ? row.value : 0;
  }

  async #nextGeneration(): Promise<number> {
    const next = (await this.#generation()) + 1;
    await this.db.meta.put({ key: 'generation', value: next });
    return next;
  }
}

/** What was made just now never goes over what is there, which the selection may not have held. */
async function withoutKnown(db: DeskDb, put: readonly StoredClaim[]): Promise<StoredClaim[]> {
  const known = new Set(
    await db.claims
      .where('id')
      .anyOf(put.filter(isNew).map(({ id }) => id))
      .primaryKeys(),
  );
  return put.filter((row) => !isNew(row) || !known.has(row.id));
}

const nothing: ShelfChange = { put: [], remove: [] };

const only =
  (ids: readonly ClaimId[]): Select =>
  async (db) =>
    (await db.claims.bulkGet([...ids])).filter((row) => row !== undefined);

/** The claim, and behind it the one that it follows. */
const withFollowed =
  (id: ClaimId): Select =>
  async (db) => {
    const row = await db.claims.get(id);
    const followed = row?.follows ? await db.claims.get(row.follows) : undefined;
    return [row, followed].filter((one) => one !== undefined);
  };

/** What a new claim has to be compared with, and the last one, whose place it follows. */
const inPlay: Select = async (db) => {
  const rows = await db.claims.where('state').anyOf('waiting', 'sent', 'parked').toArray();
  return distinct([...rows, ...(await lastOne(db))]);
};

/** A restore concerns every claim; any other reply those it answers, and those that have been kept long enough. */
function touchedBy(reply: SyncReply): Select {
  return async (db) => {
    if (reply.delta.reset) return db.claims.toArray();
    const answered = await only(reply.answers.map(({ verdict }) => verdict.claim))(db);
    const followers = await db.claims.where('state').anyOf('waiting', 'sent').toArray();
    const spent = await db.claims
      .where('endedAt')
      .below(reply.now - settledKeptMs)
      .toArray();
    return distinct([...answered, ...followers, ...spent, ...(await lastOne(db))]);
  };
}

const lastOne = (db: DeskDb) => db.claims.orderBy('order').reverse().limit(1).toArray();

const distinct = (rows: readonly StoredClaim[]) => [...new Map(rows.map((row) => [row.id, row])).values()];
