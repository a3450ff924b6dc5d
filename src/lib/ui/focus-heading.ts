/** For what takes itself off the page with the focus in it: whoever works by keyboard begins at the page's heading again. */
export function focusHeading(): void {
  const heading = document.querySelector('main h1');
  if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
}
