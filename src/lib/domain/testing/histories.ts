/** Histories by chance: what people of all kinds ask of a small world, mostly sensible, some of it wild. */
import * as fc from 'fast-check';
import { claimSchema, type Claim, type Intent } from '../claim.ts';
import { addDays, dayMs, hourMs, instantMax, localDate, type Instant } from '../instant.ts';
import { isNotedAsTold, isStanding, type Notice } from '../notice.ts';
import type { Author } from '../person.ts';
import { prioritySchema } from '../priority.ts';
import { asideReasonSchema, choiceSchema, contactOutcomeSchema, offerOf } from '../referral.ts';
import type { Scope } from '../scope.ts';
import { ordinalMax, type SlotRef } from '../slot.ts';
import {
  aReferral,
  aService,
  aSlot,
  appointmentIdOf,
  claimIdOf,
  clerk,
  colleague,
  gp,
  monday,
  otherClerk,
  otherSiteCode,
  patientOf,
  receptionist,
  refOf,
  serviceIdOf,
  stranger,
  ubrnAt,
} from './samples.ts';
import { smallWorld, type SmallWorld } from './small-world.ts';

const small = fc.integer({ min: 0, max: 4 });
const referralNumber = fc.integer({ min: 1, max: 4 });
const appointmentId = fc.integer({ min: 1, max: 6 }).map(appointmentIdOf);
const ref: fc.Arbitrary<SlotRef> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 2 }), small).map(([s, n]) => refOf(aSlot(s, n))),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      service: fc.integer({ min: 1, max: 4 }).map(serviceIdOf),
      ordinal: fc.oneof(fc.nat(20), fc.constant(ordinalMax)),
      start: fc.oneof(
        fc.integer({ min: monday - dayMs, max: monday + 9 * dayMs }),
        fc.constantFrom(0, instantMax),
      ),
      print: fc.constant('deadbeef'),
    }),
  },
);
const choices = fc.array(ref, { minLength: 1, maxLength: 4 });
const reason = fc.constantFrom(
  'PATIENT_ILL',
  'CLINIC_CANCELLED',
  'TREATMENT_NO_LONGER_REQUIRED',
  'PATIENT_DIED',
  'PATIENT_APPOINTMENT_CANCELLATION_OTHER',
  'nonsense',
);
const comment = fc.constantFrom(undefined, '', 'because');
const offer = fc.record({
  specialty: fc.constantFrom(aReferral(1).specialty, aReferral(1).specialty, 'OTHER'),
  clinicType: fc.constant(aReferral(1).clinicType),
  priority: fc.constantFrom(...prioritySchema.options),
  choice: fc.constantFrom(...choiceSchema.options),
  shortlist: fc.array(fc.constantFrom(1, 2, 2, 3, 4, 5).map(serviceIdOf), { maxLength: 3 }),
});
const kind = <K extends Intent['kind']>(name: K) => fc.constant(name);
const intent = fc.oneof<fc.Arbitrary<Intent>[]>(
  fc.record({ kind: kind('book'), ubrn: referralNumber.map(ubrnAt), appointment: appointmentId, choices }),
  fc.record({
    kind: kind('move'),
    appointment: appointmentId,
    from: ref,
    choices,
    reason: fc.option(reason, { nil: undefined }),
    comment,
  }),
  fc.record({ kind: kind('cancel'), appointment: appointmentId, from: ref, reason, comment }),
  fc.record({
    kind: kind('defer'),
    ubrn: referralNumber.map(ubrnAt),
    service: fc.integer({ min: 1, max: 5 }).map(serviceIdOf),
  }),
  fc
    .record({
      kind: kind('close'),
      ubrn: referralNumber.map(ubrnAt),
      reason,
      seen: fc.constantFrom(undefined, undefined, 'PATIENT_DIED', 'INTEND_PRIVATE'),
    })
    .map(({ seen, ...rest }) => (seen === undefined ? rest : { ...rest, seen })),
  fc.record({
    kind: kind('withdraw'),
    service: fc.integer({ min: 1, max: 2 }).map(serviceIdOf),
    slots: fc.array(fc.record({ slot: ref, appointment: fc.option(appointmentId) }), {
      minLength: 1,
      maxLength: 3,
    }),
    reason,
    comment,
  }),
  fc.record({
    kind: kind('publish'),
    service: fc.integer({ min: 1, max: 3 }).map(serviceIdOf),
    sessions: fc.array(
      fc.record({
        start: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }).map((days) => monday + days * dayMs) },
          { weight: 1, arbitrary: fc.constantFrom(0, instantMax) },
        ),
        minutes: fc.constant(20),
        count: fc.integer({ min: 1, max: 3 }),
        clinician: fc.constant(''),
        mode: fc.constant('video' as const),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({
    kind: kind('attend'),
    appointment: appointmentId,
    from: ref,
    outcome: fc.constantFrom('arrived' as const, 'fulfilled' as const, 'noshow' as const),
  }),
  fc.record({
    kind: kind('setAside'),
    ubrn: referralNumber.map(ubrnAt),
    why: fc.constantFrom(...asideReasonSchema.options),
    reviewOn: fc.constantFrom(-1, 0, 1, 4, 20, 28, 29, 60).map((days) => addDays(localDate(monday), days)),
    comment,
  }),
  fc.record({
    kind: kind('rang'),
    ubrn: referralNumber.map(ubrnAt),
    at: fc.constantFrom(0, 1, 2).map((hours) => monday + hours * hourMs),
    comment,
  }),
  fc.record({
    kind: kind('contact'),
    ubrn: referralNumber.map(ubrnAt),
    outcome: fc.constantFrom(...contactOutcomeSchema.options),
    comment,
  }),
  fc.record({
    kind: kind('return'),
    ubrn: referralNumber.map(ubrnAt),
    reason: fc.constantFrom('SERVICE_INAPPROPRIATE', 'OTHER', 'PATIENT_ILL', 'nonsense'),
    comment,
  }),
  fc.record({
    kind: kind('arrange'),
    ubrn: referralNumber.map(ubrnAt),
    service: fc.constantFrom(1, 4, 5, 5, 5).map(serviceIdOf),
    start: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(-3, 1, 2, 30).map((days) => monday + days * dayMs) },
      fc.constantFrom(0, instantMax),
      fc.constant(null),
    ),
    comment,
  }),
  fc.record({ kind: kind('refer'), patientOf: referralNumber.map(ubrnAt), offer }),
  fc.record({ kind: kind('shortlist'), ubrn: referralNumber.map(ubrnAt), seen: offer, offer }),
  fc.record({
    kind: kind('report'),
    ubrn: referralNumber.map(ubrnAt),
    appointment: appointmentId,
    told: fc.record({ slot: ref, status: fc.constantFrom('booked' as const, 'cancelled' as const) }),
  }),
);
const author = fc.constantFrom(
  receptionist,
  receptionist,
  gp,
  gp,
  clerk,
  clerk,
  stranger,
  otherClerk,
  patientOf(ubrnAt(1)),
  patientOf(ubrnAt(2)),
);

export interface Act {
  readonly intent: Intent;
  readonly author: Author;
  /** Who hands it in, where it is not the author. */
  readonly sender: Author | undefined;
  /** Whose right ends, or comes back, just before. */
  readonly turned: Author | undefined;
  readonly expiresIn: number | undefined;
  readonly wait: number;
  /** Aimed at what is there, by somebody who may: else most of what chance asks is refused at the door. */
  readonly aim: number | undefined;
  /** Instead of the intent: acknowledge one of the notices that stand, or retract one that somebody told. */
  readonly acknowledge: number | undefined;
}
const act: fc.Arbitrary<Act> = fc.record({
  intent,
  author,
  sender: fc.oneof(
    { weight: 7, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.oneof(author, fc.constant(colleague)) },
  ),
  turned: fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: author }),
  expiresIn: fc.option(fc.integer({ min: -2 * hourMs, max: 5 * dayMs }), { nil: undefined, freq: 2 }),
  wait: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.nat(2 * hourMs), fc.nat(5 * dayMs)),
  aim: fc.option(fc.nat(1_000), { nil: undefined, freq: 6 }),
  acknowledge: fc.option(fc.nat(40), { nil: undefined, freq: 2 }),
});
export const history = fc.array(act, { maxLength: 40, size: 'max' });

/** The `n`-th act of a history as a claim, well-formed by the schema. */
export function claimFor(world: SmallWorld, one: Act, n: number): Claim {
  const { expiresIn, acknowledge, aim } = one;
  const isRetract = (acknowledge ?? 0) % 4 === 3;
  const notice =
    acknowledge === undefined
      ? undefined
      : isRetract
        ? anyDone(world, acknowledge)
        : oneOf(world.standing(), acknowledge);
  const aimed = aim === undefined ? one : aimedAt(world, one, aim);
  return claimSchema.parse({
    v: 1,
    id: claimIdOf(n),
    author: notice && aim !== undefined ? authorOf(notice.scope) : aimed.author,
    madeAt: monday,
    ...(expiresIn === undefined ? {} : { expiresAt: monday + hourMs + expiresIn }),
    intent: notice
      ? isRetract
        ? { kind: 'retract', notice: notice.id, noted: notice.done?.claim ?? claimIdOf(n - 1) }
        : {
            kind: 'acknowledge',
            notice: notice.id,
            told: { how: (aim ?? 0) % 4 === 1 ? 'noAnswer' : 'phone' },
          }
      : withFreshAppointment(aimed.intent, n),
  });
}

/** Every fourth time one that is there, whichever it is. */
const oneOf = (standing: readonly Notice[], which: number) =>
  standing[which < 10 ? which % Math.max(1, standing.length) : which];

/** Mostly one that somebody told; else any that is over. */
function anyDone(world: SmallWorld, which: number): Notice | undefined {
  const done = [...world.notices.values()].filter((notice) => !isStanding(notice));
  const told = done.filter(isNotedAsTold);
  const among = which % 8 === 3 || told.length === 0 ? done : told;
  return among[which % Math.max(1, among.length)];
}

const authorOf = (scope: Scope): Author =>
  [gp, clerk, patientOf(ubrnAt(1)), patientOf(ubrnAt(2))].find((one) => one.scope === scope) ?? stranger;

const withFreshAppointment = (wish: Intent, n: number): Intent =>
  wish.kind === 'book' && n % 5 > 0 ? { ...wish, appointment: appointmentIdOf(100 + n) } : wish;

function aimedAt(world: SmallWorld, { intent: wish }: Act, aim: number): Pick<Act, 'intent' | 'author'> {
  const held = [...world.appointments.values()];
  const target = held[aim % Math.max(1, held.length)];
  const ubrn = 'ubrn' in wish ? wish.ubrn : (target?.ubrn ?? ubrnAt(1));
  const by = [gp, patientOf(ubrn), clerk][aim % 3] ?? gp;
  const reason = by === clerk ? 'CLINIC_CANCELLED' : 'PATIENT_ILL';
  switch (wish.kind) {
    case 'book':
      return { intent: wish, author: by };
    case 'defer':
      // The one clinic that never has a time, for one whom it may see.
      return {
        intent: aim % 3 > 0 ? { ...wish, ubrn: ubrnAt(4), service: serviceIdOf(5) } : wish,
        author: gp,
      };
    case 'shortlist': {
      const seen = world.referrals.get(wish.ubrn);
      // Now and then somebody who has not seen what it is.
      return { intent: seen && aim % 5 > 0 ? { ...wish, seen: offerOf(seen) } : wish, author: gp };
    }
    case 'close':
    case 'refer':
    case 'setAside':
    case 'arrange':
    case 'rang':
      return { intent: wish, author: gp };
    case 'contact':
    case 'return': {
      const waiting = [...world.referrals.values()].filter(({ status }) => status.deferral);
      const whom = waiting[aim % Math.max(1, waiting.length)]?.ubrn ?? wish.ubrn;
      return { intent: { ...wish, ubrn: whom }, author: clerk };
    }
    case 'publish':
      return { intent: wish, author: clerk };
    case 'withdraw': {
      const slots = wish.slots.map(({ slot }) => {
        const seen = aSlot(wish.service === serviceIdOf(1) ? 1 : 2, slot.ordinal % 20);
        const holder = world.facts(clerk).holder(seen.service, seen.ordinal);
        return { slot: refOf(seen), appointment: holder?.id ?? null };
      });
      return { intent: { ...wish, slots, reason: 'CLINIC_CANCELLED' }, author: clerk };
    }
    case 'move':
    case 'cancel':
      return target
        ? {
            intent: {
              ...wish,
              appointment: target.id,
              // Now and then somebody asks who has not seen that it was moved.
              from: aim % 5 === 0 ? (target.moved?.from ?? wish.from) : target.slot,
              reason,
              comment: 'so',
            },
            author: by,
          }
        : { intent: wish, author: by };
    case 'attend':
      return target
        ? { intent: { ...wish, appointment: target.id, from: target.slot }, author: clerk }
        : { intent: wish, author: clerk };
    case 'report': {
      const { id, ubrn: whose } = target ?? { id: wish.appointment, ubrn: wish.ubrn };
      const told = target && aim % 3 === 0 ? { ...wish.told, slot: target.slot } : wish.told;
      return { intent: { ...wish, appointment: id, ubrn: whose, told }, author: by };
    }
    case 'acknowledge':
    case 'retract':
      return { intent: wish, author: by };
  }
}

/** Four referrals, three services at two sites, and one that is booked by phone. */
export const anyWorld = (): SmallWorld =>
  smallWorld().add(
    aReferral(4, { choice: 'anywhere', shortlist: [] }),
    aService(3, { site: otherSiteCode }),
    aService(5, { booking: 'phone' }),
  );

/** Plays a history, each claim as `each` does it, and gives the world that came of it. */
export function play(
  acts: readonly Act[],
  each: (world: SmallWorld, claim: Claim, now: Instant, act: Act) => void,
): SmallWorld {
  const world = anyWorld();
  for (const [n, one] of acts.entries()) {
    world.now += one.wait;
    each(world, claimFor(world, one, n + 1), world.now, one);
  }
  return world;
}
