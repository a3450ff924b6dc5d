/**
 * The power goes just before and just after each transaction of the device's store: the browser is killed there with
 * SIGKILL, started again on its profile, and holds each step whole or not at all.
 */
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Device } from '../../../../e2e/device.ts';
import { FaultProxy } from '../../../../e2e/fault-proxy.ts';
import { findChromium } from '../../../../scripts/chromium.ts';
import type { CrashPoint } from '../testing/crash-page.ts';
import { servePage, type PageServer } from '../testing/page-server.ts';

const limitMs = 240_000;
/** Each with so many of the points: a start of the browser costs seconds. */
const kills = 5;
let server: PageServer;
let line: FaultProxy;
let device: Device;

beforeAll(async () => {
  server = await servePage('./crash-page.ts');
  line = await FaultProxy.start(() => server.port);
  const executablePath = findChromium();
  const launchOptions = { ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] };
  device = await Device.open({ chromium, launchOptions }, line);
}, limitMs);

afterAll(async () => {
  await device.close();
  await line.stop();
  server.close();
});

async function openPage(): Promise<void> {
  await device.goto('/');
  await device.page.waitForFunction('globalThis.stepsDone');
}

/** Several desks in one browser stop, each at its own point; then one SIGKILL ends them all. */
async function killAt(points: readonly (readonly [name: string, CrashPoint])[]): Promise<void> {
  // Not waited for: a desk that stops never answers.
  await device.page.evaluate(
    `for (const [name, point] of ${JSON.stringify(points)}) void runInto(name, point); 0`,
  );
  await device.page.waitForFunction(`stoppedCount() === ${points.length}`);
  await device.kill();
  await device.start();
  await openPage();
}

test(
  'a browser killed around each write holds every step of a day whole, or not at all',
  async () => {
    await openPage();
    const steps: readonly { step: string; writes: number }[] =
      await device.page.evaluate("countWrites('whole')");
    expect(await device.page.evaluate("stepsDone('whole')"), 'not killed at all').toContain(steps.length);
    const points = steps.flatMap(({ writes }, step) =>
      Array.from({ length: writes }, (_, write) =>
        (['before', 'after'] as const).map((when): CrashPoint => ({ step, write, when })),
      ).flat(),
    );
    // A step that writes nothing has no crash point, and tests nothing.
    for (const { step, writes } of steps) expect(writes, step).toBeGreaterThan(0);
    const named = points.map((point, index) => [`P${index}`, point] as const);
    for (let kill = 0; kill < kills; kill += 1) {
      const here = named.filter((_, index) => index % kills === kill);
      await killAt(here);
      for (const [name, { step, write, when }] of here) {
        const done: readonly number[] = await device.page.evaluate(`stepsDone('${name}')`);
        const isUntouched = when === 'before' && write === 0;
        const isWhole = when === 'after' && write === (steps[step]?.writes ?? 0) - 1;
        const allowed = isUntouched ? [step] : isWhole ? [step + 1] : [step, step + 1];
        const what = `killed ${when} write ${write} of “${steps[step]?.step}”`;
        expect(
          done.filter((count) => allowed.includes(count)),
          what,
        ).not.toEqual([]);
      }
    }
  },
  limitMs,
);
