// From a press to the picture that answers it, by the browser's own clocks: the event's time stamp, the frame that shows
// what changed, and what Event Timing says of the same press.
/// <reference lib="dom" />
import type { Page } from '@playwright/test';

export interface Pressed {
  /** To the end of the frame that shows the last of what the press changed. */
  readonly paintedMs: number;
  /** To the next picture's way out, by the browser's own word for it; in steps of 8 ms, and 0 for less than 16. */
  readonly presentedMs: number;
}

/** Longer than anything here takes, so that an answer in two parts counts to the second. */
const quietMs = 400;
const limitMs = 10_000;
/** The pointer stands still before it presses, as a hand does. */
const restMs = 120;

/** `watched`: what has to say something else afterwards. A press that changes nothing fails. */
export async function pressOn(page: Page, selector: string, watched: string): Promise<Pressed> {
  const target = page.locator(selector);
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error(`Nowhere to press: ${selector}`);
  // By the mouse itself: Playwright's own click looks at the page meanwhile.
  await page.mouse.move(box.x + Math.min(box.width, 60) / 2, box.y + box.height / 2);
  return pressed(page, watched, async () => {
    await page.mouse.down();
    await page.mouse.up();
  });
}

export function pressKey(page: Page, key: string, watched: string): Promise<Pressed> {
  return pressed(page, watched, () => page.keyboard.press(key));
}

async function pressed(page: Page, watched: string, press: () => Promise<void>): Promise<Pressed> {
  await page.waitForTimeout(restMs);
  const answer = page.evaluate(watchPress, { watched, quietMs, limitMs });
  // Behind the watch in the page's own line of messages.
  await page.evaluate('0');
  await press();
  return answer;
}

interface Watch {
  readonly watched: string;
  readonly quietMs: number;
  readonly limitMs: number;
}

/** Runs in the page, from before a press until nothing has changed for a while after it. */
function watchPress({ watched, quietMs: quiet, limitMs: limit }: Watch): Promise<Pressed> {
  const said = () => document.querySelector(watched)?.textContent.replace(/\s+/g, ' ');
  // The frame around the screen tells of other things: the line, and how many wait.
  const around = 'header, footer, #svelte-announcer';
  const before = said();
  let [at, paintedAt, presentedMs] = [0, 0, 0];
  let isAnswered = false;

  return new Promise((resolve, reject) => {
    const presses = ['keydown', 'click'];
    const onPress = ({ timeStamp }: Event) => (at ||= timeStamp);
    for (const type of presses) addEventListener(type, onPress, { capture: true });
    const timing = new PerformanceObserver((list) => {
      for (const { name, startTime, duration } of list.getEntries())
        if (presses.includes(name) && startTime === at) presentedMs = duration;
    });
    timing.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    const changes = new MutationObserver((records) => {
      const isOurs = records.some(({ target }) => {
        const element = target instanceof Element ? target : target.parentElement;
        return element?.closest(around) === null;
      });
      if (at === 0 || !isOurs) return;
      isAnswered ||= said() !== before;
      // A message sent in a frame comes in when the frame is done.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          paintedAt = performance.now();
          clearTimeout(end);
          end = setTimeout(finish, quiet);
        };
        port2.postMessage(null);
      });
    });
    changes.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    const finish = () => {
      changes.disconnect();
      timing.disconnect();
      for (const type of presses) removeEventListener(type, onPress, { capture: true });
      if (isAnswered) resolve({ paintedMs: paintedAt - at, presentedMs });
      else reject(new Error(`The press changed nothing of ${watched}: ${before ?? 'nothing there'}`));
    };
    let end = setTimeout(finish, limit);
  });
}
