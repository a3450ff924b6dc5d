import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecret, secretOf } from './secret.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-secret-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('made once, kept for its owner alone, and the same after a restart', () => {
  const first = openSecret(join(folder, 'data'), undefined).mac('a', 'b');
  expect(openSecret(join(folder, 'data'), undefined).mac('a', 'b')).toEqual(first);
  const file = join(folder, 'data', 'secret');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').length).toBeGreaterThanOrEqual(43);
});

test('the operator’s own is not written down', () => {
  expect(openSecret(folder, 'x'.repeat(32)).mac('a')).toEqual(secretOf('x'.repeat(32)).mac('a'));
  expect(() => statSync(join(folder, 'secret'))).toThrow();
});

test('a damaged file stops the start: other codes would be worse than none', () => {
  writeFileSync(join(folder, 'secret'), '');
  expect(() => openSecret(folder, undefined)).toThrow(/damaged/);
});

test('purposes and parts do not run into each other', () => {
  const secret = secretOf('x'.repeat(32));
  const macs = [['a', 'bc'], ['ab', 'c'], ['a', 'b', 'c'], ['abc']].map(([purpose = '', ...parts]) =>
    secret.mac(purpose, ...parts).toString('hex'),
  );
  expect(new Set(macs).size).toBe(4);
});
