/** Files as they come: what is only untidy is read, what would be read wrongly is refused as a whole, in words. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Column, RawRow } from './cells.ts';
import { readCsv } from './csv.ts';
import { siteColumns } from './organisations.ts';
import { FileRefused } from './refused.ts';
import { csvLine } from './report.ts';
import { referralColumns } from './referral-row.ts';
import { serviceColumns } from './services.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

const columns: readonly Column[] = [
  { name: 'code', need: 'key', example: '', about: '' },
  { name: 'name', need: 'new', example: '', about: '' },
  { name: 'phone', need: 'free', example: '', about: '' },
];

async function read(content: string | Buffer, wanted = columns): Promise<RawRow[]> {
  const path = join(folder, 'file.csv');
  writeFileSync(path, content);
  return Array.fromAsync(readCsv(path, wanted));
}

const refusal = (content: string | Buffer) =>
  read(content).then(
    () => 'was read',
    (error: unknown) => (error instanceof FileRefused ? error.message : String(error)),
  );

test('a byte order mark, either line ending, empty lines, other orders and cases of columns are all one', async () => {
  const rows = [{ line: 2, cells: { name: 'Élan, "the" place', code: 'A1' } }];
  expect(await read('\ufeffName,CODE\r\n"Élan, ""the"" place",A1\r\n')).toEqual(rows);
  expect(await read('name,code\n"Élan, ""the"" place",A1')).toEqual(rows);
  expect(await read('name,code\r"Élan, ""the"" place",A1\r\r,\r')).toEqual(rows);
});

test('lines are counted as an editor counts them, quoted line breaks and all', async () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const rows = await read(['code,name', '"A1","one', 'two', 'three"', '', 'A2,two', ''].join(end));
    expect(rows.map(({ line, cells }) => [line, cells['code']])).toEqual([
      [2, 'A1'],
      [6, 'A2'],
    ]);
  }
});

test('a line with a cell too many or too few is one bad row and no more', async () => {
  const rows = await read('code,name\nA1,one,more\nA2,two\nA3\n');
  expect(rows.map(({ fault }) => fault?.reason)).toEqual([
    expect.stringContaining('has 3 cells where the header has 2'),
    undefined,
    expect.stringContaining('has 1 cells where the header has 2'),
  ]);
});

test('an encoding that would turn names into other names is refused, with the line', async () => {
  expect(await refusal(Buffer.from('\ufeffcode,name\r\nA1,José\r\n', 'utf16le'))).toContain('is in UTF-16');
  expect(await refusal(Buffer.from('code,name\nA1,Jo\nA2,José\n', 'latin1'))).toContain(
    'is not in UTF-8 at line 3',
  );
  expect(await refusal(Buffer.from('code,name\nA1,Jos\xc3', 'latin1'))).toContain(
    'is not in UTF-8 at line 2',
  );
  expect(await refusal('code,name\nA1,\0\n')).toContain('bytes that no text has');
  expect(await refusal(Buffer.from('PK\u0003\u0004rest'))).toContain('is a workbook');
});

test('headers that would be guessed at are refused', async () => {
  expect(await refusal('code,name,code\nA1,one,A2\n')).toBe('has two columns named code');
  // A file without a header begins with a patient.
  expect(await refusal('Jo,Smith,1961,Smith\n')).toBe('has two columns of one name: number 2 and number 4');
  expect(await refusal('name,phone\none,1\n')).toBe('lacks the column code');
  expect(await refusal('code;name\nA1;one\n')).toContain('have to be separated by commas');
  expect(await refusal('')).toContain('is empty');
  expect(await refusal('\n\n')).toContain('is empty');
});

test('a quotation mark that nobody closes is refused at its line, however long the rest is', async () => {
  expect(await refusal('code,name\nA1,"one\nA2,two\n')).toContain('at line 2');
  const long = `code,name\nA1,one\nA2,"${'x,\n'.repeat(1_000_000)}`;
  expect(await refusal(long)).toBe('has a row of more than 1 MB at line 3: is a quotation mark not closed?');
});

test('a column named like a part of every object is a column like any other', async () => {
  const [row] = await read('code,name,__proto__,constructor\nA1,one,x,y\n');
  expect(Object.getPrototypeOf(row?.cells)).toBe(Object.prototype);
  expect(Object.keys(row?.cells ?? {})).toEqual(['code', 'name', '__proto__', 'constructor']);
});

test('a report never makes a spreadsheet work anything out', () => {
  expect(csvLine(['=1+1', '+44', '-x', '-1.5', '@a', 'a"b,c', 'plain'])).toBe(
    `'=1+1,'+44,'-x,-1.5,'@a,"a""b,c",plain\r\n`,
  );
});

test('every column stands in the operators’ page', () => {
  const page = readFileSync(new URL('../../../../docs/import.md', import.meta.url), 'utf8');
  const named = [...siteColumns, ...serviceColumns, ...referralColumns].map(({ name }) => name);
  expect(named.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
