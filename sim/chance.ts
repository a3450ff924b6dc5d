/**
 * Chance from a name. The same name gives the same chances; each actor has a name of its own, so that leaving one out
 * (as shrinking does) leaves the luck of all the others as it was. The generator is sfc32.
 */
import type { Random } from '#lib/sync/ports.ts';

export class Chance implements Random {
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(name: string) {
    this.#name = name;
    [this.#a, this.#b, this.#c] = [hashOf(`${name}1`), hashOf(`${name}2`), hashOf(`${name}3`)];
    for (let i = 0; i < 12; i += 1) this.#next();
  }

  split(name: string): Chance {
    return new Chance(`${this.#name}/${name}`);
  }

  fraction(): number {
    return this.#next() / 4_294_967_296;
  }

  /** From 0 to `below` - 1. */
  int(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  between(from: number, to: number): number {
    return from + this.int(to - from + 1);
  }

  isLucky(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.int(list.length)];
  }

  /** So many of them, in an order of chance. */
  some<T>(list: readonly T[], count: number): T[] {
    const left = [...list];
    const taken: T[] = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(this.int(left.length), 1));
    return taken;
  }

  /** A wait whose mean is `mean`, as between things that happen by themselves. */
  wait(mean: number): number {
    return Math.ceil(-Math.log(1 - this.fraction()) * mean);
  }

  uuid(): string {
    const [a, b, c, d] = [this.#next(), this.#next(), this.#next(), this.#next()];
    const middle = `${fourDigits(b >>> 16)}-4${threeDigits(b & 0xfff)}-8${threeDigits((c >>> 16) & 0xfff)}`;
    return `${eightDigits(a)}-${middle}-${fourDigits(c & 0xffff)}${eightDigits(d)}`;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** Every pair of digits, so that an id is put together and not worked out. */
const pairs = Array.from({ length: 256 }, (_, byte) => (256 + byte).toString(16).slice(1));
const digits = '0123456789abcdef';

const fourDigits = (n: number) => `${pairs[n >>> 8]}${pairs[n & 0xff]}`;
const threeDigits = (n: number) => `${digits[n >>> 8]}${pairs[n & 0xff]}`;
const eightDigits = (n: number) => `${fourDigits(n >>> 16)}${fourDigits(n & 0xffff)}`;

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
