import type { Client } from './client.ts';
import type { Listen } from './page-views.ts';

/** Something clickable that has changed nothing by then is dead. */
const patienceMs = 2_500;
/** What changes only the browser's own drawing, or another window. */
const speaksForItself = 'input,select,textarea,label,summary,option,audio,video,[download],[target=_blank],[href^="mailto:"],[href^="tel:"]';

/** Makes a function that is told of a click on something clickable and calls `onDead` when nothing comes of it: no change of the page, its address, focus, scroll or selection. */
export function deadClickWatch(client: Client, listen: Listen): (element: Element, event: MouseEvent, onDead: () => void) => void {
  let stop: (() => void) | undefined;
  const settle = (): void => {
    stop?.();
    stop = undefined;
  };
  for (const name of ['scroll', 'popstate', 'hashchange', 'blur', 'pagehide', 'beforeunload']) listen(window, name, settle);
  for (const name of ['selectionchange', 'visibilitychange', 'submit', 'change', 'input', 'focusin']) listen(document, name, settle);
  return (element, event, onDead) => {
    settle();
    if (
      typeof MutationObserver !== 'function' ||
      element.matches(speaksForItself) ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.button !== 0
    )
      return;
    const { href } = location;
    const observer = new MutationObserver(settle);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const cancel = client.environment.later(() => {
      settle();
      if (location.href === href) onDead();
    }, patienceMs);
    stop = () => {
      observer.disconnect();
      cancel();
    };
  };
}
