/** What a file's name says of how to read it. */
import { basename, extname } from 'node:path';
import type { Column } from './cells.ts';
import { readCsv } from './csv.ts';
import { bundleSource } from './fhir.ts';
import type { Source } from './loader.ts';

/** A bundle is read as a whole, here. */
export async function sourceOf(path: string, columns: readonly Column[]): Promise<Source> {
  const file = basename(path);
  if (extname(path).toLowerCase() === '.json') return bundleSource(path, file);
  return { file, unit: 'line', rows: () => readCsv(path, columns) };
}
