/** What a run is made of. A seed fixes all of it; what is named besides narrows it, as shrinking does. */
import { Chance } from './chance.ts';
import type { PaceName } from './world.ts';

export const faultNames = [
  'requestLost',
  'requestLate',
  'requestTwice',
  'requestCut',
  'replyLost',
  'replyLate',
  'replyCut',
  'halfOpen',
  'partition',
  'portal',
  'gateway',
  'busy429',
  'busy503',
  'crashBeforeCommit',
  'crashAfterCommit',
  'slowCommit',
  'restore',
  'tabCrash',
  'storeCrash',
  'frozenTab',
  'powerLoss',
  'quota',
  'packsEvicted',
  'originEvicted',
  'clockOff',
  'clockDrift',
  'appUpdate',
  'newerClaim',
  'signOut',
  'sessionLost',
  'rightLost',
  'backgroundSync',
  'lateLetter',
  'commitFails',
  'slowStore',
  'forgery',
  'strangeReply',
  'claimFails',
  'newerServer',
  'frozenAtReply',
] as const;
export type Fault = (typeof faultNames)[number];
export const isFault = (name: string): name is Fault => (faultNames as readonly string[]).includes(name);
export type LaneName = 'memory' | 'sqlite';

export interface SimOptions {
  readonly seed: number;
  readonly lane: LaneName;
  /** How people work; few who meet often, unless it is said. */
  readonly pace?: PaceName;
  /** These faults in place of those that the seed brings, as often as each may strike. */
  readonly brings?: readonly Fault[];
  /** Only these faults, of those that the seed brings. */
  readonly faults?: readonly Fault[];
  /** Actors that stay away. */
  readonly without?: readonly string[];
  /** After so many acts people only watch. */
  readonly actsMax?: number;
  /** Keep the history's lines. */
  readonly keepsHistory?: boolean;
}

/** Each seed has a random subset: faults that never meet in a run of all faults do in one of a few. */
export function faultsOf({ seed, faults, brings }: SimOptions): ReadonlySet<Fault> {
  const chance = new Chance(`${seed}/swarm`);
  const share = chance.pick([0, 0.1, 0.25, 0.5]) ?? 0;
  const brought = brings ?? faultNames.filter(() => chance.isLucky(share));
  return new Set(faults ? brought.filter((fault) => faults.includes(fault)) : brought);
}
