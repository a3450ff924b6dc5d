/** The store's contract on a real browser's disk: fake-indexeddb knows neither strict durability nor its transactions' haste. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from '@playwright/test';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../../../../scripts/chromium.ts';
import type { Outcome } from '../testing/store-page.ts';

const limitMs = 120_000;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  const entry = fileURLToPath(new URL('../testing/store-page.ts', import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  });
  const [first] = [output].flat();
  const code = first && 'output' in first ? first.output[0].code : '';
  server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? code : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const executablePath = findChromium();
  browser = await chromium.launch(executablePath ? { executablePath } : {});
}, limitMs);

afterAll(async () => {
  await browser.close();
  server.close();
});

test(
  'the Dexie store keeps the contract on a real IndexedDB',
  async () => {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.runContract');
    const outcomes: readonly Outcome[] = await page.evaluate('runContract()');
    expect(outcomes.filter(({ problem }) => problem !== '')).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(20);
  },
  limitMs,
);
