/**
 * CSV files as operators have them: with or without a byte order mark, either line ending, quoted cells with commas and line
 * breaks. What would be guessed wrongly (another encoding, two columns of one name) refuses the file before a row is read.
 */
import { createReadStream } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { Column, RawRow } from './cells.ts';
import { FileRefused } from './refused.ts';

/** A row of this many bytes is a quotation mark that nobody closed. */
const rowBytesMax = 1024 * 1024;

/** Every row of the file. Read twice it gives the same twice. */
export async function* readCsv(file: string, columns: readonly Column[]): AsyncGenerator<RawRow> {
  const records = parse({
    bom: true,
    raw: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: rowBytesMax,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  const reading = pipeline(createReadStream(file), new Utf8Only(), records);
  // Its error is thrown by the loop as well; unheard here it would end the process.
  reading.catch(() => undefined);
  let line = 1;
  let header: readonly string[] | undefined;
  try {
    for await (const record of records as AsyncIterable<{ record: string[]; raw: string }>) {
      const start = line;
      line += linesIn(record.raw);
      const cells = record.record;
      if (cells.every((cell) => cell.trim() === '')) continue;
      if (header) yield rowOf(start, header, cells);
      else header = headerOf(cells, columns);
    }
  } catch (error) {
    throw refusal(error, line);
  } finally {
    records.destroy();
  }
  if (!header) throw new FileRefused('is empty: its first line has to name the columns');
}

function rowOf(line: number, header: readonly string[], cells: readonly string[]): RawRow {
  const named = Object.fromEntries(header.map((name, n) => [name, cells[n] ?? '']));
  if (cells.length === header.length) return { line, cells: named };
  const reason = `The line has ${cells.length} cells where the header has ${header.length}: is a comma in a cell without quotation marks?`;
  return { line, cells: named, fault: { column: '', reason } };
}

function headerOf(cells: readonly string[], columns: readonly Column[]): readonly string[] {
  const header = cells.map((cell) => cell.trim().toLowerCase().replace(/[ -]+/g, '_'));
  const twice = header.find((name, n) => name !== '' && header.indexOf(name) !== n);
  if (twice !== undefined) throw new FileRefused(`has two columns ${namedTwice(twice, header, columns)}`);
  const missing = columns.filter(({ name, need }) => need !== 'free' && !header.includes(name));
  if (missing.length === 0) return header;
  const names = missing.map(({ name }) => name).join(', ');
  const hint = /[;\t]/.test(cells.join('')) ? '. Its columns have to be separated by commas' : '';
  throw new FileRefused(`lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${names}${hint}`);
}

/** A file without a header begins with somebody's data: only a name of ours is said. */
function namedTwice(twice: string, header: readonly string[], columns: readonly Column[]): string {
  if (columns.some(({ name }) => name === twice)) return `named ${twice}`;
  return `of one name: number ${header.indexOf(twice) + 1} and number ${header.lastIndexOf(twice) + 1}`;
}

/** `raw` lacks the second half of CRLF at its end, which is as well: it is one line either way. */
const linesIn = (raw: string) => raw.match(/\r\n|\n|\r/g)?.length ?? 0;

function refusal(error: unknown, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new FileRefused(`has a row of more than 1 MB at line ${line}: is a quotation mark not closed?`);
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new FileRefused(`has a quotation mark at line ${line} or after that is never closed`);
  // Its message may quote the line.
  return new FileRefused(`can't be read from line ${line} on: ${error.code}`);
}

/** Passes bytes on, or says what they are instead. A wrong guess would turn names into other names in silence. */
class Utf8Only extends Transform {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #line = 1;
  #isFirst = true;

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    try {
      if (this.#isFirst) this.#lookAtStart(chunk);
      this.#isFirst = false;
      this.#read(chunk);
      done(null, chunk);
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.#decoder.decode();
      done();
    } catch {
      done(this.#refused());
    }
  }

  #lookAtStart(chunk: Buffer): void {
    const [a, b] = chunk;
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || a === 0 || b === 0)
      throw new FileRefused('is in UTF-16. Save it as "CSV UTF-8"');
    if (a === 0x50 && b === 0x4b)
      throw new FileRefused('is a workbook or an archive. Save it as "CSV UTF-8"');
  }

  #read(chunk: Buffer): void {
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: true });
    } catch {
      // Found again line by line: the decoder does not say where it stopped.
      throw this.#refused(chunk);
    }
    if (text.includes('\0')) throw new FileRefused('contains bytes that no text has. Save it as "CSV UTF-8"');
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line += 1;
  }

  #refused(chunk?: Buffer): FileRefused {
    let line = this.#line;
    if (chunk) {
      const loose = new TextDecoder('utf-8').decode(chunk);
      for (const char of loose.slice(0, Math.max(0, loose.indexOf('\ufffd')))) if (char === '\n') line += 1;
    }
    return new FileRefused(
      `is not in UTF-8 at line ${line} (perhaps Windows-1252 or Latin-1). Save it as "CSV UTF-8"`,
    );
  }
}
