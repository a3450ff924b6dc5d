/** Plants one bug and hunts it, in a process of its own: nobody shares modules with a bug. */
import { spawnSync } from 'node:child_process';
import type { Hunt } from './hunt.ts';
import type { Mutant } from './mutant.ts';
import type { Scratch } from './scratch.ts';

/** A bug that stops the world is one as well; longer than this no number of seeds takes. */
const patienceMs = 15 * 60_000;

/** As `npm run sim` has them. */
const flags = ['--single-threaded-gc', '--import', 'zod/compile'];

export interface Catch extends Hunt {
  readonly mutant: Mutant;
  readonly seconds: number;
}

export function hunted(mutant: Mutant, scratch: Scratch, seeds: number): Catch {
  const started = performance.now();
  scratch.plant(mutant);
  // A copy that does not even start proves nothing of the oracle: such a bug is to be planted better.
  const caught = play(scratch, 1, seeds, mutant.needs);
  scratch.mend();
  const { found } = caught;
  // What the seed shows without the bug as well, the bug has no part in.
  const control = found && play(scratch, found.seed, 1).found;
  if (control) throw new Error(`mutants: seed ${control.seed} shows without any bug: ${control.what}`);
  return { ...caught, mutant, seconds: (performance.now() - started) / 1000 };
}

function play(scratch: Scratch, firstSeed: number, seeds: number, needs: Mutant['needs'] = []): Hunt {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, 'sim/mutants/hunt.ts', `${firstSeed}`, `${seeds}`, needs.join()],
    { cwd: scratch.root, encoding: 'utf8', timeout: patienceMs },
  );
  if (status !== 0) throw new Error(`mutants: the copy does not run: ${stderr.slice(-2_000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Hunt;
}
