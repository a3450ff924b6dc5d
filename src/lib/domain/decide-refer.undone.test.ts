import { describe, expect, it } from 'vitest';
import { noLongerFits, undoneBy } from './decide-refer.ts';
import { addDays, dayMs, localDate } from './instant.ts';
import { project } from './project.ts';
import { nothingArranged, offerOf, usualChoice, type Offer, type Referral } from './referral.ts';
import {
  aReferral,
  aService,
  aSlot,
  anAppointment,
  appointmentIdOf,
  claimIdOf,
  claimOf,
  gp,
  monday,
  serviceIdOf,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld } from './testing/small-world.ts';

const hernia = offerOf(aReferral(1));
const services = new Map([
  [serviceIdOf(1), aService(1)],
  [serviceIdOf(2), aService(2, { priorities: ['routine'] })],
  [serviceIdOf(3), aService(3, { clinicTypes: ['Gallstones'] })],
]);
const facts = { service: (id: Offer['shortlist'][number]) => services.get(id), now: monday };
const held = anAppointment(1, aSlot(1, 0));

describe('what another offer undoes, said before it is asked for', () => {
  it('an appointment at a hospital that no longer fits, and no other', () => {
    const elsewhere = { ...hernia, shortlist: [serviceIdOf(2)] };
    expect(undoneBy(aReferral(1), elsewhere, held, facts)).toEqual(['appointment']);
    expect(undoneBy(aReferral(1), { ...hernia, priority: 'urgent' }, held, facts)).toEqual([]);
    expect(undoneBy(aReferral(1), elsewhere, { ...held, status: 'cancelled' }, facts)).toEqual([]);
    expect(undoneBy(aReferral(1), elsewhere, undefined, facts)).toEqual([]);
  });

  it('a hospital that was asked to contact the patient and does not take one so urgent', () => {
    const asked = (service: number): Referral =>
      aReferral(1, {
        status: {
          ...nothingArranged,
          deferral: {
            service: serviceIdOf(service),
            at: monday,
            contactBy: monday + 40 * dayMs,
            reason: 'noTimes',
          },
        },
      });
    const urgent: Offer = { ...hernia, priority: 'urgent' };
    expect(undoneBy(asked(2), urgent, undefined, facts)).toEqual(['contact']);
    expect(undoneBy(asked(1), urgent, undefined, facts)).toEqual([]);
  });

  it('a rest that is longer than one so urgent may have', () => {
    const aside = {
      why: 'thinking' as const,
      reviewOn: addDays(localDate(monday), 14),
      at: monday,
      byName: 'Nora Bell',
      claim: claimIdOf(9),
    };
    const resting = aReferral(1, { status: { ...nothingArranged, aside } });
    expect(undoneBy(resting, { ...hernia, priority: 'urgent' }, undefined, facts)).toEqual(['aside']);
    expect(undoneBy(resting, { ...hernia, choice: 'anywhere' }, undefined, facts)).toEqual([]);
  });

  it('is what then happens: the warning and the ledger follow one rule', () => {
    const world = smallWorld();
    const before = world.referrals.get(ubrnAt(1));
    const service = [...world.services.values()].find(({ id }) => before?.shortlist.includes(id));
    const slot = [...world.slots.values()].find((one) => one.service === service?.id);
    if (!before || !service || !slot) throw new Error('the small world has nobody to book');
    const appointment = anAppointment(1, slot, { id: appointmentIdOf(77), ubrn: before.ubrn });
    world.add(appointment);
    const offer: Offer = {
      ...offerOf(before),
      shortlist: before.shortlist.filter((id) => id !== service.id),
    };
    expect(undoneBy(before, offer, appointment, world.facts(gp))).toEqual(['appointment']);
    const claim = claimOf(
      5,
      { kind: 'shortlist', ubrn: before.ubrn, seen: offerOf(before), offer },
      { author: gp },
    );
    expect(world.settle(claim).outcome).toBe('confirmed');
    const after = world.referrals.get(before.ubrn);
    expect(after && noLongerFits(after, appointment, world.facts(gp))).toBe(true);
    const told = world.standing().filter(({ about }) => about === 'noLongerFits');
    expect(told.map(({ tell }) => tell).sort()).toEqual([false, true]);
  });
});

describe('what is booked and no longer fits', () => {
  const viewOf = (referral: Referral, now = monday) =>
    project(
      {
        referrals: new Map([[referral.ubrn, referral]]),
        appointments: new Map([[held.id, held]]),
        notices: new Map(),
        services,
        seq: 1,
      },
      [],
      now,
    ).byUbrn.get(referral.ubrn);

  it('says so on every screen, for as long as it stands and is to come', () => {
    const redirected = aReferral(1, { clinicType: 'Gallstones', shortlist: [serviceIdOf(3)] });
    expect(viewOf(aReferral(1))?.noLongerFits).toBe(false);
    expect(viewOf(redirected)?.noLongerFits).toBe(true);
    expect(viewOf(redirected)?.place).toBe('booked');
    expect(viewOf(redirected, held.slot.start)?.noLongerFits).toBe(false);
    const closed = { ...redirected.status, state: 'closed', closed: { reason: 'x', at: monday } } as const;
    expect(viewOf({ ...redirected, status: closed })?.noLongerFits).toBe(false);
  });

  it('of a hospital whose terms are not here nothing is said', () => {
    const elsewhere = anAppointment(1, aSlot(9, 0));
    expect(noLongerFits(aReferral(1), elsewhere, facts)).toBe(false);
  });
});

describe('where the patient may choose', () => {
  it('anywhere, but for suspected cancer and what a hospital reviews first', () => {
    expect(usualChoice('routine', [])).toBe('anywhere');
    expect(usualChoice('urgent', [aService(1)])).toBe('anywhere');
    expect(usualChoice('TWO_WEEK_WAIT', [aService(1)])).toBe('shortlist');
    expect(usualChoice('routine', [aService(1), aService(2, { booking: 'triage' })])).toBe('shortlist');
  });
});

it('a patient’s device, which is not told what a service is for, does not doubt what was booked off the list', () => {
  const hidden = aService(3, { specialty: '', clinicTypes: [] });
  const known = { service: () => hidden, now: monday };
  const booked = { ...held, slot: { ...held.slot, service: serviceIdOf(3) } };
  expect(noLongerFits(aReferral(1, { choice: 'anywhere' }), booked, known)).toBe(false);
  expect(noLongerFits(aReferral(1, { choice: 'shortlist' }), booked, known)).toBe(true);
});
