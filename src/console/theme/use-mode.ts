import { useEffect, useSyncExternalStore } from 'react';
import { themeChoice } from '../preferences.ts';
import { useStore } from '../store.ts';
import { codeFontFamily, fontFamily, narrowWidthMax, palettes } from './tokens.ts';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** The mode that is shown: the reader's choice, else the browser's. */
export function useMode(): 'light' | 'dark' {
  const choice = useStore(themeChoice);
  const isBrowserDark = useMedia('(prefers-color-scheme: dark)');
  if (choice === 'system') return isBrowserDark ? 'dark' : 'light';
  return choice;
}

/** True when the reader wants no motion. */
export function useStillness(): boolean {
  return useMedia('(prefers-reduced-motion: reduce)');
}

/** True at a phone's width: tables become cards, drawers become pages. */
export function useNarrow(): boolean {
  return useMedia(`(max-width: ${narrowWidthMax}px)`);
}

/** Writes the mode's colours as custom properties: `accentSoft` -> `--accent-soft`. */
export function usePaintedRoot(mode: 'light' | 'dark'): void {
  useEffect(() => {
    const { style, dataset } = document.documentElement;
    dataset['theme'] = mode;
    style.colorScheme = mode;
    style.setProperty('--font', fontFamily);
    style.setProperty('--font-code', codeFontFamily);
    for (const [name, colour] of Object.entries(palettes[mode]))
      style.setProperty(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
  }, [mode]);
}
