/**
 * Another practice of the demonstration takes a time, as any desk would: somebody there signs in, asks for it for one of the
 * practice's own patients whom it fits, and signs out. The clerk settles it like every claim, by the same rules and rights.
 * Whoever asks learns the practice's name and nothing of its patients.
 */
import { randomUUID } from 'node:crypto';
import { holdsReferral, type Appointment } from '#lib/domain/appointment.ts';
import { claimVersion, type Claim, type Intent } from '#lib/domain/claim.ts';
import { appointmentIdSchema, claimIdSchema } from '#lib/domain/ids.ts';
import { fits, isOpen, type Referral } from '#lib/domain/referral.ts';
import { practiceScope, scopeKey, type Scope } from '#lib/domain/scope.ts';
import { bookingWindow, type Service } from '#lib/domain/service.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import type { TimeTaken } from '#lib/protocol/demo.ts';
import { decodePack } from '#lib/protocol/pack.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import type { App } from '../app.ts';
import { cursorOf } from '../ledger/journal.ts';
import { referralOf } from '../ledger/referrals.ts';
import type { Session } from '../people/sessions.ts';
import { signIn } from '../people/sign-in.ts';

/** Practices whose patients somebody else got to first, before it is given up. */
const triesMax = 5;

type Demo = Pick<
  App,
  'demonstration' | 'readDb' | 'codes' | 'acts' | 'slowDown' | 'sessions' | 'clerk' | 'clock'
>;

/** `own`: the practice that is asking; its own patients stay as they are. */
export async function letAnotherDeskTake(app: Demo, slot: SlotRef, own: Scope): Promise<TimeTaken> {
  if (!(await isFree(app, slot))) return { kind: 'gone' };
  const wishes = await whoWouldTakeIt(app, slot, own);
  for (const { referral, intent } of wishes.slice(0, triesMax)) {
    if (await asksFor(app, practiceScope(referral.practice), intent))
      return { kind: 'taken', practiceName: referral.practiceName };
    if (!(await isFree(app, slot))) return { kind: 'gone' };
  }
  return { kind: 'nobody' };
}

/** Looked up first, so that a press too late leaves no refusal behind for the other practice to see to. */
async function isFree({ clerk }: Demo, { service, ordinal, start }: SlotRef): Promise<boolean> {
  const pack = await clerk.pack(service);
  const columns = pack && pack !== 'unchanged' ? decodePack(pack) : undefined;
  const index = columns?.ordinals.indexOf(ordinal) ?? -1;
  return index >= 0 && columns?.starts[index] === start;
}

interface Wish {
  readonly referral: Referral;
  readonly intent: Intent;
}

/** First those who have no time yet, by reference: the cast's are the lowest. When all have one, somebody moves. */
async function whoWouldTakeIt({ readDb, clock }: Demo, slot: SlotRef, own: Scope): Promise<Wish[]> {
  const now = clock();
  const found = await readDb
    .selectFrom('service')
    .select('body')
    .where('id', '=', slot.service)
    .executeTakeFirst();
  if (!found) return [];
  // Written by the ledger from a parsed Service, as the rows below are from parsed rows.
  const service = JSON.parse(found.body) as Service;
  const rows = await readDb
    .selectFrom('referral as r')
    .innerJoin('patient as p', 'p.id', 'r.patient')
    .select(['r.body', 'r.status', 'p.body as patient'])
    .where('r.state', '=', 'open')
    .where('r.practice', '<>', scopeKey(own) as Referral['practice'])
    .orderBy('r.ubrn')
    .execute();
  const fitting = rows.map(referralOf).filter((referral) => mayHave(referral, service, slot, now));
  if (fitting.length === 0) return [];
  const appointments = await readDb
    .selectFrom('appointment')
    .select('body')
    .where(
      'ubrn',
      'in',
      fitting.map(({ ubrn }) => ubrn),
    )
    .execute();
  const held = new Map(
    appointments
      .map(({ body }) => JSON.parse(body) as Appointment)
      .filter(holdsReferral)
      .map((appointment) => [appointment.ubrn, appointment]),
  );
  const books = fitting.filter(({ ubrn }) => !held.has(ubrn)).map((referral) => bookFor(referral, slot));
  const moves = fitting.flatMap((referral) => moveFor(referral, held.get(referral.ubrn), slot, now));
  return [...books, ...moves];
}

function mayHave(referral: Referral, service: Service, slot: SlotRef, now: number): boolean {
  const { from, to } = bookingWindow(service, referral.priority, now);
  return isOpen(referral) && fits(referral, service, now) && slot.start >= from && slot.start <= to;
}

function bookFor(referral: Referral, slot: SlotRef): Wish {
  const appointment = appointmentIdSchema.parse(randomUUID());
  return { referral, intent: { kind: 'book', ubrn: referral.ubrn, appointment, choices: [slot] } };
}

function moveFor(referral: Referral, held: Appointment | undefined, slot: SlotRef, now: number): Wish[] {
  if (held?.status !== 'booked' || held.slot.start <= now) return [];
  return [{ referral, intent: { kind: 'move', appointment: held.id, from: held.slot, choices: [slot] } }];
}

/** True when it was had. A session of its own, opened as a visitor opens one, and ended however it went. */
async function asksFor(app: Demo, scope: Scope, intent: Intent): Promise<boolean> {
  const person = await app.readDb
    .selectFrom('person')
    .select('id')
    .where('scope', '=', scope)
    .where('role', '=', 'receptionist')
    .where('active', '=', 1)
    .orderBy('id')
    .executeTakeFirst();
  if (!person) return false;
  const entered = await signIn(app, { kind: 'demo', person: person.id }, '');
  if (entered.kind !== 'signedIn') return false;
  try {
    const session = await app.sessions.find(entered.token);
    return session?.isActive === true && (await settles(app, session, intent));
  } finally {
    await app.sessions.end(entered.token);
  }
}

async function settles(
  { clerk, clock, readDb }: Demo,
  { author }: Session,
  intent: Intent,
): Promise<boolean> {
  // Caught up, as far as the clerk is concerned: nobody there reads what else the reply would bring.
  const head = await readDb.selectFrom('head').select(['seq', 'hash']).executeTakeFirstOrThrow();
  const claim: Claim = {
    v: claimVersion,
    id: claimIdSchema.parse(randomUUID()),
    author,
    madeAt: clock(),
    intent,
  };
  const reply = await clerk.settle(author, {
    protocol: protocolVersion,
    scope: author.scope,
    cursor: cursorOf(head),
    claims: [JSON.stringify(claim)],
    packs: {},
    seen: [],
  });
  return reply.answers.some(({ verdict }) => verdict.claim === claim.id && verdict.outcome === 'confirmed');
}
