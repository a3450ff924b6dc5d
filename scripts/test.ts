// `npm test`: every gate in turn, with its time; at the end each test that failed and why, and the count
// of all tests as the last line, so that the end of a long log is enough to read.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.ts';
import { playwrightCounts, vitestCounts, type Counts } from './test-reports.ts';

type Outcome = Counts & { readonly ok: boolean };

const reports = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const unitJson = join(reports, 'unit.json');
const e2eJson = join(reports, 'e2e.json');

const stages: readonly (readonly [name: string, run: () => Outcome])[] = [
  ['check', () => plain('scripts/check.ts')],
  ['unit', () => counted(unit, () => vitestCounts(unitJson))],
  ['build', () => plain('scripts/build.ts')],
  ['browser', () => counted(browser, () => playwrightCounts(e2eJson))],
];

function unit(): boolean {
  const json = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitJson}`];
  return node('node_modules/vitest/vitest.mjs', 'run', ...json);
}

function browser(): boolean {
  process.env['CHROMIUM_PATH'] ??= ensureChromium();
  process.env['HOLDFAST_E2E_JSON'] = e2eJson;
  return node('node_modules/@playwright/test/cli.js', 'test');
}

function plain(script: string): Outcome {
  const ok = node(script);
  return { ok, passed: 0, failed: ok ? 0 : 1, failures: [] };
}

/** A runner that fails without naming a failed test (it crashed, it found none) counts as one failure. */
function counted(run: () => boolean, counts: () => Counts): Outcome {
  const ok = run();
  const { passed, failed, failures } = counts();
  return {
    ok: ok && failed === 0 && passed > 0,
    passed,
    failed: ok && passed > 0 ? failed : Math.max(failed, 1),
    failures,
  };
}

// The environment goes through whole: HOLDFAST_TODAY set here is today for the servers and the tests.
function node(...args: string[]): boolean {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
}

function all(): Counts {
  let passed = 0;
  let failed = 0;
  const failures: string[] = [];
  const summary: string[] = [];
  for (const [name, run] of stages) {
    console.log(`\n== ${name}`);
    const started = performance.now();
    const outcome = attempt(run);
    const line = `${outcome.ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`;
    console.log(`== ${line}`);
    summary.push(line);
    passed += outcome.passed;
    failed += outcome.failed;
    failures.push(...outcome.failures);
    // Without a build the browser tests would only say so over and over, or test an old one.
    if (name === 'build' && !outcome.ok) break;
  }
  for (const failure of failures) console.log(`\nFAILED ${firstLines(failure, 25)}`);
  console.log(`\n${summary.join('\n')}\n`);
  return { passed, failed, failures };
}

function firstLines(text: string, count: number): string {
  return text.split('\n').slice(0, count).join('\n');
}

function attempt(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    console.error((error as Error).message);
    return { ok: false, passed: 0, failed: 1, failures: [] };
  }
}

const { passed, failed } = all();
rmSync(reports, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
