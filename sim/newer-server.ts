/** What a server of the next version says: all that today's does, and keys that no app of today knows. */
import type { SyncReply } from '#lib/protocol/exchange.ts';

const more = { next: { since: 'the next version' }, nextList: [1, 'two'] };

export function sayMore(reply: SyncReply): string {
  const answers = reply.answers.map((answer) => ({
    ...answer,
    verdict: {
      ...answer.verdict,
      ...more,
      appointment: answer.verdict.appointment && { ...answer.verdict.appointment, ...more },
      slots: answer.verdict.slots.map((slot) => ({ ...slot, ...more })),
    },
    alternatives: answer.alternatives.map((offer) => ({ ...offer, ...more })),
    ...more,
  }));
  const rows = reply.delta.rows.map((row) => ({ ...row, row: row.row && { ...row.row, ...more }, ...more }));
  return JSON.stringify({
    ...more,
    ...reply,
    answers,
    parked: reply.parked.map((parked) => ({ ...parked, ...more })),
    delta: { ...reply.delta, rows, ...more },
    packs: reply.packs.map((pack) => ({ ...pack, ...more })),
  });
}
