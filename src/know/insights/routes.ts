import { type AnyRoute, type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import { answer } from './answer.ts';
import {
  askActivity,
  askFunnel,
  askLifecycle,
  askPaths,
  askRetention,
  askSessions,
  askStickiness,
  askTrend,
  askWebNow,
  changeInsight,
  listInsights,
  listPeopleBehind,
  readInsight,
  removeInsight,
  saveInsight,
  saveSegmentOfPeople,
} from './contract.ts';
import { openFrame } from './frame.ts';
import { pageOfPeople } from './people.ts';
import { answerNow } from './reports/sessions/now.ts';
import type { SavedInsights } from './saved.ts';
import { type SegmentParts, saveSegment } from './segment-of-people.ts';

/** Routes of insights. Asking changes nothing; what members keep stands in the audit trail. */
export function routesOf(parts: SegmentParts & { saved: SavedInsights; audit: AuditApi }): BoundRoute[] {
  const { sources, saved, audit } = parts;
  return [
    handle(askTrend, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askFunnel, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askRetention, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askLifecycle, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askStickiness, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askActivity, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askPaths, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askSessions, ({ params, body, signal }) => answer(sources, { ...params, signal }, body)),
    handle(askWebNow, async ({ params, body, signal }) => answerNow(await openFrame(sources, { ...params, signal }, body.audience), body)),
    handle(listPeopleBehind, ({ params, body, signal }) => {
      const { limit, cursor, ...number } = body;
      return pageOfPeople(sources, { ...params, number, limit, signal, ...(cursor !== undefined && { cursor }) });
    }),
    handle(saveSegmentOfPeople, async (call) => {
      const { name, ...number } = call.body;
      const { projectId } = call.params;
      const result = await saveSegment(parts, { projectId, number, name, signal: call.signal });
      await audit.write({
        ...caller(call),
        projectId,
        action: saveSegmentOfPeople.id,
        subject: `segment:${result.segmentId}`,
        details: { name, ...result },
      });
      return result;
    }),
    handle(listInsights, ({ params, query }) => {
      const { search, kind, limit, cursor } = query;
      return saved.list(params.projectId, { limit, ...(search && { search }), ...(kind && { kind }), ...(cursor !== undefined && { cursor }) });
    }),
    handle(readInsight, ({ params }) => saved.read(params.projectId, params.insightId)),
    handle(saveInsight, async (call) => {
      const { projectId } = call.params;
      const insight = await saved.save(projectId, call.body);
      await audit.write({ ...caller(call), projectId, action: saveInsight.id, subject: `insight:${insight.insightId}`, details: call.body });
      return insight;
    }),
    handle(changeInsight, async (call) => {
      const { projectId, insightId } = call.params;
      const { name, question } = call.body;
      const insight = await saved.change(projectId, insightId, { ...(name !== undefined && { name }), ...(question && { question }) });
      await audit.write({ ...caller(call), projectId, action: changeInsight.id, subject: `insight:${insightId}`, details: call.body });
      return insight;
    }),
    handle(removeInsight, async (call) => {
      const { projectId, insightId } = call.params;
      await saved.remove(projectId, insightId);
      await audit.write({ ...caller(call), projectId, action: removeInsight.id, subject: `insight:${insightId}` });
      return undefined;
    }),
  ];
}

/** The part of an audit entry that says who called. */
function caller(call: Pick<Call<AnyRoute>, 'principal' | 'ip' | 'requestId'>) {
  return { principal: call.principal, ip: call.ip, requestId: call.requestId };
}
