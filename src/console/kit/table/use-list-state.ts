import { useLocation } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useUrlState } from '../use-url-state.ts';
import type { ListState } from './columns.ts';

/** What the reader wants of the list of this page, from the URL: give it to the server's query when the server searches, sorts or filters. */
export function useListState(sortAtFirst = ''): ListState & { setSearch(text: string): void; setSort(sort: string): void } {
  const [search, setSearch] = useUrlState('q', '');
  const [sort, setSort] = useUrlState('sort', sortAtFirst);
  const text = useLocation({ select: (location) => location.searchStr });
  const filters = useMemo(() => {
    const chosen = [...new URLSearchParams(text)].filter(([key]) => key.startsWith('f.'));
    return Object.fromEntries(chosen.map(([key, value]) => [key.slice(2), value]));
  }, [text]);
  return { search, sort, filters, setSearch, setSort };
}
