/**
 * What happened, a line an event, in the notation of docs/histories.md. The lines are hashed as they come, so that two
 * runs can be compared without keeping either.
 */
import type { Instant } from '#lib/domain/instant.ts';

export class History {
  readonly lines: string[] = [];
  readonly #isKept: boolean;
  readonly #now: () => Instant;
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #high = 0x811c9dc5;
  #low = 0x1b873593;

  constructor(isKept: boolean, now: () => Instant) {
    this.#isKept = isKept;
    this.#now = now;
  }

  note(who: string, what: string): void {
    const now = this.#now();
    const line = `${who} ${what}`;
    this.#mix(now % 4_294_967_296);
    for (let i = 0; i < line.length; i += 1) this.#mix(line.charCodeAt(i));
    if (this.#isKept) this.lines.push(`${stamp(now)}  ${who.padEnd(22)} ${what}`);
  }

  /** A short name for an id, in the order in which they turn up: c1, c2 for claims, a1 for appointments. */
  name(kind: string, id: string): string {
    const known = this.#names.get(id);
    if (known) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#names.set(id, `${kind}${count}`);
    return `${kind}${count}`;
  }

  get hash(): string {
    return [this.#high, this.#low].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #mix(value: number): void {
    this.#high = Math.imul(this.#high ^ value, 0x01000193);
    this.#low = Math.imul(this.#low ^ value ^ (this.#low >>> 15), 0x85ebca6b);
  }
}

function stamp(at: Instant): string {
  const text = new Date(at).toISOString();
  return `${text.slice(5, 10)} ${text.slice(11, 23)}`;
}
