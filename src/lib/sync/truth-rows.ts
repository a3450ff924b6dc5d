/** Truth from the rows in which it came. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { AppointmentId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Truth } from '#lib/domain/truth.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import { seqOf } from './shelf.ts';

export function truthOf(rows: Iterable<Row>, cursor: string | null): Truth {
  const referrals = new Map<Ubrn, Referral>();
  const appointments = new Map<AppointmentId, Appointment>();
  const notices = new Map<NoticeId, Notice>();
  const services = new Map<ServiceId, Service>();
  for (const row of rows) {
    if (row.row === null) continue;
    switch (row.entity) {
      case 'referral':
        referrals.set(row.key, row.row);
        break;
      case 'appointment':
        appointments.set(row.key, row.row);
        break;
      case 'notice':
        notices.set(row.key, row.row);
        break;
      case 'service':
        services.set(row.key, row.row);
        break;
    }
  }
  return { referrals, appointments, notices, services, seq: seqOf(cursor) };
}
