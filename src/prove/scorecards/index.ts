import { handle } from '../../kernel/http/handle.ts';
import { defineSlice } from '../../kernel/slice.ts';
import type { JourneysApi } from '../../reach/journeys/index.ts';
import type { OperationsApi } from '../../try/operations/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import { listScorecards, type Scorecard } from './contract.ts';
import { gainOf, verdictOf } from './judge.ts';

/** Holds what we did to people against those whom we left out on purpose. */
export const door = defineSlice<
  'scorecards',
  unknown,
  { projects: ProjectsApi; operations: OperationsApi; journeys: JourneysApi },
  Record<string, never>
>({
  name: 'scorecards',
  folder: import.meta.dirname,
  uses: ['projects', 'operations', 'journeys'],
  permissions: { 'scorecards.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  start({ uses }) {
    const scorecards = async (projectId: number): Promise<Scorecard[]> => {
      const operations = await uses.operations.list(projectId);
      return Promise.all(
        operations.map(async (operation) => {
          const effect = await uses.journeys.effect(projectId, Number(operation.operation.split(':')[1]));
          return { ...operation, ...effect, verdict: verdictOf(effect), gained: gainOf(effect.comparison) };
        }),
      );
    };
    return { api: {}, routes: [handle(listScorecards, async ({ params }) => ({ items: await scorecards(params.projectId) }))] };
  },
});
