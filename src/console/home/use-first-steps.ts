import { useQueries } from '@tanstack/react-query';
import { usePermissions } from '../kit/use-permissions.ts';
import { useProjectId } from '../kit/use-project.ts';
import type { FirstStepDefinition } from '../screens.ts';
import { firstSteps } from '../slices.ts';

const WAITING_INTERVAL_MS = 2_000;
const FRESH_MS = 30_000;

/** What the home page shows of a step. */
export type StepState = Omit<FirstStepDefinition, 'isDone'> & { isDone: boolean | undefined };

/** The steps that the member may take, in order. Looks again every two seconds until the first one is done. */
export function useFirstSteps(): StepState[] {
  const can = usePermissions();
  const projectId = useProjectId();
  const steps = firstSteps.filter((step) => can(step.permission));
  const answers = useQueries({
    queries: steps.map((step, index) => ({
      queryKey: ['first-steps', projectId, step.key],
      queryFn: ({ signal }: { signal: AbortSignal }) => step.isDone({ projectId, signal }),
      staleTime: FRESH_MS,
      refetchInterval: (query: { state: { data?: boolean | undefined } }) =>
        index === 0 && query.state.data === false ? WAITING_INTERVAL_MS : false,
    })),
  });
  return steps.map(({ isDone: _ask, ...step }, index) => {
    const answer = answers[index];
    return { ...step, isDone: answer?.data ?? (answer?.isError ? true : undefined) };
  });
}
