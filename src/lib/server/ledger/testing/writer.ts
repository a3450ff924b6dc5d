/**
 * A process that settles claims as fast as it can until somebody kills it. For each it writes a line when it is handed in
 * and one when it is answered, straight to the pipe: what is in there was said, whatever becomes of the process.
 */
import { writeSync } from 'node:fs';
import type { Verdict } from '#lib/domain/verdict.ts';
import { openLedger } from '../open.ts';
import { Bookings, exchange, loadBusyWorld } from './busy-world.ts';
import { monday, rita } from './small-world.ts';

const desks = 8;
const claimsAtOnce = 10;

export type Line =
  | { readonly said: 'sent'; readonly texts: readonly string[] }
  | { readonly said: 'told'; readonly verdicts: readonly Verdict[] };

const say = (line: Line) => void writeSync(1, `${JSON.stringify(line)}\n`);

if (import.meta.main) {
  const [, , file = ''] = process.argv;
  const ledger = await openLedger({ file, clock: () => monday, log: (_, message) => console.error(message) });
  await loadBusyWorld(ledger);
  const bookings = new Bookings(Math.random);
  const { delta } = await ledger.clerk.settle(rita, exchange(rita, []));
  await Promise.all(
    Array.from({ length: desks }, async () => {
      for (let { cursor } = delta; ;) {
        const texts = Array.from({ length: claimsAtOnce }, () => bookings.text());
        say({ said: 'sent', texts });
        const reply = await ledger.clerk.settle(rita, exchange(rita, texts, cursor));
        const verdicts = reply.answers.map(({ verdict }) => verdict);
        say({ said: 'told', verdicts });
        for (const verdict of verdicts) bookings.heard(verdict);
        ({ cursor } = reply.delta);
      }
    }),
  );
}
