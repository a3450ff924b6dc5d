/** What waits on this device for people who are not signed in: counts, which lie outside the seal. */
import type { Scope } from '#lib/domain/scope.ts';
import { DeskDb, desksHere } from './desk-db.ts';

export interface UnsentCount {
  readonly scope: Scope;
  readonly count: number;
  readonly pressing: number;
  readonly phone: string;
  readonly organisation: string;
}

export async function countUnsent(except: readonly Scope[]): Promise<readonly UnsentCount[]> {
  const scopes = (await desksHere()).filter((scope) => !except.includes(scope));
  const counts = await Promise.all(scopes.map(countOf));
  return counts.filter(({ count }) => count > 0);
}

async function countOf(scope: Scope): Promise<UnsentCount> {
  const db = new DeskDb(scope);
  try {
    const open = await db.claims.where('state').anyOf('waiting', 'sent').toArray();
    const [phone, organisation] = (await db.meta.bulkGet(['phone', 'organisation'])).map(
      (known) => known?.value,
    );
    return {
      scope,
      count: open.length,
      pressing: open.filter(({ pressing }) => pressing).length,
      phone: typeof phone === 'string' ? phone : '',
      organisation: typeof organisation === 'string' ? organisation : '',
    };
  } finally {
    db.close();
  }
}
