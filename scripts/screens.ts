// `npm run screens`: pictures of every screen in its main states, phone and computer, from the real app, each looked
// over by axe. `-- --only practice` takes one series, `-- --at http://…` uses a server that runs already.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build, isBuilt } from './build.ts';
import { ensureChromium } from './chromium.ts';
import { takeAccess } from './screens/access.ts';
import { Camera, type Findings } from './screens/camera.ts';
import { takeKeyboard } from './screens/keyboard.ts';
import { takeAside } from './screens/aside.ts';
import { takeClinic } from './screens/clinic.ts';
import { takeDemo } from './screens/demo.ts';
import { insecureName, takeDoors } from './screens/doors.ts';
import { takePatient } from './screens/patient.ts';
import { takePractice } from './screens/practice.ts';
import { takeRare } from './screens/rare.ts';
import { takeRefer } from './screens/refer.ts';
import { makeWorld, startServer, visit, type Cast } from './screens/stage.ts';

const folder = 'screens';
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
};

const { values: asked } = parseArgs({
  options: { at: { type: 'string' }, only: { type: 'string' }, width: { type: 'string' } },
});

async function main(): Promise<number> {
  if (!asked.at && !isBuilt()) build();
  const findings: Findings = { pictures: 0, problems: [] };
  if (!asked.only && !asked.width) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const world = asked.at ? undefined : await makeWorld();
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: [`--host-resolver-rules=MAP ${insecureName} 127.0.0.1`],
  });
  try {
    for (const width of widths.filter((one) => !asked.width || Number(asked.width) === one)) {
      const camera = new Camera(folder, width, findings);
      for (const [name, take] of Object.entries(series)) {
        if (asked.only && asked.only !== name) continue;
        console.log(`${name} at ${width} px`);
        const server = world ? await startServer(world.folder) : undefined;
        const origin = server?.origin ?? asked.at ?? '';
        const cast = (await (await fetch(`${origin}/api/demo/people`)).json()) as Cast;
        await take({ origin, camera, cast, visit: () => visit(browser, origin, camera) })
          // One series that falls over must not keep the others from being looked at.
          .catch((error: unknown) => {
            findings.problems.push(`${name} at ${width} px: ${String(error)}`);
            console.log(error);
          })
          .finally(() => server?.stop());
      }
    }
  } finally {
    await browser.close();
    world?.remove();
  }
  const { pictures, problems } = findings;
  console.log(`\n${pictures} pictures in ./${folder}, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = await main();
