/** Can this browser, at this address, keep what it is given? Asked once, before anything else. */
import type { Fitness } from './front-door.ts';

export function deviceFitness(page: {
  readonly isSecureContext: boolean;
  readonly indexedDB: unknown;
}): Fitness {
  if (!page.isSecureContext) return { kind: 'insecureOrigin' };
  return page.indexedDB ? { kind: 'fit' } : { kind: 'noDatabase' };
}

/** Asks the browser to keep this site's data when space runs short. False where it does not promise to. */
export async function askToPersist(storage: StorageManager | undefined): Promise<boolean> {
  try {
    return (await storage?.persisted()) === true || (await storage?.persist()) === true;
  } catch {
    return false;
  }
}

/** Does a desk's database lie here? A browser that cannot list them may have some. */
export async function desksMayBeHere(indexedDB: IDBFactory): Promise<boolean> {
  const factory = indexedDB as Partial<IDBFactory>;
  if (!factory.databases) return true;
  const databases = await indexedDB.databases();
  return databases.some(({ name }) => name?.startsWith('desk:'));
}
