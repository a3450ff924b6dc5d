/** In what state a device met an answer. Several can be so at one moment. */
import type { ClaimRecord } from '#lib/sync/claim-record.ts';

export const moments = [
  'sent once',
  'sent again',
  'asked again',
  'called off',
  'parked',
  'dismissed',
  'in the tab that asked',
  'in another tab',
  'in the worker',
  'after a restart',
  'after a sign-out',
  'before a restore',
  'after a restore',
] as const;
export type Moment = (typeof moments)[number];

export interface Circumstances {
  /** The tab in which it was asked, and the one in which the answer is written. */
  readonly asker: string | undefined;
  readonly writer: string;
  readonly isAskerAlive: boolean;
  readonly wasSignedOut: boolean;
  readonly wasRestored: boolean;
}

export function momentsOf(before: ClaimRecord, now: Circumstances): Moment[] {
  const found: Moment[] = [now.wasRestored ? 'after a restore' : 'before a restore'];
  if (before.state === 'sent') found.push(before.attempts > 1 ? 'sent again' : 'sent once');
  if (before.state === 'parked') found.push('parked');
  if (before.state === 'dismissed') found.push('dismissed');
  if (before.askAgain) found.push('asked again');
  if (before.body.callOff) found.push('called off');
  if (now.wasSignedOut) found.push('after a sign-out');
  if (isWorker(now.writer)) found.push('in the worker');
  if (now.writer === now.asker) found.push('in the tab that asked');
  else if (!now.isAskerAlive) found.push('after a restart');
  else if (!isWorker(now.writer)) found.push('in another tab');
  return found;
}

/** "elm.d1.w4": a worker; "elm.d1.t3": a tab. */
const isWorker = (name: string) => /\.w\d+$/.test(name);
