/** The nationwide directory, encoded once for all who ask. Services change only by an operator's load, so it may be minutes old. */
import { createHash } from 'node:crypto';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import { serviceSchema } from '#lib/domain/service.ts';
import { encodeDirectory } from '#lib/protocol/directory.ts';
import type { OpenLedger } from './ledger/ledger.ts';
import { KeptBody } from './http/reply.ts';

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

  async #read(before: Promise<KeptBody> | undefined): Promise<KeptBody> {
    const rows = await this.#readDb.selectFrom('service').select('body').orderBy('id').execute();
    const hash = createHash('sha256');
    for (const row of rows) hash.update(row.body).update('\n');
    const revision = hash.digest('hex').slice(0, 16);
    const kept = await before?.catch(() => undefined);
    // The same services: what is compressed stays so.
    if (kept?.etag === `"${revision}"`) return kept;
    const services = rows.map((row) => serviceSchema.parse(JSON.parse(row.body)));
    return new KeptBody(revision, encodeDirectory(revision, services));
  }
}
