/** The end: every fault is lifted, everybody is back, online and signed in, until nothing waits; or it took too long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserDevice } from './browser-device.ts';
import type { History } from './history.ts';
import type { ClaimOnDisk, OnDisk } from './records.ts';
import { flat } from './sentences.ts';
import type { Stage } from './stage.ts';

/** The longest wait between two tries of a device is a minute, and two cores are busy. */
const limitMs = 150_000;

export const isUnsettled = ({ state, askAgain }: ClaimOnDisk) =>
  state === 'waiting' || state === 'sent' || (state === 'settled' && askAgain);

export async function bringToRest({ server, browsers, screenless }: Stage, history: History): Promise<void> {
  history.note('!oracle', 'all is mended');
  await server.restart();
  for (const { device } of screenless) device.line.clear();
  const until = Date.now() + limitMs;
  for (const desk of browsers) {
    await desk.device.goOnline();
    desk.device.line.clear();
    await persist(until, () => backAtWork(desk)).catch(async (error: unknown) => {
      const page = await desk.tab();
      const shown = flat(await page.locator('body').innerText());
      history.blame(
        'I9',
        `${desk.name} does not come back (${flat(String(error)).slice(0, 80)}): ${shown.slice(0, 400)}`,
      );
    });
  }
  for (const { device } of screenless) {
    while (device.hasUnanswered && Date.now() < until) {
      await device.deliver().catch(() => sleep(500));
    }
    if (device.hasUnanswered) history.blame('I9', `${device.name} still waits for an answer`);
  }
  for (const desk of browsers) {
    let waiting = await unsettledOf(desk);
    while (waiting.length > 0 && Date.now() < until) {
      await sleep(500);
      waiting = await unsettledOf(desk);
    }
    for (const { id, state } of waiting) history.blame('I9', `${id} is still ${state} on ${desk.name}`);
  }
}

async function backAtWork(desk: BrowserDevice): Promise<void> {
  const page = await desk.tab();
  await desk.device.goto(desk.home, page);
  await desk.hasSomebody(page);
  await desk.device.goto(desk.home, page);
  await page.getByRole('status').filter({ hasText: 'Connected' }).first().waitFor({ timeout: 20_000 });
}

async function unsettledOf(desk: BrowserDevice): Promise<readonly ClaimOnDisk[]> {
  const disk: OnDisk | undefined = await desk.look(await desk.tab());
  return (disk?.claims ?? []).filter(isUnsettled);
}

/** What a busy machine does not do at once it may do at the second try; not at the fifth. */
export async function persist(until: number, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 3 || Date.now() > until) throw error;
      await sleep(1_000);
    }
  }
}
