/** All the planted bugs, in the order in which they are hunted. */
import { deviceMutants } from './device.ts';
import { ledgerMutants } from './ledger.ts';
import type { Mutant } from './mutant.ts';
import { ruleMutants } from './rules.ts';

export const mutants: readonly Mutant[] = [...ruleMutants, ...ledgerMutants, ...deviceMutants];
