/** Which faults a run has, and when each strikes. Each fault has its own chances with each actor. */
import { Chance } from './chance.ts';
import type { Counts } from './counts.ts';
import { faultsOf, type Fault, type SimOptions } from './options.ts';

/** How often a fault strikes when it may, at the most. What kills a process or a history is rarer than a lost message. */
const rates: Readonly<Record<Fault, number>> = {
  requestLost: 0.2,
  requestLate: 0.2,
  requestTwice: 0.2,
  requestCut: 0.08,
  replyLost: 0.2,
  replyLate: 0.2,
  replyCut: 0.15,
  halfOpen: 0.1,
  partition: 0.06,
  portal: 0.12,
  gateway: 0.12,
  busy429: 0.08,
  busy503: 0.08,
  crashBeforeCommit: 0.04,
  crashAfterCommit: 0.04,
  slowCommit: 0.06,
  restore: 0.6,
  tabCrash: 0.03,
  storeCrash: 0.02,
  frozenTab: 0.04,
  powerLoss: 0.02,
  quota: 0.05,
  packsEvicted: 0.03,
  originEvicted: 0.01,
  clockOff: 0.4,
  clockDrift: 0.4,
  appUpdate: 0.5,
  newerClaim: 0.03,
  signOut: 0.04,
  sessionLost: 0.02,
  rightLost: 1,
  backgroundSync: 0.05,
  lateLetter: 0.5,
  commitFails: 0.05,
  slowStore: 0.1,
  forgery: 0.05,
  strangeReply: 0.1,
  claimFails: 0.2,
  newerServer: 0.5,
  frozenAtReply: 0.15,
};

/** These have one chance a burst or a device: weakened too, they would hardly ever meet the others. */
const onceABurst: ReadonlySet<Fault> = new Set([
  'restore',
  'appUpdate',
  'newerServer',
  'rightLost',
  'clockOff',
  'clockDrift',
]);

export class Faults {
  readonly active: ReadonlySet<Fault>;
  onStrike: (fault: Fault, actor: string) => void = () => undefined;
  readonly #seed: number;
  readonly #counts: Counts;
  readonly #chances = new Map<string, Map<Fault, Chance>>();
  readonly #strength: number;
  #isLifted = false;

  constructor(options: SimOptions, counts: Counts) {
    this.active = faultsOf(options);
    this.#seed = options.seed;
    this.#counts = counts;
    this.#strength = options.brings ? 1 : new Chance(`${options.seed}/strength`).fraction();
  }

  has(fault: Fault): boolean {
    return !this.#isLifted && this.active.has(fault);
  }

  strikes(fault: Fault, actor: string): boolean {
    if (!this.has(fault)) return false;
    const strength = onceABurst.has(fault) ? 1 : this.#strength;
    const isStruck = this.chance(fault, actor).isLucky(rates[fault] * strength);
    if (isStruck) this.#counts.add(`fault:${fault}`);
    if (isStruck) this.onStrike(fault, actor);
    return isStruck;
  }

  /** For how long, how much, where: whatever else a fault leaves to chance. */
  chance(fault: Fault, actor: string): Chance {
    let theirs = this.#chances.get(actor);
    if (!theirs) this.#chances.set(actor, (theirs = new Map<Fault, Chance>()));
    let chance = theirs.get(fault);
    if (!chance) theirs.set(fault, (chance = new Chance(`${this.#seed}/${actor}/${fault}`)));
    return chance;
  }

  lift(): void {
    this.#isLifted = true;
  }
}
