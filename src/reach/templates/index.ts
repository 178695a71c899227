import type { IdentityApi } from '../../collect/identity/index.ts';
import { handle } from '../../kernel/http/handle.ts';
import { defineSlice } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { TemplatesApi } from './api.ts';
import { checkTemplate, previewTemplate, refuse } from './contract.ts';
import { checkEmail, renderEmail } from './render-email.ts';

export type { TemplatesApi } from './api.ts';
export { UNSUBSCRIBE_PLACEHOLDER } from './render-email.ts';

/** Mails in Liquid: checked when saved, sandboxed when rendered. */
export const door = defineSlice({
  name: 'templates',
  folder: import.meta.dirname,
  uses: ['projects', 'identity'],
  permissions: { 'templates.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  errors: [refuse],
  start({ uses }: { uses: { projects: ProjectsApi; identity: IdentityApi } }) {
    const api: TemplatesApi = { check: checkEmail, render: renderEmail };
    return {
      api,
      routes: [
        handle(checkTemplate, async ({ body }) => checkEmail(body)),
        handle(previewTemplate, async ({ params, body }) => {
          const { faults } = checkEmail(body);
          if (faults.length > 0) return { faults, email: null };
          const person = body.personId === undefined ? undefined : await uses.identity.person(params.projectId, body.personId);
          if (body.personId !== undefined && !person) throw refuse('unknown_person');
          const project = await uses.projects.project(params.projectId);
          const scope = { person: person?.traits ?? {}, event: body.event ?? {}, project: { id: params.projectId, name: project?.name ?? '' } };
          return { faults: [], email: renderEmail(body, scope) };
        }),
      ],
    };
  },
});
