/**
 * 100,000 slots from the wire to searchable in real Chromium: packs, as the app keeps them, beside a Dexie row a slot with an
 * index. Then how long saving a request takes. `npm run bench -- device`, or this file alone.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { chromium, type Browser } from '@playwright/test';
import { build } from 'vite';
import { encodePack } from '#lib/protocol/pack.ts';
import { findChromium } from '../scripts/chromium.ts';
import {
  serviceCount,
  servicesOfSlots,
  slotsPerService,
  weekMs,
  type Timing,
  type Wish,
} from './device-world.ts';

/** Tuesday 24 November 2026, 9am UK time; the same each run. */
const today = Date.UTC(2026, 10, 24, 9);
const seed = 20_261_124;
const rounds = 5;
const savesMax = 200;
/** As the server compresses an answer. */
const brotliLevel = 4;

interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

export async function benchDevice(): Promise<void> {
  const services = servicesOfSlots(today, seed);
  const ids = services.flatMap(([first]) => (first ? [first.service] : []));
  const packs = services.map((slots, index) =>
    encodePack(ids[index] ?? raise(), `${index + 1}.0123456789abcdef`, today, slots),
  );
  const bodies: Record<string, Body> = {
    '/': {
      type: 'text/html',
      bytes: Buffer.from('<!doctype html><script type="module" src="/page.js"></script>'),
    },
    '/page.js': { type: 'text/javascript', bytes: Buffer.from(await pageScript()) },
    '/packs': { type: 'application/json', bytes: squeezed(packs) },
    '/rows': { type: 'application/json', bytes: squeezed(services.flat()) },
  };
  const server = await serve(bodies);
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const executablePath = findChromium();
  const browser = await chromium.launch(executablePath ? { executablePath } : {});
  try {
    // A working week's mornings in the next eight weeks, at every hospital held.
    const wish: Wish = { services: ids, from: today, to: today + 8 * weekMs, weekdays: [1, 3, 5] };
    const packed = await timings(browser, origin, 'packed', wish);
    const rows = await timings(browser, origin, 'rows', wish);
    if (packed.found !== rows.found) throw new Error(`the two found ${packed.found} and ${rows.found} times`);
    const wire = { packed: bodies['/packs']?.bytes.length ?? 0, rows: bodies['/rows']?.bytes.length ?? 0 };
    console.log(
      `${(serviceCount * slotsPerService).toLocaleString('en-GB')} slots, ${serviceCount} services, seed ${seed}, medians of ${rounds} fresh browsers; ${packed.found} found`,
    );
    line('on the wire (brotli 4)', wire.packed / 1000, wire.rows / 1000, 'KB');
    line('wire to searchable', packed.searchableMs, rows.searchableMs, 'ms');
    line('one search', packed.searchMs, rows.searchMs, 'ms');
    line('on disk, as the browser says', packed.storedBytes / 1e6, rows.storedBytes / 1e6, 'MB');
    line('heap of the page afterwards', packed.heapBytes / 1e6, rows.heapBytes / 1e6, 'MB');
    const saves = (await savings(browser, origin)).toSorted((a, b) => a - b);
    const at = (share: number) => (saves[Math.floor(saves.length * share)] ?? NaN).toFixed(1);
    console.log(
      `a request saved on the device: median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms (${saves.length} strict transactions)`,
    );
  } finally {
    await browser.close();
    server.close();
  }
}

function line(what: string, packed: number, rows: number, unit: string): void {
  const show = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
  console.log(
    `${what.padEnd(30)} packs ${show(packed).padStart(9)}   rows ${show(rows).padStart(9)}   ${(rows / packed).toFixed(1)}×`,
  );
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
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    measured.push({ ...timing, heapBytes: usedSize });
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

if (import.meta.main) await benchDevice();
