/**
 * Whether the demonstration is open: anybody may then be any of its staff, without a secret. Beside somebody else's records it
 * shuts itself (docs/decisions/0031), whether they were there at the start or come in while the server runs.
 *
 *   off   ─ never        on ─ always, by the operator's hand
 *   alone ─ while the ledger holds nothing but the demonstration ─ others' records are seen → shut, as long as the server runs
 */
import type { Kysely } from 'kysely';
import type { OthersRecords } from '../demo/whose-world.ts';
import type { Tables } from '../ledger/schema.ts';

export type DemonstrationSetting = 'off' | 'on' | 'alone';

export class Demonstration {
  readonly #setting: DemonstrationSetting;
  readonly #readDb: Kysely<Tables>;
  readonly #onShut: () => Promise<unknown>;
  #others: Promise<OthersRecords> | undefined;
  #isShut = false;

  /** `onShut` is called when an open one shuts. */
  constructor(setting: DemonstrationSetting, readDb: Kysely<Tables>, onShut: () => Promise<unknown>) {
    this.#setting = setting;
    this.#readDb = readDb;
    this.#onShut = onShut;
  }

  /** Asked of the ledger as it is at this moment: nobody is let in on what was so a second ago. */
  async isOpen(): Promise<boolean> {
    if (this.#setting !== 'alone') return this.#setting === 'on';
    if (this.#isShut) return false;
    this.#others ??= othersIn(this.#readDb);
    if (!(await (await this.#others).haveCome())) return true;
    // Of several who ask at once, one shuts it.
    const isFirst = !this.#isShut;
    this.#isShut = true;
    if (isFirst) await this.#onShut();
    return false;
  }
}

/** The demonstration's tables are large, and a server without one has no use for them. */
async function othersIn(readDb: Kysely<Tables>): Promise<OthersRecords> {
  const { OthersRecords } = await import('../demo/whose-world.ts');
  const { defaultSeed } = await import('../demo/world.ts');
  return new OthersRecords(readDb, defaultSeed);
}
