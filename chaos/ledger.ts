/** The ledger's file as it lies on disk, read beside its server and with nothing of the server's code. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Referral, ReferralStatus } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import type { JournalEntry } from '../sim/lanes/lane.ts';

export interface Ledger {
  /** In order, loads left out. */
  readonly entries: readonly JournalEntry[];
  readonly appointments: ReadonlyMap<string, Appointment>;
  readonly notices: ReadonlyMap<string, Notice>;
  readonly services: ReadonlyMap<string, Service>;
  readonly referrals: ReadonlyMap<string, Referral>;
}

export function readLedger(data: string): Ledger {
  const database = new DatabaseSync(join(data, 'holdfast.db'), { readOnly: true });
  const all = (sql: string) => database.prepare(sql).all() as Record<string, string & number>[];
  const parsed = <T>(text: string | undefined) => JSON.parse(text ?? 'null') as T;
  try {
    database.exec('begin');
    const bodies = <T>(table: string) =>
      new Map(all(`select id, body from ${table}`).map(({ id, body }) => [`${id}`, parsed<T>(body)]));
    const referrals = all(
      'select r.ubrn, r.body, r.status, p.body as patient from referral r join patient p on p.id = r.patient',
    ).map(({ ubrn, body, status, patient }) => {
      const referral = {
        ...parsed<Omit<Referral, 'patient' | 'status'>>(body),
        patient: parsed<Referral['patient']>(patient),
        status: parsed<ReferralStatus>(status),
      };
      return [`${ubrn}`, referral] as const;
    });
    const entries = all("select * from journal where kind <> 'load' order by seq").map((row) => ({
      seq: row['seq'],
      claim: row['claim_id'],
      digest: row['digest'],
      at: row['at'],
      scope: row['scope'],
      author: row['author_person'],
      sender: row['sender_person'],
      expiresAt: row['expires_at'],
      intent: parsed<JournalEntry['intent']>(row['intent']),
      verdict: parsed<JournalEntry['verdict']>(row['verdict']),
      effects: parsed<JournalEntry['effects']>(row['effects']),
    })) as unknown as JournalEntry[];
    return {
      entries,
      appointments: bodies<Appointment>('appointment'),
      notices: bodies<Notice>('notice'),
      services: bodies<Service>('service'),
      referrals: new Map(referrals),
    };
  } finally {
    database.close();
  }
}
