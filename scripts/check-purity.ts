// Nothing comes from the air: in domain, protocol and sync, time, chance, timers and network are arguments.
// What has no type in those layers tsc refuses (tsconfig.pure.json); this finds what the language itself has.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const layers = ['domain', 'protocol', 'sync'];

/** Of these the language has only some that give the same answer every time; nothing else may be done with them. */
const sameEveryTime: Record<string, (parent: ts.Node, name: ts.Identifier) => boolean> = {
  Date: (parent, name) =>
    (ts.isNewExpression(parent) && parent.expression === name && (parent.arguments?.length ?? 0) > 0) ||
    (ts.isPropertyAccessExpression(parent) && ['UTC', 'parse'].includes(parent.name.text)),
  Math: (parent) => ts.isPropertyAccessExpression(parent) && parent.name.text !== 'random',
};
const never = new Set([
  ...['performance', 'crypto', 'globalThis', 'Temporal', 'process', 'console'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'],
]);

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
  if (!ts.isIdentifier(node) || !isUse(node)) return undefined;
  const { parent, text: name } = node;
  const isSame = Object.hasOwn(sameEveryTime, name) ? sameEveryTime[name] : undefined;
  if (isSame ? isSame(parent, node) : !never.has(name)) return undefined;
  return ts.isPropertyAccessExpression(parent) || ts.isNewExpression(parent) ? parent.getText() : name;
}

/** Not where something of our own is given such a name, and not where it is only a type. */
function isUse(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent) || ts.isImportSpecifier(parent)) return false;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === name;
  return (parent as Partial<ts.NamedDeclaration>).name !== name;
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
