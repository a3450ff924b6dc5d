/**
 * One row of an operator's file, cell by cell. What is wrong with a cell is noted and reading goes on, so that one look at the
 * report tells everything that has to be put right. An empty cell is "not said" and never a value.
 */
import {
  instantOf,
  instantSchema,
  localDateSchema,
  type Instant,
  type LocalDate,
} from '#lib/domain/instant.ts';
import { z } from '#lib/domain/zod.ts';

/** Where a row stands: a line of a CSV file, from 1 with the header, or an entry of a bundle. */
export interface RawRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  /** What makes the row unreadable as a whole. */
  readonly fault?: Fault;
}

/** In words for whoever mends the file. Never a patient's data: reports travel. */
export interface Fault {
  readonly column: string;
  readonly reason: string;
}

export interface Column {
  readonly name: string;
  /** `key` names the thing; `new` must be given when it is not held yet; `free` may stay empty. */
  readonly need: 'key' | 'new' | 'free';
  readonly example: string;
  readonly about: string;
}

/** Longer than any honest name or address. */
const lengthMax = 300;
const listMax = 20;

/** The most that the domain takes of a number, or of a text's characters: said once, there. */
export function mostOf(schema: z.core.$ZodType): number {
  const { maximum, maxLength } = z.toJSONSchema(schema);
  const most = maximum ?? maxLength;
  if (most === undefined) throw new Error('import: the domain has no limit for this');
  return most;
}

/** Control characters, and those that turn text around so that it reads as something else. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export class Cells {
  readonly #cells: RawRow['cells'];
  readonly faults: Fault[] = [];

  constructor({ cells }: RawRow) {
    this.#cells = cells;
  }

  fault(column: string, reason: string): undefined {
    this.faults.push({ column, reason });
    return undefined;
  }

  /** One line of text; line breaks of an address become commas. */
  text(column: string, max = lengthMax): string | undefined {
    const text = (this.#cells[column] ?? '')
      .split(/[\r\n]+/)
      .map((line) => line.trim().replace(/,$/, ''))
      .filter((line) => line !== '')
      .join(', ')
      .replace(/[\t ]+/g, ' ');
    if (text === '') return undefined;
    if (text.length > max) return this.fault(column, `is longer than ${max} characters`);
    if (unprintable.test(text)) return this.fault(column, 'contains characters that cannot be shown');
    if (/^[=@]/.test(text))
      return this.fault(column, `begins with ${text[0] ?? ''} like a spreadsheet formula`);
    return text;
  }

  matching(column: string, pattern: RegExp, reason: string): string | undefined {
    const text = this.text(column);
    return text === undefined || pattern.test(text) ? text : this.fault(column, reason);
  }

  /** One of the words that a thing may be called by, in any case. */
  oneOf<T>(column: string, words: Readonly<Record<string, T>>): T | undefined {
    const text = this.text(column)?.toLowerCase();
    if (text === undefined) return undefined;
    const found = Object.entries(words).find(([word]) => word.toLowerCase() === text);
    return found ? found[1] : this.fault(column, `is none of ${Object.keys(words).join(', ')}`);
  }

  /** Separated by "|", each once. */
  list(
    column: string,
    { entriesMax = listMax, charsMax = lengthMax }: { entriesMax?: number; charsMax?: number } = {},
  ): readonly string[] | undefined {
    const items = this.text(column, lengthMax * entriesMax)
      ?.split('|')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    if (!items || items.length === 0) return undefined;
    if (items.length > entriesMax) return this.fault(column, `has more than ${entriesMax} entries`);
    if (items.some(({ length }) => length > charsMax))
      return this.fault(column, `has an entry of more than ${charsMax} characters`);
    return [...new Set(items)];
  }

  number(column: string, from: number, to: number, digits = 0): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    const isFit = number >= from && number <= to && Number(number.toFixed(digits)) === number;
    if (isFit) return number;
    const kind = digits === 0 ? 'whole number' : 'number';
    return this.fault(column, `is not a ${kind} from ${from} to ${to}`);
  }

  phone(column: string): string | undefined {
    return this.matching(
      column,
      /^(?=(?:\D*\d){3})[\d +()./-]{3,30}( ?(?:ext|x)\.? ?\d{1,6})?$/i,
      'is not a telephone number',
    );
  }

  /** 2026-08-06 or 06/08/2026; day before month, as written here. */
  date(column: string): LocalDate | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const date = dateOf(text);
    return date ?? this.fault(column, 'is not a date like 1961-08-06 or 06/08/1961');
  }

  /** A date, or a date and UK time, or an instant with its zone; of `from` or after it, and not after `to`. */
  instant(column: string, from: LocalDate, to: Instant): Instant | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const [, day = '', time, zone] =
      /^(\S+?)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
    const date = dateOf(day);
    const minutes = time === undefined ? 0 : minutesOf(time);
    const at =
      date === undefined || minutes === undefined
        ? Number.NaN
        : zone === undefined
          ? instantOf(date, minutes)
          : Date.parse(`${date}T${time ?? '00:00'}:00${zone}`);
    if (at < instantOf(from)) return this.fault(column, `is before ${from}`);
    if (at > to) return this.fault(column, 'is in the future');
    // No zone is +99:99: what is then no instant would stop every desk of its practice.
    const instant = instantSchema.safeParse(at);
    return instant.success
      ? instant.data
      : this.fault(column, 'is not a date like 2026-08-06, or with a time 2026-08-06T17:30');
  }
}

function dateOf(text: string): LocalDate | undefined {
  const uk = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text);
  const date = uk ? `${uk[3] ?? ''}-${two(uk[2])}-${two(uk[1])}` : text;
  if (!localDateSchema.safeParse(date).success) return undefined;
  // 31 April is well-formed and no day.
  const day = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date ? undefined : date;
}

const two = (digits = '') => digits.padStart(2, '0');

function minutesOf(time: string): number | undefined {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}
