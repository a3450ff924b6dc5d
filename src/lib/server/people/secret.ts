/** The key that the database does not hold: whoever copies the database alone can check no guess of an access code. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Secret {
  /** 32 bytes; the same for the same purpose and parts, and of no use for another purpose. */
  mac(purpose: string, ...parts: readonly string[]): Buffer;
}

export function secretOf(key: string): Secret {
  return {
    mac(purpose, ...parts) {
      // Lengths go in, so that no two lists of parts make the same text.
      const text = [purpose, ...parts].map((part) => `${part.length}:${part}`).join('');
      return createHmac('sha256', key).update(text).digest();
    },
  };
}

/** The operator's key where one is set; else one made here and kept in the data folder for its owner's eyes alone. */
export function openSecret(dataFolder: string, given: string | undefined): Secret {
  if (given !== undefined) return secretOf(given);
  if (dataFolder === ':memory:') return secretOf(newKey());
  const file = join(dataFolder, 'secret');
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true });
    // 'wx': of two servers that start together, one makes it and the other reads it.
    try {
      writeFileSync(file, newKey(), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  const key = readFileSync(file, 'utf8').trim();
  if (key.length < 32)
    throw new Error('The secret file in the data folder is damaged. Restore it from the backup');
  return secretOf(key);
}

const newKey = () => randomBytes(32).toString('base64url');
