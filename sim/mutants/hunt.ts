/**
 * Plays seeds in a copy of the source that has a bug in it, until one of them shows something that may not be. Prints what
 * it found as JSON. Run by catch.ts, in the copy.
 */
import { faultsOf, type Fault } from '../options.ts';
import { runSeed } from '../seed.ts';

export interface Hunt {
  /** Undefined: none of the seeds showed it. */
  readonly found?: { readonly seed: number; readonly law: string; readonly what: string };
  /** Every law that the seed broke. */
  readonly laws: readonly string[];
  readonly seeds: number;
  readonly claims: number;
}

const [from = '1', count = '0', needs = ''] = process.argv.slice(2);

async function hunt(seeds: readonly number[]): Promise<Hunt> {
  let claims = 0;
  for (const [index, seed] of seeds.entries()) {
    const { violations, counts } = await runSeed({ seed, lane: 'sqlite', pace: 'meeting' });
    claims += counts.get('claims');
    const [first] = violations;
    if (!first) continue;
    const laws = [...new Set(violations.map(({ law }) => law))];
    return { found: { seed, ...first }, laws, seeds: index + 1, claims };
  }
  return { laws: [], seeds: seeds.length, claims };
}

/** How many seeds are looked at for each that is played. */
const choiceOf = 10;

/** Those that bring most of what is wanted go first, else in order. */
function inOrder(first: number, many: number, wanted: readonly string[]): number[] {
  const seeds = Array.from({ length: many * choiceOf }, (_, index) => first + index);
  const brings = (seed: number) => {
    const faults = faultsOf({ seed, lane: 'sqlite' });
    return wanted.filter((fault) => faults.has(fault as Fault)).length;
  };
  return seeds
    .map((seed) => ({ seed, brings: brings(seed) }))
    .sort((a, b) => b.brings - a.brings || a.seed - b.seed)
    .slice(0, many)
    .map(({ seed }) => seed);
}

console.log(
  JSON.stringify(await hunt(inOrder(Number(from), Number(count), needs.split(',').filter(Boolean)))),
);
