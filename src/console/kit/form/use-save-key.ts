import { useEffect, useRef } from 'react';

/** Ctrl/⌘ S saves, while `isActive`. */
export function useSaveKey(save: () => void, isActive = true): void {
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => {
    if (!isActive) return undefined;
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [isActive]);
}
