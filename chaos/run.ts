// `npm run chaos -- --minutes 10 --seed 1`: the real app under faults, judged. Ends with 1 when a law was broken.
// A seed fixes who sets out to do what when, and what befalls whom; real time makes each run's outcome its own.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { History } from './history.ts';
import { judgeLedger } from './judge.ts';
import { readLedger } from './ledger.ts';
import { act } from './people.ts';
import { outagesOf, troublesOf, wishesOf, type Habit } from './plan.ts';
import { bringToRest } from './rest.ts';
import { judgeScreens } from './screens-at-rest.ts';
import { keepLedger, openStage, type Stage } from './stage.ts';
import { report } from './summary.ts';
import { troubleLine, troubleServer, type Clock } from './trouble.ts';
import type { Kind } from './browser-device.ts';

const habits: Readonly<Record<Kind | 'screenless', Habit>> = {
  practice: { everyMs: 2_500, wants: { referral: 12, attention: 4, look: 1, signOut: 0.7 } },
  patient: { everyMs: 5_000, wants: { referral: 10, look: 1, signOut: 0.5 } },
  clinic: { everyMs: 9_000, wants: { takeAway: 8, look: 1, signOut: 0.3 } },
  screenless: { everyMs: 1_500, wants: { referral: 1 } },
};
const troubleEveryMs = 12_000;
const outageEveryMs = 35_000;

const { values: asked } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});

async function main(): Promise<number> {
  const [minutes, seed] = [Number(asked.minutes), Number(asked.seed)];
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    console.error('Say how long and which: npm run chaos -- --minutes 10 --seed 1');
    return 2;
  }
  const folder = join('test-results', 'chaos', `seed-${seed}`);
  const history = new History(join(folder, 'history.jsonl'));
  console.log(`Chaos for ${minutes} minutes, seed ${seed}; every event goes to ${history.file}`);
  const stage = await openStage(history);
  try {
    const before = readLedger(stage.data).entries.at(-1)?.seq ?? 0;
    await play(stage, seed, minutes, history);
    console.log('Every fault is lifted; waiting until nothing waits');
    await bringToRest(stage, history);
    console.log('At rest; judging');
    const judged = await judgeLedger(stage, before, history);
    await judgeScreens(stage, judged, history);
    keepLedger(stage, join(folder, 'data'));
  } finally {
    await stage.close();
  }
  return report(history, stage, seed, minutes) ? 0 : 1;
}

async function play(stage: Stage, seed: number, minutes: number, history: History): Promise<void> {
  const startedAt = Date.now();
  const endsAt = startedAt + minutes * 60_000;
  const clock: Clock = {
    async until(atMs) {
      await sleep(Math.max(0, Math.min(startedAt + atMs, endsAt) - Date.now()));
      return Date.now() < endsAt;
    },
  };
  const { server, browsers, screenless } = stage;
  const people = browsers.map(async (desk) => {
    for (const wish of wishesOf(seed, desk.name, minutes, habits[desk.seat.kind])) {
      if (!(await clock.until(wish.atMs))) return;
      await attempt(desk.name, history, () => act(desk, wish, stage.play));
      await attempt(desk.name, history, async () => void (await desk.look(await desk.tab(wish.isElsewhere))));
    }
  });
  const letters = screenless.map(async ({ device, ubrns }) => {
    for (const wish of wishesOf(seed, device.name, minutes, habits.screenless)) {
      if (!(await clock.until(wish.atMs))) return;
      await attempt(device.name, history, () => device.act(wish, ubrns), 'a letter that got no answer');
    }
  });
  const troubles = [
    troubleServer(server, outagesOf(seed, minutes, outageEveryMs), clock, history),
    ...browsers.map((desk) => {
      const planned = troublesOf(seed, desk.name, minutes, troubleEveryMs, true);
      return troubleLine(desk.name, desk.device.line, desk, planned, clock, history);
    }),
    ...screenless.map(({ device }) => {
      const planned = troublesOf(seed, device.name, minutes, troubleEveryMs, false);
      return troubleLine(device.name, device.line, undefined, planned, clock, history);
    }),
  ];
  await Promise.all([...people, ...letters, ...troubles]);
}

/** A fault in the middle of an act is what this is for: the act is cut short, and what was done stays done. */
async function attempt(
  who: string,
  history: History,
  work: () => Promise<void>,
  name = 'cut short by a fault or a changed screen',
): Promise<void> {
  try {
    await work();
  } catch (error) {
    history.note(who, 'is cut short', { by: String(error).split('\n', 1)[0] });
    history.count('acts', name);
  }
}

process.exitCode = await main();
