// What it takes away is what makes presses slow; what our screens and the other parts of the sheet need stays.
import { preprocessCSS, resolveConfig } from 'vite';
import { expect, test } from 'vitest';
import { quickStyles } from './quick-styles.ts';

async function quick(css: string): Promise<string> {
  const config = await resolveConfig(
    { configFile: false, css: { postcss: { plugins: [quickStyles] } } },
    'build',
  );
  const { code } = await preprocessCSS(css, 'sheet.css', config);
  return code.replace(/\s+/g, ' ').trim();
}

test.each([
  'p:has(+ .nhsuk-form-group > .nhsuk-label:first-child) { margin: 0 }',
  '.nhsuk-list:has(+ .nhsuk-fieldset > .nhsuk-fieldset__legend:first-child) { margin: 0 }',
  '.nhsuk-summary-list:has(.nhsuk-summary-list__actions) .nhsuk-summary-list__row:not(:has(.nhsuk-summary-list__actions)) > :last-child { width: 70% }',
  '.nhsuk-error-summary__body > * + * { margin: 0 }',
  'p + [class^="nhsuk-caption"] { margin: 0 }',
])('gone: %s', async (rule) => {
  expect(await quick(rule)).toBe('');
});

test.each([
  '.app-root:has(> .nhsuk-skip-link) + .opening { display: none }',
  '.chip:has(input:checked) { color: red }',
  '.nhsuk-error-summary__body > :last-child { margin: 0 }',
  'p + h2:not([class^=nhsuk-caption]) { margin: 0 }',
])('stays: %s', async (rule) => {
  expect(await quick(rule)).toBe(rule);
});

test('of a rule for several, the others stay', async () => {
  expect(await quick('p:has(+ .nhsuk-fieldset), .nhsuk-body-l { margin: 0 }')).toBe(
    '.nhsuk-body-l { margin: 0 }',
  );
});
