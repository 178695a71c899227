import type { Transaction } from 'kysely';
import { type BoundRoute, handle, type Principal } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import {
  createSource,
  deleteSource,
  getSource,
  listDeliveries,
  listSources,
  previewMapping,
  type Source,
  takeAgain,
  updateSource,
} from './contract.ts';
import type { Sources } from './sources.ts';
import type { SourceTables } from './tables.ts';

export function sourceRoutes(sources: Sources, audit: AuditApi): BoundRoute[] {
  const tell =
    (call: { params: { projectId: number }; principal: Principal; requestId: string; ip: string }, action: string, details: object = {}) =>
    async (tx: Transaction<SourceTables>, source: Source): Promise<void> => {
      const { params, principal, requestId, ip } = call;
      await audit.write(
        { projectId: params.projectId, principal, action, subject: `source:${source.id}`, details: { name: source.name, ...details }, requestId, ip },
        tx,
      );
    };
  return [
    handle(listSources, async ({ params }) => ({ items: await sources.list(params.projectId) })),
    handle(getSource, ({ params }) => sources.get(params.projectId, params.sourceId)),
    handle(createSource, (call) => sources.create(call.params.projectId, call.body.name, tell(call, 'sources.create_source'))),
    handle(updateSource, (call) => sources.update(call.params, call.body, tell(call, 'sources.update_source', { changed: Object.keys(call.body) }))),
    handle(deleteSource, async (call) => {
      await sources.delete(call.params, tell(call, 'sources.delete_source'));
      return undefined;
    }),
    handle(listDeliveries, async ({ params }) => ({ items: await sources.deliveries(params.projectId, params.sourceId) })),
    handle(takeAgain, async (call) => {
      const taken = await sources.takeAgain(call.params);
      const { projectId, sourceId, deliveryId } = call.params;
      await audit.write({
        projectId,
        principal: call.principal,
        action: 'sources.take_again',
        subject: `source:${sourceId}`,
        details: { deliveryId, accepted: taken.accepted, refused: taken.refused },
      });
      return taken;
    }),
    handle(previewMapping, ({ params, body }) => sources.preview(params, body.mapping, body)),
  ];
}
