// Everything that reads the code without running it. All stages run, so one run tells all that is wrong.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const trees = ['src', 'service-worker.ts', 'sim', 'bench', 'chaos', 'e2e', 'scripts'].filter((path) =>
  existsSync(path),
);

type Stage = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const tool = (name: string, command: string, ...args: string[]): Stage => ({ name, command, args });

const first = tool('kit types', 'svelte-kit', 'sync');
const rest = [
  tool('svelte and routes', 'svelte-check', '--fail-on-warnings', '--output', 'human'),
  tool('lint', 'eslint', '.', '--max-warnings', '0'),
  tool('types: pure layers', 'tsc', '-p', 'tsconfig.pure.json'),
  tool('types: service worker', 'tsc', '-p', 'tsconfig.worker.json'),
  tool('types: scripts, sim, bench', 'tsc', '-p', 'tsconfig.node.json'),
  tool('types: browser tests', 'tsc', '-p', 'e2e'),
  tool('types: chaos', 'tsc', '-p', 'chaos'),
  tool(
    'import directions',
    'depcruise',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    ...trees,
  ),
  tool('purity', 'node', 'scripts/check-purity.ts'),
  tool('format', 'prettier', '--check', '--log-level', 'warn', '.'),
];

/** The first stage writes what the others read; then two at a time, as many as the smallest machine has cores. */
async function check(): Promise<boolean> {
  const failed: string[] = [];
  if (!(await run(first))) return report([first.name]);
  const waiting = [...rest];
  const lane = async () => {
    for (let stage = waiting.shift(); stage; stage = waiting.shift()) {
      if (!(await run(stage))) failed.push(stage.name);
    }
  };
  await Promise.all([lane(), lane()]);
  return report(failed);
}

async function run(stage: Stage): Promise<boolean> {
  const started = performance.now();
  const { code, output } = await outputOf(stage);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${stage.name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

function outputOf(stage: Stage): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    // npm puts node_modules/.bin first on the path, which is how the tools are found.
    const child = spawn(stage.command, stage.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function report(failed: readonly string[]): boolean {
  console.log(failed.length === 0 ? 'check: all stages passed' : `check failed: ${failed.join(', ')}`);
  return failed.length === 0;
}

process.exitCode = (await check()) ? 0 : 1;
