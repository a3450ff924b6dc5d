/** The plug as a page has it: known before its first exchange, the same in all tabs. */
import type { Plug } from './front-door.ts';
import { isUnplugged, setUnplugged, type PlugStore } from './plug.ts';

const channelName = 'holdfast-plug';

export interface PlugPorts {
  readonly store: PlugStore | undefined;
  readonly openChannel: (name: string) => Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;
  /** It was pulled out or put in, here or in another tab. */
  readonly onChange: () => void;
}

export class PagePlug implements Plug {
  /** Resolves once it is known how it was left. */
  readonly recalled: Promise<void>;
  readonly #ports: PlugPorts;
  readonly #channel: Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;
  #isOut = $state(false);

  constructor(ports: PlugPorts) {
    this.#ports = ports;
    this.#channel = ports.openChannel(channelName);
    this.#channel.onmessage = () => void this.#look();
    this.recalled = this.#look();
  }

  get isOut(): boolean {
    return this.#isOut;
  }

  pullOut = () => this.#set(true);
  putIn = () => this.#set(false);

  async #set(isOut: boolean): Promise<void> {
    if (!this.#ports.store) return;
    await setUnplugged(isOut, this.#ports.store);
    this.#channel.postMessage('changed');
    await this.#look();
  }

  async #look(): Promise<void> {
    const isOut = await isUnplugged(this.#ports.store);
    if (isOut === this.#isOut) return;
    this.#isOut = isOut;
    this.#ports.onChange();
  }
}
