// What somebody hears who does not see the screen: where the focus goes when a page is new, and what the regions say that
// were there before they changed.
/// <reference lib="dom" />
import type { BrowserContext, Page } from '@playwright/test';

interface Arrival {
  readonly path: string;
  isAtHeading: boolean;
}

declare global {
  interface Window {
    /** Pages that a link of the app led to; the first of a visit is the browser's to announce. */
    arrivals?: Arrival[];
    /** What status regions have said, oldest first. */
    said?: string[];
  }
}

/** Before any page of it is opened. */
export async function listen(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const arrivals: Arrival[] = (window.arrivals = []);
    const said: string[] = (window.said = []);
    const push = history.pushState.bind(history);
    history.pushState = (data, unused, url) => {
      const from = location.pathname;
      push(data, unused, url);
      if (location.pathname !== from) arrivals.push({ path: location.pathname, isAtHeading: false });
    };
    addEventListener('focusin', ({ target }) => {
      const last = arrivals.at(-1);
      if (last && target instanceof Element && target.tagName === 'H1') last.isAtHeading = true;
    });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest('[role="status"], [role="alert"], [aria-live]');
        if (region) said.push(region.textContent.replace(/\s+/g, ' ').trim());
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}

/** The last page that a link led to, if its heading never had the focus. */
export async function arrivalsMissed(page: Page): Promise<string[]> {
  const last = () => window.arrivals?.at(-1);
  const isHeard = () => window.arrivals?.at(-1)?.isAtHeading !== false;
  await page.waitForFunction(isHeard, undefined, { timeout: 3_000 }).catch(() => undefined);
  const arrival = await page.evaluate(last);
  return arrival && !arrival.isAtHeading ? [arrival.path] : [];
}

/** Whether a status region has said this since the page was loaded. */
export function hears(page: Page, words: RegExp): Promise<boolean> {
  return page.evaluate(
    ([source, flags]) => window.said?.some((text) => new RegExp(source, flags).test(text)) ?? false,
    [words.source, words.flags] as const,
  );
}
