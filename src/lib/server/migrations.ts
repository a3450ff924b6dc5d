/** The tables beside the ledger's, of all their owners: a data folder is always opened with the whole of them. */
import { importMigrations } from './import/waiting.ts';
import { peopleMigrations } from './people/tables.ts';

export const migrations = { ...peopleMigrations, ...importMigrations };
