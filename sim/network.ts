/** The line between a tab and the server. Every message goes as text, and the faults of a line befall it on its way. */
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import { readAnswer, type HttpAnswer } from '#lib/sync/answer.ts';
import type { Transport, TransportResult } from '#lib/sync/ports.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { foreignClaims, otherBytes } from './forgery.ts';
import type { History } from './history.ts';
import type { Fault } from './options.ts';
import type { Oracle } from './oracle/oracle.ts';
import type { Schedule } from './schedule.ts';
import type { Letter, Server } from './server.ts';

/** As long as the client's transport waits. */
const timeoutMs = 20_000;
const statuses = [502, 502, 401, 403, 407, 404, 426, 500, 511] as const;
const pageOfAPortal = '<!doctype html><title>Free Wi-Fi</title><p>Accept our terms to go on.';

export interface LinePorts {
  readonly schedule: Schedule;
  readonly server: Server;
  readonly faults: Faults;
  readonly history: History;
  readonly oracle: Oracle;
}

/** Whose line it is, and what of it the line needs to know. */
export interface Caller {
  readonly name: string;
  readonly chance: Chance;
  isOnline(): boolean;
  goOffline(ms: number): void;
  token(): string | undefined;
  appVersion(): number;
  /** Nothing runs in the process for a while. */
  freeze(ms: number): void;
  /** Runs it in the process, if that still lives, as soon as it is not frozen. */
  deliver(what: () => void): void;
}

export function createLine(ports: LinePorts, caller: Caller): Transport {
  return {
    exchange: (request) => new Promise((resolve) => new Exchange(ports, caller, request, resolve).begin()),
  };
}

class Exchange {
  readonly #ports: LinePorts;
  readonly #caller: Caller;
  readonly #request: SyncRequest;
  readonly #resolve: (result: TransportResult) => void;
  #cancelTimeout: () => void = () => undefined;
  #sentAfter = 0;

  constructor(
    ports: LinePorts,
    caller: Caller,
    request: SyncRequest,
    resolve: (result: TransportResult) => void,
  ) {
    this.#ports = ports;
    this.#caller = caller;
    this.#request = request;
    this.#resolve = resolve;
  }

  begin(): void {
    const caller = this.#caller;
    this.#cancelTimeout = this.#after(timeoutMs, () => this.#end('TimeoutError'));
    if (this.#strikes('partition')) caller.goOffline(this.#long('partition', 5_000, 240_000));
    if (!caller.isOnline()) {
      this.#after(3, () => this.#end('TypeError'));
      return;
    }
    if (this.#strikes('portal')) return this.#hear(200, 'text/html; charset=utf-8', pageOfAPortal);
    if (this.#strikes('gateway')) return this.#hear(this.#status(), 'text/html', '<h1>Not today</h1>');
    if (this.#strikes('busy429')) return this.#hear(429, 'text/html', '', '7');
    // A date: the other form of Retry-After, which we take for "not said".
    if (this.#strikes('busy503')) return this.#hear(503, null, '', 'Wed, 21 Oct 2026 07:28:00 GMT');
    if (this.#strikes('halfOpen') || this.#strikes('requestLost')) return;
    this.#send();
  }

  #send(): void {
    const whole = JSON.stringify(this.#request);
    const isCut = this.#strikes('requestCut');
    const letter: Letter = {
      text: isCut ? whole.slice(0, this.#long('requestCut', 1, whole.length - 1)) : whole,
      token: this.#caller.token(),
      appVersion: this.#caller.appVersion(),
      answer: (http) => this.#back(http),
      lose: () => this.#after(this.#latency(), () => this.#end('TypeError')),
    };
    this.#ports.oracle.letterSent(letter, this.#request.claims.length);
    const late = this.#strikes('requestLate') ? this.#long('requestLate', 500, 60_000) : 0;
    this.#sentAfter = this.#latency() + late;
    this.#after(this.#sentAfter, () => this.#ports.server.receive(letter));
    if (this.#strikes('requestTwice')) {
      const again: Letter = { ...letter, answer: () => undefined, lose: () => undefined };
      this.#after(this.#againAfter(), () => this.#ports.server.receive(again));
    }
  }

  /** Right behind the first, so that both are settled together, or when nobody thinks of it any more. */
  #againAfter(): number {
    const { faults } = this.#ports;
    const isAtOnce = faults.chance('requestTwice', this.#caller.name).isLucky(0.3);
    return this.#sentAfter + (isAtOnce ? 0 : this.#long('requestTwice', 1, 90_000));
  }

  #back(sent: HttpAnswer): void {
    if (sent.status === 401 || sent.status === 403)
      this.#ports.oracle.turnedAway(this.#caller.name, sent.status);
    if (sent.status === 200 && this.#strikes('forgery')) this.#forge(sent);
    if (this.#strikes('replyLost')) return;
    const http = this.#strikes('strangeReply') ? this.#strange(sent) : sent;
    const { text } = http;
    const isCut = this.#strikes('replyCut') && text.length > 2;
    const heard = isCut ? { ...http, text: text.slice(0, this.#long('replyCut', 1, text.length - 1)) } : http;
    const late = this.#strikes('replyLate') ? this.#long('replyLate', 500, 40_000) : 0;
    this.#after(this.#latency() + late, () => this.#read(heard));
  }

  /** A cache on the way gives what it was told for somebody else. */
  #strange(http: HttpAnswer): HttpAnswer {
    for (const [scope, text] of this.#ports.server.said) {
      if (scope !== this.#request.scope) return { ...http, text };
    }
    return http;
  }

  /** Somebody who may speak here says what they may not: these ids in other bytes, or what another scope asked. */
  #forge({ text }: HttpAnswer): void {
    const { oracle, faults, server } = this.#ports;
    const isForeign = faults.chance('forgery', this.#caller.name).isLucky(0.5);
    const claims = isForeign ? foreignClaims(oracle.letters, this.#request) : otherBytes(this.#request, text);
    if (claims.length === 0) return;
    const letter: Letter = {
      text: JSON.stringify({ ...this.#request, claims }),
      token: this.#caller.token(),
      appVersion: this.#caller.appVersion(),
      answer: () => undefined,
      lose: () => undefined,
      isForged: true,
    };
    this.#after(this.#latency(), () => server.receive(letter));
  }

  #hear(status: number, contentType: string | null, text: string, retryAfter: string | null = null): void {
    this.#after(this.#latency(), () => this.#read({ status, contentType, retryAfter, text }));
  }

  #read(http: HttpAnswer): void {
    // Between a request and what becomes of its answer: another tab steals the lock meanwhile.
    if (this.#strikes('frozenAtReply')) this.#caller.freeze(this.#long('frozenAtReply', 20_000, 240_000));
    this.#cancelTimeout();
    this.#caller.deliver(() => this.#resolve(readAnswer(http, this.#request)));
  }

  #end(cause: string): void {
    this.#cancelTimeout();
    this.#caller.deliver(() => this.#resolve({ kind: 'unknown', cause }));
  }

  /** What somebody between says, in numbers that would mean something if we had said them. */
  #status(): number {
    return this.#ports.faults.chance('gateway', this.#caller.name).pick(statuses) ?? 502;
  }

  #strikes(fault: Fault): boolean {
    const { faults, history, oracle } = this.#ports;
    const isStruck = faults.strikes(fault, this.#caller.name);
    if (!isStruck) return false;
    history.note('!net', `${fault} at ${this.#caller.name}`);
    oracle.faultMet(fault, this.#request.claims);
    return true;
  }

  #long(fault: Fault, from: number, to: number): number {
    return this.#ports.faults.chance(fault, this.#caller.name).between(from, to);
  }

  #latency = () => this.#caller.chance.between(4, 60);

  #after(ms: number, what: () => void): () => void {
    return this.#ports.schedule.after(ms, what);
  }
}
