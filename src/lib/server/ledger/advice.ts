/** Times to offer when what was asked for is gone: read after commit from the packs, fresh on every replay. Never a verdict. */
import { pickAlternatives } from '#lib/domain/alternatives.ts';
import type { Claim } from '#lib/domain/claim.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { fits } from '#lib/domain/referral.ts';
import type { RefusalCode } from '#lib/domain/refusal.ts';
import { clinicScope, scopeKind } from '#lib/domain/scope.ts';
import { bookingWindow, clinicWindow, type BookingWindow, type Service } from '#lib/domain/service.ts';
import { slotRef, type Slot } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { alternativesMax, type Offer } from '#lib/protocol/exchange.ts';
import { slotAt, type PackColumns } from '#lib/protocol/pack.ts';
import type { Packs } from './packs.ts';
import { readReferrals } from './referrals.ts';
import { inPieces } from './rows.ts';
import type { SqlLedger } from './sql-ledger.ts';

/** Refusals after which another time is what the person needs. "Not yours" is told nothing. */
const wantsTimes: ReadonlySet<RefusalCode> = new Set([
  'SLOT_NOT_AVAILABLE',
  'INAPPROPRIATE_SLOT',
  'EXPIRED_CLAIM',
]);

/** Nothing when the answer is not a refusal that other times would help. */
export async function alternativesFor(
  claim: Claim,
  verdict: Verdict,
  ledger: SqlLedger,
  packs: Packs,
  now: Instant,
): Promise<Offer[]> {
  const { intent } = claim;
  if (intent.kind !== 'book' && intent.kind !== 'move') return [];
  if (verdict.code === null || !wantsTimes.has(verdict.code)) return [];
  const ubrn = intent.kind === 'book' ? intent.ubrn : verdict.appointment?.ubrn;
  const wished = intent.choices[0];
  if (!ubrn || !wished) return [];
  const [referral] = await readReferrals(ledger.readDb, [ubrn]);
  if (!referral) return [];
  const services = await readServices(ledger, [wished.service, ...referral.shortlist]);
  const isClinic = scopeKind(claim.author.scope) === 'clinic';
  const isOffered = (service: Service) =>
    fits(referral, service, now) &&
    (isClinic ? clinicScope(service.site) === claim.author.scope : service.booking === 'direct');
  const offered = new Map(services.filter(isOffered).map((service) => [service.id, service]));
  const free = (await packs.columns([...offered.keys()])).map((columns) =>
    bookable(columns, offered.get(columns.service), (service) =>
      isClinic ? clinicWindow(now) : bookingWindow(service, referral.priority, now),
    ),
  );
  const isWished = (slots: readonly Slot[]) => slots[0]?.service === wished.service;
  const picked = pickAlternatives(
    wished.start,
    free.find(isWished) ?? [],
    free.filter((slots) => !isWished(slots)),
    alternativesMax,
  );
  return picked.map((slot) => ({
    slot: slotRef(slot, offered.get(slot.service)?.site ?? ''),
    minutes: slot.minutes,
    clinician: slot.clinician,
    mode: slot.mode,
  }));
}

function bookable(
  columns: PackColumns,
  service: Service | undefined,
  windowOf: (service: Service) => BookingWindow,
): readonly Slot[] {
  if (!service) return [];
  const { from, to } = windowOf(service);
  return Array.from({ length: columns.count }, (_, index) => index)
    .filter((index) => {
      const start = columns.starts[index] ?? 0;
      return start >= from && start <= to;
    })
    .map((index) => slotAt(columns, index));
}

async function readServices(ledger: SqlLedger, ids: readonly ServiceId[]): Promise<Service[]> {
  const rows = await inPieces(ids, (piece) =>
    ledger.readDb.selectFrom('service').select('body').where('id', 'in', piece).execute(),
  );
  return rows.map(({ body }) => JSON.parse(body) as Service);
}
