/** What becomes of a notice: somebody has seen it or told the patient, or noted so by mistake. */
import { type Claim, type IntentOf } from './claim.ts';
import {
  confirmed,
  confirmedAlready,
  isExpired,
  must,
  refused,
  type Decision,
  type Effect,
  type Facts,
} from './decision.ts';
import { endsOlder, isNotedAsTold, isStanding, type Notice } from './notice.ts';
import { actorOf } from './person.ts';
import { stopsMessages } from './reasons.ts';

export function decideAcknowledge(claim: Claim, intent: IntentOf<'acknowledge'>, facts: Facts): Decision {
  const notice = must(facts.notice(intent.notice));
  if (notice.done) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const how = intent.told?.how;
  if (notice.tell && !how) return refused('INAPPROPRIATE_VALUE');
  if (how === 'noAnswer') {
    // The loop ends with the patient: nobody was reached, so the task stands.
    return confirmed([{ effect: 'notice', row: { ...notice, attempts: notice.attempts + 1 } }], null);
  }
  const done = { at: facts.now, byName: facts.nameOf(claim.author.person), how: how ?? 'seen' } as const;
  const effects: Effect[] = [{ effect: 'notice', row: { ...notice, done } }];
  if (actorOf(claim.author) === 'patient' && notice.ubrn) {
    for (const other of facts.noticesOf(notice.ubrn)) {
      const isSameNews = other.claim === notice.claim && other.id !== notice.id && other.tell;
      if (isSameNews) effects.push({ effect: 'notice', row: { ...other, done: { ...done, how: 'online' } } });
    }
  }
  return confirmed(effects, null);
}

/** A note that the patient was told: while nothing newer has to be told in its place, or was, and messages still go to them. */
export function mayRetract(notice: Notice, facts: Pick<Facts, 'referral' | 'newsSince'>): boolean {
  const closed = notice.ubrn && facts.referral(notice.ubrn)?.status.closed;
  const isOver = closed ? stopsMessages(closed.reason) : false;
  return isNotedAsTold(notice) && !isOver && !facts.newsSince(notice).some((one) => endsOlder(one, notice));
}

/** As if it had never been noted: the task stands again on every desk. Who noted it, and who took it back, is in the journal. */
export function decideRetract(claim: Claim, intent: IntentOf<'retract'>, facts: Facts): Decision {
  const notice = must(facts.notice(intent.notice));
  if (isStanding(notice)) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  if (!mayRetract(notice, facts)) return refused('INVALID_REQUEST_STATE');
  return confirmed([{ effect: 'notice', row: { ...notice, done: null } }], null);
}
