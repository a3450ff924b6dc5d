/**
 * 100,000 slots from the wire to searchable in real Chromium: packs, as the app keeps them, beside a Dexie row a slot with an
 * index. Then how long saving a request takes. `npx node bench/device.ts`
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { chromium, type Browser } from '@playwright/test';
import { build } from 'vite';
import type { Slot } from '#lib/domain/slot.ts';
import type { Pack } from '#lib/protocol/exchange.ts';
import { encodePack } from '#lib/protocol/pack.ts';
import { findChromium } from '../scripts/chromium.ts';
import {
  serviceCount,
  servicesOfSlots,
  slotsPerService,
  takenShares,
  weekMs,
  type Timing,
  type Wish,
} from './device-world.ts';

/** Tuesday 24 November 2026, 9am UK time; the same each run. */
const today = Date.UTC(2026, 10, 24, 9);
const seed = 20_261_124;
const rounds = 3;
const savesMax = 200;
/** As the server compresses an answer. */
const brotliLevel = 4;

interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

/** One number beside what DESIGN.md asks of it; the form that bench/figure.ts shows. */
interface DeviceFigure {
  readonly what: string;
  readonly got: number;
  readonly unit: string;
  readonly floor?: number;
  readonly target?: number;
  readonly beside: string;
}

export async function deviceFigures(): Promise<readonly DeviceFigure[]> {
  const services = servicesOfSlots(today, seed, takenShares.usual);
  const ids = services.map(([first]) => first?.service ?? raise());
  const worst = squeezed(packsOf(servicesOfSlots(today, seed, takenShares.worst))).length;
  const bodies: Record<string, Body> = {
    '/': {
      type: 'text/html',
      bytes: Buffer.from('<!doctype html><script type="module" src="/page.js"></script>'),
    },
    '/page.js': { type: 'text/javascript', bytes: Buffer.from(await pageScript()) },
    '/packs': { type: 'application/json', bytes: squeezed(packsOf(services)) },
    '/rows': { type: 'application/json', bytes: squeezed(services.flat()) },
  };
  const server = await serve(bodies);
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const executablePath = findChromium();
  const browser = await chromium.launch(executablePath ? { executablePath } : {});
  try {
    // The mornings of three weekdays in the next eight weeks, at every hospital held.
    const wish: Wish = { services: ids, from: today, to: today + 8 * weekMs, weekdays: [1, 3, 5] };
    const packs = await timings(browser, origin, 'packed', wish);
    const rows = await timings(browser, origin, 'rows', wish);
    if (packs.found !== rows.found) throw new Error(`the two found ${packs.found} and ${rows.found} times`);
    const saves = (await savings(browser, origin)).toSorted((a, b) => a - b);
    const savedMs = (share: number) => saves[Math.floor(saves.length * share)] ?? Number.NaN;
    const all = `${(serviceCount * slotsPerService).toLocaleString('en-GB')} slots`;
    const wire = { packs: bodies['/packs']?.bytes.length ?? 0, rows: bodies['/rows']?.bytes.length ?? 0 };
    return [
      {
        ...compared(`${all} on the wire`, wire.packs / 1000, wire.rows / 1000, 'KB', 50, 45),
        beside: `${against(wire.packs, wire.rows, wire.rows / 1000, 'KB')}; with ${takenShares.worst * 100}% gone at random, packs take ${Math.round(worst / 1000)} KB`,
      },
      compared(`${all} from the wire to searchable`, packs.searchableMs, rows.searchableMs, 'ms', 200, 150),
      compared(`a search over ${all}`, packs.searchMs, rows.searchMs, 'ms', 16, 5),
      compared(`${all} on disk`, packs.storedBytes / 1e6, rows.storedBytes / 1e6, 'MB'),
      {
        what: `heap of a bare page that holds ${all}`,
        got: packs.heapBytes / 1e6,
        unit: 'MB',
        floor: 60,
        beside: 'the columns, Dexie and the parsers; no screens',
      },
      {
        what: 'a request saved on the device, 95th percentile',
        got: savedMs(0.95),
        unit: 'ms',
        floor: 20,
        target: 10,
        beside: `median ${savedMs(0.5).toFixed(1)} ms of ${saves.length} strict transactions`,
      },
    ];
  } finally {
    await browser.close();
    server.close();
  }
}

function compared(
  what: string,
  got: number,
  rows: number,
  unit: string,
  floor?: number,
  target?: number,
): DeviceFigure {
  const budget = floor === undefined || target === undefined ? {} : { floor, target };
  return { what, got, unit, ...budget, beside: against(got, rows, rows, unit) };
}

const against = (packs: number, rows: number, shown: number, unit: string) =>
  `as Dexie rows with an index ${shown < 10 ? shown.toFixed(1) : Math.round(shown).toLocaleString('en-GB')} ${unit}, ${(rows / packs).toFixed(1)} times as much`;

function packsOf(services: readonly (readonly Slot[])[]): readonly Pack[] {
  return services.map((slots, index) => {
    const service = slots[0]?.service ?? raise();
    // Revisions differ and cannot be compressed, as on the wire.
    const hash = createHash('sha256').update(service).digest('hex').slice(0, 16);
    return encodePack(service, `${index + 1_000}.${hash}`, today, slots);
  });
}

interface Measured extends Timing {
  readonly heapBytes: number;
}

/** A new profile each time: nothing is warm. The median by time to searchable. */
async function timings(
  browser: Browser,
  origin: string,
  side: 'packed' | 'rows',
  wish: Wish,
): Promise<Measured> {
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(origin);
    await page.waitForFunction('globalThis.contest');
    const timing: Timing = await page.evaluate(`contest.${side}(${JSON.stringify(wish)})`);
    const cdp = await context.newCDPSession(page);
    await cdp.send('HeapProfiler.collectGarbage');
    // Typed arrays lie beside the heap; newer browsers tell how much.
    const heap: { usedSize: number; backingStorageSize?: number } = await cdp.send('Runtime.getHeapUsage');
    measured.push({ ...timing, heapBytes: heap.usedSize + (heap.backingStorageSize ?? 0) });
    await context.close();
  }
  return measured.toSorted((a, b) => a.searchableMs - b.searchableMs)[Math.floor(rounds / 2)] ?? raise();
}

async function savings(browser: Browser, origin: string): Promise<readonly number[]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(origin);
  await page.waitForFunction('globalThis.contest');
  const times: readonly number[] = await page.evaluate(`contest.saves(${savesMax})`);
  await context.close();
  return times;
}

/** The page's part, built as the app is: one minified module. */
async function pageScript(): Promise<string> {
  const entry = fileURLToPath(new URL('./device-page.ts', import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  });
  const [first] = [output].flat();
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  return chunk?.code ?? raise();
}

const squeezed = (value: unknown) =>
  brotliCompressSync(JSON.stringify(value), { params: { [constants.BROTLI_PARAM_QUALITY]: brotliLevel } });

/** On localhost, which browsers hold for secure. */
function serve(bodies: Record<string, Body>): Promise<Server> {
  const server = createServer((request, response) => {
    const body = bodies[request.url ?? ''];
    if (!body) return void response.writeHead(404).end();
    const isSqueezed = body.type === 'application/json';
    response.writeHead(200, {
      'content-type': body.type,
      ...(isSqueezed ? { 'content-encoding': 'br' } : {}),
    });
    response.end(body.bytes);
  });
  return new Promise((resolve) => server.listen(0, 'localhost', () => resolve(server)));
}

function raise(): never {
  throw new Error('bench/device: nothing came of it');
}

if (import.meta.main) {
  for (const { what, got, unit, floor, target, beside } of await deviceFigures()) {
    const budget =
      floor === undefined ? '' : ` (floor ${floor}${target === undefined ? '' : `, target ${target}`})`;
    console.log(`${what}: ${got.toFixed(1)} ${unit}${budget}; ${beside}`);
  }
}
