/**
 * A part of a page whose controls come and go under the hand that presses them: when the one with the focus goes, the part
 * itself takes it, and whoever works by keyboard stays where they were. It needs `tabindex="-1"`.
 */
export function keepsFocus(node: HTMLElement): () => void {
  let last: Element | undefined;
  const remember = ({ target }: FocusEvent) => (last = target instanceof Element ? target : undefined);
  // Whoever leaves by themselves is not called back. What is taken away has gone when this comes to be asked.
  const forget = () => queueMicrotask(() => (last = last?.isConnected ? undefined : last));
  const changes = new MutationObserver(() => {
    if (!last || last.isConnected) return;
    last = undefined;
    if (document.activeElement === document.body) node.focus({ preventScroll: true });
  });
  node.addEventListener('focusin', remember);
  node.addEventListener('focusout', forget);
  changes.observe(node, { childList: true, subtree: true });
  return () => {
    changes.disconnect();
    node.removeEventListener('focusin', remember);
    node.removeEventListener('focusout', forget);
  };
}
