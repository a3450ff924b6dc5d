// Builds the app, and knows whether what is built is what is written: beside the build lies a hash of its sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const sources = [
  'src/**/*',
  'static/**/*',
  'service-worker.ts',
  'svelte.config.js',
  'vite.config.ts',
  'scripts/quick-styles.ts',
  'scripts/used-styles.ts',
  'tsconfig.json',
  'package-lock.json',
];
/** Another folder lets two versions of the app stand side by side; inside the project, for its packages' sake. */
export const buildFolder = process.env['HOLDFAST_BUILD'] ?? 'build';
const built = `${buildFolder}/handler.js`;
const mark = `${buildFolder}/sources.sha256`;

/** One hash over every file that the build reads, by path and bytes; tests are no part of it. */
export function sourcesHash(): string {
  const hash = createHash('sha256');
  const files = globSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)))
    .sort();
  for (const path of files) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

export function isBuilt(): boolean {
  return existsSync(built) && existsSync(mark) && readFileSync(mark, 'utf8') === sourcesHash();
}

/** Throws when the build fails. The mark is written last, so a build cut short is built again. */
export function build(): void {
  const hash = sourcesHash();
  rmSync(mark, { force: true });
  // The same sources make the same version, so that building again asks nobody to reload.
  const env = { ...process.env, HOLDFAST_VERSION: process.env['HOLDFAST_VERSION'] ?? hash.slice(0, 12) };
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    {
      // On its standard output is only Kit's advice to preview; what goes wrong comes by the other.
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    },
  );
  if (status !== 0) throw new Error('The build failed; what Vite said is above');
  writeFileSync(mark, hash);
}

if (import.meta.main) {
  try {
    if (process.argv.includes('--if-stale') && isBuilt()) {
      console.log('The build is up to date');
    } else {
      build();
      console.log(`Built into ${buildFolder}/`);
    }
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
