// The line comes back to a whole country at once: 10,000 requests from 6,220 desks, over HTTP, to the real server process
// beside which all these desks run. Everyone must be told, and no time given twice. Then the rate of full letters.
// `npm run bench storm`, or `node bench/storm.ts [--desks 6220 --claims 10000]`
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { protocolVersion } from '#lib/protocol/version.ts';
import { AppServer } from '../e2e/app-server.ts';
import type { Reply } from '../e2e/letters.ts';
import { build, isBuilt } from '../scripts/build.ts';
import { percentile, short, textTable, type Figure, type Report } from './figure.ts';
import { processorSeconds } from './server-process.ts';
import { makeStormWorld, type StormDesk, type StormSize } from './storm-world.ts';

/** Connections at once; more desks than these wait for one, as at any proxy. */
const connections = 256;
const claimsALetter = 25;
const brokenRetryMs = 1_000;

export async function storm({ desks = 6_220, claims = 10_000 } = {}): Promise<Report> {
  if (!isBuilt()) build();
  const back = await weather({ desks, claims, times: Math.ceil(claims * 0.9) });
  // Few desks with much to say: what the door itself lets through.
  const few = await weather({ desks: Math.ceil(claims / 50), claims, times: Math.ceil(claims * 1.2) });
  const name = `${claims.toLocaleString('en-GB')} requests from ${desks.toLocaleString('en-GB')} desks`;
  const figures: Figure[] = [
    {
      what: `${name}: until all are told`,
      got: back.seconds,
      unit: 's',
      floor: 20,
      target: 10,
      beside: `${short(claims / back.seconds)} a second, ${short(back.cpuUs)} µs of the server’s processor each; one desk waited ${short(percentile(back.waits, 0.5))} ms in the middle, ${short(percentile(back.waits, 0.99))} at the 99th percentile`,
    },
    { what: `${name}: times given twice`, got: back.twice, unit: '', floor: 0 },
    { what: `${name}: untold, or told what is not so`, got: back.untold + back.untrue, unit: '', floor: 0 },
    {
      what: `durable claims over HTTP, letters of ${claimsALetter}`,
      got: claims / few.seconds,
      unit: 'a second',
      floor: 2_000,
      target: 5_000,
      isMoreBetter: true,
      beside: `${short(few.cpuUs)} µs of the server’s processor each`,
    },
  ];
  const told = [back, few].map(
    ({ told: { confirmed, lower, refused }, busy, broken }) =>
      `${confirmed} confirmed, ${lower} of them a lower choice, ${refused} refused; turned away as busy and sent again: ${busy}; connections that broke, sent again: ${broken}`,
  );
  return {
    figures,
    notes: [
      ...told,
      `Each desk has its own session and scope and was caught up before; ${connections} connections; the desks run on the same cores as the server. Each letter also asks for two hospitals’ times, as a real device does. The journal is replayed afterwards.`,
      ...[...back.violations, ...few.violations].map((line) => `BROKEN ${line}`),
    ],
    isKept: [back, few].every(
      ({ twice, untold, untrue, violations }) => twice + untold + untrue + violations.length === 0,
    ),
  };
}

interface Outcome {
  readonly seconds: number;
  /** Of the server's processor, a claim. */
  readonly cpuUs: number;
  /** From a desk's first letter to its last answer. */
  readonly waits: readonly number[];
  readonly told: { readonly confirmed: number; readonly lower: number; readonly refused: number };
  readonly untold: number;
  /** Told otherwise than the tables have it. */
  readonly untrue: number;
  readonly twice: number;
  readonly busy: number;
  readonly broken: number;
  readonly violations: readonly string[];
}

async function weather(size: StormSize): Promise<Outcome> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-storm-'));
  try {
    const { env, desks } = await makeStormWorld(data, size);
    const server = await AppServer.start({ data, env });
    try {
      const crowd = desks.map((desk) => new StormyDesk(server.port, desk));
      await inTurn(crowd, (desk) => desk.arrive());
      const [startedAt, worked] = [performance.now(), processorSeconds(server.pid) ?? Number.NaN];
      await inTurn(crowd, (desk) => desk.sendAll());
      const seconds = (performance.now() - startedAt) / 1000;
      const cpuUs = (((processorSeconds(server.pid) ?? Number.NaN) - worked) * 1e6) / size.claims;
      await server.stop();
      return { seconds, cpuUs, ...count(crowd, size, data) };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

interface Kept {
  readonly ubrn: string;
  readonly service: string;
  readonly ordinal: number;
}

function count(
  crowd: readonly StormyDesk[],
  size: StormSize,
  data: string,
): Omit<Outcome, 'seconds' | 'cpuUs'> {
  const verdicts = crowd.flatMap((desk) => [...desk.verdicts.values()]);
  const confirmed = verdicts.filter(({ outcome }) => outcome === 'confirmed');
  const db = new DatabaseSync(join(data, 'holdfast.db'), { readOnly: true });
  const rows = db
    .prepare("select ubrn, service, ordinal from appointment where status = 'booked'")
    .all() as unknown as Kept[];
  db.close();
  const timeOf = ({ service, ordinal }: Omit<Kept, 'ubrn'>) => `${service} ${ordinal}`;
  const kept = new Map(rows.map((row) => [row.ubrn, timeOf(row)]));
  const isSo = confirmed.filter(
    ({ appointment }) => appointment && kept.get(appointment.ubrn) === timeOf(appointment.slot),
  );
  const verify = spawnSync(process.execPath, ['scripts/verify.ts', '--data', data], { encoding: 'utf8' });
  return {
    waits: crowd.map(({ waitedMs }) => waitedMs),
    told: {
      confirmed: confirmed.length,
      lower: confirmed.filter(({ rank }) => rank !== 1).length,
      refused: verdicts.length - confirmed.length,
    },
    untold: size.claims - verdicts.length,
    untrue: confirmed.length - isSo.length + Math.abs(rows.length - confirmed.length),
    twice: rows.length - new Set(rows.map(timeOf)).size,
    busy: crowd.reduce((sum, { turnedAway }) => sum + turnedAway, 0),
    broken: crowd.reduce((sum, { broken }) => sum + broken, 0),
    violations: verify.status === 0 ? [] : [verify.stdout + verify.stderr],
  };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: connections });

/** A device without a screen: it knows what it asked, and goes on asking until it was told. */
class StormyDesk {
  readonly verdicts = new Map<string, Reply['answers'][number]['verdict']>();
  waitedMs = 0;
  turnedAway = 0;
  broken = 0;
  readonly #port: number;
  readonly #desk: StormDesk;
  #cookie = '';
  #cursor: string | null = null;
  #packs: Record<string, string | null>;

  constructor(port: number, desk: StormDesk) {
    this.#port = port;
    this.#desk = desk;
    this.#packs = Object.fromEntries(desk.services.map((service) => [service, null]));
  }

  async arrive(): Promise<void> {
    const { person } = this.#desk.author;
    const { cookie } = await this.#post('/api/session', { kind: 'demo', person });
    this.#cookie = cookie;
    for (let more = true; more;) ({ more } = (await this.#exchange([])).delta);
  }

  async sendAll(): Promise<void> {
    const { claims } = this.#desk;
    const startedAt = performance.now();
    for (let at = 0; at < claims.length; at += claimsALetter) {
      const { answers } = await this.#exchange(claims.slice(at, at + claimsALetter));
      for (const { verdict } of answers) this.verdicts.set(verdict.claim, verdict);
    }
    this.waitedMs = performance.now() - startedAt;
  }

  async #exchange(claims: readonly string[]): Promise<Reply> {
    const { scope } = this.#desk.author;
    const body = {
      protocol: protocolVersion,
      scope,
      cursor: this.#cursor,
      claims,
      packs: this.#packs,
      seen: [],
    };
    const { text } = await this.#post('/api/sync', body);
    const reply = JSON.parse(text) as Reply;
    this.#cursor = reply.delta.cursor;
    for (const { service, revision } of reply.packs) this.#packs[service] = revision;
    return reply;
  }

  /** Until it is answered; turned away, it comes back when it was told to. */
  async #post(path: string, body: object): Promise<{ readonly text: string; readonly cookie: string }> {
    for (;;) {
      const answered = await post(this.#port, path, this.#cookie, JSON.stringify(body)).catch(
        () => undefined,
      );
      if (!answered) {
        // Nobody knows whether it arrived: the same again, as a device does.
        this.broken += 1;
        await sleep(brokenRetryMs * Math.random());
        continue;
      }
      const { status, text, headers } = answered;
      const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      if (status === 200 || status === 201) return { text, cookie };
      if (status !== 503 && status !== 429) throw new Error(`${path}: ${status} ${text}`);
      this.turnedAway += 1;
      await sleep(Number(headers['retry-after'] ?? 1) * 1_000);
    }
  }
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** Plain HTTP/1.1: fetch would take more of the two cores than the server does. */
function post(port: number, path: string, cookie: string, body: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(cookie === '' ? {} : { cookie }),
    };
    const request = http.request(
      { host: '127.0.0.1', port, path, method: 'POST', agent, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** All of them, as many at once as there are connections. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: connections }, lane));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      desks: { type: 'string', default: '6220' },
      claims: { type: 'string', default: '10000' },
    },
  });
  const { figures, notes, isKept } = await storm({
    desks: Number(values.desks),
    claims: Number(values.claims),
  });
  console.log(textTable(figures));
  for (const note of notes) console.log(`· ${note}`);
  process.exitCode = isKept ? 0 : 1;
}
