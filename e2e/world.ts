// What every history starts from: a server of its own on a copy of the small world, and people around it.
// However a history ends, the journal must replay and every invariant of the tables must hold.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { AppServer } from './app-server.ts';
import { Device, type Browsers, type Habits } from './device.ts';
import { FaultProxy } from './fault-proxy.ts';
import {
  Correspondent,
  demoPeople,
  type Author,
  type DemoPatient,
  type DemoPeople,
  type FreeTime,
  type Referral,
  type SlotRef,
  type StaffMember,
  type Truth,
} from './letters.ts';
import { ukClock, ukDay } from './uk-clock.ts';

export { expect };

export class World {
  readonly data: string;
  readonly server: AppServer;
  readonly #browsers: Browsers;
  /** Undone in reverse, whatever the test did. */
  readonly #undo: (() => Promise<unknown> | void)[] = [];
  #people: Promise<DemoPeople> | undefined;

  private constructor(data: string, server: AppServer, browsers: Browsers) {
    this.data = data;
    this.server = server;
    this.#browsers = browsers;
  }

  /** With a day of its own, a world is loaded anew; else it is the run's, copied. `settings` are the server's. */
  static async open(
    browsers: Browsers,
    today?: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<World> {
    const seeded = process.env['HOLDFAST_E2E_SEED'];
    if (!seeded) throw new Error('No seed: run this through Playwright, whose set-up makes it');
    const data = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
    if (today === undefined) cpSync(seeded, data, { recursive: true });
    const env = { ...settings, ...(today === undefined ? {} : { HOLDFAST_TODAY: today }) };
    return new World(data, await AppServer.start({ data, env }), browsers);
  }

  onClose(undo: () => Promise<unknown> | void): void {
    this.#undo.push(undo);
  }

  /** A line of its own to the server. */
  async line(): Promise<FaultProxy> {
    const line = await FaultProxy.start(() => this.server.port);
    this.onClose(() => line.stop());
    return line;
  }

  async device(habits?: Habits): Promise<Device> {
    const device = await Device.open(this.#browsers, await this.line(), habits);
    this.onClose(async () => {
      await device.close();
      expect(device.complaints, 'what the browser complained of').toEqual([]);
    });
    return device;
  }

  people(): Promise<DemoPeople> {
    return (this.#people ??= demoPeople(this.server.origin));
  }

  async staff(scope: string, role?: Author['role']): Promise<readonly StaffMember[]> {
    const { staff } = await this.people();
    const found = staff.filter((one) => one.scope === scope && (role === undefined || one.role === role));
    if (found.length === 0) throw new Error(`Nobody works as ${role ?? 'anything'} at ${scope}`);
    return found;
  }

  async patient(ubrn: string): Promise<DemoPatient> {
    const found = (await this.people()).patients.find((one) => one.ubrn === ubrn);
    if (!found) throw new Error(`The demonstration has no access code for ${ubrn}`);
    return found;
  }

  /** Straight to the server, past any line: the reader whom no fault touches. */
  async as(scope: string, role?: Author['role'], origin = this.server.origin): Promise<Correspondent> {
    const [first] = await this.staff(scope, role);
    return Correspondent.signIn(origin, { kind: 'demo', person: first?.person ?? '' });
  }

  async asPatient(ubrn: string, origin = this.server.origin): Promise<Correspondent> {
    const { code, birthYear } = await this.patient(ubrn);
    return Correspondent.signIn(origin, { kind: 'patient', ubrn, code, birthYear });
  }

  verify(): { readonly isClean: boolean; readonly report: string } {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/verify.ts', '--data', this.data],
      { encoding: 'utf8' },
    );
    return { isClean: status === 0, report: stdout + stderr };
  }

  /** Whatever one end of it finds wrong, the others end too: a server that is left behind slows all that come after. */
  async close(): Promise<void> {
    const wrong: unknown[] = [];
    for (const undo of [...this.#undo.reverse(), () => this.server.stop()]) {
      try {
        await undo();
      } catch (error) {
        wrong.push(error);
      }
    }
    if (wrong.length > 0) throw wrong[0];
    const { isClean, report } = this.verify();
    rmSync(this.data, { recursive: true, force: true });
    expect(isClean, report).toBe(true);
  }
}

export const test = base.extend<{
  world: World;
  today: string | undefined;
  settings: Readonly<Record<string, string>>;
}>({
  today: [undefined, { option: true }],
  settings: [{}, { option: true }],
  world: async ({ playwright, launchOptions, today, settings }, use) => {
    const world = await World.open({ chromium: playwright.chromium, launchOptions }, today, settings);
    await use(world);
    await world.close();
  },
});

export function appointmentsOf(truth: Truth, ubrn: string) {
  return [...truth.appointments.values()].filter((one) => one.ubrn === ubrn && one.status !== 'cancelled');
}

export function noticesOf(truth: Truth, ubrn: string) {
  return [...truth.notices.values()].filter((one) => one.ubrn === ubrn && one.done === null);
}

/** Referrals that nobody has booked and that name this service. */
export function unbooked(truth: Truth, service: string): Referral[] {
  return [...truth.referrals.values()].filter(
    ({ ubrn, shortlist, status }) =>
      status.state === 'open' &&
      status.deferral === null &&
      shortlist.includes(service) &&
      appointmentsOf(truth, ubrn).length === 0,
  );
}

/** Free times that a referral of this priority may be given, some days ahead so that no test runs into the notice. */
export async function timesFor(
  reader: Correspondent,
  service: string,
  priority: Referral['priority'] = 'routine',
): Promise<FreeTime[]> {
  const { services } = await reader.truth();
  const terms = services.get(service);
  if (!terms) throw new Error(`${service} is not known to ${reader.scope}`);
  const { now } = await reader.exchange();
  const from = now + (terms.noticeHours + 24) * 3_600_000;
  const to = now + ((terms.windowDays[priority] ?? 0) - 1) * 86_400_000;
  return (await reader.freeTimes(terms)).filter(({ ref }) => ref.start > from && ref.start < to);
}

/** The free time that a screen names so, among those of the referral's shortlist. */
export async function timeNamed(reader: Correspondent, ubrn: string, name: string): Promise<SlotRef> {
  const { referrals, services } = await reader.truth();
  const plain = name.replace(' UK time', '');
  for (const id of referrals.get(ubrn)?.shortlist ?? []) {
    const service = services.get(id);
    if (!service || service.booking !== 'direct') continue;
    for (const { ref } of await reader.freeTimes(service)) {
      if (`${ukClock(ref.start)}, ${ukDay(ref.start)}, ${service.siteName}` === plain) return ref;
    }
  }
  throw new Error(`No free time is called “${name}”`);
}
