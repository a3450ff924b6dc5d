// What the runners say of their tests, each in a JSON file of its own shape.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** `failures`: a text for each test that failed, its name first. */
export type Counts = {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
};

type VitestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};
type PlaywrightSuite = {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs: readonly {
    readonly ok: boolean;
    readonly title: string;
    readonly file: string;
    readonly line: number;
    readonly tests: readonly {
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
};
type PlaywrightReport = {
  readonly stats: { readonly expected: number; readonly flaky: number; readonly unexpected: number };
  readonly suites: readonly PlaywrightSuite[];
};

export function vitestCounts(path: string): Counts {
  const report = read(path) as VitestReport | undefined;
  if (!report) return { passed: 0, failed: 0, failures: [] };
  return { passed: report.numPassedTests, failed: report.numFailedTests, failures: vitestFailures(report) };
}

/** A file that could not be run at all has no test that failed, and says why itself. */
function vitestFailures({ testResults }: VitestReport): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${file}\n${message}`] : [];
    return failed.map((test) => `${file} › ${test.fullName}\n${test.failureMessages.join('\n')}`);
  });
}

export function playwrightCounts(path: string): Counts {
  const report = read(path) as PlaywrightReport | undefined;
  if (!report) return { passed: 0, failed: 0, failures: [] };
  const { expected, flaky, unexpected } = report.stats;
  return {
    passed: expected + flaky,
    failed: unexpected,
    failures: report.suites.flatMap(playwrightFailures),
  };
}

function playwrightFailures({ suites = [], specs }: PlaywrightSuite): string[] {
  const failed = specs.filter((spec) => !spec.ok);
  return [
    ...failed.map(({ file, line, title, tests }) => {
      const errors = tests.flatMap((test) => test.results.map((result) => result.error?.message ?? ''));
      return `e2e/${file}:${line} › ${title}\n${errors.join('\n')}`;
    }),
    ...suites.flatMap(playwrightFailures),
  ];
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
