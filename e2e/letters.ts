// The wire as a stranger would write it from docs/api.md: the tests' independent reader of truth, and a device without a
// screen. Nothing here is shared with the app, so a mistake on its side cannot hide in ours.
import { randomUUID } from 'node:crypto';

export interface SlotRef {
  readonly service: string;
  readonly ordinal: number;
  readonly start: number;
  readonly print: string;
}

export interface Author {
  readonly person: string;
  readonly role: 'gp' | 'receptionist' | 'patient' | 'clerk';
  readonly scope: string;
}

export interface Patient {
  readonly nhsNumber: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly address: string;
  readonly restricted: boolean;
}

export interface Referral {
  readonly ubrn: string;
  readonly patient: Patient;
  readonly practice: string;
  readonly practiceName: string;
  readonly practicePhone: string;
  readonly specialty: string;
  readonly clinicType: string;
  readonly priority: 'routine' | 'urgent' | 'TWO_WEEK_WAIT';
  readonly choice: 'anywhere' | 'shortlist';
  readonly shortlist: readonly string[];
  readonly status: {
    readonly state: 'open' | 'closed';
    readonly deferral: { readonly service: string; readonly contactBy: number } | null;
  };
}

export interface Appointment {
  readonly id: string;
  readonly ubrn: string;
  readonly slot: SlotRef;
  readonly status: 'booked' | 'arrived' | 'fulfilled' | 'noshow' | 'cancelled';
  readonly rank: number;
  readonly bookedBy: 'practice' | 'patient' | 'clinic';
  readonly cancelled: { readonly by: string; readonly reason: string } | null;
}

export interface Notice {
  readonly id: string;
  readonly scope: string;
  readonly ubrn: string | null;
  readonly event: string;
  readonly by: string;
  readonly claim: string;
  readonly tell: boolean;
  readonly code: string | null;
  readonly attempts: number;
  readonly done: { readonly byName: string; readonly how: string } | null;
}

export interface Service {
  readonly id: string;
  readonly site: string;
  readonly siteName: string;
  readonly name: string;
  readonly patientName: string;
  readonly phone: string;
  readonly booking: 'direct' | 'phone' | 'triage';
  readonly priorities: readonly string[];
  readonly windowDays: Readonly<Record<string, number>>;
  readonly noticeHours: number;
}

export interface Verdict {
  readonly claim: string;
  readonly seq: number;
  readonly at: number;
  readonly outcome: 'confirmed' | 'refused';
  readonly code: string | null;
  readonly already: boolean;
  readonly rank: number | null;
  readonly appointment: Appointment | null;
  readonly slots: readonly SlotRef[];
}

export interface Answer {
  readonly verdict: Verdict;
  readonly replayed: boolean;
  readonly alternatives: readonly { readonly slot: SlotRef }[];
}

export interface Pack {
  readonly service: string;
  readonly revision: string;
  readonly clinicians: readonly string[];
  readonly columns: string;
}

export interface Reply {
  readonly now: number;
  readonly answers: readonly Answer[];
  readonly parked: readonly {
    readonly index: number;
    readonly claim: string | null;
    readonly reason: string;
  }[];
  readonly delta: {
    readonly cursor: string;
    readonly more: boolean;
    readonly reset: boolean;
    readonly rows: readonly { readonly entity: string; readonly key: string; readonly row: unknown }[];
  };
  readonly packs: readonly Pack[];
}

export interface Truth {
  readonly cursor: string;
  readonly referrals: ReadonlyMap<string, Referral>;
  readonly appointments: ReadonlyMap<string, Appointment>;
  readonly notices: ReadonlyMap<string, Notice>;
  readonly services: ReadonlyMap<string, Service>;
}

export interface StaffMember {
  readonly person: string;
  readonly name: string;
  readonly role: Author['role'];
  readonly scope: string;
  readonly organisationName: string;
}

export interface DemoPatient {
  readonly ubrn: string;
  readonly code: string;
  readonly birthYear: number;
  readonly name: string;
  readonly situation: string;
}

export interface DemoPeople {
  readonly staff: readonly StaffMember[];
  readonly patients: readonly DemoPatient[];
}

export type SignIn =
  | { readonly kind: 'demo'; readonly person: string }
  | { readonly kind: 'patient'; readonly ubrn: string; readonly code: string; readonly birthYear: number };

export type Intent = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** One signed-in session, by its cookie. */
export class Correspondent {
  readonly author: Author;
  readonly cookie: string;
  readonly #origin: string;

  private constructor(origin: string, author: Author, cookie: string) {
    this.#origin = origin;
    this.author = author;
    this.cookie = cookie;
  }

  static async signIn(origin: string, signIn: SignIn): Promise<Correspondent> {
    const response = await trySignIn(origin, signIn);
    if (!response.ok) throw new Error(`Signing in answered ${response.status}: ${await response.text()}`);
    const cookie = (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    const { author } = (await response.json()) as { author: Author };
    return new Correspondent(origin, author, cookie);
  }

  get scope(): string {
    return this.author.scope;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#origin + path, {
      ...init,
      headers: { origin: this.#origin, cookie: this.cookie, ...(init.headers as Record<string, string>) },
    });
  }

  /** The exchange as it stands, for tests that write bad letters. */
  post(body: unknown, path = '/api/sync'): Promise<Response> {
    return this.fetch(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  envelope(more: Readonly<Record<string, unknown>> = {}) {
    return { protocol: 1, scope: this.scope, cursor: null, claims: [], packs: {}, seen: [], ...more };
  }

  async exchange(more: Readonly<Record<string, unknown>> = {}): Promise<Reply> {
    const response = await this.post(this.envelope(more));
    if (!response.ok) throw new Error(`The exchange answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Reply;
  }

  claim(intent: Intent, more: Readonly<Record<string, unknown>> = {}) {
    return { v: 1, id: randomUUID() as string, author: this.author, madeAt: Date.now(), intent, ...more };
  }

  /** Asks, and hands back the one answer; a claim that is parked instead fails the test that asked. */
  async ask(intent: Intent): Promise<Answer> {
    return this.send(JSON.stringify(this.claim(intent)));
  }

  async send(bytes: string): Promise<Answer> {
    const reply = await this.exchange({ claims: [bytes] });
    const answer = reply.answers[0];
    if (!answer) throw new Error(`No verdict: ${JSON.stringify(reply.parked)}`);
    return answer;
  }

  book(ubrn: string, choices: readonly SlotRef[]): Promise<Answer> {
    return this.ask({ kind: 'book', ubrn, appointment: randomUUID(), choices });
  }

  /** All that this session may know, read afresh from nothing. */
  async truth(): Promise<Truth> {
    const rows = new Map<string, Map<string, unknown>>(
      ['referral', 'appointment', 'notice', 'service'].map((entity) => [entity, new Map<string, unknown>()]),
    );
    let cursor: string | null = null;
    for (let more = true; more;) {
      const { delta }: Reply = await this.exchange({ cursor });
      for (const { entity, key, row } of delta.rows) {
        if (row === null) rows.get(entity)?.delete(key);
        else rows.get(entity)?.set(key, row);
      }
      ({ cursor, more } = delta);
    }
    return {
      cursor: cursor ?? '',
      referrals: rows.get('referral') as Map<string, Referral>,
      appointments: rows.get('appointment') as Map<string, Appointment>,
      notices: rows.get('notice') as Map<string, Notice>,
      services: rows.get('service') as Map<string, Service>,
    };
  }

  /** Free times of a service as the server tells them now. */
  async freeTimes(service: Service): Promise<FreeTime[]> {
    const response = await this.fetch(`/api/services/${service.id}/slots`);
    if (!response.ok) throw new Error(`Times of ${service.id}: ${response.status}`);
    return readPack((await response.json()) as Pack, service.site);
  }
}

export function trySignIn(origin: string, signIn: SignIn): Promise<Response> {
  return fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(signIn),
  });
}

export async function demoPeople(origin: string): Promise<DemoPeople> {
  const response = await fetch(`${origin}/api/demo/people`);
  if (!response.ok) throw new Error(`The demo people: ${response.status}`);
  return (await response.json()) as DemoPeople;
}

export interface FreeTime {
  readonly ref: SlotRef;
  readonly minutes: number;
  readonly clinician: string;
  readonly mode: string;
}

const modes = ['inPerson', 'phone', 'video'];

/** Count; minutes since the slot before; zigzag of the ordinal less the one expected; then runs of length, clinician, mode. */
export function readPack(pack: Pack, site: string): FreeTime[] {
  const bytes = Buffer.from(pack.columns, 'base64');
  let at = 0;
  const int = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const count = int();
  let minute = 0;
  const starts = Array.from({ length: count }, () => (minute += int()) * 60_000);
  let next = 0;
  const ordinals = Array.from({ length: count }, () => {
    const folded = int();
    const ordinal = next + (folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2);
    next = ordinal + 1;
    return ordinal;
  });
  const runs = () => {
    const values: number[] = [];
    while (values.length < count) {
      const length = int();
      const value = int();
      values.push(...Array.from({ length }, () => value));
    }
    return values;
  };
  const minutes = runs();
  const clinicians = runs().map((index) => pack.clinicians[index] ?? '');
  const kinds = runs().map((index) => modes[index] ?? '');
  return starts.map((start, i) => {
    const terms = { minutes: minutes[i] ?? 0, clinician: clinicians[i] ?? '', mode: kinds[i] ?? '' };
    const text = `${start}|${terms.minutes}|${site}|${terms.clinician}|${terms.mode}`;
    return { ref: { service: pack.service, ordinal: ordinals[i] ?? 0, start, print: print(text) }, ...terms };
  });
}

/** FNV-1a, 32 bits, in hex. */
function print(text: string): string {
  let hash = 0x811c9dc5;
  for (const unit of text.split('')) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
