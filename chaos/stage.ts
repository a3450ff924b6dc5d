/** The world of a run: a server process on a file, browsers and screenless devices around it, each on a line of its own. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.ts';
import { AppServer } from '../e2e/app-server.ts';
import {
  cityPractice,
  derek,
  hillsPractice,
  janet,
  margaret,
  royalInfirmary,
  skinClinic,
} from '../e2e/cast.ts';
import type { Browsers } from '../e2e/device.ts';
import { FaultProxy } from '../e2e/fault-proxy.ts';
import { Correspondent, demoPeople, type DemoPeople, type Truth } from '../e2e/letters.ts';
import { BrowserDevice, type Seat } from './browser-device.ts';
import type { History } from './history.ts';
import type { Play } from './people.ts';
import { Screenless } from './screenless.ts';

export interface Stage {
  readonly data: string;
  readonly server: AppServer;
  readonly browsers: readonly BrowserDevice[];
  readonly screenless: readonly { readonly device: Screenless; readonly ubrns: readonly string[] }[];
  readonly play: Play;
  close(): Promise<void>;
}

export async function openStage(history: History): Promise<Stage> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-chaos-'));
  const server = await AppServer.start({ data });
  const people = await demoPeople(server.origin);
  const referrals = new Map<string, readonly string[]>();
  for (const scope of [cityPractice, hillsPractice])
    referrals.set(scope, await rivals(server, people, scope));
  const play: Play = { history, referrals, service: skinClinic };

  const launched: Browsers = {
    chromium,
    launchOptions: {
      executablePath: ensureChromium(),
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  };
  const lines: FaultProxy[] = [];
  const newLine = async () => {
    const line = await FaultProxy.start(() => server.port);
    lines.push(line);
    return line;
  };
  const browsers: BrowserDevice[] = [];
  for (const seat of seatsOf(people)) {
    const desk = await BrowserDevice.open(launched, await newLine(), seat, history);
    browsers.push(desk);
    await desk.signIn(desk.device.page);
    await desk.device.isKept();
  }
  const screenless = [];
  for (const [name, person] of [
    ['city.http', 'L81015.gp2'],
    ['hills.http1', 'L81072.reception2'],
    ['hills.http2', 'L81072.gp1'],
  ] as const) {
    const scope = people.staff.find((one) => one.person === person)?.scope ?? '';
    const device = new Screenless(name, await newLine(), { kind: 'demo', person }, history);
    screenless.push({ device, ubrns: referrals.get(scope) ?? [] });
  }
  for (const who of people.patients.filter(({ ubrn }) => [margaret.ubrn, derek.ubrn].includes(ubrn))) {
    const { ubrn, code, birthYear } = who;
    const how = { kind: 'patient', ubrn, code, birthYear } as const;
    const device = new Screenless(`app${ubrn.slice(-4)}`, await newLine(), how, history);
    screenless.push({ device, ubrns: [ubrn] });
  }
  return {
    data,
    server,
    browsers,
    screenless,
    play,
    async close() {
      for (const { device } of browsers) await device.close();
      for (const line of lines) await line.stop();
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** So that what was judged can be looked at again. */
export function keepLedger(stage: Stage, folder: string): void {
  cpSync(stage.data, folder, { recursive: true });
}

function seatsOf({ staff, patients }: DemoPeople): Seat[] {
  const at = (scope: string, ...people: readonly string[]) =>
    people.flatMap((person) => staff.find((one) => one.person === person && one.scope === scope) ?? []);
  const phoneOf = (name: string, ubrn: string): Seat => {
    const patient = patients.find((one) => one.ubrn === ubrn);
    return { name, kind: 'patient', scope: `patient:${ubrn}`, staff: [], ...(patient ? { patient } : {}) };
  };
  const city = (name: string, ...who: readonly string[]): Seat => ({
    name,
    kind: 'practice',
    scope: cityPractice,
    staff: at(cityPractice, ...who),
  });
  return [
    city('city.d1', 'L81015.reception1', 'L81015.reception2'),
    city('city.d2', 'L81015.gp1', 'L81015.reception1'),
    {
      name: 'hills.d1',
      kind: 'practice',
      scope: hillsPractice,
      staff: at(hillsPractice, 'L81072.reception1', 'L81072.gp2'),
    },
    {
      name: 'royal.d1',
      kind: 'clinic',
      scope: royalInfirmary,
      staff: staff.filter(({ scope }) => scope === royalInfirmary),
    },
    phoneOf('margaret', margaret.ubrn),
    phoneOf('derek', derek.ubrn),
    phoneOf('janet', janet.ubrn),
  ];
}

/** Open, bookable here, and most of them after the times of one hospital. */
async function rivals(server: AppServer, people: DemoPeople, scope: string): Promise<string[]> {
  const person = people.staff.find((one) => one.scope === scope && one.role === 'gp')?.person ?? '';
  const { referrals, services }: Truth = await (
    await Correspondent.signIn(server.origin, { kind: 'demo', person })
  ).truth();
  const open = [...referrals.values()].filter(
    ({ status, shortlist, priority }) =>
      status.state === 'open' &&
      status.deferral === null &&
      priority === 'routine' &&
      shortlist.some((id) => services.get(id)?.booking === 'direct'),
  );
  const isWanted = ({ shortlist }: { shortlist: readonly string[] }) => shortlist.includes(skinClinic);
  const wanted = open.filter(isWanted).map(({ ubrn }) => ubrn);
  const others = open.filter((one) => !isWanted(one)).map(({ ubrn }) => ubrn);
  return [...wanted, ...wanted, ...others];
}
