// Draws the installable app's PNG icons and the tab's from static/icons/icon.svg. Run by hand when the drawing changes.
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { ensureChromium } from './chromium.ts';

const svg = await readFile('static/icons/icon.svg', 'utf8');
// A maskable icon is cut to the platform's shape: colour to the edges, the drawing within the inner 80%.
const maskable = svg.replace('rx="96"', '').replace('<g ', '<g transform="translate(51 51) scale(0.8)" ');

/** Twice a tab's own 16 pixels, for screens of twice as many. */
const tabSize = 32;
const appPage = 'src/app.html';

const browser = await chromium.launch({ executablePath: ensureChromium() });
const screen = await browser.newPage();
for (const [name, drawing, size] of [
  ['icon-192', svg, 192],
  ['icon-512', svg, 512],
  ['icon-maskable-192', maskable, 192],
  ['icon-maskable-512', maskable, 512],
] as const) {
  await writeFile(`static/icons/${name}.png`, await drawn(drawing, size));
}
const inTab = (await drawn(svg, tabSize)).toString('base64');
const page = await readFile(appPage, 'utf8');
await writeFile(appPage, page.replace(/(?<=rel="icon"\s+href=")[^"]*/, `data:image/png;base64,${inTab}`));
await browser.close();

async function drawn(drawing: string, size: number): Promise<Buffer> {
  await screen.setViewportSize({ width: size, height: size });
  await screen.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`);
  return screen.screenshot({ omitBackground: true });
}
