import { useOpenCell } from '../../../console/use-question.ts';
import type { SessionsAnswer, SessionsCell } from '../answer.ts';

export type OpenSessions = (cell: Partial<Omit<SessionsCell, 'kind'>>, title: string) => void;

/** Opens the people behind a number of sessions. */
export function useOpenSessions(answer: SessionsAnswer): OpenSessions {
  const [, setOpen] = useOpenCell();
  return (cell, title) =>
    setOpen({ cell: { kind: 'sessions', which: 'all', previous: false, group: { kind: 'all' }, ...cell }, asOf: answer.asOf, title });
}
