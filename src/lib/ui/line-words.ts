/** The connection in words: calm while all is well, loud only when a patient could be harmed. */
import type { Instant } from '#lib/domain/instant.ts';
import { clockOrDay } from './uk-time.ts';

/** What the line needs of the desk's own (structurally the same). */
export interface LineState {
  readonly status: {
    readonly kind: 'idle' | 'exchanging' | 'catchingUp' | 'waiting' | 'signedOut' | 'forbidden' | 'tooOld';
  };
  readonly isOnline: boolean;
  /** Whether the server was heard. */
  readonly hearing: 'awaited' | 'heard' | 'slow' | 'lost';
  readonly lastReplyAt: Instant | null;
  readonly waiting: number;
}

/** Nothing that is asked for now reaches the server now. */
export const isCut = ({
  isOnline,
  status,
  hearing,
}: Pick<LineState, 'isOnline' | 'status' | 'hearing'>): boolean =>
  !isOnline || status.kind === 'waiting' || hearing === 'lost';

const savedHere = 'What you do here is saved on this device.';

export interface LineWords {
  readonly tone: 'calm' | 'busy' | 'off' | 'act';
  readonly text: string;
  readonly detail: string;
}

export function lineWords(line: LineState, now: Instant): LineWords {
  const { kind } = line.status;
  const waiting = line.waiting === 1 ? '1 request' : `${line.waiting} requests`;
  switch (kind) {
    case 'signedOut':
      return line.waiting > 0
        ? { tone: 'act', text: `Sign in again to send ${waiting}`, detail: 'They are safe on this device.' }
        : { tone: 'act', text: 'You are signed out', detail: 'Sign in again to see what is new.' };
    case 'forbidden':
      return {
        tone: 'act',
        text: 'You may no longer use this',
        detail:
          line.waiting > 0
            ? `${waiting} not sent. Ask whoever gave you your sign-in.`
            : 'Ask whoever gave you your sign-in.',
      };
    case 'tooOld':
      return {
        tone: 'act',
        text: 'Update this app to go on',
        detail: line.waiting > 0 ? `${waiting} will be sent after the update.` : '',
      };
    case 'waiting':
      return offline(line, now);
    case 'catchingUp':
    case 'exchanging':
    case 'idle':
      if (isCut(line)) return offline(line, now);
      if (line.hearing === 'slow')
        return { tone: 'off', text: 'No answer from the server yet.', detail: savedHere };
      if (kind === 'catchingUp')
        return { tone: 'busy', text: 'Catching up…', detail: 'Lists may not be whole yet.' };
      if (line.hearing === 'awaited') return { tone: 'busy', text: 'Connecting…', detail: '' };
      return {
        tone: 'calm',
        text: 'Connected',
        detail: line.waiting > 0 ? `${waiting} waiting to send` : '',
      };
  }
}

function offline(line: LineState, now: Instant): LineWords {
  const since = line.lastReplyAt === null ? '' : ` since ${clockOrDay(line.lastReplyAt, now)}`;
  return {
    tone: 'off',
    text: `No connection${since}.`,
    detail: savedHere,
  };
}
