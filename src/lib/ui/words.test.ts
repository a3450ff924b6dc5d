/**
 * Screens speak plain words: the vocabulary of code never reaches a person (the table in ARCHITECTURE.md).
 *
 * Every .svelte file and every .ts file beside one is parsed, and what a person could read is looked at: text in
 * markup, attributes that are read out or shown, and string literals. A literal of one lower-case word ('book', 'open')
 * is a name for code, not copy: it counts only if it has a space or begins with a capital. Imports, types, what is thrown
 * or logged, and attributes that name things (class, href, id …) are never read by anybody.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { unspoken } from './testing/unspoken.ts';

const roots = ['src/routes', 'src/lib/ui'];
/** Labels that the domain keeps for screens. */
const labels = ['person', 'priority', 'slot', 'reasons'].map((name) => `src/lib/domain/${name}.ts`);

interface Copy {
  readonly text: string;
  readonly line: number;
}

describe('the words on screens', () => {
  const files = [...roots.flatMap(filesOf), ...labels];

  test('there are screens to read', () => {
    expect(files.filter((file) => file.endsWith('.svelte')).length).toBeGreaterThan(10);
  });

  test.each(files)('%s', (file) => {
    const source = readFileSync(file, 'utf8');
    const copy = file.endsWith('.svelte') ? copyOfSvelte(source) : copyOfScript(source);
    const found = copy
      .filter(({ text }) => unspoken.test(text))
      .map(({ line, text }) => `${file}:${line} says "${unspoken.exec(text)?.[0]}": ${text.trim()}`);
    expect(found).toEqual([]);
  });

  test('the reader of copy finds text, labels and phrases, and leaves code alone', () => {
    const found = copyOfSvelte(`
      <script lang="ts">
        import { x } from './claim desk.ts';
        const kind: 'Slot free' | 'b' = 'defer';
        if (!x) throw new Error('no claim here');
        const words = ready ? 'Your claim waits' : \`A \${kind} slot\`;
      </script>
      <p class="desk claim" aria-label="verdict">Ledger {words === 'queue' ? 'Publish' : ''}</p>`);
    expect(found.map(({ text }) => text.trim()).filter((text) => unspoken.test(text))).toEqual([
      'Your claim waits',
      'slot',
      'verdict',
      'Ledger',
      'Publish',
    ]);
  });
});

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /\.(svelte|ts)$/.test(path) && !/\.test\.ts$|\+server\.ts$|\.server\.ts$/.test(path))
    .sort();
}

/** Names of things, read by browsers alone. */
const unread =
  /^(class|id|href|src|for|name|type|rel|target|role|method|autocomplete|inputmode|pattern|data-.*|aria-(labelledby|describedby|controls|live|current|hidden|errormessage))$/;

type Node = Record<string, unknown> & { type: string; start?: number };
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

function copyOfSvelte(source: string): readonly Copy[] {
  const found: Copy[] = [];
  const lineAt = (at = 0) => source.slice(0, at).split('\n').length;
  const add = (text: string, node: Node) => found.push({ text, line: lineAt(node.start) });
  const visit = (node: Node): void => {
    switch (node.type) {
      case 'Attribute':
        if (unread.test(String(node['name']))) return;
        break;
      case 'ImportDeclaration':
      case 'ThrowStatement':
      case 'Comment':
      case 'StyleSheet':
        return;
      case 'CallExpression':
        if (isNode(node['callee']) && isConsole(node['callee'])) return;
        break;
      case 'Text':
        add(String(node['data']), node);
        return;
      case 'Literal':
        if (typeof node['value'] === 'string' && isCopy(node['value'])) add(node['value'], node);
        return;
      case 'TemplateElement': {
        const { cooked } = node['value'] as { cooked: string };
        if (isCopy(cooked)) add(cooked, node);
        return;
      }
      default:
        if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return;
    }
    for (const [key, child] of Object.entries(node)) {
      if (key === 'typeAnnotation' || key === 'parent') continue;
      for (const each of Array.isArray(child) ? child : [child]) if (isNode(each)) visit(each);
    }
  };
  const { fragment, instance, module } = parse(source, { modern: true });
  // Nodes of several grammars, walked by their shape alone.
  for (const part of [module, instance, fragment] as unknown[]) if (isNode(part)) visit(part);
  return found;
}

const isConsole = (callee: Node) => isNode(callee['object']) && callee['object']['name'] === 'console';

function copyOfScript(source: string): readonly Copy[] {
  const found: Copy[] = [];
  const file = ts.createSourceFile('copy.ts', source, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isThrowStatement(node) || ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) && node.expression.getText(file).startsWith('console.')) return;
    const text =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
        ? node.text
        : undefined;
    if (text !== undefined && isCopy(text)) {
      found.push({ text, line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A phrase or a capitalised word; codes in capitals are the ledger's. */
function isCopy(text: string): boolean {
  return text.includes(' ') || (/^[A-Z]/.test(text) && !/^[A-Z0-9_]+$/.test(text));
}
