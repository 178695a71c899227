import { type AnyRoute, type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import {
  archiveSegment,
  createSegment,
  deleteSegment,
  exportMembers,
  getSegment,
  listMembers,
  listMembershipChanges,
  listSegments,
  rebuildSegment,
  refuseSegment,
  restoreSegment,
  type SegmentView,
  updateSegment,
} from './contract.ts';
import { historyOf, type PresentationParts, pageOfMembers, viewsOf } from './presentation.ts';
import { recentChanges } from './queries/recent-changes.ts';
import type { SegmentRow, Segments } from './segments.ts';

const EXPORT_PAGE = 2_000;

export interface RouteParts extends PresentationParts {
  audit: AuditApi;
}

/** Routes of segments. Each change stands in the audit trail in its own transaction. */
export function routesOf(segments: Segments, parts: RouteParts): BoundRoute[] {
  return [...readingRoutes(segments, parts), ...changingRoutes(segments, parts)];
}

function readingRoutes(segments: Segments, parts: RouteParts): BoundRoute[] {
  return [
    handle(listSegments, async ({ params: { projectId }, query, locale }) => {
      const rows = await segments.list(projectId, query);
      const [views, history] = await Promise.all([viewsOf(parts, rows, locale), historyOf(parts, projectId, rows)]);
      return { items: views.map((view) => ({ ...view, sizes: (history.get(view.segmentId) ?? []).map((day) => day.size) })) };
    }),
    handle(getSegment, async ({ params: { projectId, segmentId }, locale }) => {
      const row = await segments.row(projectId, segmentId);
      const [view, history, usedBy] = await Promise.all([
        viewOf(parts, row, locale),
        historyOf(parts, projectId, [row]),
        segments.usesOf(projectId, segmentId),
      ]);
      return { ...view, history: history.get(segmentId) ?? [], usedBy };
    }),
    handle(listMembers, async ({ params: { projectId, segmentId }, query }) => {
      await segments.row(projectId, segmentId);
      const { rows, nextCursor } = await pageOfMembers(parts, { projectId, segmentId, ...query });
      const briefs = await parts.audiences.briefs(
        projectId,
        rows.map((row) => row.person),
      );
      const since = new Map(rows.map((row) => [row.person, row.entered_at]));
      const items = briefs.map((brief) => ({ ...brief, enteredAt: since.get(brief.personId) ?? 0 }));
      return { items, ...(nextCursor !== undefined && { nextCursor }) };
    }),
    handle(listMembershipChanges, async ({ params: { projectId, segmentId }, query: { limit } }) => {
      await segments.row(projectId, segmentId);
      const canonical = await parts.identity.canonical(projectId);
      const changes = await recentChanges(parts.kernel.clickhouse, { projectId, segmentId, canonical, limit });
      const briefs = await parts.audiences.briefs(projectId, [...new Set(changes.map((change) => change.person))]);
      const byPerson = new Map(briefs.map((brief) => [brief.personId, brief]));
      const items = changes.flatMap(({ person, entered, changed_at }) => {
        const brief = byPerson.get(person);
        return brief ? [{ ...brief, hasEntered: entered === 1, at: changed_at }] : [];
      });
      return { items };
    }),
    handle(exportMembers, async ({ params: { projectId, segmentId }, query }) => {
      await segments.row(projectId, segmentId);
      const { rows, nextCursor } = await pageOfMembers(parts, { projectId, segmentId, cursor: query.cursor, limit: EXPORT_PAGE });
      const people = await parts.identity.people(
        projectId,
        rows.map((row) => row.person),
      );
      const items = rows.flatMap((row) => {
        const person = people.get(row.person);
        if (!person) return [];
        const idsOf = (kind: 'user' | 'anonymous') => person.externalIds.filter((id) => id.kind === kind).map((id) => id.value);
        return [{ personId: row.person, userIds: idsOf('user'), anonymousIds: idsOf('anonymous'), enteredAt: row.entered_at, traits: person.traits }];
      });
      return { items, ...(nextCursor !== undefined && { nextCursor }) };
    }),
  ];
}

function changingRoutes(segments: Segments, parts: RouteParts): BoundRoute[] {
  const { audiences } = parts;
  return [
    handle(createSegment, async (call) => {
      const { projectId } = call.params;
      await audiences.check(projectId, call.body.condition, 'body.condition', call.locale);
      const made = await segments.create({ projectId, ...call.body }, audited(call, createSegment, parts));
      return viewOf(parts, await segments.row(projectId, made.id), call.locale);
    }),
    handle(updateSegment, async (call) => {
      const { projectId, segmentId } = call.params;
      await segments.row(projectId, segmentId);
      if (call.body.condition) await audiences.check(projectId, call.body.condition, 'body.condition', call.locale);
      const row = await segments.update(projectId, segmentId, call.body, audited(call, updateSegment, parts));
      return viewOf(parts, row, call.locale);
    }),
    handle(archiveSegment, async (call) => {
      const { projectId, segmentId } = call.params;
      return viewOf(parts, await segments.setState(projectId, segmentId, 'archived', audited(call, archiveSegment, parts)), call.locale);
    }),
    handle(restoreSegment, async (call) => {
      const { projectId, segmentId } = call.params;
      const row = await segments.row(projectId, segmentId);
      await audiences.check(projectId, row.condition, 'condition', call.locale);
      return viewOf(parts, await segments.setState(projectId, segmentId, 'live', audited(call, restoreSegment, parts)), call.locale);
    }),
    handle(deleteSegment, async (call) => {
      const { projectId, segmentId } = call.params;
      await segments.delete(projectId, segmentId, audited(call, deleteSegment, parts));
      return undefined;
    }),
    handle(rebuildSegment, async ({ params: { projectId, segmentId }, locale }) => {
      await segments.rebuild(projectId, segmentId);
      return viewOf(parts, await segments.row(projectId, segmentId), locale);
    }),
  ];
}

async function viewOf(parts: PresentationParts, row: SegmentRow, locale: 'zh-CN' | 'en'): Promise<SegmentView> {
  const [view] = await viewsOf(parts, [row], locale);
  if (!view) throw refuseSegment('unknown_segment');
  return view;
}

/** Writes a change of a segment into the audit trail, in its own transaction. */
function audited(
  call: Pick<Call<AnyRoute>, 'principal' | 'ip' | 'requestId'>,
  route: { id: string },
  { audit }: RouteParts,
): Parameters<Segments['update']>[3] {
  const { principal, ip, requestId } = call;
  return (tx, row) =>
    audit.write(
      {
        projectId: row.project_id,
        principal,
        ip,
        requestId,
        action: route.id,
        subject: `segment:${row.id}`,
        details: { name: row.name, version: row.version, condition: row.condition },
      },
      tx,
    );
}
