/** The last words of a run, for a person. */
import type { History } from './history.ts';
import type { Stage } from './stage.ts';

const violationsShown = 20;

/** True when every law held. */
export function report(history: History, { browsers }: Stage, seed: number, minutes: number): boolean {
  const groups = [
    ['acts', 'Acts'],
    ['told', 'Told, by outcome'],
    ['faults', 'Faults and kills'],
    ['checked', 'Compared at rest'],
  ] as const;
  for (const [group, title] of groups) {
    const counted = history.counted(group);
    console.log(`\n${title}: ${counted.reduce((sum, [, count]) => sum + count, 0)}`);
    for (const [name, count] of counted) console.log(`${String(count).padStart(7)}  ${name}`);
  }
  const complaints = browsers.flatMap(({ name, device }) =>
    device.complaints.map((words) => `${name}: ${words.split('\n', 1)[0]}`),
  );
  if (complaints.length > 0) {
    console.log(`\nBrowsers complained ${complaints.length} times`);
    for (const words of new Set(complaints)) console.log(`         ${words}`);
  }
  const { violations, file } = history;
  console.log(`\nViolations: ${violations.length}`);
  for (const { law, what } of violations.slice(0, violationsShown)) console.log(`  ${law}  ${what}`);
  if (violations.length > violationsShown) console.log(`  … and ${violations.length - violationsShown} more`);
  if (violations.length > 0) {
    console.log(`\nSeed ${seed}, ${minutes} minutes; the history is ${file}, the ledger lies beside it`);
    console.log(`Again: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  } else {
    console.log('Told is true: every answer that anybody was given is the one in the ledger');
  }
  return violations.length === 0;
}
