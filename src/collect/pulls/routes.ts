import { type BoundRoute, handle, type Principal } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import { changePull, createPull, listPulls, listRuns, type Pull, removePull, runPull, sampleQuestion, testConnection } from './contract.ts';
import type { Pulls } from './pulls.ts';

export function pullRoutes(pulls: Pulls, audit: AuditApi): BoundRoute[] {
  const note = (projectId: number, principal: Principal, verb: string, pull: Pull) =>
    audit.write({
      projectId,
      principal,
      action: `pulls.${verb}`,
      subject: `pull:${pull.id}`,
      details: { name: pull.name, host: pull.connection.host },
    });
  return [
    handle(listPulls, async ({ params }) => ({ items: await pulls.list(params.projectId) })),
    handle(testConnection, ({ params, body }) => pulls.test(params.projectId, body)),
    handle(sampleQuestion, ({ params, body }) => pulls.sample(params.projectId, body, body.question)),
    handle(createPull, async ({ params, body, principal }) => {
      const made = await pulls.create(params.projectId, body);
      await note(params.projectId, principal, 'create_pull', made);
      return made;
    }),
    handle(changePull, async ({ params, body, principal }) => {
      const changed = await pulls.change(params.projectId, params.pullId, body);
      await note(params.projectId, principal, 'change_pull', changed);
      return changed;
    }),
    handle(runPull, ({ params }) => pulls.runNow(params.projectId, params.pullId)),
    handle(listRuns, async ({ params }) => ({ items: await pulls.runs(params.projectId, params.pullId) })),
    handle(removePull, async ({ params, principal }) => {
      await note(params.projectId, principal, 'remove_pull', await pulls.remove(params.projectId, params.pullId));
      return undefined;
    }),
  ];
}
