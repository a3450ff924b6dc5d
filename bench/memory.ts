// What the server and a page hold in memory on a world of this size.
/// <reference lib="dom" />
import type { BrowserContext, Page } from '@playwright/test';
import { heapOf, type Heap } from './browser.ts';
import { short, type Figure } from './figure.ts';
import { residentMb } from './server-process.ts';

const slotsWanted = 100_000;

export function serverMemory(whatFor: string, pid: number | undefined): Figure[] {
  const got = residentMb(pid);
  return got === undefined ? [] : [{ what: `server, resident, ${whatFor}`, got, unit: 'MB', floor: 300 }];
}

/** With the times that the desk holds by itself, then with as many more as make 100,000. */
export async function pageMemory(context: BrowserContext, origin: string): Promise<Figure[]> {
  const own = await open(context, origin);
  const ownSlots = await own.evaluate(addCopies, 0);
  const ownHeap = await heapOf(context, own);
  const slots = await own.evaluate(addCopies, slotsWanted);
  await own.close();
  const full = await open(context, origin);
  const fullHeap = await heapOf(context, full);
  await full.close();
  return [figureOf(ownSlots, ownHeap), { ...figureOf(slots, fullHeap), floor: 60 }];
}

const figureOf = (slots: number, { scriptsMb, allMb }: Heap): Figure => ({
  what: `page, heap, the worklist with ${slots.toLocaleString('en-GB')} times cached`,
  got: allMb,
  unit: 'MB',
  beside: `after collecting garbage, buffers and DOM included; ${short(scriptsMb)} MB of script objects`,
});

async function open(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/practice`);
  await page.getByRole('row').nth(1).waitFor();
  // The packs are read and decoded behind the worklist, which has no sign of it to wait for.
  await page.waitForTimeout(3_000);
  return page;
}

/** In the page: copies of its packs under other names, until there are so many times. Gives how many there are. */
async function addCopies(wanted: number): Promise<number> {
  // A pack's columns begin with their count, seven bits a byte.
  const countOf = ({ columns }: { columns: string }) => {
    let [count, scale] = [0, 1];
    for (const byte of atob(columns.slice(0, 8))) {
      count += (byte.charCodeAt(0) & 127) * scale;
      if (byte.charCodeAt(0) < 128) break;
      scale *= 128;
    }
    return count;
  };
  interface Row {
    service: string;
    pack: { service: string; columns: string };
  }
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('slots');
    opening.onerror = () => reject(new Error('no slots here'));
    opening.onsuccess = () => resolve(opening.result);
  });
  const store = db.transaction('packs', 'readwrite').objectStore('packs');
  const rows = await new Promise<Row[]>((resolve) => {
    const all = store.getAll();
    all.onsuccess = () => resolve(all.result as Row[]);
  });
  let slots = rows.reduce((sum, { pack }) => sum + countOf(pack), 0);
  if (slots === 0) throw new Error('This desk holds no times to copy');
  for (let copy = 1; slots < wanted; copy += 1) {
    for (const row of rows) {
      const service = `${row.service}.copy${copy}`;
      store.put({ ...row, service, pack: { ...row.pack, service } });
      slots += countOf(row.pack);
      if (slots >= wanted) break;
    }
  }
  await new Promise((resolve) => (store.transaction.oncomplete = resolve));
  db.close();
  return slots;
}
