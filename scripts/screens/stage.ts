// Where the pictures are taken: the real server with the real demonstration world, and browsers around it.
/// <reference lib="dom" />
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { State } from './album.ts';
import type { Camera } from './camera.ts';
import { listen } from './ears.ts';

/** A busy machine needs minutes for the first world. */
const startLimitMs = 300_000;

export interface Server {
  readonly origin: string;
  /** Its folder. */
  readonly data: string;
  stop(): Promise<void>;
}

/** The demonstration world, loaded once by the server itself and closed in good order; a folder to copy. */
export async function makeWorld(): Promise<{ readonly folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-screens-'));
  const { child } = await spawnServer(folder);
  await end(child);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** On a port and a copy of its own, both gone afterwards: no series sees what another did. */
export async function startServer(world: string): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-screens-'));
  cpSync(world, data, { recursive: true });
  const { child, origin } = await spawnServer(data);
  return {
    origin,
    data,
    async stop() {
      await end(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function spawnServer(data: string): Promise<{ readonly child: ChildProcess; readonly origin: string }> {
  const child = spawn(process.execPath, ['scripts/server.ts'], {
    // Open by hand: the crowd comes in by an import, beside which it would shut itself.
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', HOLDFAST_DATA: data, HOLDFAST_DEMO: 'on' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, origin: await readyAt(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function readyAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const limit = setTimeout(() => {
      child.kill();
      reject(new Error(`The server is not ready: ${said}`));
    }, startLimitMs);
    child.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const origin = /ready at (http\S+)/.exec(said)?.[1];
      if (!origin) return;
      clearTimeout(limit);
      resolve(origin);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
  });
}

export interface Cast {
  readonly staff: readonly {
    readonly person: string;
    readonly name: string;
    readonly role: string;
    readonly scope: string;
  }[];
  readonly patients: readonly {
    readonly ubrn: string;
    readonly code: string;
    readonly birthYear: number;
    readonly name: string;
    readonly situation: string;
  }[];
}

/** What every series of pictures needs. */
export interface Stage {
  readonly origin: string;
  readonly camera: Camera;
  readonly cast: Cast;
  /** A browser of its own: nothing of another visit is there. */
  visit(): Promise<Visit>;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly go: (path: string) => Promise<void>;
  readonly take: (name: string, state?: State) => Promise<void>;
}

export async function visit(browser: Browser, origin: string, camera: Camera): Promise<Visit> {
  const isPhone = camera.width < 500;
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: camera.width, height: isPhone ? 844 : 900 },
    hasTouch: isPhone,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
  });
  await listen(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log(`  ${camera.width}: ${error.message} at ${page.url()}`));
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      !/ERR_INTERNET_DISCONNECTED|Failed to load resource|Cross-Origin-Opener-Policy/.test(message.text())
    )
      console.log(`  ${camera.width}: the console says ${message.text()} at ${page.url()}`);
  });
  return {
    page,
    context,
    async go(path) {
      await page.goto(path);
    },
    take: (name, state) => camera.take(page, name, state),
  };
}

/** The whole app is kept by its worker, so that pages not yet visited open without a line; and free times are here. */
export async function isKept(page: Page): Promise<void> {
  let heardAt = performance.now();
  const heard = () => (heardAt = performance.now());
  page.on('requestfinished', heard);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, {
    timeout: 60_000,
  });
  // They come behind what the page shows first.
  while (performance.now() - heardAt < 1_000) await page.waitForTimeout(100);
  page.off('requestfinished', heard);
}
