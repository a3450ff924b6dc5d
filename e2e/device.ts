// A device as a person knows it: one browser with a profile on disk and a line of its own. It can lose the line, be killed,
// and be started again on what it had saved.
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  expect,
  type BrowserContext,
  type BrowserType,
  type LaunchOptions,
  type Page,
} from '@playwright/test';
import { everything, type FaultProxy } from './fault-proxy.ts';

export interface Habits {
  /** Where its clock believes to be. */
  readonly timezoneId?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface Browsers {
  readonly chromium: BrowserType;
  readonly launchOptions: LaunchOptions;
}

export const phone: Habits = { viewport: { width: 390, height: 844 } };

export class Device {
  readonly line: FaultProxy;
  /** What the browser complained of that no test asked for: errors thrown, rules of content security broken. */
  readonly complaints: string[] = [];
  readonly #browsers: Browsers;
  readonly #habits: Habits;
  readonly #profile = mkdtempSync(join(tmpdir(), 'holdfast-device-'));
  #context: BrowserContext | undefined;
  #page: Page | undefined;
  #isOffline = false;

  private constructor(browsers: Browsers, line: FaultProxy, habits: Habits) {
    this.#browsers = browsers;
    this.line = line;
    this.#habits = habits;
  }

  static async open(browsers: Browsers, line: FaultProxy, habits: Habits = {}): Promise<Device> {
    const device = new Device(browsers, line, habits);
    await device.start();
    return device;
  }

  get context(): BrowserContext {
    if (!this.#context) throw new Error('This device is switched off');
    return this.#context;
  }

  /** The first tab. */
  get page(): Page {
    if (!this.#page) throw new Error('This device is switched off');
    return this.#page;
  }

  /** On the profile it had, and with the line as it was. */
  async start(): Promise<void> {
    this.#context = await this.#browsers.chromium.launchPersistentContext(this.#profile, {
      ...this.#browsers.launchOptions,
      locale: 'en-GB',
      timezoneId: this.#habits.timezoneId ?? 'Europe/London',
      viewport: this.#habits.viewport ?? { width: 1440, height: 900 },
      offline: this.#isOffline,
    });
    this.#context.on('console', (message) => {
      // A line that fails is said in the console as well; that is what these tests are about.
      const isLine = /^(Failed to load resource|EventSource)/.test(message.text());
      if (message.type() === 'error' && !isLine) this.complaints.push(message.text());
    });
    this.#context.on('weberror', (error) => this.complaints.push(String(error.error())));
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
  }

  /** The battery falls out. Whatever was not on disk is gone. */
  async kill(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.context.once('close', () => resolve()));
    // Chromium's lock on its profile is a link that names its process.
    const pid = Number(readlinkSync(join(this.#profile, 'SingletonLock')).replace(/^.*-/, ''));
    process.kill(pid, 'SIGKILL');
    await closed;
    this.#context = undefined;
    this.#page = undefined;
    rmSync(join(this.#profile, 'SingletonLock'), { force: true });
  }

  /** Closed in good order, as at the end of a day. */
  async shutDown(): Promise<void> {
    await this.context.close();
    this.#context = undefined;
    this.#page = undefined;
  }

  goto(path: string, page: Page = this.page) {
    return page.goto(this.line.origin + path);
  }

  async newTab(): Promise<Page> {
    return this.context.newPage();
  }

  /** No network at all, and the browser knows it. */
  async goOffline(): Promise<void> {
    this.#isOffline = true;
    this.line.set(everything, { kind: 'down' });
    await this.#context?.setOffline(true);
  }

  async goOnline(): Promise<void> {
    this.#isOffline = false;
    this.line.clear();
    await this.#context?.setOffline(false);
  }

  /** Ready for the day that the network is gone: the worker holds the app and serves this page, and free times are here. */
  async isKept(page: Page = this.page): Promise<void> {
    const workerState = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        const newest = registration?.installing ?? registration?.waiting ?? registration?.active;
        return navigator.serviceWorker.controller?.state ?? `not in charge: ${newest?.state ?? 'none'}`;
      });
    await expect.poll(workerState, { timeout: 45_000 }).toBe('activated');
    // They come behind what the page shows first.
    await this.line.quiet();
  }

  async close(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
