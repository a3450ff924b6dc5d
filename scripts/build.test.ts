import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBuilt, sourcesHash } from './build.ts';

const home = process.cwd();
let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'holdfast-build-'));
  process.chdir(tree);
  mkdirSync('src/routes', { recursive: true });
  mkdirSync('build');
  writeFileSync('src/routes/+page.svelte', '<h1>One</h1>');
  writeFileSync('build/handler.js', '');
  writeFileSync('build/sources.sha256', sourcesHash());
});

afterEach(() => {
  process.chdir(home);
  rmSync(tree, { recursive: true, force: true });
});

test('what was built from these sources is not built again', () => {
  expect(isBuilt()).toBe(true);
});

test('a changed and a new file each make the build stale', () => {
  writeFileSync('src/routes/+page.svelte', '<h1>Two</h1>');
  expect(isBuilt()).toBe(false);
  writeFileSync('src/routes/+page.svelte', '<h1>One</h1>');
  expect(isBuilt()).toBe(true);
  writeFileSync('service-worker.ts', '');
  expect(isBuilt()).toBe(false);
});

test('a test is no source', () => {
  writeFileSync('src/routes/page.test.ts', 'one');
  expect(isBuilt()).toBe(true);
});

test('a build cut short leaves no mark, so it is built again', () => {
  rmSync('build/sources.sha256');
  expect(isBuilt()).toBe(false);
});
