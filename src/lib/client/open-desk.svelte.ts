/**
 * A desk at work: mirrors its database into runes, makes claims, and drives the post office. Everything shown is derived
 * from what lies on the disk, so another tab, the worker or a crash makes no difference to it.
 */
import { untrack } from 'svelte';
import { claimVersion, isOneAReferral, type Claim, type Intent } from '#lib/domain/claim.ts';
import { mayRetract } from '#lib/domain/decide-notice.ts';
import type { AppointmentId, ClaimId, NoticeId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import { latestUse } from '#lib/domain/latest-use.ts';
import { newsSince, type Notice } from '#lib/domain/notice.ts';
import { actorOf } from '#lib/domain/person.ts';
import {
  findClaim,
  project,
  subjectOf,
  type HeldClaim,
  type ReferralView,
  type View,
} from '#lib/domain/project.ts';
import { hasDied } from '#lib/domain/same-patient.ts';
import { scopeKind, type Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { SessionInfo } from '#lib/protocol/session.ts';
import { heldClaim, isShown } from '#lib/sync/claim-record.ts';
import { createDriver, type Driver } from '#lib/sync/driver.ts';
import type { Clock, DrainLock, SyncStatus, Transport, Wake } from '#lib/sync/ports.ts';
import { claimLabel, isPressingClaim, knownBy } from './claim-making.ts';
import { HearingWatch } from './hearing.svelte.ts';
import type { Access, Asked, Desk, Line, Prediction, Rows, Services, Trouble } from './desk.ts';
import { emptyPicture, Mirror, type Picture } from './mirror.ts';
import { predict, type Known } from './prediction.ts';
import { searchReferrals } from './referral-search.ts';
import { HeldServices, type ServicesPorts } from './services.svelte.ts';
import { steady } from './steady-view.ts';
import type { DexieStore } from './store/dexie-store.ts';
import { keyOf, referralKey } from './store/referral-key.ts';
import type { Vault } from './vault.ts';

export interface DeskPorts extends ServicesPorts {
  readonly store: DexieStore;
  readonly vault: Vault;
  readonly transport: Transport;
  readonly access: Access;
  readonly rows: Rows;
  readonly lock: DrainLock;
  readonly timers: Pick<Clock, 'after'>;
  readonly appVersion: string;
  readonly fraction: () => number;
  readonly newId: () => string;
  readonly isOnline: () => boolean;
  /** Who sits here, reactive; null when the session ran out. */
  readonly session: () => SessionInfo | null;
  readonly isUpdateReady: () => boolean;
  readonly askToPersist: () => Promise<boolean>;
  /** When the screen has been drawn and nothing presses. */
  readonly whenIdle: (callback: () => void) => void;
  /** The server said 401. */
  readonly onSignedOut: () => void;
  /** Something waits to be sent: the worker may try when the page is gone. */
  readonly onWaiting: () => void;
}

const tickMs = 15_000;
/** Unanswered for so long, an urgent request is a danger. */
const pressingAfterMs = 15 * minuteMs;
/** Opening the same record again within this is the same look. */
const sameLookMs = 10 * minuteMs;
/** How long `ask` waits for its claim to appear on the screen; it is saved before. */
const appearMs = 1_000;

export class OpenDesk implements Desk {
  readonly scope: Scope;
  readonly #ports: DeskPorts;
  readonly #mirror: Mirror;
  readonly #driver: Driver;
  readonly #services: HeldServices;
  readonly #looks = new Map<Ubrn, Instant>();
  #followers: ReadonlySet<ClaimId> = new Set();
  #stops: (() => void)[] = [];
  #watchers = new Set<() => void>();

  #picture = $state.raw<Picture>(emptyPicture);
  #isLoaded = $state(false);
  #tick = $state(0);
  #status = $state.raw<SyncStatus>({ kind: 'idle', lastReplyAt: null });
  #sending = $state.raw<ReadonlySet<ClaimId>>(new Set());
  readonly #hearing: HearingWatch;
  #isOnline = $state(true);
  #isPersistent = $state(true);
  #isFull = $state(false);

  readonly #aheadMs = $derived.by(() => {
    const { lastReply } = this.#picture;
    return lastReply ? lastReply.now - lastReply.heardAt : 0;
  });
  readonly #now = $derived(this.#tick + this.#aheadMs);
  readonly #held = $derived(
    this.#picture.claims.filter(isShown).flatMap((record) => heldClaim(record, this.#sending) ?? []),
  );
  /** The view before, for its objects alone. */
  #shown: View | undefined;
  readonly #view = $derived.by(() => {
    this.#shown = steady(this.#shown, project(this.#picture.truth, this.#held, this.#now));
    return this.#shown;
  });
  readonly #hasSucceeded = $derived(
    this.#held.some(
      ({ claim: { intent }, status }) =>
        status.state === 'settled' &&
        status.verdict.outcome === 'confirmed' &&
        // What people say they saw is no success of theirs.
        intent.kind !== 'acknowledge' &&
        intent.kind !== 'retract' &&
        intent.kind !== 'report',
    ),
  );
  readonly #pressing = $derived.by(() => {
    const due = this.#picture.claims.filter(
      ({ pressing, madeAt, state }) =>
        pressing && (state === 'waiting' || state === 'sent') && madeAt <= this.#now - pressingAfterMs,
    );
    return due
      .flatMap(({ id }) => findClaim(this.#held, id) ?? [])
      .find((held) => isRequest(held.claim.intent) && !this.#hasRung(held));
  });
  /** Somebody here, or at another desk, rang about it since it was asked. */
  #hasRung({ claim }: HeldClaim): boolean {
    const ubrn = this.#subject(claim);
    const known = ubrn && this.#picture.truth.referrals.get(ubrn)?.status.rang;
    if (known && known.rangAt >= claim.madeAt) return true;
    return this.#held.some(
      ({ claim: { intent } }) => intent.kind === 'rang' && intent.ubrn === ubrn && intent.at >= claim.madeAt,
    );
  }

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.scope = ports.store.scope;
    this.#tick = ports.deviceNow();
    this.#isOnline = ports.isOnline();
    this.#hearing = new HearingWatch({ deviceNow: ports.deviceNow, after: ports.timers.after });
    this.#mirror = new Mirror(ports.store, ports.vault);
    this.#services = new HeldServices(ports, {
      scope: this.scope,
      now: () => this.#now,
      clockNow: () => this.#clockNow(),
      view: () => this.#view,
      truth: () => this.#picture.truth,
      held: () => this.#held,
      subject: (claim) => this.#subject(claim),
      onMissing: () => this.#driver.wake('wanted'),
      onFailure: (cause) => this.#noteStorage(cause),
    });
    this.#driver = createDriver({
      store: ports.store,
      transport: ports.transport,
      clock: { now: () => this.#clockNow(), after: ports.timers.after },
      random: { fraction: ports.fraction },
      lock: ports.lock,
      onStatus: (status, sending) => this.#onStatus(status, sending),
    });
  }

  /** Resolves when the database was read: what is on this device is on the screen before any network. */
  async open(): Promise<this> {
    const { packs, store, directory, askToPersist, appVersion, whenIdle } = this.#ports;
    const session = this.#ports.session();
    await store.arrive({
      phone: session?.organisationPhone ?? '',
      // Of a patient's desk the page that nobody is signed in to says neither whose nor where it is.
      organisation: scopeKind(this.scope) === 'patient' ? '' : (session?.organisationName ?? ''),
      appVersion,
    });
    await new Promise<void>((resolve, reject) => {
      this.#mirror.follow(
        (picture) => {
          this.#onPicture(picture);
          resolve();
        },
        (cause: unknown) => {
          this.#noteStorage(cause);
          reject(cause instanceof Error ? cause : new Error(String(cause)));
        },
      );
    });
    this.#stops.push(packs.subscribe(() => this.#services.onTimes()));
    this.#beat();
    this.#driver.wake('opened');
    whenIdle(() => void keyOf(store.db).catch(() => undefined));
    void askToPersist().then((isPersistent) => (this.#isPersistent = isPersistent));
    // Staff will look across the country; a patient's phone fetches it when asked to.
    if (scopeKind(this.scope) !== 'patient') whenIdle(() => void directory.load());
    return this;
  }

  close(): void {
    this.#driver.stop();
    this.#hearing.stop();
    this.#mirror.stop();
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#ports.store.close();
    // A page that still shows this desk shows nobody's record any more.
    this.#picture = emptyPicture;
    this.#isLoaded = false;
  }

  wake(why: Wake): void {
    this.lineChanged();
    this.#driver.wake(why);
  }

  /** The browser changed its mind about the network; only the screen has to know when it went. */
  lineChanged(): void {
    const isOnline = this.#ports.isOnline();
    if (isOnline !== this.#isOnline) this.#hearing.onNetwork();
    this.#isOnline = isOnline;
  }

  get session(): SessionInfo | null {
    return this.#ports.session();
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get isCaughtUp(): boolean {
    const { lastReply } = this.#picture;
    return lastReply !== null && !lastReply.more;
  }

  get view(): View {
    return this.#view;
  }

  get now(): Instant {
    return this.#now;
  }

  get line(): Line {
    const { lastReply } = this.#picture;
    // Another tab's drain counts as well: its replies land in the same database.
    const lastReplyAt = Math.max(this.#status.lastReplyAt ?? 0, lastReply?.now ?? 0) || null;
    const isQuiet = this.#status.kind === 'idle' || this.#status.kind === 'exchanging';
    const kind = isQuiet && !this.isCaughtUp ? ({ kind: 'catchingUp' } as const) : this.#status;
    return {
      status: { ...kind, lastReplyAt },
      isOnline: this.#isOnline,
      hearing: this.#hearing.now,
      lastReplyAt,
      waiting: this.#view.open.length,
      pressing: this.#pressing,
    };
  }

  get troubles(): readonly Trouble[] {
    const { quarantined } = this.#picture;
    return [
      ...(this.#isFull ? [{ kind: 'storageFull' } as const] : []),
      ...(quarantined > 0 ? [{ kind: 'quarantine', count: quarantined } as const] : []),
      ...(this.#isPersistent ? [] : [{ kind: 'notPersistent' } as const]),
      ...(this.#ports.isUpdateReady() ? [{ kind: 'updateReady' } as const] : []),
    ];
  }

  predict(intent: Intent): Prediction {
    const known = this.#known();
    if (!known) return { guess: 'unlikely', because: 'NO_RELATIONSHIP', times: [] };
    return predict(this.#claim(intent, known.author), known);
  }

  async ask(intent: Intent, options: { readonly expiresAt?: Instant } = {}): Promise<Asked> {
    const author = this.session?.author;
    if (!author) return { kind: 'notSaved', why: 'You are signed out. Sign in and try again.' };
    const claim = this.#claim(intent, author, options.expiresAt);
    const ubrn = this.#subject(claim);
    if (!ubrn && isOneAReferral(intent)) {
      return { kind: 'notSaved', why: 'This appointment is no longer on this device.' };
    }
    const known = knownBy(intent, ubrn);
    const referral = known && this.#picture.truth.referrals.get(known);
    try {
      const added = await this.#ports.store.add({
        claim,
        referralKey: ubrn && isOneAReferral(intent) ? await referralKey(this.#ports.store.db, ubrn) : null,
        pressing: isPressingClaim(intent, referral),
        label: {
          ...claimLabel(intent, referral?.patient),
          ...(this.session ? { by: this.session.name } : {}),
        },
      });
      if (added.kind === 'inTheWay') return await this.#inTheWay(added.id);
      this.#isFull = false;
      this.#driver.wake('queued');
      this.#ports.onWaiting();
      await this.#appeared(added.id);
      return { kind: 'saved', id: added.id };
    } catch (cause) {
      this.#noteStorage(cause);
      return { kind: 'notSaved', why: notSavedBecause(cause) };
    }
  }

  async takeBack(id: ClaimId): Promise<boolean> {
    return this.#ports.store.takeBack(id);
  }

  async callOff(id: ClaimId): Promise<void> {
    const author = this.session?.author;
    if (!author) return;
    await this.#ports.store.callOff(id, {
      id: this.#ports.newId() as ClaimId,
      author,
      at: this.#clockNow(),
    });
    this.#driver.wake('queued');
  }

  async dismiss(id: ClaimId): Promise<void> {
    await this.#ports.store.dismiss(id);
  }

  retry(): void {
    this.#driver.wake('focus');
  }

  claim(id: ClaimId): HeldClaim | undefined {
    return findClaim(this.#held, id);
  }

  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  subjectOf({ claim }: HeldClaim): ReferralView | undefined {
    const ubrn = this.#subject(claim);
    return ubrn && this.#view.byUbrn.get(ubrn);
  }

  notice(id: NoticeId): Notice | undefined {
    return this.#picture.truth.notices.get(id);
  }

  dealtWith(ubrn: Ubrn): readonly Notice[] {
    return [...this.#picture.truth.notices.values()]
      .filter((notice) => notice.ubrn === ubrn && notice.done !== null)
      .sort((a, b) => (b.done?.at ?? 0) - (a.done?.at ?? 0));
  }

  retractable(id: NoticeId): ClaimId | undefined {
    const here = this.#view.noted.get(id);
    // One that still waits is taken back without telling anybody.
    if (here) return here.status.state === 'sent' && tellsOf(here) ? here.claim.id : undefined;
    const { referrals, notices } = this.#picture.truth;
    const notice = notices.get(id);
    const isRetractable =
      notice &&
      mayRetract(notice, {
        now: this.#now,
        hasDied: (ubrn) => hasDied(referrals, ubrn),
        appointmentOf: (ubrn) => this.#view.byUbrn.get(ubrn)?.appointment,
        newsSince: (one) => newsSince(one, notices.values()),
      });
    return isRetractable ? notice.done?.claim : undefined;
  }

  newAppointmentId(): AppointmentId {
    return this.#ports.newId() as AppointmentId;
  }

  recordOpened(ubrn: Ubrn): Promise<void> {
    return untrack(() => this.#recordOpened(ubrn));
  }

  async #recordOpened(ubrn: Ubrn): Promise<void> {
    const person = this.session?.author.person;
    const at = this.#clockNow();
    if (!person || scopeKind(this.scope) === 'patient' || at - (this.#looks.get(ubrn) ?? 0) < sameLookMs)
      return;
    this.#looks.set(ubrn, at);
    try {
      await this.#ports.store.recordOpened({ id: this.#ports.newId() as ClaimId, person, ubrn, at });
    } catch (cause) {
      // Not written, so the next look is the first; the patient's care does not wait for it.
      this.#looks.delete(ubrn);
      this.#noteStorage(cause);
    }
  }

  get services(): Services {
    return this.#services;
  }

  get access(): Access {
    return this.#ports.access;
  }

  get rows(): Rows {
    return this.#ports.rows;
  }

  search(text: string) {
    return searchReferrals(this.#view.referrals, text);
  }

  service(id: ServiceId): Service | undefined {
    return this.#services.service(id);
  }

  #claim(intent: Intent, author: Claim['author'], earlier?: Instant): Claim {
    const latest = latestUse(intent, actorOf(author), (id) => this.service(id));
    const expiresAt =
      earlier !== undefined && latest !== undefined ? Math.min(earlier, latest) : (earlier ?? latest);
    return {
      v: claimVersion,
      id: this.#ports.newId() as ClaimId,
      author,
      madeAt: this.#clockNow(),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      intent,
    };
  }

  #subject(claim: Claim): Ubrn | undefined {
    const { truth } = this.#picture;
    if ('notice' in claim.intent) return truth.notices.get(claim.intent.notice)?.ubrn ?? undefined;
    const appointments = this.#view.referrals.flatMap(({ history }) => history);
    return subjectOf(claim, new Map(appointments.map((appointment) => [appointment.id, appointment])));
  }

  async #inTheWay(id: ClaimId): Promise<Asked> {
    const known =
      this.claim(id) ??
      (await this.#ports.store.claims()).map((one) => heldClaim(one)).find((one) => one?.claim.id === id);
    return known
      ? { kind: 'inTheWay', claim: known }
      : { kind: 'notSaved', why: 'Another request for this patient is still waiting for its answer.' };
  }

  #known(): Known | undefined {
    const { session } = this;
    if (!session) return undefined;
    return {
      now: this.#now,
      author: session.author,
      name: session.name,
      truth: this.#picture.truth,
      view: this.#view,
      service: (id) => this.service(id),
      columns: (id) => this.#ports.packs.get(id),
    };
  }

  #clockNow(): Instant {
    return this.#ports.deviceNow() + this.#aheadMs;
  }

  #onPicture(picture: Picture): void {
    const before = this.#picture;
    if (this.#isLoaded && picture.lastReply && picture.lastReply.heardAt !== before.lastReply?.heardAt)
      this.#hearing.onReply();
    this.#picture = picture;
    this.#tick = this.#ports.deviceNow();
    this.#isLoaded = true;
    for (const watcher of this.#watchers) watcher();
    // What follows a call-off is made while a reply is applied, and nobody's hand asks for it to be sent.
    const following = picture.claims.filter(({ state, follows }) => state === 'waiting' && follows !== null);
    if (following.some(({ id }) => !this.#followers.has(id))) this.#driver.wake('queued');
    this.#followers = new Set(following.map(({ id }) => id));
    this.#services.onPicture(before, picture);
  }

  #onStatus(status: SyncStatus, sending: readonly ClaimId[]): void {
    this.#status = status;
    this.#hearing.onStatus(status);
    this.#sending = new Set(sending);
    if (status.kind === 'signedOut') this.#ports.onSignedOut();
    // An answer came though the browser sees no network: what was held back for its sake may go now.
    const isHeldBack = this.#picture.claims.some(({ state }) => state === 'waiting');
    if (status.kind === 'idle' && isHeldBack && !this.#ports.isOnline()) this.#driver.wake('queued');
  }

  /** Waits until the screen shows the claim, or a moment: it is on disk either way. */
  async #appeared(id: ClaimId): Promise<void> {
    const isHere = () => this.#picture.claims.some((record) => record.id === id);
    if (isHere()) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        this.#watchers.delete(look);
        resolve();
      };
      const look = () => isHere() && done();
      const cancel = this.#ports.timers.after(appearMs, done);
      this.#watchers.add(look);
    });
  }

  #beat(): void {
    const cancel = this.#ports.timers.after(tickMs, () => {
      this.#stops = this.#stops.filter((stop) => stop !== cancel);
      this.#tick = this.#ports.deviceNow();
      this.#beat();
    });
    this.#stops.push(cancel);
  }

  #noteStorage(cause: unknown): void {
    if (isQuota(cause)) this.#isFull = true;
  }

  /** The packs that came with a reply could not be kept. */
  onPacksLost(cause: unknown): void {
    this.#noteStorage(cause);
  }
}

/** It says that the patient was told, and not only that something was seen. */
const tellsOf = ({ claim: { intent } }: HeldClaim) => 'told' in intent && intent.kind === 'acknowledge';

/** What was only written down, beside the requests, harms nobody while it waits; a new referral does. */
const isRequest = (intent: Intent) => isOneAReferral(intent) || intent.kind === 'refer';

/** Dexie wraps what the browser threw. */
function isQuota(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { inner } = cause as Error & { inner?: unknown };
  return cause.name === 'QuotaExceededError' || (inner !== undefined && inner !== cause && isQuota(inner));
}

function notSavedBecause(cause: unknown): string {
  return isQuota(cause)
    ? 'There is no space left on this device. Free some space and try again.'
    : 'This device did not store the request. Try again.';
}
