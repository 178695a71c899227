import { useParams } from '@tanstack/react-router';
import type { Session } from '../../workspace/access/contract.ts';
import { useSession } from './use-session.ts';

/** A project as the signed-in member sees it. */
export type OwnProject = Session['projects'][number];

/** The project of the page: name, time zone, currency, the member's role and permissions. */
export function useProject(): OwnProject {
  const projectId = useProjectId();
  const project = useSession().projects.find((one) => one.id === projectId);
  if (!project) throw new Error('useProject stands outside a project of the member');
  return project;
}

/** The project's number, from the path. */
export function useProjectId(): number {
  return Number(usePathParam('projectId'));
}

/** A parameter of the path, e.g. `segmentId` of `segments/$segmentId`; '' when the path has none. */
export function usePathParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false });
  return params[name] ?? '';
}
