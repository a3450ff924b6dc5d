/**
 * Who does what when, from a seed alone. Real time makes the outcome vary; what people set out to do, and what befalls
 * whom, is the same in each run of a seed.
 */
import { Chance } from '../sim/chance.ts';

export type Want = 'referral' | 'attention' | 'look' | 'signOut' | 'takeAway';

/** What a person sets out to do; what comes of it depends on what their screen then shows. */
export interface Wish {
  readonly atMs: number;
  readonly want: Want;
  /** Which of the referrals, staff, times or cards that they find there. */
  readonly which: number;
  /** Decides between the things that can be done, and how sure they are of it. */
  readonly dice: number;
  /** Places in the list of times, best first. */
  readonly choices: readonly number[];
  /** In another tab than the first. */
  readonly isElsewhere: boolean;
}

export const lineTroubles = [
  'offline',
  'down',
  'blackHole',
  'latency',
  'dropAnswer',
  'duplicate',
  'captivePortal',
  'badGateway',
  'truncate',
  'wrongDate',
] as const;
export type LineTrouble = (typeof lineTroubles)[number];

export interface Trouble {
  readonly atMs: number;
  readonly kind: LineTrouble | 'kill';
  readonly forMs: number;
  /** How slow, or how wrong. */
  readonly dice: number;
}

export interface Habit {
  /** Between two wishes, on average. */
  readonly everyMs: number;
  readonly wants: Readonly<Partial<Record<Want, number>>>;
}

export function wishesOf(seed: number, who: string, minutes: number, habit: Habit): Wish[] {
  const chance = new Chance(`${seed}/${who}/wishes`);
  const wishes: Wish[] = [];
  for (let atMs = chance.int(habit.everyMs); atMs < minutes * 60_000; atMs += chance.wait(habit.everyMs)) {
    wishes.push({
      atMs,
      want: weighted(habit.wants, chance.fraction()),
      which: chance.int(1_000_000),
      dice: chance.fraction(),
      choices: chance.some([0, 1, 2, 3], chance.between(1, 2)),
      isElsewhere: chance.isLucky(0.25),
    });
  }
  return wishes;
}

/** `kills`: may the power go as well as the line? */
export function troublesOf(
  seed: number,
  who: string,
  minutes: number,
  everyMs: number,
  kills: boolean,
): Trouble[] {
  const chance = new Chance(`${seed}/${who}/troubles`);
  const troubles: Trouble[] = [];
  let atMs = 5_000 + chance.wait(everyMs);
  while (atMs < minutes * 60_000) {
    const isKill = chance.isLucky(0.2) && kills;
    const kind = isKill ? 'kill' : (chance.pick(lineTroubles) ?? 'down');
    const forMs = chance.between(1_500, isKill ? 4_000 : 12_000);
    troubles.push({ atMs, kind, forMs, dice: chance.fraction() });
    atMs += forMs + chance.wait(everyMs);
  }
  return troubles;
}

/** When the server is killed, and for how long it stays away. */
export function outagesOf(seed: number, minutes: number, everyMs: number): Trouble[] {
  const chance = new Chance(`${seed}/server`);
  const outages: Trouble[] = [];
  for (let atMs = chance.wait(everyMs); atMs < minutes * 60_000; atMs += 8_000 + chance.wait(everyMs)) {
    outages.push({ atMs, kind: 'kill', forMs: chance.between(200, 4_000), dice: chance.fraction() });
  }
  return outages;
}

function weighted(weights: Habit['wants'], fraction: number): Want {
  const entries = Object.entries(weights) as [Want, number][];
  let left = fraction * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [want, weight] of entries) if ((left -= weight) < 0) return want;
  return 'look';
}
