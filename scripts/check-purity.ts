// Nothing comes from the air: in domain, protocol and sync, time, chance, timers and network are arguments.
// What has no type in those layers tsc refuses (tsconfig.pure.json); this finds what the language itself has.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const layers = ['domain', 'protocol', 'sync'];

const members = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'crypto.randomUUID',
  'crypto.getRandomValues',
]);
const calls = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'Date']);
const objects = new Set(['globalThis', 'Temporal', 'process', 'console']);

export type Impurity = { readonly line: number; readonly what: string };

/** Every use of clock, chance, timer or network in one file's text. */
export function impurities(path: string, text: string): Impurity[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Impurity[] = [];
  const visit = (node: ts.Node): void => {
    const what = impurity(node);
    if (what) found.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = `${node.expression.getText()}.${node.name.text}`.replaceAll('?', '');
    if (members.has(name)) return name;
    if (ts.isIdentifier(node.expression) && objects.has(node.expression.text)) return name;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && calls.has(node.expression.text)) {
    return `${node.expression.text}()`;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) {
    return 'new Date()';
  }
  return undefined;
}

/** Checks the pure layers below `root`, or nothing of a layer that does not exist. Returns lines to print. */
export function checkTree(root: string): string[] {
  return layers.flatMap((layer) => {
    const folder = join(root, 'src/lib', layer);
    if (!existsSync(folder)) return [];
    return globSync('**/*.ts', { cwd: folder })
      .filter((name) => !name.endsWith('.test.ts'))
      .sort()
      .flatMap((name) => {
        const path = join(folder, name);
        return impurities(path, readFileSync(path, 'utf8')).map(
          ({ line, what }) => `src/lib/${layer}/${name}:${line} uses ${what}`,
        );
      });
  });
}

if (import.meta.main) {
  const lines = checkTree(process.argv[2] ?? '.');
  for (const line of lines) console.error(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
