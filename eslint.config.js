import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

// Files that no tsconfig.json covers name the project that checks them (see scripts/check.ts).
const elsewhere = (files, project) => ({
  files,
  languageOptions: { parserOptions: { projectService: false, project } },
});

export default defineConfig(
  globalIgnores([
    '.svelte-kit/',
    'build*/',
    'data/',
    'test-results/',
    'screens/',
    '**/generated/**',
    '**/*.generated.ts',
  ]),
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-undef': 'off', // TypeScript does this, and knows more
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An interface that may wait is implemented in memory by functions that need not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'svelte/no-at-html-tags': 'error',
      'svelte/no-navigation-without-resolve': 'off', // there is no base path
      'svelte/prefer-svelte-reactivity': 'off', // maps and sets here are replaced whole, through $state.raw
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  elsewhere(['bench/**/*.ts', 'scripts/**/*.ts', 'sim/**/*.ts'], './tsconfig.node.json'),
  elsewhere(['service-worker.ts', 'bench/device-page.ts'], './tsconfig.worker.json'),
  // What is run from a terminal answers on it.
  {
    files: ['bench/**/*.ts', 'chaos/**/*.ts', 'scripts/**/*.ts', 'sim/**/*.ts', 'e2e/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js', '**/*.cjs', '**/*.mjs'], extends: [ts.configs.disableTypeChecked] },
);
