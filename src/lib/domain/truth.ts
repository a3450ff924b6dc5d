/** Truth on a device: what the server said, row by row, for one scope. Nothing here is a guess. */
import type { Appointment } from './appointment.ts';
import type { AppointmentId, NoticeId, ServiceId, Ubrn } from './ids.ts';
import type { Notice } from './notice.ts';
import type { Referral } from './referral.ts';
import type { Service } from './service.ts';

export interface Truth {
  readonly referrals: ReadonlyMap<Ubrn, Referral>;
  readonly appointments: ReadonlyMap<AppointmentId, Appointment>;
  readonly notices: ReadonlyMap<NoticeId, Notice>;
  readonly services: ReadonlyMap<ServiceId, Service>;
  /** The journal's place that this truth is of; 0 before anything came. */
  readonly seq: number;
}

export const emptyTruth: Truth = {
  referrals: new Map(),
  appointments: new Map(),
  notices: new Map(),
  services: new Map(),
  seq: 0,
};
