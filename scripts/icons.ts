// Draws the installable app's PNG icons from static/icons/icon.svg. Run by hand when the drawing changes.
import { readFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { ensureChromium } from './chromium.ts';

const svg = await readFile('static/icons/icon.svg', 'utf8');
// A maskable icon is cut to the platform's shape: colour to the edges, the drawing within the inner 80%.
const maskable = svg.replace('rx="96"', '').replace('<g ', '<g transform="translate(51 51) scale(0.8)" ');

const browser = await chromium.launch({ executablePath: ensureChromium() });
const page = await browser.newPage();
for (const [name, drawing, size] of [
  ['icon-48', svg, 48],
  ['icon-192', svg, 192],
  ['icon-512', svg, 512],
  ['icon-maskable-192', maskable, 192],
  ['icon-maskable-512', maskable, 512],
] as const) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`);
  await page.screenshot({ path: `static/icons/${name}.png`, omitBackground: true });
}
await browser.close();
