/**
 * The front door: who is signed in on this device, and whether the device can do the work at all. Layouts and the
 * sign-in page know this much and no more; `home.ts` makes it. Reactive members are runes behind getters.
 */
import type { ScopeKind, Scope } from '#lib/domain/scope.ts';
import type { DemoPeople, SessionInfo, SignIn } from '#lib/protocol/session.ts';
import type { AppBadge } from './app-badge.ts';
import type { AppInstall } from './app-install.svelte.ts';
import type { Desk } from './desk.ts';

export interface Home {
  readonly fitness: Fitness;
  readonly door: FrontDoor;
  readonly update: AppUpdate;
  readonly plug: Plug;
  readonly install: AppInstall;
  readonly badge: AppBadge;
  /** The desk of the session signed in for this kind; the same one each time. Undefined when nobody is signed in. */
  openDesk(kind: ScopeKind): Promise<Desk | undefined>;
}

/** Can this browser, on this address, keep a promise made offline? If not, say why, and what to do. */
export type Fitness =
  | { readonly kind: 'fit' }
  /** Plain http on another name than localhost: no worker, no locks. */
  | { readonly kind: 'insecureOrigin' }
  /** No IndexedDB: a very old browser, or storage switched off by a setting or a private window. */
  | { readonly kind: 'noDatabase' };

export interface FrontDoor {
  /** Reactive. At most one a kind; remembered on the device, so an offline cold start knows whose desk to open. */
  readonly sessions: readonly SessionInfo[];
  sessionOf(kind: ScopeKind): SessionInfo | undefined;
  /** Reactive. Demo people can be chosen here. */
  readonly isDemo: boolean;
  /** Reactive. Nobody touched this device for 30 minutes, or a session ran out: show nothing personal, until signed in again or uncovered. */
  isCovered(kind: ScopeKind): boolean;
  /** After idling only; a session that ran out needs signing in. */
  uncover(): void;
  /** Reactive. Requests of people who are signed out, waiting on this device for a colleague or the patient to sign in. No names. */
  readonly unsent: readonly Unsent[];

  signIn(signIn: SignIn): Promise<SignedIn>;
  /** Always possible: truth leaves the device, unsent requests stay. */
  signOut(kind: ScopeKind): Promise<void>;
  /** Whom a visitor may be; undefined when the server is out of reach or this is no demonstration. */
  demoPeople(): Promise<DemoPeople | undefined>;
  /** Reactive. What was last asked of the server was answered by nobody. */
  readonly isUnanswered: boolean;
  /** Asks who is signed in by the server's word; nothing changes when it is out of reach. */
  ask(): Promise<void>;
}

export type SignedIn =
  | { readonly kind: 'signedIn'; readonly session: SessionInfo }
  /** One answer for a wrong reference, code or year. */
  | { readonly kind: 'notRecognised' }
  | { readonly kind: 'slowDown'; readonly retryAfterMs: number }
  /** No answer of ours: signing in needs the line. */
  | { readonly kind: 'unreachable' };

export interface Unsent {
  readonly scope: Scope;
  readonly count: number;
  /** Of them urgent or suspected cancer. */
  readonly pressing: number;
  /** The organisation's own number, as last known; empty if unknown. */
  readonly phone: string;
  /** Whose requests they are; empty if unknown, and of a patient always. */
  readonly organisation: string;
}

export interface AppUpdate {
  /** Reactive. A newer version is on this device and waits for a reload. */
  readonly isReady: boolean;
  /** Every tab reloads; nothing that is saved is lost. */
  accept(): void;
  /** Not now: not offered again until the next visit. */
  decline(): void;
}

/** Demonstration only: this device taken off the line by hand, as if the cable were out. */
export interface Plug {
  /** Reactive. */
  readonly isOut: boolean;
  /** Stays so over reloads and restarts, until it is put in again. */
  pullOut(): Promise<void>;
  putIn(): Promise<void>;
}
