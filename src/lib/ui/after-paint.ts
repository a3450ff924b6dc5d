/** For what may wait until a press is answered: it begins when that picture is out, with the next one. */

/** Returns how to call it off. */
export function afterPaint(callback: () => void): () => void {
  // A page that nobody sees has no pictures.
  if (document.hidden) {
    const timer = setTimeout(callback);
    return () => clearTimeout(timer);
  }
  // A frame's callbacks run before it is drawn: the first belongs to the picture that answers, the second to the one behind.
  let frame = requestAnimationFrame(() => (frame = requestAnimationFrame(callback)));
  return () => cancelAnimationFrame(frame);
}
