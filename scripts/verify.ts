// `npm run verify -- [--data DIR]`: replays the journal, compares it with the tables and checks the invariants.
// Ends with 1 when something is not as it must be. Reads only; the server may go on running.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ledgerFile, openForReading } from '#lib/server/ledger/open.ts';
import { verifyLedger } from '#lib/server/ledger/verify.ts';

/** More lines than this tell nobody more. */
const linesMax = 50;

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const file = join(values.data ?? process.env['HOLDFAST_DATA'] ?? './data', ledgerFile);

if (!existsSync(file)) {
  console.error(`There is no ledger at ${file}. Name its folder: npm run verify -- --data DIR`);
  process.exit(2);
}
const db = openForReading(file);
const started = performance.now();
const { counts, violations } = await verifyLedger(db, Date.now());
await db.destroy();

for (const [name, count] of Object.entries(counts)) {
  console.log(`${count.toLocaleString('en-GB').padStart(12)}  ${name}`);
}
for (const line of violations.slice(0, linesMax)) console.error(line);
if (violations.length > linesMax) console.error(`… and ${violations.length - linesMax} more`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${violations.length === 0 ? 'Verified' : `${violations.length} violation(s)`}: ${file}, ${seconds} s`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
