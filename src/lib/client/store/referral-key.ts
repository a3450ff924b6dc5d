/**
 * Which claims are about the same referral, without naming it: an HMAC of the booking reference under a key that no script
 * can read out and that never leaves this database.
 */
import type { Ubrn } from '#lib/domain/ids.ts';
import type { DeskDb } from './desk-db.ts';

/** Once written the key stays; reading it back from the disk takes longer than saving a claim does. */
const keys = new WeakMap<DeskDb, Promise<CryptoKey>>();

export async function referralKey(db: DeskDb, ubrn: Ubrn): Promise<string> {
  const key = await keyOf(db);
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(ubrn));
  return Array.from(new Uint8Array(mac, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Worth doing before somebody waits for it; a database that cannot be read now is asked again. */
export function keyOf(db: DeskDb): Promise<CryptoKey> {
  const known = keys.get(db) ?? readKey(db);
  keys.set(db, known);
  known.catch(() => keys.delete(db));
  return known;
}

async function readKey(db: DeskDb): Promise<CryptoKey> {
  const held = await db.meta.get('referralKey');
  if (isKey(held?.value)) return held.value;
  const made = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  // Two tabs may both find none; the first one written is everybody's.
  return db.transaction('rw', db.meta, async () => {
    const first = await db.meta.get('referralKey');
    if (isKey(first?.value)) return first.value;
    await db.meta.put({ key: 'referralKey', value: made });
    return made;
  });
}

const isKey = (value: unknown): value is CryptoKey => value instanceof CryptoKey;
