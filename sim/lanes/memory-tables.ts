/** The memory ledger's tables: rows by their keys, and what effects make of them. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Effect, Facts } from '#lib/domain/decision.ts';
import type { AppointmentId, ClaimId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Slot } from '#lib/domain/slot.ts';
import { publishedSlots } from '#lib/server/ledger/facts.ts';
import { slotKey } from './lane.ts';

type SlotRow = Slot & { readonly isWithdrawn: boolean };

export class MemoryTables {
  readonly referrals = new Map<Ubrn, Referral>();
  readonly services = new Map<ServiceId, Service>();
  readonly appointments = new Map<AppointmentId, Appointment>();
  readonly notices = new Map<NoticeId, Notice>();
  readonly slots = new Map<string, SlotRow>();
  /** What people wrote, by the claim in which they did. */
  readonly comments = new Map<ClaimId, string>();
  readonly #ofReferral = new Map<Ubrn, Set<AppointmentId>>();
  /** Those that were not taken away. */
  readonly #open = new Map<ServiceId, Map<number, SlotRow>>();

  /** `facts` have had the effect already. */
  apply(effect: Effect, facts: Pick<Facts, 'referral'>): void {
    switch (effect.effect) {
      case 'appointment': {
        this.appointments.set(effect.row.id, effect.row);
        const theirs = this.#ofReferral.get(effect.row.ubrn) ?? new Set();
        this.#ofReferral.set(effect.row.ubrn, theirs.add(effect.row.id));
        return;
      }
      case 'referral':
      case 'referralText': {
        const ubrn = effect.effect === 'referral' ? effect.ubrn : effect.text.ubrn;
        const referral = facts.referral(ubrn);
        if (referral) this.referrals.set(ubrn, referral);
        return;
      }
      case 'publish':
        for (const slot of publishedSlots(effect)) this.#putSlot({ ...slot, isWithdrawn: false });
        return;
      case 'withdraw':
        for (const ordinal of effect.ordinals) {
          const slot = this.slots.get(slotKey({ service: effect.service, ordinal }));
          if (slot) this.#putSlot({ ...slot, isWithdrawn: true });
        }
        return;
      case 'notice':
        this.putNotice(effect.row);
    }
  }

  putNotice(row: Notice | undefined): void {
    if (row) this.notices.set(row.id, row);
  }

  appointmentsOf(ubrn: Ubrn): Appointment[] {
    return [...(this.#ofReferral.get(ubrn) ?? [])].flatMap((id) => this.appointments.get(id) ?? []);
  }

  /** Of those that were not taken away, the ones still to come; time never goes back, so the others are forgotten here. */
  openSlotsOf(service: ServiceId, now: Instant): Slot[] {
    const coming: Slot[] = [];
    const open = this.#open.get(service);
    for (const [ordinal, slot] of open ?? []) {
      if (slot.start > now) coming.push(slot);
      else open?.delete(ordinal);
    }
    return coming;
  }

  #putSlot(slot: SlotRow): void {
    this.slots.set(slotKey(slot), slot);
    const open = this.#open.get(slot.service) ?? new Map<number, SlotRow>();
    this.#open.set(slot.service, open);
    if (slot.isWithdrawn) open.delete(slot.ordinal);
    else open.set(slot.ordinal, slot);
  }
}
