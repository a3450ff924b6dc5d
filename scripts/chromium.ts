// Where the tests' browser is. Found if it can be, installed if it can't.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chromium } from '@playwright/test';

/** The path of a Chromium that can be run, or undefined. */
export function findChromium(): string | undefined {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked) {
    if (!isExecutable(asked)) throw new Error(`CHROMIUM_PATH is ${asked}, which cannot be run`);
    return asked;
  }
  return ['/usr/bin/chromium', chromium.executablePath()].find(isExecutable);
}

/** As findChromium, but installs one first where there is none; throws with what a person can do. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;

  const ways = process.getuid?.() === 0 && onPath('apt-get') ? [byApt, byPlaywright] : [byPlaywright];
  for (const install of ways) {
    install();
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium was found and none could be installed. Install one (Debian: apt-get install chromium), ' +
      'or set CHROMIUM_PATH to the browser to use.',
  );
}

function byApt() {
  console.log('Installing Chromium with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!run('apt-get', ['update', '-qq'], env)) return;
  // Without a font of its own a bare machine renders every letter as a box.
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'], env);
}

function byPlaywright() {
  console.log("Installing Playwright's Chromium");
  run('npx', ['playwright', 'install', 'chromium'], process.env);
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, args, { stdio: 'inherit', env }).status === 0;
}

function onPath(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  try {
    console.log(ensureChromium());
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
