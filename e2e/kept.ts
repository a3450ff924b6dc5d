// What a device keeps, read raw: every database, the small storages, the caches. What must not be there is looked for by its text.
import type { Device } from './device.ts';
import { expect } from './world.ts';

/** Every database and the small storages; with the caches, which hold the app itself, unless they are left out. */
export const keptOn = ({ page }: Device, { withCaches = true } = {}): Promise<string> =>
  page.evaluate(async (cachesToo) => {
    const texts = [
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(history.state),
      document.title,
    ];
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(new Error(name));
      });
      for (const store of db.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const asking = db.transaction(store).objectStore(store).getAll();
          asking.onsuccess = () => resolve(asking.result as unknown[]);
          asking.onerror = () => reject(new Error(store));
        });
        texts.push(JSON.stringify(rows));
      }
      db.close();
    }
    for (const name of cachesToo ? await caches.keys() : []) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        texts.push(request.url, (await response?.text()) ?? '');
      }
    }
    return texts.join('\n');
  }, withCaches);

export function tellsNothing(text: string, where: string, telling: readonly string[]): void {
  for (const one of telling) {
    const at = text.indexOf(one);
    // What stands around it says where it came from.
    expect(at < 0 ? '' : text.slice(Math.max(0, at - 160), at + 60), `${one} in ${where}`).toBe('');
  }
}
