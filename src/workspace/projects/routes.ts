import { type AnyRoute, type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../audit/index.ts';
import { createKey, createProject, getProject, listKeys, listProjects, refuse, revokeKey, updateProject } from './contract.ts';
import type { Projects } from './projects.ts';

/** Routes of projects and their keys. Each change stands in the audit trail in its own transaction. */
export function routesOf(projects: Projects, audit: AuditApi): BoundRoute[] {
  return [
    handle(listProjects, async ({ principal }) => ({ items: principal.kind === 'member' ? await projects.listOf(principal.memberId) : [] })),
    handle(createProject, async (call) => {
      const ownerMemberId = call.principal.kind === 'member' ? call.principal.memberId : undefined;
      return projects.create({ ...call.body, ...(ownerMemberId !== undefined && { ownerMemberId }) }, (tx, project) =>
        audit.write({ ...caller(call), projectId: project.id, action: createProject.id, subject: `project:${project.id}`, details: call.body }, tx),
      );
    }),
    handle(getProject, async ({ params }) => {
      const project = await projects.project(params.projectId);
      if (!project) throw refuse('unknown_project');
      return project;
    }),
    handle(updateProject, async (call) => {
      const { projectId } = call.params;
      return projects.update(projectId, call.body, (tx) =>
        audit.write({ ...caller(call), projectId, action: updateProject.id, subject: `project:${projectId}`, details: call.body }, tx),
      );
    }),
    handle(listKeys, async ({ params }) => ({ items: await projects.keysOf(params.projectId) })),
    handle(createKey, async (call) => {
      const { projectId } = call.params;
      return projects.createKey({ projectId, ...call.body }, (tx, key) =>
        audit.write(
          { ...caller(call), projectId, action: createKey.id, subject: `key:${key.id}`, details: { ...call.body, prefix: key.prefix } },
          tx,
        ),
      );
    }),
    handle(revokeKey, async (call) => {
      const { projectId, keyId } = call.params;
      await projects.revokeKey(projectId, keyId, (tx, key) =>
        audit.write(
          {
            ...caller(call),
            projectId,
            action: revokeKey.id,
            subject: `key:${keyId}`,
            details: { kind: key.kind, name: key.name, prefix: key.prefix },
          },
          tx,
        ),
      );
      return undefined;
    }),
  ];
}

/** The part of an audit entry that says who called. */
function caller(call: Pick<Call<AnyRoute>, 'principal' | 'ip' | 'requestId'>) {
  return { principal: call.principal, ip: call.ip, requestId: call.requestId };
}
