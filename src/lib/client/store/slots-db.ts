/**
 * What nobody would miss, most of it shared by every desk on this device: free times, directories, where postcode districts lie.
 * Not personal, relaxed durability, fetched again when lost. Unlike a desk's database it may change its shape freely.
 */
import Dexie, { type Table } from 'dexie';
import type { Pack } from '#lib/protocol/exchange.ts';

export interface StoredPack {
  readonly service: string;
  readonly revision: string;
  readonly pack: Pack;
}

/** A service whose times a desk wants fresh. */
export interface StoredWant {
  readonly scope: string;
  readonly service: string;
  /** Device's clock; the oldest wants go first when there are too many. */
  readonly askedAt: number;
}

/** Which packs the server has last vouched for, in which exchange of which desk. */
export interface StoredCheck {
  readonly scope: string;
  /** Server's clock. */
  readonly at: number;
  readonly services: readonly string[];
}

/** Large public documents, whole: staff's `directory`, one of each patient's own, `outcodes`. */
export interface StoredDocument {
  readonly key: 'directory' | `directory:${string}` | 'outcodes';
  readonly etag: string;
  readonly fetchedAt: number;
  readonly body: unknown;
}

export class SlotsDb extends Dexie {
  declare packs: Table<StoredPack, string>;
  declare wanted: Table<StoredWant, [string, string]>;
  declare checks: Table<StoredCheck, string>;
  declare directory: Table<StoredDocument, string>;

  constructor(name = 'slots') {
    super(name, { chromeTransactionDurability: 'relaxed' });
    this.version(1).stores({
      packs: '&service, [service+revision]',
      wanted: '&[scope+service], scope',
      checks: '&scope',
      directory: '&key',
    });
  }
}
