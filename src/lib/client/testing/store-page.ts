/** The page's part of real-browser.test.ts: the contract of stores, run on the browser's own IndexedDB. */
import Dexie from 'dexie';
import { localStoreContract } from '#lib/sync/local-store-contract.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { DexieStore } from '../store/dexie-store.ts';
import { SlotsDb } from '../store/slots-db.ts';
import { plainVault } from '../vault.ts';

export interface Outcome {
  readonly name: string;
  /** Empty when it passed. */
  readonly problem: string;
}

const slots = new SlotsDb('slots');
const open: DexieStore[] = [];
const cases: { name: string; body: () => Promise<void> }[] = [];

function openStore(scope: Scope): DexieStore {
  const options = { scope, vault: plainVault, slots, now: () => 0 };
  const store = new DexieStore({
    ...options,
    onPacksLost(cause) {
      throw cause;
    },
  });
  open.push(store);
  return store;
}

localStoreContract(
  'real browser',
  async (scope) => {
    for (const store of open.splice(0)) store.close();
    await Dexie.delete(`desk:${scope}`);
    return { shelf: openStore(scope), reopen: async () => openStore(scope) };
  },
  {
    describe: (_name, body) => body(),
    test: (name, body) => cases.push({ name, body }),
    expect: (actual) => ({
      toEqual(expected) {
        const [is, should] = [canonical(actual), canonical(expected)];
        if (is !== should) throw new Error(`is ${is}, should be ${should}`);
      },
    }),
  },
);

/** Key order and keys without a value make no difference, as in Vitest's own toEqual. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

async function runContract(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, body } of cases) {
    const problem = await body().then(
      () => '',
      (cause: unknown) => String(cause),
    );
    outcomes.push({ name, problem });
  }
  return outcomes;
}

Object.assign(globalThis, { runContract });
