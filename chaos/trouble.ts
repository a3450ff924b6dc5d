/** What befalls a line, a browser and the server, as the plan has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppServer } from '../e2e/app-server.ts';
import { everything, type Fault, type FaultProxy } from '../e2e/fault-proxy.ts';
import type { BrowserDevice } from './browser-device.ts';
import type { History } from './history.ts';
import type { LineTrouble, Trouble } from './plan.ts';

const api = /^\/api\//;

export interface Clock {
  /** Resolves at that moment of the plan, or at once when it is past; false when the play is over. */
  until(atMs: number): Promise<boolean>;
}

export async function troubleLine(
  name: string,
  line: FaultProxy,
  browser: BrowserDevice | undefined,
  troubles: readonly Trouble[],
  clock: Clock,
  history: History,
): Promise<void> {
  for (const { atMs, kind, forMs, dice } of troubles) {
    if (!(await clock.until(atMs))) return;
    history.note(kind === 'kill' ? '!power' : '!net', `${kind} at ${name}`, { forMs });
    history.count('faults', kind === 'kill' ? 'browser killed' : kind);
    if (kind === 'kill') await browser?.kill(forMs);
    else if (kind === 'offline' && browser) {
      await browser.device.goOffline();
      await sleep(forMs);
      await browser.device.goOnline();
    } else {
      const [pattern, fault] = faultOf(kind, dice);
      line.set(pattern, fault);
      await sleep(forMs);
      // What hangs in a black hole is cut when the line is another.
      if (kind === 'blackHole') line.set(everything, { kind: 'down' });
      line.clear();
    }
  }
}

function faultOf(kind: LineTrouble, dice: number): [RegExp, Fault] {
  switch (kind) {
    case 'offline':
    case 'down':
      return [everything, { kind: 'down' }];
    case 'blackHole':
    case 'captivePortal':
      return [everything, { kind }];
    case 'latency':
      return [everything, { kind, ms: 300 + Math.round(dice * 2_500) }];
    case 'wrongDate':
      return [everything, { kind, ms: Math.round((dice - 0.5) * 20 * 86_400_000) }];
    case 'dropAnswer':
    case 'duplicate':
    case 'badGateway':
    case 'truncate':
      return [api, { kind }];
  }
}

export async function troubleServer(
  server: AppServer,
  outages: readonly Trouble[],
  clock: Clock,
  history: History,
): Promise<void> {
  for (const { atMs, forMs } of outages) {
    if (!(await clock.until(atMs))) return;
    history.note('!server', 'is killed', { forMs });
    history.count('faults', 'server killed');
    await server.kill();
    await sleep(forMs);
    await server.restart();
    history.note('server', 'is back');
  }
}
