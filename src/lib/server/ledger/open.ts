/** Opens a ledger: its file, its tables brought up to date, its clerk. */
import type { LedgerOptions, OpenLedger } from './ledger.ts';

export declare function openLedger(options: LedgerOptions): Promise<OpenLedger>;
