// From a press to the picture that answers it, by the browser's own clocks: the event's time stamp, the frame that shows
// what changed, and what Event Timing says of the same press.
/// <reference lib="dom" />
import type { Page } from '@playwright/test';

export interface Pressed {
  /**
   * To the end of the frame that shows the last of what the press changed on the visible screen: what somebody sees is right
   * from here on. A change of which it is not plain that it lies outside the window counts.
   */
  readonly answeredMs: number;
  /** To the end of the frame that shows the last of what the press changed anywhere on the page, far below the window too. */
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
  // Its first line: between two lines of a link there is nothing to press.
  const box = await target.evaluate((node) => node.getClientRects()[0]);
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
  const around = 'header, footer, section.line, #svelte-announcer';
  const before = said();
  let [at, paintedAt, presentedMs] = [0, 0, 0];
  const frames: { readonly paintedAt: number; readonly changes: readonly MutationRecord[] }[] = [];
  let isAnswered = false;

  const isInWindow = (node: Node): boolean => {
    const range = document.createRange();
    range.selectNode(node);
    const { top, bottom, width, height } = range.getBoundingClientRect();
    return width > 0 && height > 0 && bottom > 0 && top < innerHeight;
  };
  /** Asked when all is done: a page that is laid out to be measured answers later than one that is not. */
  const isSeen = (record: MutationRecord): boolean => {
    const { type, target, addedNodes, removedNodes, previousSibling, attributeName } = record;
    if (!target.isConnected) return false;
    // How long a table is that is still being drawn: said to screen readers, and nothing to see.
    if (attributeName === 'aria-rowcount') return false;
    if (type !== 'childList') return isInWindow(target);
    if ([...addedNodes].some((node) => node.isConnected && isInWindow(node))) return true;
    if (![...removedNodes].some((node) => node instanceof Element || node.textContent)) return false;
    // What was there is gone: it was seen, unless what stood before it is still there and ends below the window.
    let before = previousSibling;
    while (before && !(before instanceof Element)) before = before.previousSibling;
    if (!before?.isConnected) return isInWindow(target);
    return before.getBoundingClientRect().bottom < innerHeight;
  };

  return new Promise((resolve, reject) => {
    const presses = ['keydown', 'click'];
    // Asked for at the press, so before all that the page asks for: it comes first in each frame, when the one before is out.
    const whenOut: (() => void)[] = [];
    const eachFrame = () => {
      for (const isOut of whenOut.splice(0)) isOut();
      nextFrame = requestAnimationFrame(eachFrame);
    };
    let nextFrame = 0;
    const onPress = ({ timeStamp }: Event) => {
      at ||= timeStamp;
      nextFrame ||= requestAnimationFrame(eachFrame);
    };
    for (const type of presses) addEventListener(type, onPress, { capture: true });
    const timing = new PerformanceObserver((list) => {
      for (const { name, startTime, duration } of list.getEntries())
        if (presses.includes(name) && startTime === at) presentedMs = duration;
    });
    timing.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    const changes = new MutationObserver((records) => {
      const ours = records.filter(({ target }) => {
        const element = target instanceof Element ? target : target.parentElement;
        return element?.closest(around) === null;
      });
      if (at === 0 || ours.length === 0) return;
      isAnswered ||= said() !== before;
      // A message sent in a frame comes in when the frame is done, unless the next frame is quicker.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        let isOut = false;
        const out = () => {
          if (isOut) return;
          isOut = true;
          paintedAt = performance.now();
          frames.push({ paintedAt, changes: ours });
          clearTimeout(end);
          end = setTimeout(finish, quiet);
        };
        whenOut.push(out);
        port1.onmessage = () => {
          // Left open it would keep this watch, and with it every page that was seen to go.
          port1.close();
          out();
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
      cancelAnimationFrame(nextFrame);
      for (const type of presses) removeEventListener(type, onPress, { capture: true });
      const answeredAt =
        (frames.findLast(({ changes }) => changes.some(isSeen)) ?? frames[0])?.paintedAt ?? paintedAt;
      if (isAnswered) resolve({ answeredMs: answeredAt - at, paintedMs: paintedAt - at, presentedMs });
      else reject(new Error(`The press changed nothing of ${watched}: ${before ?? 'nothing there'}`));
    };
    let end = setTimeout(finish, limit);
  });
}
