/**
 * Makes a failing world smaller while it goes on failing by the same law: fewer acts, fewer faults, fewer actors. Each actor
 * and fault has chances of its own, so what stays mostly does what it did.
 */
import { faultsOf, type SimOptions } from './options.ts';
import { runSeed, type SeedResult } from './seed.ts';

/** Runs that one failure may cost. */
const runsMax = 150;

export interface Shrunk {
  readonly options: SimOptions;
  readonly history: readonly string[];
}

export async function shrink(options: SimOptions, failed: SeedResult): Promise<Shrunk> {
  const law = failed.violations[0]?.law;
  let runs = 0;
  let best = options;
  const stillFails = async (tried: SimOptions): Promise<boolean> => {
    runs += 1;
    const { violations } = await runSeed({ ...tried, keepsHistory: false });
    return violations.some((one) => one.law === law);
  };
  const keepIf = async (tried: SimOptions): Promise<boolean> => {
    if (runs >= runsMax || !(await stillFails(tried))) return false;
    best = tried;
    return true;
  };

  await fewerActs(failed.acts, (actsMax) => keepIf({ ...best, actsMax }));
  for (const fault of faultsOf(options)) {
    const faults = [...faultsOf(best)].filter((one) => one !== fault);
    await keepIf({ ...best, faults });
  }
  for (const actor of failed.actors) await keepIf({ ...best, without: [...(best.without ?? []), actor] });
  await fewerActs(best.actsMax ?? failed.acts, (actsMax) => keepIf({ ...best, actsMax }));

  const { history } = await runSeed({ ...best, keepsHistory: true });
  const { keepsHistory: _, ...told } = best;
  return { options: told, history };
}

/** By halves: a history that fails at some act mostly fails at every later one too. */
async function fewerActs(most: number, isEnough: (acts: number) => Promise<boolean>): Promise<void> {
  let [few, enough] = [0, most];
  while (enough - few > 1) {
    const tried = Math.floor((few + enough) / 2);
    if (await isEnough(tried)) enough = tried;
    else few = tried;
  }
}
