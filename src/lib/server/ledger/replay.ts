/**
 * The journal told again from its first entry: what the tables should hold, and whether each entry kept the invariants
 * when it was written. It shares no code with settling but the rules' small words, so that it can disagree.
 */
import { holdsReferral, holdsSlot, type Appointment } from '#lib/domain/appointment.ts';
import type { Intent } from '#lib/domain/claim.ts';
import type { Effect } from '#lib/domain/decision.ts';
import type { AppointmentId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { fits, nothingArranged, type Referral, type ReferralStatus } from '#lib/domain/referral.ts';
import { isClosedByDeath, ofSamePatient } from '#lib/domain/same-patient.ts';
import { patientScope, practiceScope } from '#lib/domain/scope.ts';
import { bookingWindow, type Service } from '#lib/domain/service.ts';
import { isSameSlot, slotPrint, type Slot, type SlotRef } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { publishedSlots } from './facts.ts';
import { digestOf, entryHash, genesisHash, type Entry, type LoadEffect } from './journal.ts';

export type Violation = string;

/** Public rows as they are now; an entry older than the last load of one is not measured by it. */
export interface Known {
  readonly services: ReadonlyMap<ServiceId, Service>;
  readonly referrals: ReadonlyMap<Ubrn, Referral>;
}

export const slotKey = ({ service, ordinal }: Pick<Slot, 'service' | 'ordinal'>) => `${service}/${ordinal}`;

export class Replay {
  seq = 0;
  hash = genesisHash;
  readonly violations: Violation[] = [];
  readonly slots = new Map<string, Slot & { isWithdrawn: boolean }>();
  readonly appointments = new Map<AppointmentId, Appointment>();
  readonly statuses = new Map<Ubrn, ReferralStatus>();
  readonly notices = new Map<NoticeId, Notice>();
  readonly nextOrdinals = new Map<ServiceId, number>();
  /** The last entry that changed a service's slots. */
  readonly slotSeqs = new Map<ServiceId, number>();
  /** `entity key` → digest, of what loads brought in last. */
  readonly digests = new Map<string, string>();
  readonly counts = { claims: 0, loads: 0, confirmed: 0, refused: 0 };
  readonly #known: Known;
  readonly #claims = new Set<string>();
  readonly #holders = new Map<string, AppointmentId>();
  readonly #held = new Map<Ubrn, AppointmentId>();
  readonly #loadedAt = new Map<string, number>();

  /** `lastLoads`: the last entry that loaded each service and referral, by `entity key`. */
  constructor(known: Known, lastLoads: ReadonlyMap<string, number>) {
    this.#known = known;
    for (const [key, seq] of lastLoads) this.#loadedAt.set(key, seq);
  }

  entry(entry: Entry, touched: ReadonlySet<string>): void {
    const { prev, hash, ...sealed } = entry;
    this.#expect(entry, 'I3', entry.seq === this.seq + 1, `comes after ${this.seq}`);
    this.#expect(entry, 'I3', !this.#claims.has(entry.claim_id), `settles ${entry.claim_id} again`);
    this.#expect(entry, 'I11', prev === this.hash, 'does not follow from the entry before it');
    this.#expect(entry, 'I11', hash === entryHash(prev, sealed), 'is not what was written');
    this.#claims.add(entry.claim_id);
    this.seq = entry.seq;
    this.hash = hash;
    if (entry.kind === 'load') this.#load(entry);
    else this.#claim(entry, touched);
  }

  #load(entry: Entry): void {
    this.counts.loads += 1;
    for (const effect of JSON.parse(entry.effects) as LoadEffect[]) {
      const lists = {
        organisation: effect.organisations,
        person: effect.people,
        service: effect.services,
        patient: effect.patients,
        referral: effect.referrals,
      };
      for (const [entity, list] of Object.entries(lists)) {
        for (const [key, digest] of list) this.digests.set(`${entity} ${key}`, digest);
      }
      for (const [ubrn, , status] of effect.referrals) {
        const before = this.statuses.get(ubrn);
        const isKept = !before || JSON.stringify(before) === JSON.stringify(status);
        this.#expect(entry, 'I11', isKept, `a load changed the status of referral ${ubrn}`);
        this.statuses.set(ubrn, status);
      }
      for (const notice of effect.notices ?? []) {
        const before = this.notices.get(notice.id);
        const isSame =
          before && JSON.stringify({ ...before, scope: notice.scope }) === JSON.stringify(notice);
        this.#expect(
          entry,
          'I11',
          isSame === true,
          `a load changed notice ${notice.id} in more than whose it is`,
        );
        this.notices.set(notice.id, notice);
      }
    }
  }

  #claim(entry: Entry, touched: ReadonlySet<string>): void {
    const verdict = JSON.parse(entry.verdict) as Verdict;
    const intent = JSON.parse(entry.intent) as Intent;
    const effects = JSON.parse(entry.effects) as Effect[];
    this.counts.claims += 1;
    this.counts[verdict.outcome] += 1;
    const isIts = verdict.claim === entry.claim_id && verdict.seq === entry.seq && verdict.at === entry.at;
    this.#expect(entry, 'I3', isIts, 'holds the verdict of another claim');
    if (intent.kind === 'book' || intent.kind === 'move') this.#choices(entry, intent, verdict);
    this.#told(entry, intent, verdict, effects);
    for (const effect of effects) {
      this.#apply(entry, effect);
      this.#isTouched(entry, effect, touched);
    }
  }

  /** I5: nothing outside the choices, the fit or the time to live. I6: no better choice was to be had. */
  #choices(entry: Entry, intent: Extract<Intent, { choices: unknown }>, verdict: Verdict): void {
    const { appointment, rank } = verdict;
    if (verdict.outcome === 'refused') {
      if (verdict.code !== 'SLOT_NOT_AVAILABLE') return;
      const ubrn = intent.kind === 'book' ? intent.ubrn : this.appointments.get(intent.appointment)?.ubrn;
      const free = intent.choices.findIndex((choice) => ubrn && this.#isFree(entry, choice, ubrn));
      return this.#expect(entry, 'I6', free < 0, `refused though choice ${free + 1} was free`);
    }
    const taken = rank === null ? undefined : intent.choices[rank - 1];
    if (!appointment || !taken || !isSameSlot(taken, appointment.slot)) {
      return this.#expect(entry, 'I5', false, 'booked a time that was not asked for');
    }
    if (verdict.already) return;
    const isAlive = entry.expires_at === null || entry.at <= entry.expires_at;
    this.#expect(entry, 'I5', isAlive, 'was settled after it had expired');
    this.#expect(
      entry,
      'I5',
      this.#isFree(entry, taken, appointment.ubrn) !== false,
      'took a time that was not free',
    );
    const better = intent.choices
      .slice(0, (rank ?? 1) - 1)
      .findIndex((choice) => this.#isFree(entry, choice, appointment.ubrn));
    this.#expect(entry, 'I6', better < 0, `took choice ${rank ?? 0} though choice ${better + 1} was free`);
  }

  /** Undefined where what the tables hold now says nothing about then. */
  #isFree(entry: Entry, choice: SlotRef, ubrn: Ubrn): boolean | undefined {
    const service = this.#known.services.get(choice.service);
    const referral = this.#known.referrals.get(ubrn);
    const isReadable =
      service &&
      referral &&
      (this.#loadedAt.get(`service ${service.id}`) ?? 0) < entry.seq &&
      (this.#loadedAt.get(`referral ${ubrn}`) ?? 0) < entry.seq &&
      (this.#loadedAt.get(`patient ${referral.patient.id}`) ?? 0) < entry.seq;
    if (!isReadable) return undefined;
    const slot = this.slots.get(slotKey(choice));
    if (!slot || slot.isWithdrawn || this.#holders.has(slotKey(choice))) return false;
    if (slot.start !== choice.start || slotPrint(slot, service.site) !== choice.print) return false;
    const isClinic = entry.author_role === 'clerk';
    const held = this.appointments.get(this.#held.get(ubrn) ?? ('' as AppointmentId));
    const sentTo = this.statuses.get(ubrn)?.deferral?.service ?? held?.slot.service;
    if (!fits(referral, service, entry.at) && !(isClinic && sentTo === service.id)) return false;
    if (!isClinic && service.booking !== 'direct') return false;
    const { from, to } = bookingWindow(service, referral.priority, entry.at);
    return isClinic ? slot.start > entry.at : slot.start >= from && slot.start <= to;
  }

  /** I4, as far as rows tell: a refusal is kept for whoever asked, and a clinic's change becomes the practice's task. */
  #told(entry: Entry, intent: Intent, verdict: Verdict, effects: readonly Effect[]): void {
    const notices = effects.flatMap((effect) => (effect.effect === 'notice' ? [effect.row] : []));
    if (verdict.outcome === 'refused' && intent.kind !== 'acknowledge' && intent.kind !== 'report') {
      const isKept = notices.some(({ scope, event }) => event === 'refused' && scope === entry.scope);
      return this.#expect(entry, 'I4', isKept, 'refused without a notice');
    }
    if (entry.author_role !== 'clerk' || intent.kind === 'attend') return;
    for (const effect of effects) {
      if (effect.effect !== 'appointment') continue;
      const { id, ubrn } = effect.row;
      const isTask = notices.some(({ appointment, tell }) => appointment === id && tell);
      this.#expect(
        entry,
        'I4',
        isTask || this.#hasDied(ubrn, effects),
        `changed appointment ${id} and gave nobody the task to tell the patient`,
      );
    }
  }

  /** By the record as it was then, and as the entry itself leaves it. */
  #hasDied(ubrn: Ubrn, effects: readonly Effect[]): boolean {
    const after = new Map(
      effects.flatMap((effect) => (effect.effect === 'referral' ? [[effect.ubrn, effect.status]] : [])),
    );
    return ofSamePatient(this.#known.referrals, ubrn).some((one) => {
      const status = after.get(one.ubrn) ?? this.statuses.get(one.ubrn);
      return status !== undefined && isClosedByDeath({ status });
    });
  }

  #apply(entry: Entry, effect: Effect): void {
    switch (effect.effect) {
      case 'appointment':
        return this.#appointment(entry, effect.row);
      case 'referral':
        this.#expect(
          entry,
          'I11',
          this.statuses.has(effect.ubrn),
          `changes a referral that was never loaded`,
        );
        this.statuses.set(effect.ubrn, effect.status);
        return;
      case 'referralText': {
        const { ubrn } = effect.text;
        const patient = this.#known.referrals.get(ubrn)?.patient.id;
        this.#expect(entry, 'I11', patient === effect.patient, `is for another patient than ${ubrn} is`);
        this.digests.set(`referral ${ubrn}`, digestOf(JSON.stringify(effect.text)));
        if (!this.statuses.has(ubrn)) this.statuses.set(ubrn, nothingArranged);
        return;
      }
      case 'publish': {
        const slots = publishedSlots(effect);
        for (const slot of slots) {
          const isNew = !this.slots.has(slotKey(slot));
          this.#expect(entry, 'I11', isNew, `gives the ordinal of slot ${slotKey(slot)} again`);
          this.slots.set(slotKey(slot), { ...slot, isWithdrawn: false });
        }
        this.nextOrdinals.set(effect.service, effect.firstOrdinal + slots.length);
        this.slotSeqs.set(effect.service, entry.seq);
        return;
      }
      case 'withdraw':
        for (const ordinal of effect.ordinals) {
          const slot = this.slots.get(slotKey({ service: effect.service, ordinal }));
          const isFree = slot && !this.#holders.has(slotKey(slot));
          this.#expect(
            entry,
            'I11',
            Boolean(isFree),
            `withdraws ${effect.service}/${ordinal}, which somebody has`,
          );
          if (slot) this.slots.set(slotKey(slot), { ...slot, isWithdrawn: true });
        }
        this.slotSeqs.set(effect.service, entry.seq);
        return;
      case 'notice':
        this.notices.set(effect.row.id, effect.row);
        return;
    }
  }

  #appointment(entry: Entry, row: Appointment): void {
    const before = this.appointments.get(row.id);
    if (before) {
      const left = slotKey(before.slot);
      if (this.#holders.get(left) === row.id) this.#holders.delete(left);
      if (this.#held.get(before.ubrn) === row.id) this.#held.delete(before.ubrn);
      if (holdsSlot(before)) this.slotSeqs.set(before.slot.service, entry.seq);
      this.#expect(entry, 'I11', before.ubrn === row.ubrn, `gives appointment ${row.id} to another referral`);
    }
    if (holdsSlot(row)) {
      const key = slotKey(row.slot);
      const slot = this.slots.get(key);
      this.#expect(entry, 'I1', !this.#holders.has(key), `books slot ${key} twice`);
      this.#expect(entry, 'I5', slot?.start === row.slot.start, `books slot ${key}, which is not that time`);
      this.#holders.set(key, row.id);
      this.slotSeqs.set(row.slot.service, entry.seq);
    }
    if (holdsReferral(row)) {
      this.#expect(entry, 'I2', !this.#held.has(row.ubrn), `books referral ${row.ubrn} twice`);
      this.#held.set(row.ubrn, row.id);
    }
    this.appointments.set(row.id, row);
  }

  /** I7, the ledger's half: whoever owns what changed will hear of it. */
  #isTouched(entry: Entry, effect: Effect, touched: ReadonlySet<string>): void {
    if (effect.effect === 'notice') {
      const isNamed = touched.has(`${effect.row.scope} notice ${effect.row.id}`);
      return this.#expect(entry, 'I7', isNamed, `touches no notice ${effect.row.id}`);
    }
    const named = rowOf(effect);
    if (!named) return;
    const [entity, key, ubrn] = named;
    const referral = this.#known.referrals.get(ubrn);
    if (!referral || (this.#loadedAt.get(`referral ${ubrn}`) ?? 0) > entry.seq) return;
    for (const scope of [practiceScope(referral.practice), patientScope(ubrn)]) {
      this.#expect(
        entry,
        'I7',
        touched.has(`${scope} ${entity} ${key}`),
        `touches no ${entity} ${key} of ${scope}`,
      );
    }
  }

  #expect(entry: Entry, law: string, isSo: boolean, what: string): void {
    if (!isSo) this.violations.push(`${law}: entry ${entry.seq} ${what}`);
  }
}

/** The row that its practice and its patient see because of this effect. */
function rowOf(effect: Effect): readonly ['appointment' | 'referral', string, Ubrn] | undefined {
  switch (effect.effect) {
    case 'appointment':
      return ['appointment', effect.row.id, effect.row.ubrn];
    case 'referral':
      return ['referral', effect.ubrn, effect.ubrn];
    case 'referralText':
      return ['referral', effect.text.ubrn, effect.text.ubrn];
    case 'publish':
    case 'withdraw':
    case 'notice':
      return undefined;
  }
}
