// The fences, each shown to bite: a planted offence in a small tree, read by the real checkers.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkTree, impurities } from './check-purity.ts';

let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'holdfast-fences-'));
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

describe('import directions', () => {
  const offences = [
    ['src/lib/domain/bad.ts', '#lib/client/store.ts', 'domain-is-the-root'],
    ['src/lib/protocol/bad.ts', '#lib/sync/engine.ts', 'protocol-knows-domain'],
    ['src/lib/sync/bad.ts', 'node:fs', 'sync-knows-protocol'],
    ['src/lib/client/bad.ts', '#lib/server/ledger.ts', 'client-never-meets-server'],
    ['src/lib/server/bad.ts', '#lib/client/store.ts', 'server-never-meets-client'],
    ['src/lib/ui/bad.ts', '#lib/client/store.ts', 'ui-knows-domain'],
    ['src/routes/(practice)/+page.ts', '#lib/server/ledger.ts', 'pages-never-meet-server'],
    ['src/routes/api/sync/+server.ts', '#lib/client/store.ts', 'api-knows-server'],
    ['service-worker.ts', '#lib/server/ledger.ts', 'worker-is-thin'],
    ['sim/bad.ts', '#lib/client/store.ts', 'sim-runs-shipped-code'],
    ['e2e/bad.ts', '#lib/domain/slot.ts', 'e2e-is-a-black-box'],
    ['src/lib/client/lost.ts', '#lib/missing.ts', 'resolvable'],
  ] as const;

  test('a tree that keeps them passes', () => {
    plantHouse();
    expect(directions()).toMatchObject({ status: 0 });
  });

  test('each planted offence is named, with its file and its rule', () => {
    plantHouse();
    for (const [path, imported] of offences) {
      plant(path, `import * as planted from '${imported}';\nexport const used = planted;\n`);
    }
    plant('src/routes/+page.svelte', "<script>import { row } from '#lib/server/ledger.ts';</script>{row}\n");
    plant('src/lib/domain/a.ts', "import { b } from '#lib/domain/b.ts';\nexport const a = () => b;\n");
    plant('src/lib/domain/b.ts', "import { a } from '#lib/domain/a.ts';\nexport const b = () => a;\n");

    const { status, output } = directions();
    expect(status).not.toBe(0);
    for (const [path, , rule] of offences) expect(output).toContain(`${rule}: ${path}`);
    expect(output).toContain('pages-never-meet-server: src/routes/+page.svelte');
    expect(output).toContain('no-circles: src/lib/domain/');
  });
});

describe('purity', () => {
  test('a planted Date.now() fails the check, by file and line', () => {
    plant('src/lib/domain/bad.ts', 'const a = 1;\nexport const now = () => a + Date.now();\n');
    const { status, output } = script('scripts/check-purity.ts', tree);
    expect(status).toBe(1);
    expect(output).toContain('src/lib/domain/bad.ts:2 uses Date.now');
  });

  test('a clean tree passes', () => {
    plantHouse();
    expect(script('scripts/check-purity.ts', tree)).toMatchObject({ status: 0 });
  });

  test.each([
    'new Date()',
    'const clock = () => Date',
    'const time = { Date }',
    'Math.random()',
    'crypto.randomUUID()',
    'globalThis.crypto.randomUUID()',
    'setTimeout(() => {}, 1)',
    'setInterval(() => {}, 1)',
    "fetch('/x')",
    'performance.now()',
    'Date()',
    'const { now } = Date',
    "Date['now']()",
  ])('%s is found', (expression) => {
    expect(impurities('x.ts', `${expression};\n`)).toHaveLength(1);
  });

  test('what is given, said or typed is not', () => {
    const text = `
      // Date.now() would be wrong here
      const label = 'Math.random()';
      export const day = (now: number): Date => new Date(now);
      export const minute = Math.floor(Date.UTC(2026, 0, 1) / 60_000);
      export interface Timers { setTimeout(work: () => void, ms: number): void; fetch: string }
      export const later = (clock: { now(): number }) => clock.now() + label.length;
    `;
    expect(impurities('x.ts', text)).toEqual([]);
  });

  test('tests of the pure layers may use the clock, the other layers are not asked', () => {
    plant('src/lib/domain/slot.test.ts', 'Date.now();\n');
    plant('src/lib/client/clock.ts', 'export const now = Date.now();\n');
    expect(checkTree(tree)).toEqual([]);
  });
});

function plantHouse() {
  plant('package.json', JSON.stringify({ type: 'module', imports: { '#lib/*': './src/lib/*' } }));
  plant('src/lib/domain/slot.ts', 'export const minutes = 20;\n');
  plant(
    'src/lib/sync/engine.ts',
    "import { minutes } from '#lib/domain/slot.ts';\nexport const step = minutes;\n",
  );
  plant(
    'src/lib/server/ledger.ts',
    "import { minutes } from '#lib/domain/slot.ts';\nexport const row = minutes;\n",
  );
  plant(
    'src/lib/client/store.ts',
    "import { minutes } from '#lib/domain/slot.ts';\nexport const kept = minutes;\n",
  );
}

function plant(path: string, text: string) {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function directions() {
  const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = resolve('.dependency-cruiser.cjs');
  const trees = ['src', 'service-worker.ts', 'sim', 'e2e'].filter((name) => existsSync(join(tree, name)));
  return spawned([bin, '--config', config, '--output-type', 'err', ...trees], tree);
}

function script(path: string, ...args: string[]) {
  return spawned([path, ...args], process.cwd());
}

function spawned(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
