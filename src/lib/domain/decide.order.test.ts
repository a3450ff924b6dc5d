/**
 * The table "What the ledger answers", said once more as a list of rows and apart from the code that is tested with it: the
 * first row that holds is the answer, whatever else holds as well.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsReferral, holdsSlot, type Appointment } from './appointment.ts';
import type { Claim, IntentKind, IntentOf } from './claim.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { dayMs, hourMs, localDate, workingDaysAfter } from './instant.ts';
import { actorOf, mayAsk, type Author } from './person.ts';
import { findCancelReason, findCloseReason, mayUse } from './reasons.ts';
import { fits, offerOf, type Offer, type Referral } from './referral.ts';
import { hasDied } from './same-patient.ts';
import { refusalCodeSchema, type RefusalCode } from './refusal.ts';
import { bookingWindow } from './service.ts';
import { practiceScope } from './scope.ts';
import { isSameSlot, slotRef, type Slot, type SlotRef } from './slot.ts';
import { history, play } from './testing/histories.ts';
import { receptionist } from './testing/samples.ts';
import type { SmallWorld } from './testing/small-world.ts';

type Answer = RefusalCode | 'already' | 'confirmed';
type Row = readonly [Answer, boolean];

const first = (rows: readonly Row[]): Answer => rows.find(([, holds]) => holds)?.[0] ?? 'confirmed';
const said = ({ code, already }: Decision): Answer => code ?? (already ? 'already' : 'confirmed');

/** What the table says; undefined for what has no row in it beyond the rights. */
function tableAnswer(world: SmallWorld, claim: Claim, sender: Author): Answer | undefined {
  const { intent } = claim;
  if (!isTheirs(world, claim, claim.author) || !isTheirs(world, claim, sender)) return 'NO_RELATIONSHIP';
  switch (intent.kind) {
    case 'book':
      return first(bookRows(world, claim, intent));
    case 'move':
      return first(moveRows(world, claim, intent));
    case 'cancel':
      return first(cancelRows(world, claim, intent));
    case 'defer':
      return first(deferRows(world, claim, intent));
    case 'close': {
      const reason = findCloseReason(intent.reason);
      const isReason = reason && mayUse(reason, actorOf(claim.author), localDate(world.now));
      const isDeath = world.referrals.get(intent.ubrn)?.status.closed?.reason === 'PATIENT_DIED';
      if (intent.seen !== undefined)
        return first([
          ['already', !isOpen(world, intent.ubrn) && !isDeath],
          ['EXPIRED_CLAIM', isExpired(world, claim)],
          ['INVALID_REQUEST_STATE', isOpen(world, intent.ubrn)],
          [
            'INAPPROPRIATE_VALUE',
            !isReason || intent.reason === 'PATIENT_DIED' || intent.seen !== 'PATIENT_DIED',
          ],
        ]);
      return first([
        [
          'already',
          !isOpen(world, intent.ubrn) &&
            (intent.reason !== 'PATIENT_DIED' || hasDied(world.referrals, intent.ubrn)),
        ],
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        ['INAPPROPRIATE_VALUE', !isReason],
      ]);
    }
    case 'refer': {
      const referral = world.referrals.get(intent.patientOf);
      return first([
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        [
          'INAPPROPRIATE_SLOT',
          referral !== undefined && !isOfferable(world, { ...referral, ...intent.offer }),
        ],
      ]);
    }
    case 'shortlist': {
      const referral = world.referrals.get(intent.ubrn);
      const held = holderOf(world, intent.ubrn);
      const isComing = held?.status === 'booked' && held.slot.start > world.now;
      const is = (offer: Offer) =>
        JSON.stringify(offerOf(offer)) === JSON.stringify(offerOf(referral ?? offer));
      return first([
        ['already', is(intent.offer)],
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        ['INVALID_REQUEST_STATE', !isOpen(world, intent.ubrn) || (held !== undefined && !isComing)],
        ['INVALID_REQUEST_STATE', !is(intent.seen)],
        [
          'INAPPROPRIATE_SLOT',
          referral !== undefined && !isOfferable(world, { ...referral, ...intent.offer }),
        ],
      ]);
    }
    case 'setAside':
      return first(setAsideRows(world, claim, intent));
    case 'rang':
      return first([
        [
          'already',
          (world.referrals.get(intent.ubrn)?.status.rang?.rangAt ?? -1) >= Math.min(intent.at, world.now),
        ],
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        ['INVALID_REQUEST_STATE', !isOpen(world, intent.ubrn)],
      ]);
    case 'contact':
      return first([
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        ['INVALID_REQUEST_STATE', !isWithHospital(world, intent.ubrn)],
      ]);
    case 'return': {
      const codes = ['SERVICE_INAPPROPRIATE', 'OTHER'];
      return first([
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        ['INVALID_REQUEST_STATE', !isWithHospital(world, intent.ubrn)],
        ['INAPPROPRIATE_VALUE', !codes.includes(intent.reason) || intent.comment !== 'because'],
      ]);
    }
    case 'arrange':
      return first(arrangeRows(world, claim, intent));
    case 'attend': {
      const row = world.appointments.get(intent.appointment);
      const isDue = row && row.slot.start <= world.now + (intent.outcome === 'arrived' ? 2 * hourMs : 0);
      const isLive = row?.status === 'booked' || (row?.status === 'arrived' && intent.outcome !== 'arrived');
      return first([
        ['already', row?.status === intent.outcome],
        ['EXPIRED_CLAIM', isExpired(world, claim)],
        ['INVALID_REQUEST_STATE', !isLive || !isDue],
        ['STALE_APPOINTMENT', row !== undefined && !isSameSlot(row.slot, intent.from)],
      ]);
    }
    case 'report': {
      const named = world.appointments.get(intent.appointment);
      const held = holderOf(world, intent.ubrn);
      const standing = [named, held].filter((row) => row !== undefined && row.status !== 'cancelled');
      const { service, start, print } = intent.told.slot;
      const is = (slot: SlotRef) => slot.service === service && slot.start === start && slot.print === print;
      const isSaid = [...world.notices.values()].some(
        ({ event, ubrn, done, was, appointment }) =>
          event === 'changed' &&
          ubrn === intent.ubrn &&
          done === null &&
          was !== null &&
          is(was) &&
          appointment === (held?.id ?? null),
      );
      return first([
        ['already', intent.told.status === 'cancelled' && !standing.includes(named)],
        ['already', intent.told.status !== 'cancelled' && standing.some((row) => row && is(row.slot))],
        ['already', isSaid],
      ]);
    }
    case 'retract':
      return first(retractRows(world, claim, intent));
    case 'acknowledge':
    case 'publish':
    case 'withdraw':
      return undefined;
  }
}

function retractRows(
  world: SmallWorld,
  claim: Claim,
  { notice: id, noted }: IntentOf<'retract'>,
): readonly Row[] {
  const notice = world.notices.get(id);
  const how = notice?.done?.how ?? '';
  const isNewer = [...world.notices.values()].some(
    (one) =>
      one.scope === notice?.scope &&
      one.ubrn === notice.ubrn &&
      one.id !== id &&
      one.at >= (notice.done?.at ?? Infinity) &&
      (one.event !== 'refused' || (notice.event === 'refused' && one.tell)),
  );
  const held = notice?.ubrn ? holderOf(world, notice.ubrn) : undefined;
  const isBookedSince = held && held.id !== notice?.appointment && held.bookedAt >= (notice?.done?.at ?? 0);
  const tellsWhen = ['booked', 'bookedLower', 'moved'].includes(notice?.event ?? '');
  const isPast = tellsWhen && (notice?.slot?.start ?? Infinity) <= world.now;
  // Another note than the one that counts is only struck off.
  if (notice?.done?.claim !== noted)
    return [
      ['already', notice?.retracted?.includes(noted) ?? false],
      ['EXPIRED_CLAIM', isExpired(world, claim)],
    ];
  return [
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', notice?.ubrn ? hasDied(world.referrals, notice.ubrn) : false],
    ['INVALID_REQUEST_STATE', isPast || (isBookedSince ?? false)],
    ['INVALID_REQUEST_STATE', !notice?.tell || !['inPerson', 'phone', 'letter'].includes(how) || isNewer],
  ];
}

function bookRows(world: SmallWorld, claim: Claim, intent: IntentOf<'book'>): readonly Row[] {
  const held = holderOf(world, intent.ubrn);
  const isComing = held?.status === 'booked' && held.slot.start > world.now;
  return [
    ['already', held !== undefined && isAmong(held, intent.choices)],
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', !isOpen(world, intent.ubrn) || (held !== undefined && !isComing)],
    ['ALREADY_BOOKED', held !== undefined],
    ['INAPPROPRIATE_VALUE', world.appointments.has(intent.appointment)],
    ...choiceRows(world, claim, intent.choices, world.referrals.get(intent.ubrn)),
  ];
}

function moveRows(world: SmallWorld, claim: Claim, intent: IntentOf<'move'>): readonly Row[] {
  const row = world.appointments.get(intent.appointment);
  if (!row) return [];
  return [
    ['already', row.status === 'booked' && isAmong(row, intent.choices)],
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', isOver(world, row)],
    ['INAPPROPRIATE_VALUE', !isGoodReason(world, claim, intent.reason, intent.comment)],
    ['STALE_APPOINTMENT', row.status === 'cancelled' || !isSameSlot(row.slot, intent.from)],
    ...choiceRows(world, claim, intent.choices, world.referrals.get(row.ubrn)),
  ];
}

function cancelRows(world: SmallWorld, claim: Claim, intent: IntentOf<'cancel'>): readonly Row[] {
  const row = world.appointments.get(intent.appointment);
  if (!row) return [];
  return [
    ['already', row.status === 'cancelled'],
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', isOver(world, row)],
    ['INAPPROPRIATE_VALUE', !isGoodReason(world, claim, intent.reason, intent.comment)],
    ['STALE_APPOINTMENT', !isSameSlot(row.slot, intent.from)],
  ];
}

function deferRows(world: SmallWorld, claim: Claim, intent: IntentOf<'defer'>): readonly Row[] {
  const referral = world.referrals.get(intent.ubrn);
  const service = world.services.get(intent.service);
  const held = holderOf(world, intent.ubrn);
  const isComing = held?.status === 'booked' && held.slot.start > world.now;
  const isFit = referral && service && fits(referral, service, world.now);
  const window = isFit && bookingWindow(service, referral.priority, world.now);
  const isAnyFree = [...world.slots.values()].some(
    (slot) =>
      slot.service === intent.service &&
      window &&
      slot.start >= window.from &&
      slot.start <= window.to &&
      !isHeld(world, slot),
  );
  return [
    ['already', referral?.status.deferral?.service === intent.service],
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', !isOpen(world, intent.ubrn) || (held !== undefined && !isComing)],
    ['ALREADY_BOOKED', held !== undefined],
    ['INAPPROPRIATE_SLOT', !isFit],
    ['SLOTS_CURRENTLY_AVAILABLE', isAnyFree],
  ];
}

function setAsideRows(world: SmallWorld, claim: Claim, intent: IntentOf<'setAside'>): readonly Row[] {
  const { ubrn, why, reviewOn } = intent;
  const referral = world.referrals.get(ubrn);
  const held = holderOf(world, ubrn);
  const isComing = held?.status === 'booked' && held.slot.start > world.now;
  const days = referral?.priority === 'routine' ? 20 : 1;
  return [
    ['already', referral?.status.aside?.why === why && referral.status.aside.reviewOn === reviewOn],
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', !isOpen(world, ubrn) || (held !== undefined && !isComing)],
    ['ALREADY_BOOKED', held !== undefined],
    ['INVALID_REQUEST_STATE', isWithHospital(world, ubrn)],
    ['INAPPROPRIATE_VALUE', Date.parse(reviewOn) > workingDaysAfter(world.now, days)],
  ];
}

function arrangeRows(world: SmallWorld, claim: Claim, intent: IntentOf<'arrange'>): readonly Row[] {
  const { ubrn, service: id, start } = intent;
  const referral = world.referrals.get(ubrn);
  const service = world.services.get(id);
  const held = holderOf(world, ubrn);
  const isComing = held?.status === 'booked' && held.slot.start > world.now;
  const before = referral?.status.arranged;
  return [
    ['already', start === null ? !before : before?.service === id && before.start === start],
    ['EXPIRED_CLAIM', isExpired(world, claim)],
    ['INVALID_REQUEST_STATE', !isOpen(world, ubrn) || (held !== undefined && !isComing)],
    ['ALREADY_BOOKED', held !== undefined],
    ['INAPPROPRIATE_VALUE', start !== null && Math.abs(start - world.now) > 400 * dayMs],
    [
      'INAPPROPRIATE_SLOT',
      start !== null && !(referral && service?.booking === 'phone' && fits(referral, service, world.now)),
    ],
  ];
}

function choiceRows(
  world: SmallWorld,
  claim: Claim,
  choices: readonly SlotRef[],
  referral: Referral | undefined,
): readonly Row[] {
  if (!referral) return [];
  const fitting = choices.filter((choice) => isFitting(world, choice, referral, claim.author));
  const isClinic = actorOf(claim.author) === 'clinic';
  const isFree = (choice: SlotRef) => {
    const service = world.services.get(choice.service);
    const slot = world.slots.get(`${choice.service}|${choice.ordinal}`);
    if (!service || !slot || isHeld(world, slot)) return false;
    const { from, to } = bookingWindow(service, referral.priority, world.now);
    const isInTime = isClinic ? slot.start > world.now : slot.start >= from && slot.start <= to;
    return isInTime && isSameSlot(slotRef(slot, service.site), choice);
  };
  return [
    ['INAPPROPRIATE_SLOT', fitting.length === 0],
    ['SLOT_NOT_AVAILABLE', !fitting.some(isFree)],
  ];
}

function isFitting(world: SmallWorld, { service: id }: SlotRef, referral: Referral, author: Author): boolean {
  const service = world.services.get(id);
  if (!service) return false;
  if (fits(referral, service, world.now)) return true;
  const sentTo = referral.status.deferral?.service ?? holderOf(world, referral.ubrn)?.slot.service;
  return actorOf(author) === 'clinic' && sentTo === id;
}

/** Each service once, of the kind asked for, and fit for this patient; where only the list counts, it is not empty. */
function isOfferable(world: SmallWorld, referral: Referral): boolean {
  const { shortlist, choice, specialty } = referral;
  if (shortlist.length === 0) return choice === 'anywhere';
  const services = shortlist.flatMap((id) => world.services.get(id) ?? []);
  const areKnown = services.length === shortlist.length && new Set(shortlist).size === shortlist.length;
  return areKnown && services.every((one) => one.specialty === specialty && fits(referral, one, world.now));
}

/** Whose thing it is, by the organisation or the reference alone. */
function isTheirs(world: SmallWorld, { intent }: Claim, author: Author): boolean {
  if (world.withoutRight.has(author.person)) return false;
  const kinds = {
    gp: [
      'refer',
      'shortlist',
      'book',
      'move',
      'cancel',
      'defer',
      'close',
      'setAside',
      'arrange',
      'rang',
      'acknowledge',
      'retract',
      'report',
    ],
    receptionist: [
      'book',
      'move',
      'cancel',
      'defer',
      'setAside',
      'arrange',
      'rang',
      'acknowledge',
      'retract',
      'report',
    ],
    patient: ['book', 'move', 'cancel', 'acknowledge', 'report'],
    clerk: [
      'publish',
      'withdraw',
      'attend',
      'book',
      'move',
      'cancel',
      'contact',
      'return',
      'acknowledge',
      'report',
    ],
  } as const;
  if (!(kinds[author.role] as readonly string[]).includes(intent.kind)) return false;
  if (intent.kind === 'acknowledge' || intent.kind === 'retract')
    return world.notices.get(intent.notice)?.scope === author.scope;
  const isSite = (id: SlotRef['service']) => author.scope === `clinic:${world.services.get(id)?.site}`;
  if (intent.kind === 'publish' || intent.kind === 'withdraw') return isSite(intent.service);
  if (intent.kind === 'report') {
    const other = world.appointments.get(intent.appointment);
    if (other && other.ubrn !== intent.ubrn) return false;
  }
  if (intent.kind === 'refer')
    return author.scope === `practice:${world.referrals.get(intent.patientOf)?.practice}`;
  const named = 'ubrn' in intent ? undefined : world.appointments.get(intent.appointment);
  const ubrn = 'ubrn' in intent ? intent.ubrn : named?.ubrn;
  const referral = ubrn && world.referrals.get(ubrn);
  if (!referral) return false;
  if (author.role !== 'clerk')
    return [`practice:${referral.practice}`, `patient:${referral.ubrn}`].includes(author.scope);
  const at = named
    ? named.slot.service
    : (referral.status.deferral?.service ?? holderOf(world, referral.ubrn)?.slot.service);
  const areOwn = !('choices' in intent) || intent.choices.every(({ service }) => isSite(service));
  return at !== undefined && isSite(at) && areOwn;
}

const isExpired = (world: SmallWorld, { expiresAt }: Claim) =>
  expiresAt !== undefined && expiresAt < world.now;
const isOpen = (world: SmallWorld, ubrn: Referral['ubrn']) =>
  world.referrals.get(ubrn)?.status.state === 'open';
const isWithHospital = (world: SmallWorld, ubrn: Referral['ubrn']) =>
  isOpen(world, ubrn) && world.referrals.get(ubrn)?.status.deferral !== null;
const holderOf = (world: SmallWorld, ubrn: Referral['ubrn']) =>
  [...world.appointments.values()].find((row) => row.ubrn === ubrn && holdsReferral(row));
const isHeld = (world: SmallWorld, { service, ordinal }: Pick<Slot, 'service' | 'ordinal'>) =>
  [...world.appointments.values()].some(
    (row) => row.slot.service === service && row.slot.ordinal === ordinal && holdsSlot(row),
  );
const isAmong = ({ slot }: Appointment, choices: readonly SlotRef[]) =>
  choices.some((choice) => isSameSlot(choice, slot));

/** Closed, begun, or attended: nothing of it can be changed any more. */
const isOver = (world: SmallWorld, { ubrn, slot, status }: Appointment) =>
  !isOpen(world, ubrn) || slot.start <= world.now || (status !== 'booked' && status !== 'cancelled');

function isGoodReason(world: SmallWorld, { author }: Claim, code?: string, comment?: string): boolean {
  if (code === undefined) return author.role !== 'clerk';
  const reason = findCancelReason(code);
  if (!reason || !mayUse(reason, actorOf(author), localDate(world.now))) return false;
  return !reason.needsComment || (comment ?? '').trim() !== '';
}

/** Settles the whole history, with the rights that come and go and colleagues who hand in. */
const settleAll = (
  acts: Parameters<typeof play>[0],
  check: (world: SmallWorld, claim: Claim, sender: Author) => void,
) =>
  play(acts, (world, claim, _now, { sender = claim.author, turned }) => {
    if (turned) {
      if (world.withoutRight.has(turned.person)) world.withoutRight.delete(turned.person);
      else world.withoutRight.add(turned.person);
    }
    check(world, claim, sender);
    world.settle(claim, sender);
  });

describe('the order of the table', () => {
  it('the first row that holds is the answer, whatever else holds as well', () => {
    const met = new Map<Answer, number>();
    const confirmed = new Set<IntentKind>();
    fc.assert(
      fc.property(history, (acts) => {
        settleAll(acts, (world, claim, sender) => {
          const should = tableAnswer(world, claim, sender);
          const is = said(decide(claim, world.facts(sender)));
          met.set(is, (met.get(is) ?? 0) + 1);
          if (is === 'confirmed') confirmed.add(claim.intent.kind);
          if (should !== undefined) expect([claim.intent.kind, is]).toEqual([claim.intent.kind, should]);
        });
      }),
      { numRuns: 1_000 },
    );
    // A row that chance never comes to would be a row that nobody tested.
    for (const code of [...refusalCodeSchema.options, 'already', 'confirmed'] as const)
      expect(met.get(code) ?? 0, code).toBeGreaterThan(0);
    expect([...confirmed].sort()).toEqual([...new Set(Object.values(mayAsk).flat())].sort());
  });

  it('is total: an answer of one whole form to whatever is well-formed, the same twice, and the facts untouched', () => {
    fc.assert(
      fc.property(history, (acts) => {
        settleAll(acts, (world, claim, sender) => {
          const before = JSON.stringify([...world.appointments, ...world.referrals, ...world.notices]);
          const decision = decide(claim, world.facts(sender));
          expect(decide(claim, world.facts(sender))).toEqual(decision);
          expect(JSON.stringify([...world.appointments, ...world.referrals, ...world.notices])).toBe(before);
          const { outcome, code, already, rank, appointment, effects } = decision;
          expect(outcome === 'refused').toBe(code !== null);
          expect(already && outcome === 'refused').toBe(false);
          if (rank !== null) expect(appointment).not.toBeNull();
          const isChange = effects.some(({ effect }) => effect !== 'notice');
          if (already) expect(effects).toEqual([]);
          if (outcome === 'refused') expect(isChange).toBe(false);
          if (code === 'NO_RELATIONSHIP') expect(appointment).toBeNull();
        });
      }),
      { numRuns: 300 },
    );
  });

  it('who has no relationship learns nothing: their notice names no referral, no appointment, and nobody to tell; but where a person’s right is gone, the practice whose referral it is learns which', () => {
    fc.assert(
      fc.property(history, (acts) => {
        settleAll(acts, (world, claim, sender) => {
          const { code, slots, effects } = decide(claim, world.facts(sender));
          if (code !== 'NO_RELATIONSHIP') return;
          expect(slots).toEqual([]);
          for (const effect of effects) {
            if (effect.effect !== 'notice') throw new Error('changed truth for a stranger');
            const { scope, ubrn, appointment, tell } = effect.row;
            expect(scope).toBe(claim.author.scope);
            const practice = ubrn && world.referrals.get(ubrn)?.practice;
            if (practice) expect(scope).toBe(practiceScope(practice));
            else expect([ubrn, appointment, tell]).toEqual([null, null, false]);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('both rights count: without the sender’s or without the author’s nothing is settled for anybody', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (acts, isSender) => {
        settleAll(acts, (world, claim) => {
          const facts = world.facts(isSender ? receptionist : claim.author);
          const lost = isSender ? receptionist : claim.author;
          const decision = decide(claim, { ...facts, holdsRight: ({ person }) => person !== lost.person });
          expect(decision.code).toBe('NO_RELATIONSHIP');
        });
      }),
      { numRuns: 100 },
    );
  });
});
