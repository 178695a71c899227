import { type BoundRoute, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import { addLines, finishImport, getImport, listImports, startImport } from './contract.ts';
import type { ImportsApi } from './import.ts';

export function importRoutes(imports: ImportsApi, audit: AuditApi): BoundRoute[] {
  return [
    handle(listImports, async ({ params }) => ({ items: await imports.list(params.projectId) })),
    handle(getImport, async ({ params }) => imports.get(params.projectId, params.importId)),
    handle(startImport, async ({ params, body, principal }) => {
      const started = await imports.start(params.projectId, body);
      await audit.write({
        projectId: params.projectId,
        principal,
        action: 'imports.start_import',
        subject: `import:${started.id}`,
        details: { name: started.name },
      });
      return started;
    }),
    handle(addLines, async ({ params, body }) => imports.add(params.projectId, params.importId, body)),
    handle(finishImport, async ({ params, body, principal }) => {
      const ended = await imports.finish(params.projectId, params.importId, body.cancelled ? 'cancelled' : 'done');
      await audit.write({
        projectId: params.projectId,
        principal,
        action: 'imports.finish_import',
        subject: `import:${ended.id}`,
        details: { accepted: ended.accepted, duplicates: ended.duplicates, refused: ended.refused, state: ended.state },
      });
      return ended;
    }),
  ];
}
