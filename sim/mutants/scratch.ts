/** A copy of the source in which bugs may be planted: what the simulator runs, and nothing else. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { patched, type Mutant } from './mutant.ts';

export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'holdfast-mutants-'));
  #planted = new Map<string, string>();

  /** `source`: the project's folder. */
  constructor(source: string) {
    const isCopied = (path: string) => !path.endsWith('.test.ts');
    for (const path of ['src/lib/domain', 'src/lib/protocol', 'src/lib/sync', 'src/lib/server', 'sim']) {
      cpSync(join(source, path), join(this.root, path), { recursive: true, filter: isCopied });
    }
    cpSync(join(source, 'package.json'), join(this.root, 'package.json'));
    symlinkSync(resolve(source, 'node_modules'), join(this.root, 'node_modules'));
  }

  plant({ edits }: Mutant): void {
    this.mend();
    for (const edit of edits) {
      const path = join(this.root, edit.file);
      const text = readFileSync(path, 'utf8');
      if (!this.#planted.has(path)) this.#planted.set(path, text);
      writeFileSync(path, patched(text, edit));
    }
  }

  mend(): void {
    for (const [path, text] of this.#planted) writeFileSync(path, text);
    this.#planted = new Map();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
