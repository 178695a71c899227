import { type QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getSession, type Session } from '../../workspace/access/contract.ts';
import { type ApiError, call } from '../api.ts';
import { readKey } from '../query.ts';

const key = readKey(getSession, {});
const FRESH_MS = 60_000;

/** Reads who is signed in; fails with a 401 when nobody is. */
export function useSessionQuery(): UseQueryResult<Session, ApiError> {
  return useQuery<Session, ApiError>({
    queryKey: key,
    queryFn: ({ signal }) => call(getSession, { signal, throwsUnauthorised: true }),
    staleTime: FRESH_MS,
  });
}

/** Puts a session in its place right after sign-in. */
export function keepSession(client: QueryClient, session: Session): void {
  client.setQueryData(key, session);
}

/** Reads the session again: after a project was made, a role changed. */
export function renewSession(client: QueryClient): Promise<void> {
  return client.refetchQueries({ queryKey: key });
}
