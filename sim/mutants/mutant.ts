/** A planted bug: a small change of the source that ships, and where in the world it is likely to show. */
import type { Fault } from '../options.ts';

export interface Edit {
  readonly file: string;
  /** Stands exactly once in the file; a refactoring that moves it has to move this too. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant {
  readonly name: string;
  /** What is wrong with it, in a sentence's rest. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** Seeds that bring these faults are played first. It saves time only: every seed is as it would be anyway. */
  readonly needs?: readonly Fault[];
}

export const edit = (file: string, from: string, to: string): Edit => ({ file, from, to });

export function patched(text: string, { file, from, to }: Edit): string {
  const at = text.indexOf(from);
  if (at < 0) throw new Error(`mutants: ${file} no longer says ${JSON.stringify(from)}`);
  if (text.includes(from, at + 1))
    throw new Error(`mutants: ${file} says ${JSON.stringify(from)} more than once`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}
