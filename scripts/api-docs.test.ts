import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { apiDocs, apiDocsPath } from './api-docs.ts';

test('docs/api.md is what the code says; npm run docs:api writes it', () => {
  expect(existsSync(apiDocsPath)).toBe(true);
  expect(readFileSync(apiDocsPath, 'utf8') === apiDocs()).toBe(true);
});

test('every endpoint that exists is in it, with each of its methods', () => {
  const text = apiDocs();
  for (const file of globSync('src/routes/api/**/+server.ts')) {
    const path = file
      .replaceAll('\\', '/')
      .replace('src/routes', '')
      .replace('/+server.ts', '')
      .replaceAll(/\[(\w+)\]/g, ':$1');
    const methods = [...readFileSync(file, 'utf8').matchAll(/export const (GET|POST|PUT|DELETE)\b/g)];
    expect(methods.length).toBeGreaterThan(0);
    for (const [, method] of methods) expect(text).toContain(`\`${method} ${path}`);
  }
});
