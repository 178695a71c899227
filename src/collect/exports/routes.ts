import { AppError } from '../../kernel/errors/errors.ts';
import { type BoundRoute, handle, type Principal } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import {
  cancelDownload,
  changeDestination,
  createDestination,
  createDownload,
  getDestination,
  listDestinations,
  listDownloads,
  removeDestination,
  testDestination,
} from './contract.ts';
import type { Destinations } from './destinations.ts';
import type { Downloads } from './downloads/downloads.ts';

export function exportRoutes({
  destinations,
  downloads,
  audit,
}: {
  destinations: Destinations;
  downloads: Downloads;
  audit: AuditApi;
}): BoundRoute[] {
  const note = (projectId: number, principal: Principal, act: { verb: string; subject: string; details: object }) =>
    audit.write({ projectId, principal, action: `exports.${act.verb}`, subject: act.subject, details: act.details });
  return [
    handle(listDestinations, async ({ params }) => ({ items: await destinations.list(params.projectId) })),
    handle(getDestination, ({ params }) => destinations.look(params.projectId, params.destinationId)),
    handle(createDestination, async ({ params, body, principal }) => {
      const made = await destinations.create(params.projectId, body);
      const { id, name, kind, content } = made.destination;
      await note(params.projectId, principal, { verb: 'create_destination', subject: `export:${id}`, details: { name, kind, content } });
      return made;
    }),
    handle(changeDestination, async ({ params, body, principal }) => {
      const changed = await destinations.change(params.projectId, params.destinationId, body);
      await note(params.projectId, principal, {
        verb: 'change_destination',
        subject: `export:${changed.id}`,
        details: { name: changed.name, ...body },
      });
      return changed;
    }),
    handle(removeDestination, async ({ params, principal }) => {
      const { id, name } = await destinations.remove(params.projectId, params.destinationId);
      await note(params.projectId, principal, { verb: 'remove_destination', subject: `export:${id}`, details: { name } });
      return undefined;
    }),
    handle(testDestination, async ({ params }) => {
      const startedAt = performance.now();
      const took = (): number => Math.round(performance.now() - startedAt);
      try {
        await destinations.test(params.projectId, params.destinationId);
        return { ok: true, code: null, details: {}, tookMs: took() };
      } catch (error) {
        if (!(error instanceof AppError) || error.status === 404) throw error;
        return { ok: false, code: error.code, details: error.details, tookMs: took() };
      }
    }),
    handle(listDownloads, async ({ params }) => ({ items: await downloads.list(params.projectId) })),
    handle(createDownload, async ({ params, body, principal }) => {
      const made = await downloads.create(params.projectId, principal.kind === 'member' ? principal.memberId : principal.kind, body);
      await note(params.projectId, principal, {
        verb: 'create_download',
        subject: `download:${made.id}`,
        details: { content: body.content, format: body.format },
      });
      return made;
    }),
    handle(cancelDownload, ({ params }) => downloads.cancel(params.projectId, params.downloadId)),
  ];
}
