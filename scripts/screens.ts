// `npm run screens`: pictures of every screen in its main states, phone and computer, from the real app, each looked
// over by axe. `-- --only practice,rare` takes those series, `-- --at http://…` uses a server that runs already. A whole run
// ends with a table of every screen and its states, and fails where one is missing (screens/album.ts); series taken one by one
// are judged together by `-- --table`.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build, isBuilt } from './build.ts';
import { ensureChromium } from './chromium.ts';
import { takeAccess } from './screens/access.ts';
import { gaps, strangers, table, type Picture } from './screens/album.ts';
import { Camera, type Findings } from './screens/camera.ts';
import { takeKeyboard } from './screens/keyboard.ts';
import { takeAside } from './screens/aside.ts';
import { crowd } from './screens/crowd.ts';
import { takeClinic } from './screens/clinic.ts';
import { takeDemo } from './screens/demo.ts';
import { insecureName, takeDoors } from './screens/doors.ts';
import { takePatient } from './screens/patient.ts';
import { takePractice } from './screens/practice.ts';
import { takeRare } from './screens/rare.ts';
import { takeRefer } from './screens/refer.ts';
import { takeRestricted } from './screens/restricted.ts';
import { takeRows } from './screens/rows.ts';
import { makeWorld, startServer, visit, type Cast } from './screens/stage.ts';
import {
  takeClinicWeather,
  takeMany,
  takeOpenDoors,
  takePatientWeather,
  takePracticeWeather,
} from './screens/weather.ts';

const folder = 'screens';
const list = join(folder, 'pictures.json');
const widths = [390, 1440];
const series = {
  doors: takeDoors,
  demo: takeDemo,
  practice: takePractice,
  patient: takePatient,
  clinic: takeClinic,
  rare: takeRare,
  aside: takeAside,
  refer: takeRefer,
  keyboard: takeKeyboard,
  access: takeAccess,
  restricted: takeRestricted,
  rows: takeRows,
  'weather-open': takeOpenDoors,
  'weather-practice': takePracticeWeather,
  'weather-patient': takePatientWeather,
  'weather-clinic': takeClinicWeather,
  many: takeMany,
};

const { values: asked } = parseArgs({
  options: {
    at: { type: 'string' },
    only: { type: 'string' },
    width: { type: 'string' },
    table: { type: 'boolean' },
  },
});

const only = asked.only?.split(',');
const isWhole = !only && !asked.width;

async function main(): Promise<number> {
  const unknown = only?.filter((name) => !(name in series)) ?? [];
  if (unknown.length > 0)
    throw new Error(`No such series: ${unknown.join()}; there are ${Object.keys(series).join()}`);
  if (!asked.at && !isBuilt()) build();
  const findings: Findings = { pictures: [], problems: strangers() };
  if (isWhole) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const world = asked.at ? undefined : await makeWorld();
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: [`--host-resolver-rules=MAP ${insecureName} 127.0.0.1`],
  });
  try {
    for (const width of widths.filter((one) => !asked.width || Number(asked.width) === one)) {
      const camera = new Camera(folder, width, findings);
      for (const [name, take] of Object.entries(series)) {
        if (only && !only.includes(name)) continue;
        console.log(`${name} at ${width} px`);
        const server = world ? await startServer(world.folder) : undefined;
        const origin = server?.origin ?? asked.at ?? '';
        const cast = (await (await fetch(`${origin}/api/demo/people`)).json()) as Cast;
        await (name === 'many' && server ? crowd(server) : Promise.resolve())
          .then(() => take({ origin, camera, cast, visit: () => visit(browser, origin, camera) }))
          // One series that falls over must not keep the others from being looked at.
          .catch((error: unknown) => {
            findings.problems.push(`${name} at ${width} px: ${String(error)}`);
            console.log(error);
          })
          .finally(() => server?.stop());
        writeFileSync(list, JSON.stringify(together(findings.pictures)));
      }
    }
  } finally {
    await browser.close();
    world?.remove();
  }
  const { pictures, problems } = findings;
  return judge(together(pictures), problems, isWhole);
}

/** With those of earlier runs that still lie there, newest first. */
function together(pictures: readonly Picture[]): Picture[] {
  const before = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Picture[]) : [];
  const isTakenAgain = (old: Picture) =>
    pictures.some(({ name, width }) => name === old.name && width === old.width);
  return [...pictures, ...before.filter((old) => !isTakenAgain(old))];
}

function judge(pictures: readonly Picture[], found: readonly string[], isWhole: boolean): number {
  const problems = isWhole ? [...found, ...gaps(pictures, widths)] : found;
  console.log(`\n${table(pictures)}\n\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
  console.log(`${pictures.length} pictures in ./${folder}, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = asked.table ? judge(together([]), strangers(), true) : await main();
