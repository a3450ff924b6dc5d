import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { playwrightCounts, vitestCounts } from './test-reports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('of a run that failed: each test that did, with its reason, and a file that could not be run at all', () => {
  const sums = `test('holds', () => expect(1).toBe(1));\ntest('does not', () => expect(1).toBe(2));\n`;
  writeFileSync(join(folder, 'sums.test.mjs'), sums);
  writeFileSync(join(folder, 'broken.test.mjs'), `import './nothing-there.mjs';\ntest('never', () => {});\n`);
  const report = join(folder, 'report.json');
  const options = ['--globals', '--reporter=json', `--outputFile=${report}`];
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--root', folder, ...options]);
  expect(status).toBe(1);

  const { passed, failed, failures } = vitestCounts(report);
  expect({ passed, failed }).toEqual({ passed: 1, failed: 1 });
  expect(failures).toHaveLength(2);
  const named = (file: string) =>
    failures.find((text) => text.startsWith(relative(process.cwd(), join(folder, file))));
  expect(named('sums.test.mjs')).toMatch(/› does not\n.*expected 1 to be 2/s);
  expect(named('broken.test.mjs')).toContain('nothing-there.mjs');
});

test('of the browser’s: where the test is, and the reason of each try; of one that passed in the end nothing', () => {
  const report = join(folder, 'report.json');
  const tries = (...messages: string[]) => [{ results: messages.map((message) => ({ error: { message } })) }];
  const spec = (title: string, ok: boolean) => ({
    title,
    ok,
    file: 'a.spec.ts',
    line: 7,
    tests: tries('first', 'second'),
  });
  const suites = [{ specs: [], suites: [{ specs: [spec('fails', false), spec('passes at last', true)] }] }];
  writeFileSync(report, JSON.stringify({ stats: { expected: 3, flaky: 1, unexpected: 1 }, suites }));
  expect(playwrightCounts(report)).toEqual({
    passed: 4,
    failed: 1,
    failures: ['e2e/a.spec.ts:7 › fails\nfirst\nsecond'],
  });
});

test('a runner that wrote nothing passed nothing', () => {
  expect(vitestCounts(join(folder, 'none.json'))).toEqual({ passed: 0, failed: 0, failures: [] });
  expect(playwrightCounts(join(folder, 'none.json'))).toEqual({ passed: 0, failed: 0, failures: [] });
});
