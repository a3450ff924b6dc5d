/**
 * One scope's database on this device, strict: what a promise resolved for survives a power cut. Version 1 for good, so that
 * an older app can be put back at any time; what evolves is inside the records, which carry a version of their own.
 */
import Dexie, { type Table } from 'dexie';
import { scopeSchema, type Scope } from '#lib/domain/scope.ts';
import type { ClaimTag } from '#lib/sync/claim-record.ts';
import type { Sealed } from '../vault.ts';

/** Open: what the queue is worked by. Sealed: what names a patient. */
export interface StoredClaim extends ClaimTag {
  readonly sealed: Sealed;
  /** Set while it has to be sent, so that an index holds those alone. */
  readonly going?: 1;
}

export interface StoredRow {
  /** `entity:key` */
  readonly key: string;
  readonly v: number;
  /** Of the write that put it there; tells a reader what changed. */
  readonly revision: number;
  readonly sealed: Sealed;
}

export interface StoredSeen {
  readonly id: string;
  readonly at: number;
  readonly sealed: Sealed;
}

export interface StoredMeta {
  readonly key: string;
  readonly value: unknown;
}

/** What this code could not read, exactly as it lay there: kept for whoever can, and counted. */
export interface Quarantined {
  readonly key: string;
  readonly at: number;
  readonly raw: unknown;
}

export class DeskDb extends Dexie {
  declare claims: Table<StoredClaim, string>;
  declare truth: Table<StoredRow, string>;
  declare seen: Table<StoredSeen, string>;
  declare meta: Table<StoredMeta, string>;
  declare quarantine: Table<Quarantined, string>;

  constructor(scope: Scope) {
    // Dexie's cache shows writes before they are on disk; here nothing may look saved that is not.
    super(deskName(scope), { chromeTransactionDurability: 'strict', cache: 'disabled' });
    this.version(1).stores({
      claims: '&id, state, going, order, endedAt, [id+revision]',
      truth: '&key, revision',
      seen: '&id, at',
      meta: '&key',
      quarantine: '&key',
    });
  }
}

const prefix = 'desk:';
const deskName = (scope: Scope) => `${prefix}${scope}`;

/** The scopes that have a desk on this device, whoever is signed in. */
export async function desksHere(): Promise<Scope[]> {
  const names = await Dexie.getDatabaseNames();
  return names.flatMap((name) => {
    const scope = scopeSchema.safeParse(name.startsWith(prefix) ? name.slice(prefix.length) : '');
    return scope.success ? [scope.data] : [];
  });
}
