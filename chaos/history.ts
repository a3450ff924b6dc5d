/** What was done and what was said, one line of JSON an event, in the order in which it was seen. Kept when all is over. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Violation {
  readonly law: string;
  readonly what: string;
}

export class History {
  readonly file: string;
  readonly violations: Violation[] = [];
  readonly #startedAt = Date.now();
  readonly #counts = new Map<string, number>();

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    this.file = file;
  }

  /** `what` is one of the words of docs/histories.md where it has one: asks, is told, takes back, calls off. */
  note(who: string, what: string, more: Readonly<Record<string, unknown>> = {}): void {
    const line = { ms: Date.now() - this.#startedAt, who, what, ...more };
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }

  count(group: string, name: string): void {
    const key = `${group}\n${name}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** By name, the most frequent first. */
  counted(group: string): readonly (readonly [string, number])[] {
    return [...this.#counts]
      .filter(([key]) => key.startsWith(`${group}\n`))
      .map(([key, count]) => [key.slice(group.length + 1), count] as const)
      .sort((a, b) => b[1] - a[1]);
  }

  readonly blame = (law: string, what: string): void => {
    this.note('!oracle', law, { says: what });
    this.violations.push({ law, what });
  };
}
