/** What an import has to say: the first findings to whoever watches, all of them to a file that a spreadsheet opens. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from './cells.ts';
import type { Finding } from './import.ts';

/** Findings said at once; more are read in the report. */
const saidMax = 20;

export class Report {
  readonly #folder: string;
  readonly #name: string;
  readonly #say: (line: string) => void;
  #file: { readonly path: string; readonly descriptor: number } | undefined;
  #findings = 0;

  /** `name` without its ending. The file is made with the first finding: no news, no file. */
  constructor(folder: string, name: string, say: (line: string) => void) {
    this.#folder = folder;
    this.#name = name;
    this.#say = say;
  }

  add(finding: Finding): void {
    const { descriptor } = (this.#file ??= this.#newFile());
    const { file, line, column, what, reason } = finding;
    writeSync(descriptor, csvLine([file, String(line), column, what, reason]));
    this.#findings += 1;
    if (this.#findings <= saidMax) this.#say(sentenceOf(finding));
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file.descriptor);
    if (this.#findings > saidMax)
      this.#say(`… and ${(this.#findings - saidMax).toLocaleString('en-GB')} more`);
    this.#say(`All of them: ${this.#file.path}`);
  }

  /** For its owner's eyes: it holds no patient's data, but it tells whose file was how good. */
  #newFile() {
    for (let n = 1; ; n += 1) {
      const path = join(this.#folder, `${this.#name}${n === 1 ? '' : `-${n}`}.csv`);
      try {
        const descriptor = openSync(path, 'wx', 0o600);
        writeSync(descriptor, csvLine(['file', 'line', 'column', 'what', 'reason']));
        return { path, descriptor };
      } catch (error) {
        // Somebody else's, begun at the same moment.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }
}

/** "referrals.csv:12 birth_date is empty (not loaded)" */
function sentenceOf({ file, line, column, what, reason }: Finding): string {
  return `${file}:${line} ${column === '' ? '' : `${column}: `}${reason} (${what})`;
}

export const csvLine = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`;

/** A spreadsheet must show what a cell says and never work it out; a plain number it may. */
function csvCell(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A file with the header and one row to write over. */
export function templateOf(columns: readonly Column[]): string {
  return [columns.map(({ name }) => name), columns.map(({ example }) => example)].map(csvLine).join('');
}
