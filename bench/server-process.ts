// What the operating system says of the server's process; Linux alone tells.
import { readFileSync } from 'node:fs';

/** Ticks of /proc, the same on every Linux that Node runs on. */
const ticksASecond = 100;

/** Resident memory, in megabytes. */
export function residentMb(pid: number | undefined): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Seconds of processor so far: unlike the clock's, they do not grow when the machine has other work. */
export function processorSeconds(pid: number | undefined): number | undefined {
  // The fields follow the name, which stands in brackets and may hold anything.
  const fields = read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / ticksASecond : undefined;
}

function read(pid: number | undefined, what: 'status' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}
