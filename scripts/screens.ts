// `npm run screens`: pictures of every screen in its main states, phone and computer, from the real app, each looked
// over by axe. `-- --only practice` takes one series, `-- --at http://…` uses a server that runs already.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build, isBuilt } from './build.ts';
import { ensureChromium } from './chromium.ts';
import { Camera, type Findings } from './screens/camera.ts';
import { takeKeyboard } from './screens/keyboard.ts';
import { takeClinic } from './screens/clinic.ts';
import { insecureName, takeDoors } from './screens/doors.ts';
import { takePatient } from './screens/patient.ts';
import { takePractice } from './screens/practice.ts';
import { startServer, visit, type Cast, type Stage } from './screens/stage.ts';

const folder = 'screens';
const widths = [390, 1440];
const series = {
  doors: takeDoors,
  practice: takePractice,
  patient: takePatient,
  clinic: takeClinic,
  keyboard: takeKeyboard,
};

const { values: asked } = parseArgs({
  options: { at: { type: 'string' }, only: { type: 'string' }, width: { type: 'string' } },
});

async function main(): Promise<number> {
  if (!asked.at && !isBuilt()) build();
  // Each width starts from a world that nobody has touched.
  const findings: Findings = { pictures: 0, problems: [] };
  if (!asked.only && !asked.width) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  for (const width of widths) {
    if (asked.width && Number(asked.width) !== width) continue;
    const server = asked.at ? { origin: asked.at, stop: async () => undefined } : await startServer();
    const browser = await chromium.launch({
      executablePath: ensureChromium(),
      args: [`--host-resolver-rules=MAP ${insecureName} 127.0.0.1`],
    });
    const { origin } = server;
    const camera = new Camera(folder, width, findings);
    const cast = (await (await fetch(`${origin}/api/demo/people`)).json()) as Cast;
    const stage: Stage = { origin, camera, cast, visit: () => visit(browser, origin, camera) };
    try {
      for (const [name, take] of Object.entries(series)) {
        if (asked.only && asked.only !== name) continue;
        console.log(`${name} at ${width} px`);
        await take(stage);
      }
    } finally {
      await browser.close();
      await server.stop();
    }
  }
  const { pictures, problems } = findings;
  console.log(`\n${pictures} pictures in ./${folder}, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}

process.exitCode = await main();
