import { describe, expect, test } from 'vitest';
import { localStoreContract } from './local-store-contract.ts';
import { MemoryStore, newMemoryDisk } from './memory-store.ts';

localStoreContract(
  'memory store',
  async (scope) => {
    const disk = newMemoryDisk();
    return { shelf: new MemoryStore(scope, disk), reopen: async () => new MemoryStore(scope, disk) };
  },
  { describe, test, expect },
);
