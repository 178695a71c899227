import { type BoundRoute, handle, type Principal } from '../../kernel/http/handle.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import {
  erasePerson,
  getErasure,
  listErasures,
  listRuns,
  previewErasure,
  previewRules,
  readRules,
  refuseRetention,
  saveRules,
  startRun,
} from './contract.ts';
import type { Erasures } from './erasures.ts';
import { eraseRequested, expireNow } from './jobs.ts';
import type { Rules } from './rules.ts';

interface RouteParts {
  kernel: Pick<Kernel, 'jobs'>;
  audit: AuditApi;
}

/** How long events are kept. */
export function ruleRoutes(rules: Rules, { kernel, audit }: RouteParts): BoundRoute[] {
  return [
    handle(readRules, ({ params }) => rules.book(params.projectId)),
    handle(previewRules, ({ params, body }) => rules.preview(params.projectId, body.items)),
    handle(saveRules, async ({ params: { projectId }, body, principal }) => {
      const before = await rules.read(projectId);
      await rules.save(projectId, body.items);
      await audit.write({
        projectId,
        principal,
        action: 'retention.save_rules',
        subject: `project:${projectId}`,
        details: { before, after: body.items },
      });
      return rules.book(projectId);
    }),
    handle(listRuns, async ({ params }) => ({ items: await rules.runs(params.projectId) })),
    handle(startRun, async ({ params: { projectId }, principal }) => {
      const items = await rules.read(projectId);
      if (items.length === 0) throw refuseRetention('nothing_to_do');
      const expired = await rules.preview(projectId, items);
      await audit.write({ projectId, principal, action: 'retention.start_run', subject: `project:${projectId}`, details: { events: expired.total } });
      await kernel.jobs.send(expireNow, { projectId });
      return {};
    }),
  ];
}

/** Erasing people. */
export function erasureRoutes(erasures: Erasures, { kernel, audit }: RouteParts): BoundRoute[] {
  return [
    handle(previewErasure, ({ params }) => erasures.preview(params.projectId, params.personId)),
    handle(erasePerson, async ({ params: { projectId, personId }, principal }) => {
      const { erasure, isNew } = await erasures.request(projectId, personId, nameOf(principal));
      if (isNew)
        await audit.write({
          projectId,
          principal,
          action: 'retention.erase_person',
          subject: `person:${erasure.number}`,
          details: { erasureId: erasure.erasureId },
        });
      await kernel.jobs.send(eraseRequested, { erasureId: erasure.erasureId });
      return erasure;
    }),
    handle(listErasures, async ({ params }) => ({ items: await erasures.list(params.projectId) })),
    handle(getErasure, ({ params }) => erasures.get(params.projectId, params.erasureId)),
  ];
}

function nameOf(principal: Principal): string {
  if (principal.kind === 'member') return principal.email;
  return principal.kind === 'key' ? `key:${principal.keyId}` : 'nobody';
}
