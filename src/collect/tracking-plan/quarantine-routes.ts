import { type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { StreamApi } from '../stream/index.ts';
import type { Plans } from './plans.ts';
import { eventOf, type Quarantine, type QuarantineRow } from './quarantine.ts';
import {
  beginReplay,
  CHOSEN_MAX,
  discardQuarantined,
  getQuarantined,
  listQuarantine,
  listReplays,
  type QuarantinedEvent,
  replayQuarantined,
  restoreQuarantined,
  stopReplay,
} from './quarantine-contract.ts';
import { replay } from './replay.ts';
import type { Replays } from './replays.ts';

interface QuarantineRouteParts {
  plans: Plans;
  quarantine: Quarantine;
  stream: Pick<StreamApi, 'accept'>;
  audit: AuditApi;
  replays: Replays;
}

/** Routes of events kept apart. */
export function quarantineRoutes(parts: QuarantineRouteParts): BoundRoute[] {
  const { plans, quarantine, audit, replays } = parts;
  const audited = (call: Pick<Call<typeof replayQuarantined>, 'params' | 'principal' | 'ip' | 'requestId'>, action: string, details: object) =>
    audit.write({
      projectId: call.params.projectId,
      principal: call.principal,
      ip: call.ip,
      requestId: call.requestId,
      action,
      subject: 'quarantine',
      details,
    });
  return [
    handle(listQuarantine, async ({ params: { projectId }, query: { limit, cursor, ...filter } }) => {
      const rows = await quarantine.list(projectId, filter, { before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const counts = await quarantine.counts(projectId, filter);
      return { items: items.map(view), counts, ...(rows.length > limit && { nextCursor: String(items.at(-1)?.id) }) };
    }),
    handle(getQuarantined, async ({ params: { projectId, entryId } }) => {
      const row = await quarantine.get(projectId, entryId);
      const event = eventOf(row);
      const { compiled } = await plans.fresh(projectId);
      return { entry: view(row), body: { ...event }, now: [...compiled.judge(event).violations] };
    }),
    handle(replayQuarantined, async (call) => {
      const result = await replay(parts, call.params.projectId, call.body);
      await audited(call, replayQuarantined.id, result);
      return result;
    }),
    handle(beginReplay, async (call) => {
      const { replay: begun, isNew } = await replays.begin(call.params.projectId, call.body.filter);
      if (isNew) await audited(call, beginReplay.id, { total: begun.total });
      return begun;
    }),
    handle(listReplays, async ({ params: { projectId } }) => ({ items: await replays.list(projectId) })),
    handle(stopReplay, async (call) => {
      const stopped = await replays.stop(call.params.projectId, call.params.replayId);
      await audited(call, stopReplay.id, { replayed: stopped.replayed });
      return stopped;
    }),
    handle(discardQuarantined, async (call) => {
      const discarded = await quarantine.discard(call.params.projectId, call.body, CHOSEN_MAX);
      await audited(call, discardQuarantined.id, { count: discarded.length });
      return { discarded };
    }),
    handle(restoreQuarantined, async (call) => {
      const restored = await quarantine.restore(call.params.projectId, call.body.ids);
      await audited(call, restoreQuarantined.id, { count: restored });
      return { restored };
    }),
  ];
}

function view(row: QuarantineRow): QuarantinedEvent {
  const event = eventOf(row);
  return {
    id: row.id,
    messageId: row.message_id,
    event: row.event,
    state: row.state,
    wasRefused: row.was_refused,
    violations: row.violations,
    library: row.library,
    userId: event.userId ?? null,
    anonymousId: event.anonymousId ?? null,
    time: instant(event.time),
    receivedAt: row.received_at.toISOString(),
    outcome: row.outcome,
    settledAt: row.settled_at?.toISOString() ?? null,
  };
}

/** JSON has no NaN: a time that was none is null. */
function instant(time: number | null): string | null {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
