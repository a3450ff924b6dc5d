/** Signing in was answered by nobody: the server is asked quietly until it answers, and the page stops saying so by itself. */
import type { FrontDoor } from '#lib/client/front-door.ts';

const askEveryMs = 10_000;

export interface UntilHeard {
  /** Reactive. */
  readonly isWaiting: boolean;
  begin(): void;
}

/** Belongs to the component that makes it. */
export function untilHeard(door: FrontDoor, onHeard: () => void): UntilHeard {
  let isWaiting = $state(false);

  async function ask() {
    await door.ask();
    if (door.isUnanswered || !isWaiting) return;
    isWaiting = false;
    onHeard();
  }

  $effect(() => {
    if (!isWaiting) return undefined;
    const askAgain = () => void ask();
    const timer = setInterval(askAgain, askEveryMs);
    addEventListener('online', askAgain);
    return () => {
      clearInterval(timer);
      removeEventListener('online', askAgain);
    };
  });

  return {
    get isWaiting() {
      return isWaiting;
    },
    begin() {
      isWaiting = true;
    },
  };
}
