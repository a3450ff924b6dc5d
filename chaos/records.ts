/** What a device holds on its disk, read through its own page and with nothing of the app's code. */
import type { Page } from '@playwright/test';
import type { Verdict } from '#lib/domain/verdict.ts';

export interface ClaimOnDisk {
  readonly id: string;
  readonly state: 'waiting' | 'sent' | 'settled' | 'parked' | 'dismissed';
  readonly askAgain: boolean;
  readonly follows: string | null;
  readonly parkedReason: string | null;
  readonly sealed: {
    readonly record: {
      readonly bytes: string;
      readonly callOff: { readonly id: string } | null;
      readonly answer: { readonly verdict: Verdict } | null;
    };
  };
}

export interface RowOnDisk {
  readonly key: string;
  readonly sealed: { readonly record: { readonly row: unknown } };
}

export interface OnDisk {
  readonly claims: readonly ClaimOnDisk[];
  readonly truth: readonly RowOnDisk[];
  readonly quarantined: number;
}

/** Undefined: this browser has no desk of that scope (yet). */
export function readDisk(page: Page, scope: string): Promise<OnDisk | undefined> {
  return page.evaluate(async (name) => {
    // Opened by name alone, a database that is not there would be made.
    const known = await indexedDB.databases();
    if (!known.some((one) => one.name === name)) return undefined;
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
      });
    const database = await done(indexedDB.open(name));
    try {
      const stores = ['claims', 'truth', 'quarantine'];
      if (!stores.every((store) => database.objectStoreNames.contains(store))) return undefined;
      const transaction = database.transaction(stores, 'readonly');
      const [claims, truth, quarantined] = await Promise.all([
        done(transaction.objectStore('claims').getAll()),
        done(transaction.objectStore('truth').getAll()),
        done(transaction.objectStore('quarantine').count()),
      ]);
      return { claims, truth, quarantined };
    } finally {
      database.close();
    }
  }, `desk:${scope}`);
}
