import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { quickParts } from './quick-parts.ts';

type Parts = readonly (() => Promise<unknown>)[];

function partsOf(code: string, fetchPart: (id: string) => Promise<unknown>): Parts {
  const { transform } = quickParts;
  if (typeof transform !== 'object') throw new Error('The plugin transforms nothing');
  const { code: quick } = transform.handler.call({} as never, code, 'app.js') as { code: string };
  const script = quick
    .replace(/import\('\.\/nodes\/(\d+)'\)/g, "fetchPart('$1')")
    .replace('export const nodes', 'nodes');
  const world = { fetchPart, nodes: [] as Parts };
  runInNewContext(script, world);
  return world.nodes;
}

const list = `export const nodes = [\n\t() => import('./nodes/0'),\n\t() => import('./nodes/1')\n];\n`;

test('a part is fetched once, however often and whenever it is asked for; one that could not be, again', async () => {
  const asked: string[] = [];
  let isDown = false;
  const parts = partsOf(list, (id) => {
    asked.push(id);
    return isDown ? Promise.reject(new Error('No connection')) : Promise.resolve({ name: id });
  });
  await Promise.all([parts[0]?.(), parts[0]?.()]);
  expect(await parts[0]?.()).toEqual({ name: '0' });
  expect(asked).toEqual(['0']);
  isDown = true;
  await expect(parts[1]?.()).rejects.toThrow('No connection');
  await expect(parts[1]?.()).rejects.toThrow('No connection');
  isDown = false;
  expect(await parts[1]?.()).toEqual({ name: '1' });
  expect(asked).toEqual(['0', '1', '1', '1']);
});

test('a list of another shape stops the build', () => {
  expect(() => partsOf('export const nodes = [];', () => Promise.resolve())).toThrow(/look at it again/);
});
