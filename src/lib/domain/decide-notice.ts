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
import { endsOlder, isNotedAsTold, tellsWhenToCome, type Notice } from './notice.ts';
import { actorOf } from './person.ts';

export function decideAcknowledge(claim: Claim, intent: IntentOf<'acknowledge'>, facts: Facts): Decision {
  const notice = must(facts.notice(intent.notice));
  if (notice.done || notice.retracted?.includes(claim.id)) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const how = intent.told?.how;
  if (notice.tell && !how) return refused('INAPPROPRIATE_VALUE');
  if (how === 'noAnswer') {
    // The loop ends with the patient: nobody was reached, so the task stands.
    return confirmed([{ effect: 'notice', row: { ...notice, attempts: notice.attempts + 1 } }], null);
  }
  const done = {
    at: facts.now,
    byName: facts.nameOf(claim.author.person),
    how: how ?? 'seen',
    claim: claim.id,
  } as const;
  const effects: Effect[] = [{ effect: 'notice', row: { ...notice, done } }];
  if (actorOf(claim.author) === 'patient' && notice.ubrn) {
    for (const other of facts.noticesOf(notice.ubrn)) {
      const isSameNews = other.claim === notice.claim && other.id !== notice.id && other.tell;
      if (isSameNews) effects.push({ effect: 'notice', row: { ...other, done: { ...done, how: 'online' } } });
    }
  }
  return confirmed(effects, null);
}

/**
 * A note that the patient was told can be taken back while it has still to be told: nothing newer has come in its place, the time
 * is to come, and messages still go to the patient.
 */
export function mayRetract(
  notice: Notice,
  facts: Pick<Facts, 'now' | 'hasDied' | 'appointmentOf' | 'newsSince'>,
): boolean {
  const { ubrn, done, slot } = notice;
  if (!ubrn || !done || !isNotedAsTold(notice)) return false;
  if (facts.hasDied(ubrn)) return false;
  if (tellsWhenToCome(notice) && slot && slot.start <= facts.now) return false;
  // A patient who books for themself knows it, and nobody writes it to the practice.
  const held = facts.appointmentOf(ubrn);
  if (held && held.id !== notice.appointment && held.bookedAt >= done.at) return false;
  return !facts.newsSince(notice).some((one) => endsOlder(one, notice));
}

/** More wrong notes of one notice than anybody makes. */
const retractedMax = 20;

/**
 * The note that is named counts no more, whether it came before this or comes after; another note of the same notice does. Who
 * noted what, and who took it back, is in the journal.
 */
export function decideRetract(claim: Claim, intent: IntentOf<'retract'>, facts: Facts): Decision {
  const notice = must(facts.notice(intent.notice));
  const { done, retracted = [] } = notice;
  if (retracted.includes(intent.noted)) return confirmedAlready(null, null);
  if (isExpired(claim, facts)) return refused('EXPIRED_CLAIM');
  const isThis = done?.claim === intent.noted;
  if (isThis && !mayRetract(notice, facts)) return refused('INVALID_REQUEST_STATE');
  const row: Notice = {
    ...notice,
    retracted: [...retracted, intent.noted].slice(-retractedMax),
    done: isThis ? null : done,
  };
  return confirmed([{ effect: 'notice', row }], null);
}
