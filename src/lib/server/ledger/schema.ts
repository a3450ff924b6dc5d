/**
 * The ledger's tables, for Kysely. Portable: text, integer and bigint only; JSON and ids are text, time is milliseconds.
 * Tables that are not truth (sessions, access codes, attempts) belong to people/, which brings its own migrations
 * (`LedgerOptions.migrations`) and types (`db.withTables<…>()`).
 */
import type { Status } from '#lib/domain/appointment.ts';
import type {
  AppointmentId,
  ClaimId,
  NoticeId,
  OdsCode,
  PersonId,
  ServiceId,
  Ubrn,
} from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { IntentKind } from '#lib/domain/claim.ts';
import type { Role } from '#lib/domain/person.ts';
import type { Priority } from '#lib/domain/priority.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Mode } from '#lib/domain/slot.ts';

/** 0 or 1. */
export type Flag = number;

export interface Tables {
  /** One row. Every writer takes it first: it is the lock, the order of entries and the end of the hash chain. */
  head: { id: number; seq: number; hash: string; at: Instant };
  /** Never deleted: dedupe, audit and replay in one. */
  journal: {
    seq: number;
    claim_id: ClaimId;
    /** SHA-256 of the claim's bytes. */
    digest: string;
    at: Instant;
    kind: IntentKind | 'load';
    scope: Scope | 'system';
    author_person: PersonId | 'system';
    author_role: Role | 'system';
    sender_person: PersonId | 'system';
    sender_role: Role | 'system';
    /** What was asked, without free text (that is in `comment`). */
    intent: string;
    expires_at: Instant | null;
    verdict: string;
    effects: string;
    prev: string;
    hash: string;
  };
  /** Which rows of which scope an entry changed, the scope that a row left included. */
  touched: {
    scope: Scope;
    seq: number;
    /** Keys by entity, as JSON: one row a scope and entry, so that no page of delta can cut an entry in two. */
    named: string;
  };
  organisation: { code: OdsCode; kind: 'practice' | 'site'; name: string; phone: string; body: string };
  person: { id: PersonId; role: Role; scope: Scope; name: string; active: Flag };
  service: {
    id: ServiceId;
    site: OdsCode;
    specialty: string;
    body: string;
    next_ordinal: number;
    /** The last entry that changed its slots; 0 before any. */
    pack_seq: number;
  };
  patient: { id: string; nhs_number: string; birth_date: string; body: string };
  referral: {
    ubrn: Ubrn;
    patient: string;
    practice: OdsCode;
    priority: Priority;
    state: 'open' | 'closed';
    deferral_service: ServiceId | null;
    /** As the referrer wrote it: without the patient and the status. */
    body: string;
    status: string;
  };
  /** A referral's shortlist, to be asked from the service's side. */
  shortlist: { ubrn: Ubrn; service: ServiceId };
  slot: {
    service: ServiceId;
    ordinal: number;
    start: Instant;
    minutes: number;
    clinician: string;
    mode: Mode;
    withdrawn: Flag;
  };
  appointment: {
    id: AppointmentId;
    ubrn: Ubrn;
    patient: string;
    service: ServiceId;
    ordinal: number;
    start: Instant;
    status: Status;
    body: string;
  };
  notice: { id: NoticeId; scope: Scope; ubrn: Ubrn | null; claim_id: ClaimId; done: Flag; body: string };
  /** What people wrote freely, apart from the journal, so that it can be erased. */
  comment: { claim_id: ClaimId; text: string };
  /** Who opened whose record on a device. */
  access_event: {
    id: ClaimId;
    person: PersonId;
    scope: Scope;
    ubrn: Ubrn;
    at: Instant;
    received_at: Instant;
  };
}
