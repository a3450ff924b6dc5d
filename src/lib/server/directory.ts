/**
 * The nationwide directory, encoded once for all staff who ask: services change only by an operator's load, so it may be minutes
 * old. A patient gets one of their own, of where their referral may be booked, in the words that are meant for patients.
 */
import { createHash } from 'node:crypto';
import type { Ubrn } from '#lib/domain/ids.ts';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import { isOpen } from '#lib/domain/referral.ts';
import { serviceSchema, type Service } from '#lib/domain/service.ts';
import { encodeDirectory } from '#lib/protocol/directory.ts';
import { KeptBody } from './http/reply.ts';
import type { OpenLedger } from './ledger/ledger.ts';
import { readReferrals } from './ledger/referrals.ts';
import { inPieces, type Tx } from './ledger/rows.ts';
import { inPatientsWords } from './ledger/views.ts';

const freshMs = 10 * minuteMs;

export class DirectoryShelf {
  readonly #readDb: OpenLedger['readDb'];
  readonly #clock: () => Instant;
  #kept: { readonly body: Promise<KeptBody>; readonly at: Instant } | undefined;

  constructor(readDb: OpenLedger['readDb'], clock: () => Instant) {
    this.#readDb = readDb;
    this.#clock = clock;
  }

  get(): Promise<KeptBody> {
    const now = this.#clock();
    if (this.#kept && now - this.#kept.at < freshMs) return this.#kept.body;
    const body = this.#read(this.#kept?.body);
    this.#kept = { body, at: now };
    body.catch(() => (this.#kept = undefined));
    return body;
  }

  /** Undefined: there is no such referral. */
  async forPatient(ubrn: Ubrn): Promise<KeptBody | undefined> {
    const services = await this.#readDb.transaction().execute((tx) => servicesOfPatient(tx, ubrn));
    if (!services) return undefined;
    const revision = revisionOf(services.map((service) => JSON.stringify(service)));
    return new KeptBody(revision, encodeDirectory(revision, services));
  }

  async #read(before: Promise<KeptBody> | undefined): Promise<KeptBody> {
    const rows = await this.#readDb.selectFrom('service').select('body').orderBy('id').execute();
    const revision = revisionOf(rows.map(({ body }) => body));
    const kept = await before?.catch(() => undefined);
    // The same services: what is compressed stays so.
    if (kept?.etag === `"${revision}"`) return kept;
    const services = rows.map((row) => serviceSchema.parse(JSON.parse(row.body)));
    return new KeptBody(revision, encodeDirectory(revision, services));
  }
}

/**
 * What was offered, and for one who may choose anywhere, whatever is of the kind that their referral is of. They know that kind,
 * and their device needs it to tell what fits; what else a service is for they are not told.
 */
async function servicesOfPatient(tx: Tx, ubrn: Ubrn): Promise<Service[] | undefined> {
  const [referral] = await readReferrals(tx, [ubrn]);
  if (!referral) return undefined;
  const { specialty, clinicType, shortlist } = referral;
  const mayGoAnywhere = referral.choice === 'anywhere' && isOpen(referral);
  const rows = [
    ...(await inPieces(shortlist, (ids) =>
      tx.selectFrom('service').select('body').where('id', 'in', ids).execute(),
    )),
    ...(mayGoAnywhere
      ? await tx.selectFrom('service').select('body').where('specialty', '=', specialty).execute()
      : []),
  ];
  const found = new Map(
    rows.map(({ body }) => serviceSchema.parse(JSON.parse(body))).map((service) => [service.id, service]),
  );
  return [...found.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((service) => {
      const isOfKind =
        mayGoAnywhere && service.specialty === specialty && service.clinicTypes.includes(clinicType);
      if (!isOfKind && !shortlist.includes(service.id)) return [];
      return { ...inPatientsWords(service), ...(isOfKind ? { specialty, clinicTypes: [clinicType] } : {}) };
    });
}

function revisionOf(bodies: readonly string[]): string {
  const hash = createHash('sha256');
  for (const body of bodies) hash.update(body).update('\n');
  return hash.digest('hex').slice(0, 16);
}
