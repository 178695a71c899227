import { createContext, useContext } from 'react';
import type { Session } from '../../workspace/access/contract.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in. Only below the signed-in part of the console. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession stands outside the signed-in part');
  return session;
}
