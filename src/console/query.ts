import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { ReplyOf } from '../kernel/http/contract.ts';
import { type AnyRoute, ApiError, type CallInput, call } from './api.ts';

/** One for the whole console. Calls retry by themselves in `call`, so queries do not. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** Options of a reading. */
export interface ReadOptions {
  /** False: not read yet. */
  enabled?: boolean;
  /** Reads again so often while the page is visible. */
  refetchIntervalMs?: number;
  /** For how long an answer counts as fresh; 5,000 unless given. */
  staleTimeMs?: number;
}

/** The key under which an answer of a route is kept; `useAct`'s `refreshes` matches its beginning. */
export function readKey<R extends AnyRoute>(route: R, input: CallInput<R>): readonly unknown[] {
  return [route.id, input.params, input.query, input.body];
}

/**
 * Reads a route (GET, or a POST that only asks) and keeps the answer. While new parameters load, `data` stays the old answer and
 * `isPlaceholderData` is true: dim it.
 */
export function useRead<R extends AnyRoute>(route: R, input: CallInput<R>, options: ReadOptions = {}): UseQueryResult<ReplyOf<R>, ApiError> {
  return useQuery<ReplyOf<R>, ApiError>({
    queryKey: readKey(route, input),
    queryFn: ({ signal }) => call(route, { ...input, signal }),
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData as never,
    refetchInterval: options.refetchIntervalMs ?? false,
    ...(options.staleTimeMs === undefined ? {} : { staleTime: options.staleTimeMs }),
  });
}

interface Page<Item> {
  items: Item[];
  nextCursor?: string | undefined;
}

/** What `useReadPages` gives; hand it to `QueryTable` as it is. */
export interface Pages<Item> {
  /** Undefined until the first page is here. */
  rows: Item[] | undefined;
  error: ApiError | null;
  /** True while other parameters load and `rows` are still the old ones. */
  isStale: boolean;
  isLoadingMore: boolean;
  loadMore: (() => void) | undefined;
  retry(): void;
}

/** Reads a list `{ items, nextCursor? }` page by page; the route takes `cursor` in its query. */
export function useReadPages<R extends AnyRoute, Item>(
  route: R & { reply?: { _output: Page<Item> } },
  input: CallInput<R>,
  options: ReadOptions = {},
): Pages<Item> {
  const query = useInfiniteQuery({
    queryKey: [...readKey(route as R, input), 'pages'],
    queryFn: async ({ pageParam, signal }) => {
      const paged = { ...input, query: { ...(input.query as object | undefined), cursor: pageParam }, signal } as unknown as CallInput<R>;
      return (await call(route as R, paged)) as Page<Item>;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
    refetchInterval: options.refetchIntervalMs ?? false,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    error: query.error instanceof ApiError ? query.error : null,
    isStale: query.isPlaceholderData,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    retry: () => void query.refetch(),
  };
}

/** Options of an act. */
export interface ActOptions<R extends AnyRoute> {
  /** Beginnings of route ids whose kept answers are read again afterwards, e.g. `['segments.']`. */
  refreshes?: readonly string[];
  onDone?: (reply: ReplyOf<R>) => void;
}

/** Changes something. `mutate(input)` or `await mutateAsync(input)`; `isPending`, `error` for the button and the form. */
export function useAct<R extends AnyRoute>(route: R, options: ActOptions<R> = {}): UseMutationResult<ReplyOf<R>, ApiError, CallInput<R>> {
  const client = useQueryClient();
  return useMutation<ReplyOf<R>, ApiError, CallInput<R>>({
    mutationFn: (input) => call(route, input),
    onSuccess: async (reply) => {
      await refresh(client, options.refreshes ?? []);
      options.onDone?.(reply);
    },
  });
}

/** Reads kept answers again whose route id begins with one of `beginnings`. */
export function refresh(client: QueryClient, beginnings: readonly string[]): Promise<void> {
  if (beginnings.length === 0) return Promise.resolve();
  return client.invalidateQueries({
    predicate: ({ queryKey: [id] }) => typeof id === 'string' && beginnings.some((beginning) => id.startsWith(beginning)),
  });
}
