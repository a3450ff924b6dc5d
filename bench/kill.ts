// Acceptance: a writer under load is killed with SIGKILL, over and over, on one ledger that goes on growing.
// Every claim that had been answered must be there as it was told, every other must settle once, and the journal must verify.
// `node bench/kill.ts [--trials 30]`
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killTrial } from '#lib/server/ledger/testing/kill-trial.ts';

const { values } = parseArgs({ options: { trials: { type: 'string', default: '30' } } });
const trials = Number(values.trials);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'));
const file = join(folder, 'holdfast.db');
const sum = { told: 0, unknown: 0, landed: 0, lost: 0, violations: 0 };

console.log('trial  killed after  told  unknown  of which landed  lost  violations');
for (let trial = 1; trial <= trials; trial += 1) {
  const killAfterMs = 20 + Math.round(Math.random() * 380);
  const { told, unknown, landed, lost, violations } = await killTrial(file, killAfterMs);
  const cells = [told, unknown, landed, lost.length, violations.length];
  console.log(
    [
      `${trial}`.padStart(5),
      `${killAfterMs} ms`.padStart(13),
      ...cells.map((cell) => `${cell}`.padStart(6)),
    ].join(' '),
  );
  for (const line of [...lost, ...violations].slice(0, 10)) console.error(`       ${line}`);
  sum.told += told;
  sum.unknown += unknown;
  sum.landed += landed;
  sum.lost += lost.length;
  sum.violations += violations.length;
}
const megabytes = (statSync(file).size / 2 ** 20).toFixed(1);
console.log(
  `${trials} trials: ${sum.told} claims told, ${sum.lost} of them lost; ${sum.unknown} unknown, ${sum.landed} of them had landed; ` +
    `${sum.violations} violations; the ledger grew to ${megabytes} MB`,
);
rmSync(folder, { recursive: true });
process.exitCode = sum.lost + sum.violations > 0 || sum.told === 0 ? 1 : 0;
