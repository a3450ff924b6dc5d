/**
 * Brings one file in. It is read twice: once to see whether it can be taken at all, and once to take it, in batches, each one
 * entry of the journal. A batch holds the ledger for some hundredths of a second and then leaves it to others for as long.
 *
 *   row ─ unreadable cells ──────────────────────────────────────→ bad
 *       └ another row of the file has its key ─ the same ────────→ unchanged
 *                                             └ not ─────────────→ bad
 *       ├ somebody at a practice has settled it ────────────────→ unchanged, waits
 *       └ compose, beside what the ledger holds ─────────────────→ added, updated, unchanged, bad, waits
 */
import { claimIdSchema } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Log, OpenLedger } from '../ledger/ledger.ts';
import { errorWords } from '../log.ts';
import { Cells, type Fault, type RawRow } from './cells.ts';
import type { Given, Loader, Outcome, Source } from './loader.ts';
import { dropWaiting, putWaiting, readSettled, waitingId, type SettledBy } from './waiting.ts';

/** Rows of one transaction: it has to be over before anybody at a desk notices. */
const batchRows = 100;
/** Of the time that it held the ledger, the least that it leaves it alone; less than one turn of a server's clock is none. */
const pauseMinMs = 5;
/** How often a ledger that others keep busy is asked again before it is given up. */
const triesMax = 10;
const retryMs = 500;

export interface ImportDeps {
  readonly ledger: Pick<OpenLedger, 'clerk'>;
  readonly clock: () => Instant;
  /** Milliseconds that only grow, for how long something took. */
  readonly ticks: () => number;
  /** A lower-case UUID. */
  readonly newId: () => string;
  readonly pause: (ms: number) => Promise<void>;
  /** The database's own trouble, not the row's. */
  readonly isOutage: (error: unknown) => boolean;
  readonly log: Log;
  readonly tell: (finding: Finding) => void;
  readonly progress: (done: number, of: number) => void;
}

/** What somebody should read about a row. */
export interface Finding extends Fault {
  readonly file: string;
  readonly line: number;
  readonly what: 'not loaded' | 'needs a person' | 'note';
}

export interface Counts {
  readonly rows: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly bad: number;
  readonly waits: number;
}

/** Throws FileRefused, with nothing of the file in, or what the ledger threw when it can't be reached. */
export async function importFile<R>(deps: ImportDeps, loader: Loader<R>, source: Source): Promise<Counts> {
  const total = await survey(loader, source);
  const run = new Run(deps, loader, source, total);
  for await (const raw of source.rows()) await run.take(raw);
  return run.end();
}

async function survey<R>(loader: Loader<R>, source: Source): Promise<number> {
  let rows = 0;
  for await (const raw of source.rows()) {
    rows += 1;
    if (!loader.survey || raw.fault) continue;
    const cells = new Cells(raw);
    const row = loader.read(cells);
    // A row that will not come in has no say in whose a number is.
    if (row !== undefined && cells.faults.length === 0) loader.survey(row);
  }
  return rows;
}

interface Settled {
  readonly line: number;
  readonly outcome: Outcome;
  readonly notes?: readonly Fault[];
}

/** A row that can be read, and what was put aside of it. */
type Taken<R> = Given<R> & { readonly notes: readonly Fault[] };

class Run<R> {
  readonly #deps: ImportDeps;
  readonly #loader: Loader<R>;
  readonly #source: Source;
  readonly #total: number;
  readonly #keys = new Map<string, { readonly line: number; readonly digest: string }>();
  readonly #counts = { rows: 0, added: 0, updated: 0, unchanged: 0, bad: 0, waits: 0 };
  #batch: Taken<R>[] = [];
  /** What needed no look at the ledger; told with the batch, in the order of the file. */
  #settled: Settled[] = [];

  constructor(deps: ImportDeps, loader: Loader<R>, source: Source, total: number) {
    this.#deps = deps;
    this.#loader = loader;
    this.#source = source;
    this.#total = total;
  }

  async take(raw: RawRow): Promise<void> {
    const { line } = raw;
    const outcome = this.#read(raw);
    if (outcome) this.#settled.push({ line, outcome });
    if (this.#batch.length + this.#settled.length >= batchRows) await this.#flush();
  }

  async end(): Promise<Counts> {
    await this.#flush();
    return this.#counts;
  }

  /** Into the batch, unless it is settled already. */
  #read(raw: RawRow): Outcome | undefined {
    if (raw.fault) return { is: 'bad', faults: [raw.fault] };
    const cells = new Cells(raw);
    const row = this.#loader.read(cells);
    if (row === undefined || cells.faults.length > 0) return { is: 'bad', faults: cells.faults };
    const key = this.#loader.keyOf(row);
    const digest = waitingId(raw.cells);
    const before = this.#keys.get(key);
    if (before?.digest === digest) return { is: 'unchanged' };
    if (before) return repeated(this.#loader, this.#source, before.line);
    this.#keys.set(key, { line: raw.line, digest });
    const prepared = this.#loader.prepare?.(row, raw.line) ?? { row, notes: [] };
    this.#batch.push({ line: raw.line, cells: raw.cells, ...prepared });
    return undefined;
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    const settled = [...this.#settled, ...(await this.#load(batch))];
    this.#settled = [];
    for (const each of settled.sort((a, b) => a.line - b.line)) this.#count(each);
    this.#deps.progress(this.#counts.rows, this.#total);
  }

  async #load(batch: readonly Taken<R>[]): Promise<Settled[]> {
    if (batch.length === 0) return [];
    const began = this.#deps.ticks();
    try {
      const outcomes = await this.#commit(batch);
      return batch.flatMap(({ line, notes }, n) => {
        const outcome = outcomes[n];
        return outcome ? [{ line, outcome, notes }] : [];
      });
    } catch (error) {
      if (this.#deps.isOutage(error)) throw error;
      const [only, ...others] = batch;
      if (!only || others.length > 0) {
        const settled: Settled[] = [];
        for (const given of batch) settled.push(...(await this.#load([given])));
        return settled;
      }
      this.#deps.log('alarm', `a row could not be stored: ${errorWords(error)}`);
      const reason = 'The ledger could not store this row';
      return [{ line: only.line, outcome: { is: 'bad', faults: [{ column: '', reason }] } }];
    } finally {
      // A server that waits for the ledger looks again only now and then: without a gap it would never find it free.
      await this.#deps.pause(Math.max(pauseMinMs, this.#deps.ticks() - began));
    }
  }

  async #commit(batch: readonly Taken<R>[]): Promise<readonly Outcome[]> {
    const { clock, ledger, newId, isOutage, pause } = this.#deps;
    let outcomes: readonly Outcome[] = [];
    for (let tries = 1; ; tries += 1) {
      try {
        await ledger.clerk.load(async (tx) => {
          // Asked first: what a person said of a row stands, whatever the rule would say of it by now.
          const ids = batch.map(({ cells }) => waitingId(cells));
          const settled = await readSettled(tx, ids);
          const open = batch.filter((_, n) => !settled.has(ids[n] ?? ''));
          const composed = await this.#loader.compose(tx, open);
          const judged = new Map(open.map((given, n) => [given, composed.outcomes[n]]));
          outcomes = batch.map((given, n) => {
            const outcome = judged.get(given) ?? outcomeOf(settled.get(ids[n] ?? ''));
            if (!outcome) throw new Error('import: a row without an outcome');
            return outcome;
          });
          const waiting = open.flatMap((given) => {
            const outcome = judged.get(given);
            return outcome?.is === 'waits' ? [{ ...given, ...outcome, file: this.#source.file }] : [];
          });
          await putWaiting(tx, waiting, clock());
          const isIn = (outcome?: Outcome) => outcome && outcome.is !== 'waits' && outcome.is !== 'bad';
          const landed = open.filter((given) => isIn(judged.get(given)));
          await dropWaiting(
            tx,
            landed.map(({ cells }) => cells),
          );
          const isEmpty = Object.values(composed.load).every(
            (rows) => !Array.isArray(rows) || rows.length === 0,
          );
          return isEmpty ? undefined : { id: claimIdSchema.parse(newId()), ...composed.load };
        });
        return outcomes;
      } catch (error) {
        if (!isOutage(error) || tries >= triesMax) throw error;
        await pause(retryMs);
      }
    }
  }

  #count({ line, outcome, notes = [] }: Settled): void {
    this.#counts.rows += 1;
    this.#counts[outcome.is] += 1;
    const tell = (what: Finding['what'], { column, reason }: Fault) => {
      const { file } = this.#source;
      this.#deps.tell({ file, line, what, column: this.#source.columnName?.(column) ?? column, reason });
    };
    if (outcome.is === 'bad') for (const fault of outcome.faults) tell('not loaded', fault);
    else if (outcome.is === 'waits') tell('needs a person', outcome.fault);
    else for (const note of [...notes, ...(outcome.notes ?? [])]) tell('note', note);
  }
}

/** Of a row that somebody has settled; reports travel, so it names the practice and nobody. */
function outcomeOf(settled: SettledBy | undefined): Outcome | undefined {
  if (!settled) return undefined;
  const { how, practice } = settled;
  if (how === 'notOurs') {
    const reason = `Practice ${practice} says that this is not theirs`;
    return { is: 'waits', fault: { column: 'practice', reason }, candidates: [] };
  }
  const whose = how === 'new' ? 'a new patient' : 'a patient they know';
  const reason = `was settled by practice ${practice}, as ${whose}`;
  return { is: 'unchanged', notes: [{ column: '', reason }] };
}

function repeated({ columns }: Pick<Loader<unknown>, 'columns'>, { unit }: Source, line: number): Outcome {
  const column = columns.find(({ need }) => need === 'key')?.name ?? '';
  return {
    is: 'bad',
    faults: [{ column, reason: `is in ${unit} ${line} already, and the rest differs` }],
  };
}
