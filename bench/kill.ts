// Acceptance: a writer under load is killed with SIGKILL, over and over, on one ledger that goes on growing.
// Every claim that had been answered must be there as it was told, every other must settle once, and the journal must verify.
// `node bench/kill.ts [--trials 30]`
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killTrial } from '#lib/server/ledger/testing/kill-trial.ts';

/** The writer is killed at a moment nobody chose, within this long of its first answers. */
const killWithinMs = 400;

export interface KillResult {
  readonly lines: readonly string[];
  readonly isKept: boolean;
}

export async function kill(trials: number, say: (line: string) => void): Promise<KillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'));
  const file = join(folder, 'holdfast.db');
  const sum = { told: 0, unknown: 0, landed: 0, lost: 0, violations: 0 };
  say('trial  killed after    told unknown  landed    lost violations');
  for (let trial = 1; trial <= trials; trial += 1) {
    const killAfterMs = Math.round(Math.random() * killWithinMs);
    const { told, unknown, landed, lost, violations } = await killTrial(file, killAfterMs);
    const cells = [told, unknown, landed, lost.length, violations.length].map((cell) =>
      `${cell}`.padStart(7),
    );
    say([`${trial}`.padStart(5), `${killAfterMs} ms`.padStart(12), ...cells].join(' '));
    for (const line of [...lost, ...violations].slice(0, 10)) say(`      ${line}`);
    sum.told += told;
    sum.unknown += unknown;
    sum.landed += landed;
    sum.lost += lost.length;
    sum.violations += violations.length;
  }
  const megabytes = (statSync(file).size / 2 ** 20).toFixed(1);
  rmSync(folder, { recursive: true });
  return {
    lines: [
      `${trials} trials of SIGKILL during load: ${sum.told} claims had been told, ${sum.lost} of them lost`,
      `${sum.unknown} were unknown, ${sum.landed} of them had landed; sent again, each has one verdict`,
      `${sum.violations} violations; the ledger grew to ${megabytes} MB`,
    ],
    isKept: sum.lost === 0 && sum.violations === 0 && sum.told > 0,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { trials: { type: 'string', default: '30' } } });
  const { lines, isKept } = await kill(Number(values.trials), console.log);
  for (const line of lines) console.log(line);
  process.exitCode = isKept ? 0 : 1;
}
