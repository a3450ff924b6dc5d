/** The Web Lock of one desk on one device: first come, first served, given up by the dead and stolen from the frozen. */
import type { DrainLock } from '#lib/sync/ports.ts';

/** A tab or a worker, as far as a lock knows them. */
export interface Process {
  /** Its own timers: a frozen one runs none. */
  after(ms: number, callback: () => void): () => void;
}

interface Wait {
  readonly process: Process;
  readonly begin: () => void;
}

export class DeskLock {
  #holder: Wait | undefined;
  #waiting: Wait[] = [];

  for(process: Process): DrainLock {
    return {
      run: (stealAfterMs, work) =>
        new Promise((resolve, reject) => {
          const wait: Wait = {
            process,
            begin: () => {
              this.#holder = wait;
              work()
                .finally(() => this.#release(wait))
                .then(resolve, reject);
            },
          };
          if (!this.#holder) return wait.begin();
          this.#waiting.push(wait);
          process.after(stealAfterMs, () => this.#steal(wait));
        }),
    };
  }

  /** The browser takes the locks of a process that ended. */
  died(process: Process): void {
    this.#waiting = this.#waiting.filter((wait) => wait.process !== process);
    if (this.#holder?.process === process) this.#release(this.#holder);
  }

  #steal(wait: Wait): void {
    if (!this.#waiting.includes(wait)) return;
    this.#waiting = this.#waiting.filter((other) => other !== wait);
    wait.begin();
  }

  #release(wait: Wait): void {
    if (this.#holder !== wait) return;
    this.#holder = undefined;
    this.#waiting.shift()?.begin();
  }
}
