/**
 * One event stream for all tabs of this browser: whoever holds the lock listens and passes the pokes on. A poke only says
 * whose truth or which services' times moved; desks then look for themselves.
 */
import { z } from '#lib/domain/zod.ts';
import { packsMax } from '#lib/protocol/exchange.ts';
import { parseJson } from '#lib/sync/answer.ts';

const pokeSchema = z.object({ scopes: z.array(z.string()), services: z.array(z.string()) });
export type Poke = Readonly<z.infer<typeof pokeSchema>>;

export interface Interest {
  readonly scopes: readonly string[];
  readonly services: readonly string[];
}

/** What tabs say to each other. */
const sayingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('who') }),
  z.object({ kind: z.literal('interest'), tab: z.string(), ...pokeSchema.shape }),
  z.object({ kind: z.literal('poke'), ...pokeSchema.shape }),
]);
type Saying = z.infer<typeof sayingSchema>;

const name = 'holdfast-live';
const backOffMs = { first: 1_000, max: 60_000 };
/** Interests come in bursts, when a desk opens; one new stream for the lot. */
const settleMs = 300;

export interface LiveStreamPorts {
  readonly locks: LockManager | undefined;
  readonly openChannel: (name: string) => BroadcastChannel;
  readonly openSource: (url: string) => EventSource;
  readonly fraction: () => number;
  readonly tab: string;
  /** The demonstration's plug is out: nothing is opened. */
  readonly isCut?: () => boolean;
}

export class LiveStream {
  readonly #ports: LiveStreamPorts;
  readonly #channel: BroadcastChannel;
  readonly #onPoke: (poke: Poke) => void;
  readonly #interests = new Map<string, Interest>();
  #isLeader = false;
  #source: EventSource | undefined;
  #url = '';
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: LiveStreamPorts, onPoke: (poke: Poke) => void) {
    this.#ports = ports;
    this.#onPoke = onPoke;
    this.#channel = ports.openChannel(name);
    this.#channel.onmessage = (event) => this.#hear(event.data);
  }

  /** What this tab wants to be told of; from the first call on it takes part. */
  want(interest: Interest): void {
    const isFirst = !this.#interests.has(this.#ports.tab);
    this.#interests.set(this.#ports.tab, interest);
    this.#say({ kind: 'interest', tab: this.#ports.tab, ...copy(interest) });
    if (isFirst) this.#lead();
    if (this.#isLeader) this.#reopenSoon(settleMs);
  }

  /** Somebody signed in or the line is back: no reason to wait out a back-off. */
  hurry(): void {
    this.#failures = 0;
    if (this.#isLeader && this.#source?.readyState !== 1) this.#reopenSoon(0);
  }

  /** The plug was pulled out: what is open ends, in whichever tab it is. */
  cut(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
  }

  #lead(): void {
    const lead = () => {
      this.#isLeader = true;
      this.#say({ kind: 'who' });
      this.#reopenSoon(settleMs);
    };
    if (!this.#ports.locks) return lead();
    void this.#ports.locks.request(name, () => {
      lead();
      // Held until the tab is gone.
      return new Promise<never>(() => undefined);
    });
  }

  #hear(data: unknown): void {
    const saying = sayingSchema.safeParse(data);
    if (!saying.success) return;
    switch (saying.data.kind) {
      case 'who': {
        const own = this.#interests.get(this.#ports.tab);
        if (own) this.#say({ kind: 'interest', tab: this.#ports.tab, ...copy(own) });
        return;
      }
      case 'interest':
        this.#interests.set(saying.data.tab, saying.data);
        if (this.#isLeader) this.#reopenSoon(settleMs);
        return;
      case 'poke':
        this.#onPoke(copy(saying.data));
    }
  }

  #reopenSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reopen(), ms);
  }

  #reopen(): void {
    if (this.#ports.isCut?.()) return this.cut();
    const url = urlFor(this.#interests.values());
    const isOpen = this.#source && this.#source.readyState !== 2;
    if (url === this.#url && isOpen) return;
    this.#source?.close();
    this.#url = url;
    if (url === '') return;
    const source = this.#ports.openSource(url);
    this.#source = source;
    const tell = (poke: Poke) => {
      this.#onPoke(poke);
      this.#passOn(poke);
    };
    source.onopen = () => {
      this.#failures = 0;
      // What moved while nobody listened, if only between two streams, is not told again.
      tell({ scopes: [...this.#interests.values()].flatMap(({ scopes }) => scopes), services: [] });
    };
    source.onmessage = (event) => {
      const poke = pokeSchema.safeParse(parseJson(String(event.data)));
      if (poke.success) tell(poke.data);
    };
    // Not left to the browser: it comes back at a fixed pace, and all of a hospital at once.
    source.onerror = () => {
      source.close();
      if (this.#source !== source) return;
      // Perhaps it named a desk of a tab that is gone: ask anew who is here.
      const own = this.#interests.get(this.#ports.tab);
      this.#interests.clear();
      if (own) this.#interests.set(this.#ports.tab, own);
      this.#say({ kind: 'who' });
      const backOff = Math.min(backOffMs.max, backOffMs.first * 2 ** this.#failures);
      this.#failures += 1;
      this.#reopenSoon(settleMs + this.#ports.fraction() * backOff);
    };
  }

  /**
   * To the other tabs goes what this one has no part in. What it fetches lands in the database that all of them mirror:
   * five tabs of one desk need not ask five times.
   */
  #passOn(poke: Poke): void {
    const own = this.#interests.get(this.#ports.tab);
    const scopes = poke.scopes.filter((scope) => !own?.scopes.includes(scope));
    const services = poke.services.filter((service) => !own?.services.includes(service));
    if (scopes.length + services.length > 0) this.#say({ kind: 'poke', scopes, services });
  }

  #say(saying: Saying): void {
    this.#channel.postMessage(saying);
  }
}

const copy = ({ scopes, services }: Interest) => ({ scopes: [...scopes], services: [...services] });

function urlFor(interests: Iterable<Interest>): string {
  const scopes = new Set<string>();
  const services = new Set<string>();
  for (const interest of interests) {
    for (const scope of interest.scopes) scopes.add(scope);
    for (const service of interest.services) services.add(service);
  }
  if (scopes.size === 0) return '';
  const query = new URLSearchParams({
    scopes: [...scopes].sort().join(','),
    services: [...services].slice(0, packsMax).sort().join(','),
  });
  return `/api/live?${query.toString()}`;
}
