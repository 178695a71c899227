import { type BoundRoute, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { Arrivals } from './arrivals.ts';
import { listKeyLimits, refuseGateway, setKeyLimits, watchArrivals } from './contract.ts';
import type { Quotas } from './quotas/quotas.ts';

interface RouteParts {
  arrivals: Arrivals;
  quotas: Quotas;
  projects: Pick<ProjectsApi, 'keysOf'>;
  audit: AuditApi;
}

/** The live view and the limits of keys, for the console. */
export function gatewayRoutes({ arrivals, quotas, projects, audit }: RouteParts): BoundRoute[] {
  return [
    handle(watchArrivals, ({ params, query, signal }) => {
      const { after, waitMs, ...filter } = query;
      return arrivals.watch(params.projectId, { after, filter }, { waitMs, signal });
    }),
    handle(listKeyLimits, async ({ params: { projectId } }) => {
      const [keys, today] = await Promise.all([projects.keysOf(projectId), quotas.today(projectId)]);
      const live = keys.filter((key) => key.revokedAt === null);
      const limits = await Promise.all(live.map(async (key) => quotas.book.of(projectId, key.id)));
      const items = live.map(({ id, name, kind, prefix }, index) => {
        return { keyId: id, name, kind, prefix, limits: limits[index] ?? NO_LIMITS, eventsToday: today.get(id) ?? 0 };
      });
      return { items };
    }),
    handle(setKeyLimits, async ({ params: { projectId, keyId }, body, principal, ip, requestId }) => {
      const key = (await projects.keysOf(projectId)).find((each) => each.id === keyId && each.revokedAt === null);
      if (!key) throw refuseGateway('key_not_found');
      await quotas.book.set({ projectId, keyId }, body, (tx) =>
        audit.write(
          {
            projectId,
            principal,
            ip,
            requestId,
            action: setKeyLimits.id,
            subject: `key:${keyId}`,
            details: { name: key.name, prefix: key.prefix, ...body },
          },
          tx,
        ),
      );
      return undefined;
    }),
  ];
}

const NO_LIMITS = { eventsPerSecond: null, burst: null, eventsPerDay: null };
