/** The store's contract on a real browser's disk: fake-indexeddb knows neither strict durability nor its transactions' haste. */
import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../../../../scripts/chromium.ts';
import { servePage, type PageServer } from '../testing/page-server.ts';
import type { Outcome } from '../testing/store-page.ts';

const limitMs = 120_000;
let server: PageServer;
let browser: Browser;

beforeAll(async () => {
  server = await servePage('./store-page.ts');
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
    await page.goto(`http://localhost:${server.port}/`);
    await page.waitForFunction('globalThis.runContract');
    const outcomes: readonly Outcome[] = await page.evaluate('runContract()');
    expect(outcomes.filter(({ problem }) => problem !== '')).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(20);
  },
  limitMs,
);
