import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { runSeed } from './seed.ts';

vi.setConfig({ testTimeout: 180_000 });

const actsMax = 120;

const run = fileURLToPath(new URL('run.ts', import.meta.url));

function hashElsewhere(lane: string, seed: number, env: Record<string, string>): string {
  const args = [
    run,
    '--seed',
    `${seed}`,
    '--seeds',
    '1',
    '--lane',
    lane,
    '--hash',
    '--no-shrink',
    '--acts',
    `${actsMax}`,
    '--pace',
    'meeting',
  ];
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return new RegExp(`^${seed} ([0-9a-f]{16})$`, 'm').exec(output)?.[1] ?? output;
}

test.each(['memory', 'sqlite'] as const)(
  'one seed is one history, again, in a fresh process, in another zone and language: %s',
  async (lane) => {
    const seed = 1_003;
    const here = (await runSeed({ seed, lane, actsMax })).hash;
    // Another seed in between leaves nothing behind.
    await runSeed({ seed: seed + 1, lane, actsMax });
    expect((await runSeed({ seed, lane, actsMax })).hash).toBe(here);
    expect(
      hashElsewhere(lane, seed, { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }),
    ).toBe(here);
    expect(hashElsewhere(lane, seed, { TZ: 'America/St_Johns', LC_ALL: 'C' })).toBe(here);
  },
);

test('what is kept of a history does not change it', async () => {
  const [kept, not] = [true, false].map((keepsHistory) => runSeed({ seed: 5, lane: 'memory', keepsHistory }));
  expect((await kept)?.hash).toBe((await not)?.hash);
});
