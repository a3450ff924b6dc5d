/** Plants one bug and hunts it, in a process of its own: nobody shares modules with a bug. */
import { spawnSync } from 'node:child_process';
import type { Hunt } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import type { Scratch } from './scratch.ts';

/** A bug that stops the world is one as well; longer than this no number of seeds takes. */
const patienceMs = 15 * 60_000;

export interface Catch extends Hunt {
  readonly mutant: Mutant;
  readonly seconds: number;
}

export function hunted(mutant: Mutant, scratch: Scratch, seeds: number, firstSeed = 1): Catch {
  scratch.plant(mutant);
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['sim/mutants/hunt.ts', `${firstSeed}`, `${seeds}`, (mutant.needs ?? []).join()],
    { cwd: scratch.root, encoding: 'utf8', timeout: patienceMs },
  );
  scratch.mend();
  // A copy that does not even start proves nothing of the oracle: it is a mutant to be mended.
  if (status !== 0) throw new Error(`mutants: ${mutant.name} does not run: ${stderr.slice(-2_000)}`);
  const seconds = (performance.now() - started) / 1000;
  return { ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Hunt), mutant, seconds };
}
