import { useParams, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Full address of a place: `segments/12` lies below the project of the page; a leading slash means the console's root. */
export function useAddress(): (path: string) => string {
  const params: Record<string, string | undefined> = useParams({ strict: false });
  const projectId = params['projectId'];
  return useCallback((path) => (path.startsWith('/') ? path : `/p/${projectId}/${path}`), [projectId]);
}

/** Goes somewhere: `go('segments/12?tab=people')`, `go('/projects')`. */
export function useGo(): (path: string, options?: { replace?: boolean }) => void {
  const router = useRouter();
  const address = useAddress();
  return useCallback(
    (path, options = {}) => {
      if (options.replace) router.history.replace(address(path));
      else router.history.push(address(path));
    },
    [router, address],
  );
}
