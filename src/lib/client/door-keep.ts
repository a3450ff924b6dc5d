/**
 * Who is signed in, on disk before the sign-in page says so. The browser's own small storage is read at once, which makes
 * a quick start, but it reaches the disk seconds late: after a power cut this is the one that knows.
 */
export interface DoorKeep {
  save(text: string): Promise<void>;
  load(): Promise<string | undefined>;
}

const name = 'holdfast-door';
const table = 'memory';
const key = 'sessions';

export function createDoorKeep(indexedDB: IDBFactory): DoorKeep {
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(table);
      asked.onsuccess = () => {
        // Whoever clears this site's data need not wait for us.
        asked.result.onversionchange = () => asked.result.close();
        asked.result.onclose = () => (opened = undefined);
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error ?? new Error('not opened'));
    });
    opened.catch(() => (opened = undefined));
    return opened;
  }

  return {
    async save(text) {
      const transaction = (await open()).transaction(table, 'readwrite', { durability: 'strict' });
      transaction.objectStore(table).put(text, key);
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error('not kept'));
      });
    },
    async load() {
      const asked = (await open()).transaction(table).objectStore(table).get(key) as IDBRequest<unknown>;
      const value = await new Promise<unknown>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error ?? new Error('not read'));
      });
      return typeof value === 'string' ? value : undefined;
    },
  };
}
