import { sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import { systemEvents } from '../stream/contract.ts';
import { dayIn } from './observer.ts';
import type { Plans } from './plans.ts';
import { eventDays, eventSpans, sampleProperties, sampleTraits } from './queries/stream-survey.ts';
import { newSeenEvent, type SeenEvents, seeProperties } from './seen.ts';
import type { PlanTables } from './tables.ts';
import { writeSeen } from './write-seen.ts';

/** Days whose volumes are brought in line with the stream. */
const DAYS_MAX = 90;
const DAY_MS = 86_400_000;
/** A survey is not done again before. */
const SURVEY_AGE_MIN_MS = 120_000;
/** Events whose properties are read from the stream in one survey. */
const SAMPLED_EVENTS_MAX = 200;

interface SurveyParts {
  kernel: Kernel;
  plans: Plans;
  projects: Pick<ProjectsApi, 'project'>;
}

/** Facts of the system are no events of a tracking plan; pages, screens and calls of clients are. */
const calls: readonly string[] = ['$page', '$screen', '$identify', '$group', '$alias'];
export const systemFacts: readonly string[] = systemEvents.filter((name) => !calls.includes(name));

/** Learns from the stream what came before, what came by imports, and brings volumes of past days in line with it. False: it was done lately. */
export async function survey(parts: SurveyParts, projectId: number): Promise<boolean> {
  const { kernel, plans, projects } = parts;
  if (!(await claim(kernel, projectId))) return false;
  const project = await projects.project(projectId);
  if (!project) return false;
  const now = kernel.clock.now();
  const dayOf = dayIn(project.timeZone);
  const spans = await eventSpans(kernel.clickhouse, projectId, systemFacts);
  const days = await eventDays(kernel.clickhouse, projectId, { since: dayOf(now - DAYS_MAX * DAY_MS), not: systemFacts });
  const known = await sampledEvents(kernel, projectId);
  const seen: SeenEvents = new Map();
  let looked = 0;
  for (const { event, firstSeen, lastSeen } of spans) {
    const one = { ...newSeenEvent(), firstSeen, lastSeen };
    seen.set(event, one);
    if (known.has(event) || looked >= SAMPLED_EVENTS_MAX) continue;
    looked += 1;
    for (const properties of await sampleProperties(kernel.clickhouse, projectId, event)) {
      one.sampled += 1;
      seeProperties(one, properties, lastSeen);
    }
  }
  if (!known.has('')) await seeSampledTraits(kernel, projectId, seen);
  const { compiled } = await plans.current(projectId);
  await kernel.postgres.transaction<PlanTables, void>(
    async (tx) => {
      if (seen.size > 0) await writeSeen(tx, seen, { projectId, compiled, dayOf });
      // Today is left to those who count what arrives: what they have in hand would be counted twice.
      await sql`
      INSERT INTO seen_event_days AS known (project_id, event, day, count)
      SELECT ${projectId}::int, fresh.event, fresh.day, fresh.count
      FROM jsonb_to_recordset(${jsonText(days)}::jsonb) AS fresh (event text, day date, count bigint)
      JOIN seen_events ON seen_events.project_id = ${projectId}::int AND seen_events.event = fresh.event
      ORDER BY fresh.event, fresh.day
      ON CONFLICT (project_id, event, day) DO UPDATE SET count = CASE WHEN known.day < ${dayOf(now)}::date THEN excluded.count ELSE known.count END`.execute(
        tx,
      );
      const surveyed = [...seen].filter(([, one]) => one.sampled > 0).map(([event]) => event);
      await sql`UPDATE seen_events SET surveyed_at = ${new Date(now)} WHERE project_id = ${projectId} AND event = ANY(${surveyed}::text[])`.execute(
        tx,
      );
    },
    { timeoutMs: 30_000 },
  );
  return true;
}

async function seeSampledTraits(kernel: Kernel, projectId: number, seen: SeenEvents): Promise<void> {
  const traits = newSeenEvent();
  for (const { values, at } of await sampleTraits(kernel.clickhouse, projectId)) {
    traits.sampled += 1;
    traits.firstSeen = Math.min(traits.firstSeen, at);
    traits.lastSeen = Math.max(traits.lastSeen, at);
    seeProperties(traits, values, at);
  }
  if (traits.sampled > 0) seen.set('', traits);
}

/** One survey of a project at a time, in whatever process. */
async function claim(kernel: Kernel, projectId: number): Promise<boolean> {
  const now = kernel.clock.now();
  const { rows } = await sql`
    INSERT INTO plan_surveys AS known (project_id, surveyed_at) VALUES (${projectId}, ${new Date(now)})
    ON CONFLICT (project_id) DO UPDATE SET surveyed_at = excluded.surveyed_at WHERE known.surveyed_at < ${new Date(now - SURVEY_AGE_MIN_MS)}
    RETURNING project_id`.execute(kernel.postgres.as<PlanTables>());
  return rows.length > 0;
}

/** Events whose properties need no look: they were surveyed, or are looked at while they arrive. */
async function sampledEvents(kernel: Kernel, projectId: number): Promise<Set<string>> {
  const rows = await kernel.postgres
    .as<PlanTables>()
    .selectFrom('seen_events')
    .select('event')
    .where('project_id', '=', projectId)
    .where('surveyed_at', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.event));
}
