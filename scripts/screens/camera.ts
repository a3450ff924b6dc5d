// Takes a picture of a page and looks it over: what axe finds, whether it has its one heading and the focus went there,
// and whether anything sticks out sideways.
/// <reference lib="dom" />
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { routeOf, type Picture, type State } from './album.ts';
import { arrivalsMissed } from './ears.ts';

/** The narrowest that WCAG asks for without a second scroll bar. */
const narrowest = 320;
/** A4 at 96 dots an inch. */
const paper = { width: 794, height: 1123 };
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Longer than this, and whoever waits takes a screen for broken. */
const settlesWithinMs = 60_000;

/** In the page. A long list is laid out as it comes into the window; a picture of all of the page has no window. */
function layOutAll(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { content-visibility: visible !important; }');
  document.adoptedStyleSheets.push(sheet);
}

export interface Findings {
  readonly pictures: Picture[];
  readonly problems: string[];
}

export class Camera {
  readonly #folder: string;
  readonly #findings: Findings;
  readonly width: number;

  constructor(folder: string, width: number, findings: Findings) {
    this.#folder = join(folder, String(width));
    this.#findings = findings;
    this.width = width;
    mkdirSync(this.#folder, { recursive: true });
  }

  /** `name` is the file's: "practice-worklist-today"; `state` is what this picture is the album's proof of. */
  async take(page: Page, name: string, state?: State): Promise<void> {
    await settle(page, state);
    await page.evaluate(layOutAll);
    await page.screenshot({ path: join(this.#folder, `${name}.png`), fullPage: true });
    this.#findings.pictures.push({ name, width: this.width, route: routeOf(page.url()), state });
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
    for (const { id, help, nodes } of violations) {
      const where = nodes.slice(0, 3).map(({ target }) => target.join(' '));
      this.note(name, `${id}: ${help} (${nodes.length}: ${where.join('; ')})`);
    }
    const headings = await page.locator('h1:visible').count();
    if (headings !== 1) this.note(name, `has ${headings} headings of the first level`);
    for (const path of await arrivalsMissed(page))
      this.note(name, `the focus did not go to the heading of ${path}`);
    await this.#measure(page, name);
  }

  /** What comes out of the printer: nobody reads paper with a screen reader, or at 320 pixels. */
  async takePaper(page: Page, name: string): Promise<void> {
    await page.emulateMedia({ media: 'print' });
    await settle(page);
    await page.setViewportSize({ width: paper.width, height: paper.height });
    await page.screenshot({ path: join(this.#folder, `${name}.png`) });
    this.#findings.pictures.push({ name, width: this.width, route: undefined, state: undefined });
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize({ width: this.width, height: 900 });
  }

  async #measure(page: Page, name: string): Promise<void> {
    if (await sticksOut(page)) this.note(name, `is wider than ${this.width} px`);
    if (this.width > 500) return;
    const size = page.viewportSize();
    await page.setViewportSize({ width: narrowest, height: 640 });
    const wide = await sticksOut(page);
    if (wide) this.note(name, `is wider than ${narrowest} px: ${wide}`);
    if (size) await page.setViewportSize(size);
  }

  /** Fails the run, and lets it go on. */
  note(name: string, what: string): void {
    const problem = `${this.width} ${name}: ${what}`;
    this.#findings.problems.push(problem);
    console.log(`  ${problem}`);
  }
}

/** Nothing loads any more, and what loaded is drawn. */
async function settle(page: Page, state?: State): Promise<void> {
  await page.waitForLoadState('load');
  if (state !== 'loading')
    await page
      .locator('[role="status"]', { hasText: /^\s*(Loading|Getting|Fetching)/ })
      .first()
      .waitFor({ state: 'hidden', timeout: settlesWithinMs });
  await page.evaluate(() => document.fonts.ready.then(() => scrollTo(0, 0)));
}

/** The first thing that is too wide, or nothing. */
function sticksOut(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return undefined;
    const wide = [...document.body.querySelectorAll('*')].find(
      (element) => element.getBoundingClientRect().right > width + 1,
    );
    return wide ? `${wide.tagName.toLowerCase()}.${wide.className}` : 'something';
  });
}
