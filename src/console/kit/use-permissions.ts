import { useParams } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useSession } from './use-session.ts';

/** `can('segments.write')`: whether the member may, in the project of the page. Undefined asks nothing: true. */
export function usePermissions(): (permission: string | undefined) => boolean {
  const session = useSession();
  const params: Record<string, string | undefined> = useParams({ strict: false });
  const projectId = Number(params['projectId']);
  return useCallback(
    (permission) =>
      permission === undefined || (session.projects.find((project) => project.id === projectId)?.permissions.includes(permission) ?? false),
    [session, projectId],
  );
}
