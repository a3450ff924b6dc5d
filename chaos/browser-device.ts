/** A browser with a person before it: signs in, is cut off, is killed and started again, and is read by its own disk. */
import type { Page } from '@playwright/test';
import { Device, phone, type Browsers } from '../e2e/device.ts';
import type { FaultProxy } from '../e2e/fault-proxy.ts';
import type { DemoPatient, StaffMember } from '../e2e/letters.ts';
import type { History } from './history.ts';
import { readDisk, type ClaimOnDisk, type OnDisk } from './records.ts';
import { sentencesOf } from './sentences.ts';

export type Kind = 'practice' | 'patient' | 'clinic';

export interface Seat {
  readonly name: string;
  readonly kind: Kind;
  readonly scope: string;
  /** Who may sit here, one after the other; for a phone nobody but its patient. */
  readonly staff: readonly StaffMember[];
  readonly patient?: DemoPatient;
}

/** Long enough for a page on two busy cores; a fault that lasts longer cuts the act short. */
export const patienceMs = 8_000;

export class BrowserDevice {
  readonly seat: Seat;
  readonly device: Device;
  readonly #history: History;
  /** Resolves when the machine is on. */
  #isUp: Promise<void> = Promise.resolve();
  #elsewhere: Page | undefined;
  #sitting = 0;
  #complaintsNoted = 0;
  vanished = 0;
  readonly #seen = new Map<string, string>();
  readonly #said = new Map<string, string>();
  /** Everything that ever lay on this disk as sent or settled. */
  readonly kept = new Set<string>();
  /** Those that a screen called saved. */
  readonly promised = new Set<string>();

  private constructor(seat: Seat, device: Device, history: History) {
    this.seat = seat;
    this.device = device;
    this.#history = history;
  }

  static async open(browsers: Browsers, line: FaultProxy, seat: Seat, history: History) {
    const device = await Device.open(browsers, line, seat.kind === 'patient' ? phone : {});
    const opened = new BrowserDevice(seat, device, history);
    opened.#hasTabs();
    return opened;
  }

  get name(): string {
    return this.seat.name;
  }

  get home(): string {
    return `/${this.seat.kind}`;
  }

  get sitter(): StaffMember | undefined {
    return this.seat.staff[this.#sitting % Math.max(1, this.seat.staff.length)];
  }

  /** A tab with the app in it, before the others, once the machine is on. */
  async tab(isElsewhere = false): Promise<Page> {
    await this.#isUp;
    let page = this.device.page;
    if (isElsewhere) {
      if (!this.#elsewhere || this.#elsewhere.isClosed()) {
        this.#elsewhere = await this.device.newTab();
        this.#hasTabs();
      }
      page = this.#elsewhere;
    }
    // Nobody works in a tab that lies behind another: Chromium draws no frame of it, and a press waits for one for ever.
    await page.bringToFront();
    return page;
  }

  /** Somebody who may see this desk is signed in, or this throws: then the line is down, and nobody can. */
  async hasSomebody(page: Page): Promise<void> {
    const out = page.getByRole('button', { name: 'Sign out' });
    // Chromium writes cookies half a minute late: killed before that, the desk knows who sat there and the server does not.
    const into = page
      .getByRole('heading', { level: 1, name: /^(Sign in to|Sign in again|Your hospital booking)/ })
      .or(page.getByRole('link', { name: 'Sign in', exact: true }));
    if (!page.url().startsWith(this.device.line.origin)) await this.device.goto(this.home, page);
    await out.or(into).first().waitFor({ timeout: patienceMs });
    if (!(await into.first().isVisible())) return;
    await this.signIn(page);
  }

  async signIn(page: Page): Promise<void> {
    const { kind, patient } = this.seat;
    await this.device.goto(`${this.home}/sign-in`, page);
    if (kind === 'patient' && patient) {
      await page.getByLabel('Booking reference').fill(patient.ubrn);
      await page.getByLabel('Access code').fill(patient.code);
      await page.getByLabel('Year you were born').fill(String(patient.birthYear));
      await page.getByRole('button', { name: 'Sign in' }).click();
    } else {
      const who = this.sitter;
      if (kind === 'clinic') await page.getByLabel('Hospital or town').fill(who?.organisationName ?? '');
      await page.getByRole('button', { name: `${who?.name}, ` }).click();
    }
    await page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: patienceMs });
    this.#history.note(this.name, 'signs in', { as: this.sitter?.person ?? patient?.ubrn });
    this.#history.count('acts', 'signs in');
  }

  async signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().click({ timeout: patienceMs });
    // Asked first where requests wait.
    const sure = page.getByRole('button', { name: 'Sign out all the same' });
    const away = page.getByRole('heading', { level: 1, name: /^(Sign in to|Your hospital booking)/ });
    await sure.or(away).first().waitFor({ timeout: patienceMs });
    if (await sure.isVisible()) await sure.click({ timeout: patienceMs });
    this.#sitting += 1;
    this.#history.note(this.name, 'signs out');
    this.#history.count('acts', 'signs out');
  }

  /** The power goes, and comes back after a while. */
  kill(forMs: number): Promise<void> {
    this.#isUp = (async () => {
      await this.device.kill();
      await new Promise((resolve) => setTimeout(resolve, forMs));
      await this.device.start();
      this.#elsewhere = undefined;
      this.#hasTabs();
      await this.device.goto(this.home).catch(() => undefined);
    })();
    return this.#isUp;
  }

  /** Notes what is new on the disk and on the screen since it was last looked at. */
  async look(page: Page): Promise<OnDisk | undefined> {
    if (!page.url().startsWith(this.device.line.origin)) return undefined;
    for (const { about, words } of await sentencesOf(page)) {
      if (this.#said.get(about) === words) continue;
      this.#said.set(about, words);
      this.#history.note(this.name, 'reads', { about, words });
    }
    const { complaints } = this.device;
    for (const words of complaints.slice(this.#complaintsNoted))
      this.#history.note(this.name, 'complains', { words });
    this.#complaintsNoted = complaints.length;
    const disk = await readDisk(page, this.seat.scope);
    for (const claim of disk?.claims ?? []) this.#notice(claim);
    return disk;
  }

  #notice(claim: ClaimOnDisk): void {
    const { id, state, sealed } = claim;
    const { bytes, answer, callOff } = sealed.record;
    if (state !== 'waiting') this.kept.add(id);
    const now = JSON.stringify([state, callOff?.id, answer?.verdict]);
    if (this.#seen.get(id) === now) return;
    if (!this.#seen.has(id)) this.#history.note(this.name, 'asks', { claim: id, bytes });
    this.#seen.set(id, now);
    const verdict = answer?.verdict;
    this.#history.note(this.name, verdict ? 'is told' : 'holds', { claim: id, state, verdict });
  }

  /** Somebody took a request back, or another is in its place: of what was never sent, one fewer may be here. */
  mayVanish(): void {
    this.vanished += 1;
  }

  #hasTabs(): void {
    for (const page of this.device.context.pages()) page.setDefaultTimeout(patienceMs);
    this.device.context.on('weberror', (error) =>
      this.#history.note(this.name, 'throws', { at: error.page()?.url(), what: String(error.error()) }),
    );
  }
}
