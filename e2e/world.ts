// What every history starts from: a server of its own on a copy of the small world, and devices around it.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { AppServer } from './app-server.ts';
import { FaultProxy } from './fault-proxy.ts';

export { expect } from '@playwright/test';

export class World {
  readonly data: string;
  readonly server: AppServer;
  /** Undone in reverse, whatever the test did. */
  readonly #undo: (() => Promise<unknown> | void)[] = [];

  private constructor(data: string, server: AppServer) {
    this.data = data;
    this.server = server;
  }

  static async open(): Promise<World> {
    const seeded = process.env['HOLDFAST_E2E_SEED'];
    if (!seeded) throw new Error('No seed: run this through Playwright, whose set-up makes it');
    const data = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
    cpSync(seeded, data, { recursive: true });
    const world = new World(data, await AppServer.start({ data }));
    world.onClose(() => rmSync(data, { recursive: true, force: true }));
    world.onClose(() => world.server.stop());
    return world;
  }

  onClose(undo: () => Promise<unknown> | void): void {
    this.#undo.push(undo);
  }

  /** A line of its own to the server. */
  async line(): Promise<FaultProxy> {
    const proxy = await FaultProxy.start(() => this.server.port);
    this.onClose(() => proxy.stop());
    return proxy;
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
  }
}

export const test = base.extend<{ world: World }>({
  world: async ({ playwright: _ }, use) => {
    const world = await World.open();
    await use(world);
    await world.close();
  },
});
