import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/** How a value stands in the URL. */
export interface Codec<T> {
  write(value: T): string;
  read(text: string): T | undefined;
}

function codecOf<T>(initial: T): Codec<T> {
  if (typeof initial === 'string') return { write: (value) => String(value), read: (text) => text as T };
  return {
    write: (value) => JSON.stringify(value),
    read: (text) => {
      try {
        return JSON.parse(text) as T;
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * State that lives in the URL's query, so that reload, back and share work. Strings stand as they are, other values as JSON unless a codec is given.
 * The initial value is left out of the URL. `set(value, { push: true })` makes a step of the history.
 */
export function useUrlState<T>(key: string, initial: T, codec?: Codec<T>): [T, (value: T, options?: { push?: boolean }) => void] {
  const router = useRouter();
  const text = useLocation({ select: (location) => new URLSearchParams(location.searchStr).get(key) });
  const how = codec ?? codecOf(initial);
  const initialText = how.write(initial);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides; codec and initial value are often made anew by each render
  const value = useMemo(() => (text === null ? initial : (how.read(text) ?? initial)), [text, initialText]);
  const write = how.write;
  const set = useCallback(
    (next: T, options: { push?: boolean } = {}) => {
      const { pathname, search } = router.history.location;
      const all = new URLSearchParams(search);
      const written = write(next);
      if (written === initialText) all.delete(key);
      else all.set(key, written);
      const query = all.toString();
      const href = query ? `${pathname}?${query}` : pathname;
      if (options.push) router.history.push(href);
      else router.history.replace(href);
    },
    [router, key, initialText, write],
  );
  return [value, set];
}
