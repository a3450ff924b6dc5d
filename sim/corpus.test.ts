import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { SimOptions } from './options.ts';
import { runSeed } from './seed.ts';

vi.setConfig({ testTimeout: 180_000 });

const folder = new URL('corpus/', import.meta.url);
const found = readdirSync(folder).flatMap((file) =>
  readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SimOptions),
);

const violations = async (options: SimOptions) => (await runSeed(options)).violations;

test.each(found)('found once, mended since: seed $seed, $lane', async (options) => {
  expect(await violations(options)).toEqual([]);
});

/** A bounded slice; the long runs are `npm run sim`. */
test.each([
  { lane: 'memory', pace: 'meeting', seeds: 4 },
  { lane: 'sqlite', pace: 'meeting', seeds: 2 },
  { lane: 'memory', pace: 'busy', seeds: 1 },
  { lane: 'sqlite', pace: 'busy', seeds: 1 },
] as const)(
  'so many seeds show nothing that may not be: $seeds, $lane, $pace',
  async ({ lane, pace, seeds }) => {
    for (let seed = 1_000; seed < 1_000 + seeds; seed += 1)
      expect(await violations({ seed, lane, pace })).toEqual([]);
  },
);
