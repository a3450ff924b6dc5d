/** Truth from its rows. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { AppointmentId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Truth } from '#lib/domain/truth.ts';
import { seqOf } from '#lib/sync/shelf.ts';
import type { KeyedRow } from './stored-claim.ts';

export function truthOf(rows: Iterable<KeyedRow>, cursor: string | null): Truth {
  const referrals = new Map<Ubrn, Referral>();
  const appointments = new Map<AppointmentId, Appointment>();
  const notices = new Map<NoticeId, Notice>();
  const services = new Map<ServiceId, Service>();
  for (const { row } of rows) {
    switch (row.entity) {
      case 'referral':
        if (row.row) referrals.set(row.key, row.row);
        break;
      case 'appointment':
        if (row.row) appointments.set(row.key, row.row);
        break;
      case 'notice':
        if (row.row) notices.set(row.key, row.row);
        break;
      case 'service':
        if (row.row) services.set(row.key, row.row);
        break;
    }
  }
  return { referrals, appointments, notices, services, seq: seqOf(cursor) };
}
