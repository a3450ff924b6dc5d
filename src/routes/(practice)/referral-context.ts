/** The referral that the screens below are about; its layout has made sure that it is on this device. */
import { getContext, setContext } from 'svelte';
import type { ReferralView } from '#lib/domain/project.ts';
import type { NameMark } from '#lib/ui/similar-names.ts';

export interface ReferralHere {
  /** Reactive. */
  readonly view: ReferralView;
  readonly mark: NameMark | undefined;
  /** The path of its page. */
  readonly href: string;
}

const key = Symbol('referral');

export function setReferral(here: ReferralHere): void {
  setContext(key, here);
}

export function useReferral(): ReferralHere {
  const here = getContext<ReferralHere | undefined>(key);
  if (!here) throw new Error('no referral was set above this screen');
  return here;
}
