import { type RefObject, useEffect, useState } from 'react';

interface RowKeys {
  count: number;
  onOpen?: ((index: number) => void) | undefined;
  onToggle?: ((index: number) => void) | undefined;
  searchBox: RefObject<{ focus(): void } | null>;
}

/** True while somebody writes: letters belong to the field. */
function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** j/k move through the rows, enter opens, x chooses, / goes to the search. Gives the row that is marked, -1 for none. */
export function useRowKeys({ count, onOpen, onToggle, searchBox }: RowKeys): number {
  const [marked, setMarked] = useState(-1);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target) || document.querySelector('[aria-modal="true"]')) return;
      if (event.key === 'j') setMarked((now) => Math.min(now + 1, count - 1));
      else if (event.key === 'k') setMarked((now) => Math.max(now - 1, 0));
      else if (event.key === '/') searchBox.current?.focus();
      else if (event.key === 'x' && marked >= 0) onToggle?.(marked);
      else if (event.key === 'Enter' && marked >= 0 && !(event.target instanceof HTMLAnchorElement || event.target instanceof HTMLButtonElement))
        onOpen?.(marked);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [count, marked, onOpen, onToggle, searchBox]);
  return Math.min(marked, count - 1);
}
