/** One trial: a writer at work on a ledger is killed outright; what it had answered must be there, and what it had not, settles once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '#lib/domain/verdict.ts';
import { claimsMax } from '#lib/protocol/exchange.ts';
import { openLedger } from '../open.ts';
import { verifyLedger } from '../verify.ts';
import { exchange } from './busy-world.ts';
import { monday, rita } from './small-world.ts';
import type { Line } from './writer.ts';

export interface Trial {
  /** Claims that had their verdict when the process died. */
  readonly told: number;
  /** Claims handed in and not answered. */
  readonly unknown: number;
  /** Of these, how many had been settled all the same. */
  readonly landed: number;
  /** Told and not there, or told otherwise. */
  readonly lost: readonly string[];
  readonly violations: readonly string[];
}

/** Killed so long after its first answers. */
export async function killTrial(file: string, killAfterMs: number): Promise<Trial> {
  const { told, sent } = await loadUntilKilled(file, killAfterMs);
  const ledger = await openLedger({ file, clock: () => monday, log: () => undefined });
  const lost: string[] = [];
  let unknown = 0;
  let landed = 0;
  let { cursor } = (await ledger.clerk.settle(rita, exchange(rita, []))).delta;
  // Every claim again, the same bytes, as a device does that does not know.
  for (let at = 0; at < sent.length; at += claimsMax) {
    const texts = sent.slice(at, at + claimsMax);
    const { answers, parked, delta } = await ledger.clerk.settle(rita, exchange(rita, texts, cursor));
    ({ cursor } = delta);
    if (answers.length !== texts.length) lost.push(`parked: ${JSON.stringify(parked)}`);
    for (const { verdict, replayed } of answers) {
      const before = told.get(verdict.claim);
      if (before === undefined) {
        unknown += 1;
        if (replayed) landed += 1;
      } else if (!replayed || JSON.stringify(before) !== JSON.stringify(verdict)) {
        lost.push(`claim ${verdict.claim} was told ${JSON.stringify(before)}`);
      }
    }
  }
  const { violations } = await verifyLedger(ledger.readDb, monday);
  await ledger.close();
  return { told: told.size, unknown, landed, lost, violations };
}

async function loadUntilKilled(
  file: string,
  killAfterMs: number,
): Promise<{ told: Map<string, Verdict>; sent: string[] }> {
  const writer = fileURLToPath(new URL('writer.ts', import.meta.url));
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const told = new Map<string, Verdict>();
  const sent: string[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    // The last line may be cut; then it was never said.
    if (!text.endsWith('}')) break;
    const line = JSON.parse(text) as Line;
    if (line.said === 'sent') sent.push(...line.texts);
    if (line.said !== 'told') continue;
    if (told.size === 0) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    for (const verdict of line.verdicts) told.set(verdict.claim, verdict);
  }
  await closed;
  if (child.signalCode !== 'SIGKILL') throw new Error('the writer ended by itself');
  return { told, sent };
}
