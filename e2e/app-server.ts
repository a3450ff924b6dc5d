// The real server process, as an operator runs it: started, stopped, and killed in the middle of things.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const usualReadyLimitMs = 60_000;

export interface ServerOptions {
  readonly data: string;
  /** Another folder holds another version of the app. */
  readonly build?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A large world takes its time to load. */
  readonly readyLimitMs?: number;
}

export class AppServer {
  readonly #options: ServerOptions;
  #child: ChildProcess;
  #port: number;
  #output: string[];

  private constructor(options: ServerOptions, started: Started) {
    this.#options = options;
    this.#child = started.child;
    this.#port = started.port;
    this.#output = started.output;
  }

  static async start(options: ServerOptions): Promise<AppServer> {
    return new AppServer(options, await spawnServer(options, 0));
  }

  get port(): number {
    return this.#port;
  }

  /** Its own address, past any proxy. */
  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything it has said so far; a test looks here for what must not be in a log. */
  get output(): string {
    return this.#output.join('');
  }

  /** The power goes: no goodbye, nothing flushed. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Again on the same port and the same data, perhaps with another version of the app. */
  async restart(change: Partial<Omit<ServerOptions, 'data'>> = {}): Promise<void> {
    await this.stop();
    const started = await spawnServer({ ...this.#options, ...change }, this.#port);
    this.#child = started.child;
    this.#output = started.output;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly output: string[];
}

async function spawnServer(options: ServerOptions, port: number): Promise<Started> {
  const { data, build, env, readyLimitMs = usualReadyLimitMs } = options;
  const child = spawn(process.execPath, ['scripts/server.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Whatever the caller's own server uses is not for this one.
      ORIGIN: undefined,
      HOST: '127.0.0.1',
      PORT: String(port),
      HOLDFAST_DATA: data,
      HOLDFAST_WORLD: 'small',
      ...(build === undefined ? {} : { HOLDFAST_BUILD: build }),
      ...env,
    },
  });
  const output: string[] = [];
  const ready = new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output.push(chunk.toString());
      const said = /Holdfast is ready at http:\/\/[^:\s]+:(\d+)/.exec(output.join(''));
      if (said) resolve(Number(said[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The server ended with ${code} before it was ready:\n${output.join('')}`)),
    );
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), readyLimitMs);
  try {
    return { child, port: await ready, output };
  } finally {
    clearTimeout(limit);
  }
}
