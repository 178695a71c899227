import { type QueryExecutorProvider, sql } from 'kysely';
import type { Locale } from '../../kernel/http/handle.ts';
import { jsonText } from '../../kernel/json-text.ts';
import { definitionSchema, type Fault, type Journey, type JourneyDefinition, type JourneyState, type JourneySummary, refuse } from './contract.ts';
import { cancelKeyOf, operationOf } from './facts.ts';
import { listenFor } from './listening.ts';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import { type JourneyParts, RUN_TOPIC } from './parts.ts';
import type { JourneyRow } from './tables.ts';
import { faultsOf, faultsOfTemplates } from './validate.ts';

const UNIQUE_VIOLATION = '23505';

/** What a new journey begins with: nothing chosen, and an end. */
export const EMPTY_DRAFT: JourneyDefinition = {
  trigger: { kind: 'event', event: '', where: [] },
  start: 'end',
  nodes: [{ id: 'end', kind: 'exit', exits: {} }],
  goal: null,
  exitOnGoal: true,
  controlPercent: 10,
  reentry: { kind: 'once' },
};

/** Creates a draft. Throws `journeys.name_taken`, `journeys.broken_template`. */
export async function createJourney(
  parts: JourneyParts,
  input: { projectId: number; name: string; draft?: JourneyDefinition | undefined },
): Promise<Journey> {
  const draft = input.draft ?? EMPTY_DRAFT;
  refuseBrokenTemplates(parts, draft);
  const now = new Date(parts.kernel.clock.now());
  const row = await named(async () => {
    const { rows } = await sql<JourneyRow>`
      INSERT INTO journeys (project_id, name, state, draft, created_at, updated_at)
      VALUES (${input.projectId}, ${input.name}, 'draft', ${jsonText(draft)}::jsonb, ${now}, ${now}) RETURNING *`.execute(
      parts.kernel.postgres.as<object>(),
    );
    return rows[0];
  });
  if (!row) throw refuse('unknown_journey');
  return journeyOf(parts, input.projectId, row.id);
}

/** Renames or saves the draft. A draft may be unfinished but not hold a template that does not parse. */
export async function updateJourney(
  parts: JourneyParts,
  projectId: number,
  journeyId: number,
  change: { name?: string | undefined; draft?: JourneyDefinition | undefined },
): Promise<Journey> {
  if (change.draft) refuseBrokenTemplates(parts, change.draft);
  const now = new Date(parts.kernel.clock.now());
  const row = await named(async () => {
    const { rows } = await sql<JourneyRow>`
      UPDATE journeys SET name = COALESCE(${change.name ?? null}, name), draft = COALESCE(${change.draft ? jsonText(change.draft) : null}::jsonb, draft), updated_at = ${now}
      WHERE project_id = ${projectId} AND id = ${journeyId} AND state <> 'archived' RETURNING *`.execute(parts.kernel.postgres.as<object>());
    return rows[0];
  });
  if (!row) {
    await rowOf(projectId, journeyId, parts.kernel.postgres.as<object>());
    throw refuse('wrong_state', { details: { state: 'archived' } });
  }
  return journeyOf(parts, projectId, journeyId);
}

/** Freezes the draft as the next version and takes people into it. Throws `journeys.not_publishable` with every fault. */
export async function publishJourney(parts: JourneyParts, projectId: number, journeyId: number, locale: Locale): Promise<Journey> {
  const before = await rowOf(projectId, journeyId, parts.kernel.postgres.as<object>());
  const draft = definitionSchema.parse(before.draft);
  const faults = await faultsOfDraft(parts, projectId, draft);
  if (faults.length > 0) throw notPublishable(faults, locale);
  // Before the version counts: an event that arrives in between is announced and finds it, or was too early.
  await listenFor(parts, projectId, [draft]);
  const now = new Date(parts.kernel.clock.now());
  await parts.kernel.postgres.transaction(async (tx) => {
    const { rows } = await sql<JourneyRow>`
      UPDATE journeys SET version = COALESCE(version, 0) + 1, state = CASE WHEN state = 'draft' THEN 'live' ELSE state END, published_at = ${now}, updated_at = ${now}
      WHERE project_id = ${projectId} AND id = ${journeyId} AND state <> 'archived' RETURNING *`.execute(tx);
    const row = rows[0];
    if (!row) throw refuse('wrong_state', { details: { state: 'archived' } });
    await sql`
      INSERT INTO journey_versions (journey_id, version, project_id, definition, published_at)
      VALUES (${journeyId}, ${row.version}, ${projectId}, ${jsonText(draft)}::jsonb, ${now})`.execute(tx);
    if (draft.goal)
      await parts.operations.declare(
        { projectId, operation: operationOf(journeyId), kind: 'journey', name: row.name, goal: draft.goal, controlPercent: draft.controlPercent },
        tx,
      );
  });
  parts.kernel.bus.publish(RUN_TOPIC, {});
  return journeyOf(parts, projectId, journeyId);
}

/** Pauses or resumes. People stay where they are; what fell due meanwhile goes on at once when resumed. */
export async function setPaused(parts: JourneyParts, projectId: number, journeyId: number, isPaused: boolean): Promise<Journey> {
  await changeState(parts, { projectId, journeyId, from: [isPaused ? 'live' : 'paused'], to: isPaused ? 'paused' : 'live' });
  parts.kernel.bus.publish(RUN_TOPIC, {});
  return journeyOf(parts, projectId, journeyId);
}

/** Ends the journey: its runs end, what waits to be sent is cancelled. */
export async function archiveJourney(parts: JourneyParts, projectId: number, journeyId: number): Promise<Journey> {
  const now = new Date(parts.kernel.clock.now());
  await parts.kernel.postgres.transaction(
    async (tx) => {
      await changeState(parts, { projectId, journeyId, from: ['draft', 'live', 'paused'], to: 'archived' }, tx);
      const { rows } = await sql<{ id: number }>`
        UPDATE journey_runs SET state = 'ended', outcome = 'archived', ended_at = ${now}, lease_owner = NULL
        WHERE journey_id = ${journeyId} AND state = 'active' RETURNING id`.execute(tx);
      await parts.gate.cancel(
        projectId,
        rows.map((row) => cancelKeyOf(row.id)),
        tx,
      );
      await parts.operations.end(projectId, operationOf(journeyId), tx);
    },
    { timeoutMs: 60_000 },
  );
  return journeyOf(parts, projectId, journeyId);
}

async function changeState(
  parts: JourneyParts,
  change: { projectId: number; journeyId: number; from: readonly JourneyState[]; to: JourneyState },
  db: QueryExecutorProvider = parts.kernel.postgres.as<object>(),
): Promise<void> {
  const now = new Date(parts.kernel.clock.now());
  const { rows } = await sql`
    UPDATE journeys SET state = ${change.to}, updated_at = ${now}, archived_at = CASE WHEN ${change.to} = 'archived' THEN ${now}::timestamptz END
    WHERE project_id = ${change.projectId} AND id = ${change.journeyId} AND state = ANY(${change.from}::text[]) RETURNING id`.execute(db);
  if (rows.length > 0) return;
  const row = await rowOf(change.projectId, change.journeyId, db);
  throw refuse('wrong_state', { details: { state: row.state } });
}

/** The row of a journey. Throws `journeys.unknown_journey`. */
export async function rowOf(projectId: number, journeyId: number, db: QueryExecutorProvider): Promise<JourneyRow> {
  const { rows } = await sql<JourneyRow>`SELECT * FROM journeys WHERE project_id = ${projectId} AND id = ${journeyId}`.execute(db);
  if (!rows[0]) throw refuse('unknown_journey');
  return rows[0];
}

/** A journey as the contract shows it, with what is wrong in its draft. */
export async function journeyOf(parts: JourneyParts, projectId: number, journeyId: number): Promise<Journey> {
  const db = parts.kernel.postgres.as<object>();
  const row = await rowOf(projectId, journeyId, db);
  const draft = definitionSchema.parse(row.draft);
  const { rows } = await sql<{ definition: unknown }>`
    SELECT definition FROM journey_versions WHERE journey_id = ${journeyId} AND version = ${row.version}`.execute(db);
  const published = rows[0] ? definitionSchema.parse(rows[0].definition) : null;
  const [summary] = await summaries(projectId, { journeyId }, db);
  if (!summary) throw refuse('unknown_journey');
  return { ...summary, draft, published, faults: await faultsOfDraft(parts, projectId, draft) };
}

/** Journeys of a project with their figures. */
export async function summaries(
  projectId: number,
  filter: { journeyId?: number | undefined; state?: JourneyState | undefined; search?: string | undefined },
  db: QueryExecutorProvider,
): Promise<JourneySummary[]> {
  const { rows } = await sql<JourneyRow & { has_changes: boolean; entered: number; active: number; goals: number }>`
    SELECT j.*, (v.definition IS NULL OR v.definition <> j.draft) AS has_changes, COALESCE(r.entered, 0) AS entered, COALESCE(r.active, 0) AS active, COALESCE(r.goals, 0) AS goals
    FROM journeys j
    LEFT JOIN journey_versions v ON v.journey_id = j.id AND v.version = j.version
    LEFT JOIN LATERAL (SELECT count(*)::int AS entered, (count(*) FILTER (WHERE state = 'active'))::int AS active, count(goal_at)::int AS goals
      FROM journey_runs WHERE journey_id = j.id) r ON true
    WHERE j.project_id = ${projectId} AND (${filter.journeyId ?? null}::int IS NULL OR j.id = ${filter.journeyId ?? null})
      AND (${filter.state ?? null}::text IS NULL OR j.state = ${filter.state ?? null}) AND strpos(lower(j.name), lower(${filter.search ?? ''})) > 0
    ORDER BY j.updated_at DESC, j.id DESC LIMIT 500`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    version: row.version,
    hasUnpublishedChanges: row.has_changes,
    entered: row.entered,
    active: row.active,
    goalReached: row.goals,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
  }));
}

/** What keeps a draft from being published. */
export function faultsOfDraft(parts: JourneyParts, projectId: number, draft: JourneyDefinition): Promise<Fault[]> {
  return faultsOf(draft, {
    templates: parts.templates,
    hasSegment: async (segmentId) => (await parts.segments.segment(projectId, segmentId))?.state === 'live',
    faultOfCondition: async (condition) => {
      try {
        await parts.audiences.check(projectId, condition);
        return undefined;
      } catch (error) {
        const issues = (error as { issues?: { message: string }[] }).issues;
        if (!issues) throw error;
        return issues.map((issue) => issue.message).join('; ');
      }
    },
  });
}

function refuseBrokenTemplates(parts: JourneyParts, draft: JourneyDefinition): void {
  const faults = faultsOfTemplates(draft, parts.templates);
  const first = faults[0];
  if (!first) return;
  throw refuse('broken_template', {
    details: { node: first.node, part: first.part, line: first.line, column: first.column, message: first.detail },
    issues: faults.map((fault) => ({
      path: `body.draft.nodes.${draft.nodes.findIndex((node) => node.id === fault.node)}.${fault.part}`,
      message: `${fault.line}:${fault.column} ${fault.detail}`,
    })),
  });
}

function notPublishable(faults: readonly Fault[], locale: Locale): Error {
  const texts = (locale === 'zh-CN' ? zh : en).faults;
  return refuse('not_publishable', {
    details: { count: faults.length, faults },
    issues: faults.map((fault) => ({
      path: ['draft', fault.node, fault.part].filter((part) => part !== null).join('.'),
      message: fault.line === null ? texts[fault.reason] : `${fault.line}:${fault.column} ${texts[fault.reason]} ${fault.detail ?? ''}`,
    })),
  });
}

async function named<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: string }).code === UNIQUE_VIOLATION) throw refuse('name_taken', { cause: error });
    throw error;
  }
}
