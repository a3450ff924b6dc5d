/**
 * A device without a screen, written from docs/api.md: it keeps each letter's bytes, sends them until there is a verdict,
 * and now and then sends an old one again, to hear whether the answer is still the same.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Verdict } from '#lib/domain/verdict.ts';
import type { FaultProxy } from '../e2e/fault-proxy.ts';
import {
  Correspondent,
  type Answer,
  type FreeTime,
  type Reply,
  type SignIn,
  type SlotRef,
  type Truth,
} from '../e2e/letters.ts';
import type { History } from './history.ts';
import type { Wish } from './plan.ts';

const answerLimitMs = 3_000;

interface Letter {
  readonly id: string;
  readonly bytes: string;
  verdict?: Verdict;
}

export class Screenless {
  readonly name: string;
  readonly line: FaultProxy;
  readonly letters: Letter[] = [];
  readonly #signIn: SignIn;
  readonly #history: History;
  #session: Correspondent | undefined;
  #truth: Truth | undefined;
  /** As they were when they were last asked for. */
  readonly #times = new Map<string, FreeTime[]>();

  constructor(name: string, line: FaultProxy, signIn: SignIn, history: History) {
    this.name = name;
    this.line = line;
    this.#signIn = signIn;
    this.#history = history;
  }

  get hasUnanswered(): boolean {
    return this.letters.some(({ verdict }) => !verdict);
  }

  async act(wish: Wish, ubrns: readonly string[]): Promise<void> {
    if (this.hasUnanswered) return this.deliver();
    const old = this.letters[wish.which % Math.max(1, this.letters.length)];
    if (old && wish.dice < 0.15) return this.#send([old]);
    const session = await this.#signedIn();
    // An old sight is what a device usually acts on.
    if (!this.#truth || wish.dice < 0.6) this.#truth = await limited(session.truth());
    const intent = await this.#intent(session, this.#truth, wish, ubrns);
    if (!intent) return;
    const claim = session.claim(intent);
    const letter = { id: claim.id, bytes: JSON.stringify(claim) };
    this.letters.push(letter);
    this.#history.note(this.name, 'asks', { claim: letter.id, bytes: letter.bytes });
    this.#history.count('acts', `${intent.kind}, without a screen`);
    await this.#send([letter]);
  }

  /** What has no answer yet, all in one envelope. */
  async deliver(): Promise<void> {
    await this.#send(this.letters.filter(({ verdict }) => !verdict).slice(0, 50));
  }

  async #intent(session: Correspondent, truth: Truth, wish: Wish, ubrns: readonly string[]) {
    const mine = ubrns.filter((ubrn) => truth.referrals.has(ubrn));
    const ubrn = mine[wish.which % Math.max(1, mine.length)] ?? '';
    const referral = truth.referrals.get(ubrn);
    if (referral?.status.state !== 'open') return undefined;
    const held = [...truth.appointments.values()].find((one) => one.ubrn === ubrn && one.status === 'booked');
    const notice = [...truth.notices.values()].find((one) => one.ubrn === ubrn && one.done === null);
    if (notice && wish.dice > 0.85)
      return { kind: 'acknowledge', notice: notice.id, ...(notice.tell ? { told: { how: 'phone' } } : {}) };
    if (held && wish.dice > 0.7)
      return { kind: 'cancel', appointment: held.id, from: held.slot, reason: 'PATIENT_ILL' };
    const choices = await this.#choices(session, truth, referral.shortlist, wish);
    if (choices.length === 0) return undefined;
    return held
      ? { kind: 'move', appointment: held.id, from: held.slot, choices }
      : { kind: 'book', ubrn, appointment: randomUUID() as string, choices };
  }

  /** The earliest that the clinic's notice leaves: what everybody wants. */
  async #choices(session: Correspondent, truth: Truth, shortlist: readonly string[], wish: Wish) {
    const times: FreeTime[] = [];
    let from = 0;
    for (const id of shortlist) {
      const service = truth.services.get(id);
      if (service?.booking !== 'direct' || times.length > 0) continue;
      const known = wish.dice < 0.6 ? undefined : this.#times.get(id);
      const found = known ?? (await limited(session.freeTimes(service)));
      this.#times.set(id, found);
      times.push(...found);
      from = Date.now() + (service.noticeHours + 1) * 3_600_000;
    }
    const early = times.filter(({ ref }) => ref.start > from).sort((a, b) => a.ref.start - b.ref.start);
    return wish.choices.flatMap((place): SlotRef[] => (early[place] ? [early[place].ref] : []));
  }

  async #send(letters: readonly Letter[]): Promise<void> {
    if (letters.length === 0) return;
    const session = await this.#signedIn();
    const response = await session.fetch('/api/sync', {
      method: 'POST',
      body: JSON.stringify(session.envelope({ claims: letters.map(({ bytes }) => bytes) })),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(answerLimitMs),
    });
    if (response.status === 401) this.#session = undefined;
    const isOurs = response.ok && response.headers.get('content-type')?.startsWith('application/json');
    const reply = isOurs ? ((await response.json()) as Reply) : undefined;
    for (const answer of reply?.answers ?? []) this.#hear(answer);
    for (const { claim, reason } of reply?.parked ?? [])
      this.#history.blame('I3', `${this.name}: ${claim ?? 'a request'} was set aside as ${reason}`);
  }

  #hear({ verdict: said }: Answer): void {
    const verdict = said as unknown as Verdict;
    const letter = this.letters.find(({ id }) => id === verdict.claim);
    if (!letter) return this.#history.blame('I12', `${this.name} was told of ${verdict.claim}, not its own`);
    if (letter.verdict && !isDeepStrictEqual(letter.verdict, verdict))
      this.#history.blame('I3', `${this.name}: ${letter.id} was answered twice, and not the same`);
    if (letter.verdict) return;
    letter.verdict = verdict;
    this.#history.note(this.name, 'is told', { claim: letter.id, verdict });
  }

  async #signedIn(): Promise<Correspondent> {
    this.#session ??= await limited(Correspondent.signIn(this.line.origin, this.#signIn));
    return this.#session;
  }
}

/** A letter-writer of little patience: a black hole is left to itself. */
function limited<T>(work: Promise<T>): Promise<T> {
  const limit = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), 2 * answerLimitMs).unref();
  });
  return Promise.race([work, limit]);
}
