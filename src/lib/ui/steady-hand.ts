/**
 * A press counts only where it was aimed. For a moment after a part of the page has come, after anything on the page has
 * moved, and after each press in it, this part takes no press of a finger or a mouse: the second half of a double click
 * would otherwise fall on whatever has come to lie there, and that may be another patient's. The keyboard is never held
 * up: its focus goes where its control goes.
 */

/** Longer than the two halves of a double click lie apart (half a second on the usual settings); too short to read anything. */
export const aimMs = 600;

export function steadyHand(node: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    // Not by swallowing the click: whoever presses here now is to see that there is nothing to press. Said once: a style
    // that is written again, the same, is worked out again.
    if (timer === undefined) node.style.pointerEvents = 'none';
    clearTimeout(timer);
    timer = setTimeout(takesPresses, aimMs);
  };
  const takesPresses = () => {
    timer = undefined;
    node.style.pointerEvents = '';
  };
  // Whatever comes or goes above, in or below it makes the page longer or shorter.
  const moves = new ResizeObserver(wait);
  moves.observe(document.body);
  node.addEventListener('click', wait);
  wait();
  return () => {
    moves.disconnect();
    node.removeEventListener('click', wait);
    clearTimeout(timer);
  };
}
