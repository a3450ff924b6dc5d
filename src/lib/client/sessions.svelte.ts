/**
 * Who is signed in on this device. Sessions live on the server behind a cookie that scripts cannot read; here is what was
 * last heard of them, so that an offline cold start knows whose desk to open. Signing out works without a line: it is
 * remembered, and the server is told as soon as it can be.
 */
import { instantSchema, minuteMs, type Instant } from '#lib/domain/instant.ts';
import { scopeKind, scopeKinds, type Scope, type ScopeKind } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';
import {
  demoPeopleSchema,
  sessionInfoSchema,
  sessionsSchema,
  type DemoPeople,
  type SessionInfo,
  type SignIn,
} from '#lib/protocol/session.ts';
import type { DoorKeep } from './door-keep.ts';
import { forgetDrafts } from './draft.svelte.ts';
import { fetchJson } from './fetch-json.ts';
import type { FrontDoor, SignedIn, Unsent } from './front-door.ts';

/** A screen that nobody touched for so long shows nothing personal. */
export const idleMs = 30 * minuteMs;
const lookMs = 15_000;
/** The time of the last touch is written at most this often. */
const touchGrainMs = 10_000;

const memorySchema = z.object({
  sessions: z.array(z.object({ ...sessionInfoSchema.shape, hasEnded: z.boolean() })),
  /** Signed out here while the server was out of reach. */
  toSignOut: z.array(z.enum(scopeKinds)),
  isDemo: z.boolean(),
  /** Server's clock less this device's. */
  aheadMs: z.int(),
  /** How often this was written: of two copies the later one is true. */
  edition: z.int(),
});
type Memory = Readonly<z.infer<typeof memorySchema>>;
type Remembered = Memory['sessions'][number];

const nobody: Memory = { sessions: [], toSignOut: [], isDemo: false, aheadMs: 0, edition: 0 };
const memoryKey = 'holdfast:sessions';
const touchKey = 'holdfast:touched';

export interface SessionsPorts {
  readonly now: () => Instant;
  /** Read at once at every start; what it is told last may be lost with the power. */
  readonly storage: Storage;
  /** Safe from a power cut. */
  readonly keep: DoorKeep;
  /** Is the demonstration's plug out? Then nothing reaches the server, signing in and out included. */
  readonly isCut: () => Promise<boolean>;
  /** Truth leaves the device, claims stay. */
  readonly clearDesk: (scope: Scope) => Promise<void>;
  readonly countUnsent: (except: readonly Scope[]) => Promise<readonly Unsent[]>;
  /** Somebody came or went, in this tab or another. */
  readonly onChange: () => void;
}

export class Sessions implements FrontDoor {
  /** Resolves once it is known who was signed in when the power went. */
  readonly recalled: Promise<void>;
  readonly #ports: SessionsPorts;
  #memory = $state.raw<Memory>(nobody);
  #unsent = $state.raw<readonly Unsent[]>([]);
  #now = $state(0);
  #touchedAt = $state(0);
  #isAsking = false;
  #isUnanswered = $state(false);

  constructor(ports: SessionsPorts) {
    this.#ports = ports;
    this.#now = ports.now();
    this.#memory = readMemory(ports.storage.getItem(memoryKey));
    this.recalled = this.#recall();
    this.#touchedAt = readInstant(ports.storage, touchKey) ?? this.#now;
  }

  get sessions(): readonly SessionInfo[] {
    return this.#memory.sessions;
  }

  sessionOf(kind: ScopeKind): SessionInfo | undefined {
    return this.#memory.sessions.find(({ author }) => scopeKind(author.scope) === kind);
  }

  /** Signed in and not run out, as far as this device knows. */
  isLive(scope: Scope): boolean {
    const session = this.#memory.sessions.find(({ author }) => author.scope === scope);
    return session !== undefined && !this.#hasRunOut(session);
  }

  get isDemo(): boolean {
    return this.#memory.isDemo;
  }

  isCovered(kind: ScopeKind): boolean {
    const session = this.#memory.sessions.find(({ author }) => scopeKind(author.scope) === kind);
    if (!session) return false;
    return this.#hasRunOut(session) || this.#now - this.#touchedAt > idleMs;
  }

  uncover(): void {
    this.#touch();
  }

  get isUnanswered(): boolean {
    return this.#isUnanswered;
  }

  get unsent(): readonly Unsent[] {
    return this.#unsent;
  }

  async signIn(signIn: SignIn): Promise<SignedIn> {
    await this.recalled;
    const fetched = await this.#fetch('/api/session', sessionInfoSchema, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(signIn),
    });
    switch (fetched.kind) {
      case 'ok': {
        const session = fetched.value;
        const kind = scopeKind(session.author.scope);
        // The server ends the session of a kind when another takes its place; so do we.
        await this.#leave(kind, session.author.scope);
        const others = this.#memory.sessions.filter(({ author }) => scopeKind(author.scope) !== kind);
        const toSignOut = this.#memory.toSignOut.filter((one) => one !== kind);
        this.#touch();
        await this.#remember({ sessions: [...others, { ...session, hasEnded: false }], toSignOut });
        return { kind: 'signedIn', session };
      }
      case 'problem':
        if (fetched.code === 'not-recognised') return { kind: 'notRecognised' };
        if (fetched.code === 'slow-down') return { kind: 'slowDown', retryAfterMs: fetched.retryAfterMs };
        return { kind: 'unreachable' };
      case 'unchanged':
      case 'unreachable':
        return { kind: 'unreachable' };
    }
  }

  async signOut(kind: ScopeKind): Promise<void> {
    await this.recalled;
    const { sessions, toSignOut } = this.#memory;
    const leaving = sessions.filter(({ author }) => scopeKind(author.scope) === kind);
    await this.#remember({
      sessions: sessions.filter((session) => !leaving.includes(session)),
      toSignOut: [...new Set([...toSignOut, kind])],
    });
    for (const { author } of leaving) await this.#clear(author.scope);
    await this.#tellSignedOut();
    await this.countUnsent();
  }

  async demoPeople(): Promise<DemoPeople | undefined> {
    const fetched = await this.#fetch('/api/demo/people', demoPeopleSchema);
    // The server was heard: where the demonstration is off there is nobody to be.
    if (fetched.kind === 'problem' && fetched.code === 'not-found') return { staff: [], patients: [] };
    return fetched.kind === 'ok' ? fetched.value : undefined;
  }

  async ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    let isOfNow: boolean;
    try {
      await this.recalled;
      await this.#tellSignedOut();
      const { sessions } = this.#memory;
      const fetched = await this.#fetch('/api/session', sessionsSchema);
      // Somebody signed in, or out, while it was on its way: what it says is of before, and would end their session.
      isOfNow = this.#memory.sessions === sessions;
      if (fetched.kind === 'ok' && isOfNow) await this.#hear(fetched.value.sessions, fetched.value);
      await this.countUnsent();
    } finally {
      this.#isAsking = false;
    }
    if (!isOfNow) await this.ask();
  }

  async countUnsent(): Promise<void> {
    const here = this.#memory.sessions.filter((session) => !this.#hasRunOut(session));
    this.#unsent = await this.#ports.countUnsent(here.map(({ author }) => author.scope));
  }

  /** The server answered 401: cover the screen, keep everything. */
  ended(scope: Scope): void {
    const sessions = this.#memory.sessions.map((session) =>
      session.author.scope === scope ? { ...session, hasEnded: true } : session,
    );
    if (this.isLive(scope)) void this.#remember({ sessions });
  }

  /** Follows touches, time and other tabs until the page goes. */
  watch(page: Window): void {
    for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) {
      page.addEventListener(event, () => this.#touchUnlessIdle(), { passive: true, capture: true });
    }
    page.setInterval(() => (this.#now = this.#ports.now()), lookMs);
    page.addEventListener('storage', ({ key }) => {
      if (key === touchKey) this.#touchedAt = readInstant(this.#ports.storage, touchKey) ?? this.#touchedAt;
      if (key !== memoryKey) return;
      this.#memory = readMemory(this.#ports.storage.getItem(memoryKey));
      this.#ports.onChange();
      void this.countUnsent();
    });
  }

  async #hear(
    heard: readonly SessionInfo[],
    { isDemo, now }: { isDemo: boolean; now: Instant },
  ): Promise<void> {
    const sessions: Remembered[] = heard.map((session) => ({ ...session, hasEnded: false }));
    for (const known of this.#memory.sessions) {
      const kind = scopeKind(known.author.scope);
      const successor = heard.find(({ author }) => scopeKind(author.scope) === kind);
      // Gone on the server though nobody signed out here: it ran out. Covered, nothing dropped.
      if (!successor) sessions.push({ ...known, hasEnded: true });
      else await this.#leave(kind, successor.author.scope);
    }
    await this.#remember({ sessions, isDemo, aheadMs: Math.round(now - this.#ports.now()) });
  }

  /** Another practice, clinic or patient takes the place of this kind: the former one's truth goes. */
  async #leave(kind: ScopeKind, to: Scope): Promise<void> {
    for (const { author } of this.#memory.sessions) {
      if (scopeKind(author.scope) === kind && author.scope !== to) await this.#clear(author.scope);
    }
  }

  async #clear(scope: Scope): Promise<void> {
    forgetDrafts(scope);
    await this.#ports.clearDesk(scope);
  }

  async #tellSignedOut(): Promise<void> {
    for (const kind of this.#memory.toSignOut) {
      const fetched = await this.#fetch(`/api/session?kind=${kind}`, z.undefined(), { method: 'DELETE' });
      if (fetched.kind !== 'ok') return;
      await this.#remember({ toSignOut: this.#memory.toSignOut.filter((one) => one !== kind) });
    }
  }

  readonly #fetch: typeof fetchJson = async (...asked) => {
    const fetched = (await this.#ports.isCut())
      ? ({ kind: 'unreachable' } as const)
      : await fetchJson(...asked);
    this.#isUnanswered = fetched.kind === 'unreachable';
    return fetched;
  };

  #hasRunOut(session: Remembered): boolean {
    return session.hasEnded || session.expiresAt <= this.#now + this.#memory.aheadMs;
  }

  #touchUnlessIdle(): void {
    const now = this.#ports.now();
    const idle = now - this.#touchedAt;
    if (idle > touchGrainMs && idle <= idleMs) this.#touch();
  }

  #touch(): void {
    this.#touchedAt = this.#now = this.#ports.now();
    write(this.#ports.storage, touchKey, String(this.#touchedAt));
  }

  /** Takes effect at once; resolves when it is on disk as well, if this device can keep anything. */
  async #remember(change: Partial<Memory>): Promise<void> {
    this.#memory = { ...this.#memory, ...change, edition: this.#memory.edition + 1 };
    const text = JSON.stringify(this.#memory);
    write(this.#ports.storage, memoryKey, text);
    this.#ports.onChange();
    await this.#ports.keep.save(text).catch(() => undefined);
  }

  async #recall(): Promise<void> {
    const kept = readMemory((await this.#ports.keep.load().catch(() => undefined)) ?? null);
    if (kept.edition <= this.#memory.edition) return;
    this.#memory = kept;
    write(this.#ports.storage, memoryKey, JSON.stringify(kept));
    this.#ports.onChange();
  }
}

function readMemory(text: string | null): Memory {
  try {
    const parsed = memorySchema.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : nobody;
  } catch {
    return nobody; // Nothing there, or not ours: the server knows who is signed in.
  }
}

function readInstant(storage: Storage, key: string): Instant | undefined {
  const parsed = instantSchema.safeParse(Number(storage.getItem(key) ?? NaN));
  return parsed.success ? parsed.data : undefined;
}

function write(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Full: the session lasts as long as this page, and the server still knows it.
  }
}
