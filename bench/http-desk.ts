// A desk as the server sees one: a cookie, a cursor, and exchanges. It believes nothing but what it is told.
import { randomUUID } from 'node:crypto';
import type { IntentOf } from '#lib/domain/claim.ts';
import type { ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { slotRef, type SlotRef } from '#lib/domain/slot.ts';
import { syncReplySchema, type Answer, type SyncReply } from '#lib/protocol/exchange.ts';
import { decodePack, slotAt } from '#lib/protocol/pack.ts';
import { protocolVersion } from '#lib/protocol/version.ts';

export type Told =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly ms: number }
  | { readonly kind: 'other'; readonly status: number; readonly ms: number };

export class HttpDesk {
  readonly author: Author;
  readonly #origin: string;
  readonly #cookie: string;
  #cursor: string | null = null;

  private constructor(origin: string, author: Author, cookie: string) {
    this.#origin = origin;
    this.author = author;
    this.#cookie = cookie;
  }

  static async signIn(origin: string, author: Author, how: object): Promise<HttpDesk> {
    const response = await post(`${origin}/api/session`, how);
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (!response.ok || cookie === undefined)
      throw new Error(`Signing in as ${author.person}: ${response.status}`);
    await response.text();
    return new HttpDesk(origin, author, cookie);
  }

  /** All of its truth, so that a race carries claims and not the past. */
  async catchUp(): Promise<void> {
    for (;;) {
      const reply = await this.#exchange([]);
      if (!('delta' in reply)) throw new Error(`Catching up: ${reply.status}`);
      if (!reply.delta.more) return;
    }
  }

  book(ubrn: Ubrn, ...choices: SlotRef[]): Promise<Told> {
    return this.ask({
      kind: 'book',
      ubrn,
      appointment: randomUUID() as IntentOf<'book'>['appointment'],
      choices,
    });
  }

  /** One claim by itself, and what was said of it. */
  async ask(intent: object): Promise<Told> {
    const claim = { v: 1, id: randomUUID(), author: this.author, madeAt: Date.now(), intent };
    const startedAt = performance.now();
    const reply = await this.#exchange([JSON.stringify(claim)]);
    const ms = performance.now() - startedAt;
    if (!('answers' in reply)) return { kind: 'other', status: reply.status, ms };
    const [answer] = reply.answers;
    return answer ? { kind: 'answer', answer, ms } : { kind: 'other', status: 200, ms };
  }

  async times(service: ServiceId, site: string): Promise<SlotRef[]> {
    const reply = await this.#exchange([], { [service]: null });
    const pack = 'packs' in reply ? reply.packs[0] : undefined;
    const columns = pack && decodePack(pack);
    if (!columns) throw new Error(`No times of ${service}`);
    return Array.from({ length: columns.count }, (_, i) => slotRef(slotAt(columns, i), site));
  }

  async #exchange(
    claims: readonly string[],
    packs: Record<string, null> = {},
  ): Promise<SyncReply | { status: number }> {
    const scope = this.author.scope;
    const body = { protocol: protocolVersion, scope, cursor: this.#cursor, claims, packs, seen: [] };
    const response = await post(`${this.#origin}/api/sync`, body, this.#cookie);
    if (response.status !== 200) {
      await response.text();
      return { status: response.status };
    }
    const reply = syncReplySchema.parse(await response.json());
    this.#cursor = reply.delta.cursor;
    return reply;
  }
}

function post(url: string, body: object, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
