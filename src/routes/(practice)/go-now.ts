/** For links to what is on this device already: Kit lets a frame pass before it follows a link, which here is half of the wait. */
import { goto } from '$app/navigation';

/** The way of a link's own click; into a new tab or window it stays the browser's. */
export function goNow(event: MouseEvent & { readonly currentTarget: HTMLAnchorElement }): void {
  if (!isPlain(event)) return;
  event.preventDefault();
  void goto(event.currentTarget.href);
}

export const isPlain = (event: MouseEvent) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
