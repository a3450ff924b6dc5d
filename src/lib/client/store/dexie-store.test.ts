import Dexie from 'dexie';
import { describe, expect, test } from 'vitest';
import type { Scope } from '#lib/domain/scope.ts';
import { localStoreContract } from '#lib/sync/local-store-contract.ts';
import { plainVault } from '../vault.ts';
import { DexieStore } from './dexie-store.ts';
import { SlotsDb } from './slots-db.ts';

const slots = new SlotsDb('slots-of-the-store-test');

const open: DexieStore[] = [];

function openStore(scope: Scope): DexieStore {
  const store = new DexieStore({
    scope,
    vault: plainVault,
    slots,
    now: () => 0,
    onPacksLost(cause) {
      throw cause;
    },
  });
  open.push(store);
  return store;
}

localStoreContract(
  'dexie store',
  async (scope) => {
    for (const store of open.splice(0)) store.close();
    await Dexie.delete(`desk:${scope}`);
    return { shelf: openStore(scope), reopen: async () => openStore(scope) };
  },
  { describe, test, expect },
);
