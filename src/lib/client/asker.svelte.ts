/** Asking on behalf of a screen: one at a time, and what went wrong in words. */
import type { Intent } from '#lib/domain/claim.ts';
import type { ClaimId } from '#lib/domain/ids.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import type { Desk } from './desk.ts';

export interface Asker {
  /** Reactive. Why the last one was not saved; empty when it was. */
  readonly problem: string;
  readonly isBusy: boolean;
  /** The request's id once it is safely on this device; undefined when it is not. */
  ask(intent: Intent): Promise<ClaimId | undefined>;
}

export function asker(desk: Desk): Asker {
  let problem = $state('');
  let isBusy = $state(false);
  const whose = scopeKind(desk.scope) === 'patient' ? 'A request of yours' : 'A request for this patient';
  return {
    get problem() {
      return problem;
    },
    get isBusy() {
      return isBusy;
    },
    async ask(intent) {
      if (isBusy) return undefined;
      isBusy = true;
      problem = '';
      try {
        const asked = await desk.ask(intent);
        if (asked.kind === 'saved') return asked.id;
        problem =
          asked.kind === 'inTheWay'
            ? `${whose} was sent before and has no answer yet. Wait for it, or call it off.`
            : `Not saved. ${asked.why} Nothing was changed. Use the phone if it cannot wait.`;
      } catch (error) {
        // A device that fails must say so: whoever reads nothing believes that it is saved.
        console.error(error);
        problem = 'Not saved: something went wrong on this device. Nothing was changed. Try again.';
      } finally {
        isBusy = false;
      }
      return undefined;
    },
  };
}
