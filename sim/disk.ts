/** A device's disk for one desk, which tells whoever watches of each change that is safely on it. */
import type { ClaimId, ServiceId } from '#lib/domain/ids.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Pack, Row } from '#lib/protocol/exchange.ts';
import type { ClaimRecord } from '#lib/sync/claim-record.ts';
import { ClaimTable } from '#lib/sync/claim-table.ts';
import { newMemoryDisk, type MemoryDisk } from '#lib/sync/memory-store.ts';
import { RowTable } from '#lib/sync/row-table.ts';

export interface Watcher {
  claimWritten(device: string, record: ClaimRecord, before: ClaimRecord | undefined): void;
  claimRemoved(device: string, record: ClaimRecord): void;
  rowWritten(device: string, scope: Scope, row: Row): void;
  packWritten(device: string, pack: Pack, before: Pack | undefined): void;
  cursorWritten(device: string, cursor: string | null, before: string | null): void;
}

export function watchedDisk(device: string, scope: Scope, watcher: Watcher): MemoryDisk {
  let cursor: string | null = null;
  return {
    ...newMemoryDisk(),
    claims: new WatchedClaims(device, watcher),
    rows: new WatchedRows(device, scope, watcher),
    packs: new WatchedPacks(device, watcher),
    get cursor() {
      return cursor;
    },
    set cursor(next) {
      watcher.cursorWritten(device, next, cursor);
      cursor = next;
    },
  };
}

class WatchedPacks extends Map<ServiceId, Pack> {
  readonly #device: string;
  readonly #watcher: Watcher;

  constructor(device: string, watcher: Watcher) {
    super();
    this.#device = device;
    this.#watcher = watcher;
  }

  override set(service: ServiceId, pack: Pack): this {
    const before = this.get(service);
    super.set(service, pack);
    this.#watcher.packWritten(this.#device, pack, before);
    return this;
  }
}

class WatchedClaims extends ClaimTable {
  readonly #device: string;
  readonly #watcher: Watcher;

  constructor(device: string, watcher: Watcher) {
    super();
    this.#device = device;
    this.#watcher = watcher;
  }

  override set(id: ClaimId, record: ClaimRecord): this {
    const before = this.get(id);
    super.set(id, record);
    this.#watcher.claimWritten(this.#device, record, before);
    return this;
  }

  override delete(id: ClaimId): boolean {
    const record = this.get(id);
    if (!record) return false;
    super.delete(id);
    this.#watcher.claimRemoved(this.#device, record);
    return true;
  }
}

class WatchedRows extends RowTable {
  readonly #device: string;
  readonly #scope: Scope;
  readonly #watcher: Watcher;

  constructor(device: string, scope: Scope, watcher: Watcher) {
    super();
    this.#device = device;
    this.#scope = scope;
    this.#watcher = watcher;
  }

  override set(key: string, row: Row): this {
    super.set(key, row);
    this.#watcher.rowWritten(this.#device, this.#scope, row);
    return this;
  }
}
