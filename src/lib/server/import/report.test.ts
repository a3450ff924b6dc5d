import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Report } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const finding = {
  file: 'referrals.csv',
  line: 12,
  column: 'phone',
  what: 'not loaded',
  reason: 'is empty',
} as const;

test('two imports that begin at the same moment have a report each, and one without a finding has none', () => {
  const said: string[] = [];
  const [one, two, none] = [1, 2, 3].map(() => new Report(folder, 'import-now', (line) => said.push(line)));
  one?.add(finding);
  two?.add({ ...finding, line: 13 });
  one?.add({ ...finding, line: 14 });
  for (const report of [one, two, none]) report?.close();

  expect(readdirSync(folder).sort()).toEqual(['import-now-2.csv', 'import-now.csv']);
  const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\r\n');
  expect(linesOf('import-now.csv')).toEqual([
    'file,line,column,what,reason',
    'referrals.csv,12,phone,not loaded,is empty',
    'referrals.csv,14,phone,not loaded,is empty',
  ]);
  expect(linesOf('import-now-2.csv')).toHaveLength(2);
  expect(said).toContain('referrals.csv:13 phone: is empty (not loaded)');
  expect(said).toContain(`All of them: ${join(folder, 'import-now-2.csv')}`);
});
