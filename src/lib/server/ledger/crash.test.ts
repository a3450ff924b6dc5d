import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killTrial } from './testing/kill-trial.ts';

test('killed under load, three times over: nothing that was told is lost, nothing is settled twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  let told = 0;
  for (const killAfterMs of [0, 80, 200]) {
    const trial = await killTrial(join(folder, 'holdfast.db'), killAfterMs);
    expect(trial).toMatchObject({ lost: [], violations: [] });
    told += trial.told;
  }
  expect(told).toBeGreaterThan(0);
  rmSync(folder, { recursive: true });
}, 30_000);
