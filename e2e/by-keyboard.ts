// Going about by keyboard alone: no mouse, no script that clicks, and the focus always to be seen.
import { expect, type Locator, type Page } from '@playwright/test';
import { settles } from './screens.ts';

/** More steps than this from one thing to the next, and nobody would get there. */
const tabsMax = 120;

/** A new page begins at its heading, for whoever cannot see that it is new. */
export async function arrives(page: Page, heading: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeFocused(settles);
}

export async function press(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}

/** Tab leads to a group of radio buttons, the arrows lead through it. */
export async function choose(page: Page, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole('radio', { name });
  await reach(page, page.getByRole('radio').first());
  await page.keyboard.press('Space');
  for (let steps = 0; !(await wanted.isChecked()); steps += 1) {
    expect(steps, `The arrows do not lead to ${String(name)}`).toBeLessThan(tabsMax);
    await page.keyboard.press('ArrowDown');
  }
}

/** By the Tab key alone; what has the focus must show it. */
export async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible(settles);
  const hasFocus = () => target.evaluate((element) => element === document.activeElement);
  for (let tabs = 0; !(await hasFocus()); tabs += 1) {
    expect(tabs, `Tab does not lead to ${target.toString()}`).toBeLessThan(tabsMax);
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeInViewport();
  expect(await target.evaluate(showsFocus), `${target.toString()} shows that it has the focus`).toBe(true);
}

/** In the page: a ring or a shadow that can be seen. */
function showsFocus(element: Element): boolean {
  // Radios and boxes are drawn by their label, and the ring with them.
  const isDrawn = element.matches('.nhsuk-radios__input, .nhsuk-checkboxes__input');
  const drawn = isDrawn ? element.nextElementSibling : null;
  const { outlineStyle, outlineWidth, outlineColor, boxShadow } = drawn
    ? getComputedStyle(drawn, '::before')
    : getComputedStyle(element);
  const hasRing = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor);
  return element.matches(':focus-visible') && (hasRing || boxShadow !== 'none');
}
