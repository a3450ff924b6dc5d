import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quickPreload } from './quick-preload.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-preload-'));
  writeFileSync(join(root, 'entry.js'), `import('./screen.js').then(({ name }) => console.log(name));`);
  writeFileSync(join(root, 'screen.js'), `import './screen.css'; export const name = 'screen';`);
  writeFileSync(join(root, 'screen.css'), '.screen { color: red }');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function built(plugins: Plugin[]): Promise<string> {
  const made = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins,
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, 'entry.js') },
    },
  });
  const { output } = made as { output: readonly { type: string; code?: string }[] };
  return output.map(({ code = '' }) => code).join('\n');
}

test('a part of a screen is found by its own address, and fetched ahead as before', async () => {
  expect(await built([])).toContain('import.meta.resolve');
  const quick = await built([quickPreload]);
  expect(quick).not.toContain('import.meta.resolve');
  expect(quick).toContain('modulepreload');
  expect(quick).toMatch(/assets\/screen-[\w-]+\.css/);
});
