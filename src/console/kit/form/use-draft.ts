import { useCallback, useEffect, useMemo } from 'react';

/** What the reader wrote and did not save, kept in this browser. */
export interface Draft<T> {
  /** As it was found when the form opened. */
  kept: T | undefined;
  keep(value: T): void;
  drop(): void;
}

const WRITE_PAUSE_MS = 300;

/** Keeps what is written in a form under `key` until it is saved or thrown away. Undefined keeps nothing. */
export function useDraft<T>(key: string | undefined): Draft<T> {
  const name = key === undefined ? undefined : `perennial.draft.${key}`;
  const kept = useMemo(() => {
    const text = name === undefined ? null : localStorage.getItem(name);
    try {
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }, [name]);
  const timer = useMemo(() => ({ id: undefined as ReturnType<typeof setTimeout> | undefined }), []);
  useEffect(() => () => clearTimeout(timer.id), [timer]);
  const keep = useCallback(
    (value: T) => {
      clearTimeout(timer.id);
      if (name !== undefined) timer.id = setTimeout(() => localStorage.setItem(name, JSON.stringify(value)), WRITE_PAUSE_MS);
    },
    [name, timer],
  );
  const drop = useCallback(() => {
    clearTimeout(timer.id);
    if (name !== undefined) localStorage.removeItem(name);
  }, [name, timer]);
  return { kept, keep, drop };
}
