/** Claims and rows between memory and disk: the tag lies open, the rest is sealed, and what cannot be read is named. */
import { z } from '#lib/domain/zod.ts';
import { rowSchema, type Row } from '#lib/protocol/exchange.ts';
import { claimBodySchema, readClaimTag, type ClaimRecord } from '#lib/sync/claim-record.ts';
import { unopened, type Vault } from '../vault.ts';
import type { StoredClaim, StoredRow } from './desk-db.ts';

export const rowVersion = 1;

export interface Opened<T> {
  readonly records: readonly T[];
  /** Keys of what this code cannot read. A claim of a newer app is in neither list: it is left alone. */
  readonly unreadable: readonly string[];
}

export async function openClaims(vault: Vault, rows: readonly StoredClaim[]): Promise<Opened<ClaimRecord>> {
  const bodies = await vault.open(rows.map(({ sealed }) => sealed));
  const records: ClaimRecord[] = [];
  const unreadable: string[] = [];
  for (const [index, row] of rows.entries()) {
    const tag = readClaimTag(row);
    if (tag === 'newer') continue;
    const body = claimBodySchema.safeParse(bodies[index]);
    if (tag === 'unreadable' || !body.success) unreadable.push(row.id);
    else records.push({ ...tag, body: body.data });
  }
  return { records, unreadable };
}

export async function sealClaims(vault: Vault, records: readonly ClaimRecord[]): Promise<StoredClaim[]> {
  const sealed = await vault.seal(records.map(({ body }) => body));
  return records.map(({ body: _body, ...tag }, index) => {
    const isGoing =
      tag.state === 'waiting' || tag.state === 'sent' || (tag.state === 'settled' && tag.askAgain);
    return { ...tag, sealed: present(sealed[index]), ...(isGoing ? { going: 1 as const } : {}) };
  });
}

export interface KeyedRow {
  readonly key: string;
  readonly row: Row;
}

const versionSchema = z.object({ v: z.int() });

/** A truth row of a newer app counts as unreadable: it is a copy, and the ledger gives another. */
export async function openRows(vault: Vault, rows: readonly StoredRow[]): Promise<Opened<KeyedRow>> {
  const bodies = await vault.open(rows.map(({ sealed }) => sealed));
  const records: KeyedRow[] = [];
  const unreadable: string[] = [];
  for (const [index, stored] of rows.entries()) {
    const version = versionSchema.safeParse(stored);
    const isOurs = version.success && version.data.v === rowVersion && bodies[index] !== unopened;
    const row = isOurs ? rowSchema.safeParse(bodies[index]) : undefined;
    if (row?.success) records.push({ key: stored.key, row: row.data });
    else unreadable.push(stored.key);
  }
  return { records, unreadable };
}

export const rowKey = (row: Row) => `${row.entity}:${row.key}`;

export async function sealRows(vault: Vault, rows: readonly Row[]): Promise<Omit<StoredRow, 'revision'>[]> {
  const sealed = await vault.seal(rows);
  return rows.map((row, index) => ({ key: rowKey(row), v: rowVersion, sealed: present(sealed[index]) }));
}

/** A vault gives back as many as it was given; less would be our bug. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('vault: a record did not come back');
  return value;
}
