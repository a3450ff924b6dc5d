/**
 * The Desk: all that a screen may know and do, for one scope on this device. Screens never fetch and never see a database.
 * Reactive members are runes behind getters: read them in markup or in `$derived`.
 */
import type { Intent } from '#lib/domain/claim.ts';
import type { AppointmentId, ClaimId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant, LocalDate } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Priority } from '#lib/domain/priority.ts';
import type { HeldClaim, ReferralView, View } from '#lib/domain/project.ts';
import type { RefusalCode } from '#lib/domain/refusal.ts';
import type { Identity, Patient, Referral } from '#lib/domain/referral.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Mode, Slot, SlotRef } from '#lib/domain/slot.ts';
import type { AccessPage, IssuedCode } from '#lib/protocol/access.ts';
import type { RowsPage, SettledRow, SettleRow } from '#lib/protocol/rows.ts';
import type { SessionInfo } from '#lib/protocol/session.ts';
import type { SyncStatus } from '#lib/sync/ports.ts';
import type { Hearing } from './hearing.svelte.ts';

export interface Desk {
  readonly scope: Scope;
  /** Who sits here now; null when signed out or the session ran out (the desk still shows nothing personal then). */
  readonly session: SessionInfo | null;

  /** Reactive. False until the database was read for the first time: show "loading", never "none". */
  readonly isLoaded: boolean;
  /** All of this scope has come. Until then an empty list does not mean that there is nothing. */
  readonly isCaughtUp: boolean;
  /** Reactive. Truth with this device's claims laid beside it. */
  readonly view: View;
  /** Reactive, corrected by the server's clock, moves on every 15 seconds. */
  readonly now: Instant;
  /** Reactive. */
  readonly line: Line;
  /** Reactive. What this device cannot do or keep, in the order of how much it matters; empty when all is well. */
  readonly troubles: readonly Trouble[];

  /** What the ledger would probably answer, by the same rules, from what this device knows. Not a verdict. */
  predict(intent: Intent): Prediction;
  /**
   * Saves a claim. Resolves when it is safely on this device, not when it is booked.
   * `inTheWay`: this referral has a request that was sent and has no answer yet; it can only be called off.
   * An unsent one for the same referral is replaced. `notSaved`: the device refused to store it; nothing changed.
   */
  ask(intent: Intent, options?: { readonly expiresAt?: Instant }): Promise<Asked>;
  /** Only before it was sent; false when it had been. */
  takeBack(id: ClaimId): Promise<boolean>;
  callOff(id: ClaimId): Promise<void>;
  /** A person has seen an answer that changed, or a request that could not be settled. */
  dismiss(id: ClaimId): Promise<void>;
  /** Looks now; for a "Try again" button. */
  retry(): void;
  claim(id: ClaimId): HeldClaim | undefined;
  /** Reactive. Something that was asked for on this device was confirmed. */
  readonly hasSucceeded: boolean;
  /** Reactive. Whom a request is about, while that referral is on this device. */
  subjectOf(held: HeldClaim): ReferralView | undefined;
  /** Reactive. One of what waited for a person, dealt with or not. */
  notice(id: NoticeId): Notice | undefined;
  /** Reactive. What of this referral somebody has dealt with, the latest first: who told the patient, when and how. */
  dealtWith(ubrn: Ubrn): readonly Notice[];
  /** Reactive. The note that the patient was told, where it has left this device and may be taken back, as far as is known here. */
  retractable(notice: NoticeId): ClaimId | undefined;
  /** A fresh id for an appointment that is about to be asked for. */
  newAppointmentId(): AppointmentId;

  /** Writes who opened whose record; goes up with the next exchange, never blocks. */
  recordOpened(ubrn: Ubrn): Promise<void>;
  /** With `rows`, what needs a connection; a practice's alone. */
  readonly access: Access;
  /** Rows of files that somebody of the practice has to settle. */
  readonly rows: Rows;
  /** Part of a name, NHS number, booking reference or birth date (any usual way to write one). Offline too. */
  search(text: string): readonly ReferralView[];

  /** Reactive. A service by id, from truth or from the directory. */
  service(id: ServiceId): Service | undefined;
  readonly services: Services;
}

/** Services, and their free times as far as this device holds them. */
export interface Services {
  /** Reactive. Is the nationwide directory on this device, and since when? */
  readonly directory: { readonly state: 'absent' | 'loading' | 'held'; readonly fetchedAt: Instant | null };
  /** Services that this referral may be booked at: its shortlist, or anywhere in the country that fits. */
  servicesFor(referral: Referral, reach: Reach): Promise<readonly ServiceDistance[]>;
  /** What can be asked for, for this patient, anywhere in the country; empty while the directory is not here. */
  kindsFor(patient: Patient): Promise<readonly Kind[]>;
  /** Keeps these services' times fresh on this device from now on (the last 300 asked for are kept). */
  want(services: readonly ServiceId[]): void;
  /** Free times from what this device holds, and what it does not hold. Reactive through `slotsVersion`. */
  findTimes(query: TimesQuery): Promise<TimesFound>;
  /** Reactive: changes whenever held times change; read it in the `$derived`/`$effect` that calls findTimes. */
  readonly slotsVersion: number;
  /** Other times for a wish that is gone. Reactive in the times that are held; the clock alone offers no others. */
  alternatives(referral: Referral, wish: SlotRef): Alternatives;
  /** Reactive. How a named time is held, wherever this device can tell; a request names its times by a print alone. */
  modeOf(ref: SlotRef): Mode | undefined;
  /** Reactive. Clinic: the services of this site, those without a booking too, by name; empty for other desks. */
  readonly ownServices: readonly Service[];
  /** Clinic: free times of own services from `from` on; booked ones are in the view's appointments. */
  freeTimes(service: ServiceId): readonly Slot[];
}

/** Asked of the server there and then, never kept on the device. */
export interface Access {
  /** A new access code, told this once; from then on the old one is dead. */
  issueCode(ubrn: Ubrn): Promise<Answered<IssuedCode>>;
  /** Who a restricted patient is, whose name no device keeps; that it was asked is written down. */
  whoIs(ubrn: Ubrn): Promise<Answered<Identity>>;
  /** Who opened the practice's records, or one of them, newest first; `before` is the `more` of the page before. */
  whoOpened(query: { readonly ubrn?: Ubrn; readonly before?: string }): Promise<Answered<AccessPage>>;
}

/** Asked of the server there and then, never kept on the device. */
export interface Rows {
  /** How many wait for this practice. */
  count(): Promise<Answered<{ readonly count: number }>>;
  /** The oldest first; `after` is the `more` of the page before. */
  page(after?: string): Promise<Answered<RowsPage>>;
  /** Whose it is. The same again is so already, so whoever had no answer may ask again. */
  settle(id: string, as: SettleRow['as'], note?: string): Promise<RowSettling>;
}

/** Why a row could not be settled so. Nothing was changed. */
export type RowRefusal = 'operatorOnly' | 'referenceInUse' | 'faulty' | 'notACandidate' | 'numberUnusable';

export type RowSettling =
  | Answered<SettledRow>
  /** Somebody was quicker, and said something else. */
  | { readonly kind: 'settled'; readonly settled: SettledRow }
  | { readonly kind: 'refused'; readonly why: RowRefusal };

export type Answered<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** Nothing was sent. */
  | { readonly kind: 'offline' }
  /** No answer of ours: whether it was done is not known. */
  | { readonly kind: 'unknown' }
  /** The server said no; nothing was changed. */
  | { readonly kind: 'signedOut' | 'forbidden' | 'notFound' | 'closed' | 'busy' };

export type Asked =
  | { readonly kind: 'saved'; readonly id: ClaimId }
  | { readonly kind: 'inTheWay'; readonly claim: HeldClaim }
  | { readonly kind: 'notSaved'; readonly why: string };

/** A guess. It has no field in common with a verdict, so that it cannot be taken, stored or shown as one. */
export interface Prediction {
  readonly guess: 'likely' | 'unlikely';
  readonly because: RefusalCode | null;
  /** For SLOTS_CURRENTLY_AVAILABLE: the times this device knows of. */
  readonly times: readonly SlotRef[];
}

export interface Line {
  readonly status: SyncStatus;
  /** The browser believes it has a network; a hint. */
  readonly isOnline: boolean;
  readonly hearing: Hearing;
  /** The last whole answer from the server, by its clock; null if never. */
  readonly lastReplyAt: Instant | null;
  /** Requests without an answer. */
  readonly waiting: number;
  /** An urgent or suspected-cancer request unsent or unanswered for 15 minutes, about which nobody has rung; or undefined. */
  readonly pressing: HeldClaim | undefined;
}

export type Trouble =
  /** Records that this version of the app cannot read; kept, counted. */
  | { readonly kind: 'quarantine'; readonly count: number }
  /** The browser may delete what is kept here when space runs short, or cannot keep it at all. */
  | { readonly kind: 'notPersistent' }
  | { readonly kind: 'storageFull' }
  /** A newer version of the app is waiting for a reload. */
  | { readonly kind: 'updateReady' };

export type Reach =
  | { readonly kind: 'shortlist' }
  /** `from`: a postcode district; the patient's own where empty and known. `query`: part of a hospital's or town's name. */
  | { readonly kind: 'anywhere'; readonly from: string; readonly query: string };

export interface ServiceDistance {
  readonly service: Service;
  /** Straight line from the district; null where either place is unknown (always for a restricted patient). */
  readonly miles: number | null;
}

/** A kind of clinic, and how soon it can be asked to see somebody. */
export interface Kind {
  readonly specialty: string;
  readonly clinicType: string;
  /** The most pressing first. */
  readonly priorities: readonly Priority[];
}

export interface TimesQuery {
  readonly referral: Referral;
  readonly services: readonly ServiceId[];
  /** UK dates, both included; empty for no bound. */
  readonly fromDate?: LocalDate;
  readonly toDate?: LocalDate;
  /** 0 Sunday … 6 Saturday; empty for any. */
  readonly weekdays?: readonly number[];
  readonly partOfDay?: 'morning' | 'afternoon' | 'any';
  readonly limit: number;
}

export interface Offered {
  readonly slot: Slot;
  readonly ref: SlotRef;
  readonly service: Service;
}

export interface Alternatives {
  /** Up to five: near in time at the same service, then the rest of the shortlist. */
  readonly times: readonly Offered[];
  /** How old the oldest of what we know of these services is; null when this device holds nothing of them. */
  readonly asOf: Instant | null;
}

export interface TimesFound {
  /** By start. */
  readonly times: readonly Offered[];
  readonly total: number;
  /** Per service: free times in the window, the earliest, and how old what we know is. */
  readonly services: readonly ServiceTimes[];
}

export interface ServiceTimes {
  readonly service: ServiceId;
  readonly count: number;
  readonly earliest: Slot | undefined;
  /** When the server last said so; null when this device does not hold the service's times. */
  readonly asOf: Instant | null;
}
