// What became of the people of a journey: where do they stand, what did each step do, and what did it change against the control group?
import { type QueryExecutorProvider, sql } from 'kysely';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { armResult, checkSplit, compareRates } from '../../../try/operations/index.ts';
import { definitionSchema, type journeyResults } from '../contract.ts';
import { operationOf } from '../facts.ts';
import { rowOf } from '../journeys.ts';
import type { JourneyParts } from '../parts.ts';

type Results = ReplyOf<typeof journeyResults>;

interface ArmCounts {
  treated: number;
  treated_goals: number;
  held: number;
  held_goals: number;
  mixed: number;
  reached: number;
  reached_goals: number;
}

/** Figures of one version, or of all with the live one's drawing. */
export async function resultsOf(parts: JourneyParts, projectId: number, journeyId: number, version: number | undefined): Promise<Results> {
  const db = parts.kernel.postgres.as<object>();
  const row = await rowOf(projectId, journeyId, db);
  const shown = version ?? row.version;
  const { rows: drawn } = await sql<{
    definition: unknown;
  }>`SELECT definition FROM journey_versions WHERE journey_id = ${journeyId} AND version = ${shown}`.execute(db);
  const definition = drawn[0] ? definitionSchema.parse(drawn[0].definition) : null;
  const scope = { journeyId, version };
  const arms = await countArms(scope, db);
  return {
    versions: await versionsOf(journeyId, db),
    version: shown,
    definition,
    runs: await countRuns(scope, db),
    nodes: await countNodes(parts, projectId, scope, db),
    comparison: compareArms(arms, definition?.controlPercent ?? 0),
    mixed: arms.mixed,
    split: checkSplit({ treatment: arms.treated, control: arms.held }, definition?.controlPercent ?? 0),
    reached: armResult({ n: arms.reached, successes: arms.reached_goals }),
  };
}

/** A control group that is planned but empty so far is too few people, not a missing one. */
function compareArms(arms: ArmCounts, controlPercent: number): Results['comparison'] {
  const comparison = compareRates({ n: arms.treated, successes: arms.treated_goals }, { n: arms.held, successes: arms.held_goals });
  return comparison.reason === 'no_control' && controlPercent > 0 ? { ...comparison, reason: 'too_few_people' } : comparison;
}

interface Scope {
  journeyId: number;
  version: number | undefined;
}

const inScope = ({ journeyId, version }: Scope) =>
  sql`journey_id = ${journeyId} AND (${version ?? null}::int IS NULL OR version = ${version ?? null})`;

async function versionsOf(journeyId: number, db: QueryExecutorProvider): Promise<Results['versions']> {
  const { rows } = await sql<{ version: number; published_at: Date; active: number; entered: number }>`
    SELECT v.version, v.published_at, count(r.id)::int AS entered, (count(r.id) FILTER (WHERE r.state = 'active'))::int AS active
    FROM journey_versions v LEFT JOIN journey_runs r ON r.journey_id = v.journey_id AND r.version = v.version
    WHERE v.journey_id = ${journeyId} GROUP BY v.version, v.published_at ORDER BY v.version DESC`.execute(db);
  return rows.map((row) => ({ version: row.version, publishedAt: row.published_at.toISOString(), active: row.active, entered: row.entered }));
}

async function countRuns(scope: Scope, db: QueryExecutorProvider): Promise<Results['runs']> {
  const { rows } = await sql<Results['runs']>`
    SELECT count(*)::int AS entered, (count(*) FILTER (WHERE state = 'active'))::int AS active, (count(*) FILTER (WHERE outcome = 'finished'))::int AS finished,
      count(goal_at)::int AS "goalReached", (count(*) FILTER (WHERE outcome = 'archived'))::int AS archived
    FROM journey_runs WHERE ${inScope(scope)}`.execute(db);
  return rows[0] ?? { entered: 0, active: 0, finished: 0, goalReached: 0, archived: 0 };
}

/** A person counts once, with the goal of any of their runs; who was in both arms, after a merge, counts in neither. */
async function countArms(scope: Scope, db: QueryExecutorProvider): Promise<ArmCounts> {
  const { rows } = await sql<ArmCounts>`
    WITH reached AS (SELECT DISTINCT person_id FROM journey_steps WHERE ${inScope(scope)} AND outcome = 'queued'),
    people AS (
      SELECT r.person_id, bool_or(arm = 'treatment') AS t, bool_or(arm = 'control') AS c, bool_or(goal_at IS NOT NULL) AS goal,
        EXISTS (SELECT 1 FROM reached WHERE reached.person_id = r.person_id) AS is_reached
      FROM journey_runs r WHERE ${inScope(scope)} GROUP BY r.person_id)
    SELECT (count(*) FILTER (WHERE t AND NOT c))::int AS treated, (count(*) FILTER (WHERE t AND NOT c AND goal))::int AS treated_goals,
      (count(*) FILTER (WHERE c AND NOT t))::int AS held, (count(*) FILTER (WHERE c AND NOT t AND goal))::int AS held_goals,
      (count(*) FILTER (WHERE t AND c))::int AS mixed,
      (count(*) FILTER (WHERE t AND NOT c AND is_reached))::int AS reached, (count(*) FILTER (WHERE t AND NOT c AND is_reached AND goal))::int AS reached_goals
    FROM people`.execute(db);
  return rows[0] ?? { treated: 0, treated_goals: 0, held: 0, held_goals: 0, mixed: 0, reached: 0, reached_goals: 0 };
}

async function countNodes(parts: JourneyParts, projectId: number, scope: Scope, db: QueryExecutorProvider): Promise<Results['nodes']> {
  const { rows: steps } = await sql<{ node: string; outcome: string; count: number }>`
    SELECT node, outcome, count(*)::int AS count FROM journey_steps WHERE ${inScope(scope)} GROUP BY node, outcome`.execute(db);
  const { rows: standing } = await sql<{ node: string; count: number }>`
    SELECT node, count(*)::int AS count FROM journey_runs WHERE ${inScope(scope)} AND state = 'active' AND node IS NOT NULL GROUP BY node`.execute(
    db,
  );
  // People whom the goal or the end of the journey took out of a step have come to it too.
  const { rows: left } = await sql<{ node: string; outcome: string; count: number }>`
    SELECT node, outcome, count(*)::int AS count FROM journey_runs
    WHERE ${inScope(scope)} AND state = 'ended' AND outcome <> 'finished' AND node IS NOT NULL GROUP BY node, outcome`.execute(db);
  const deliveries = await parts.gate.counts(
    projectId,
    operationOf(scope.journeyId),
    scope.version === undefined ? undefined : String(scope.version),
  );
  const nodes = new Map<string, Results['nodes'][number]>();
  const at = (node: string): Results['nodes'][number] => {
    const known = nodes.get(node) ?? { node, entered: 0, waiting: 0, outcomes: {}, deliveries: {}, reasons: {} };
    nodes.set(node, known);
    return known;
  };
  for (const { node, outcome, count } of [...steps, ...left]) {
    const counts = at(node);
    counts.entered += count;
    counts.outcomes[outcome] = (counts.outcomes[outcome] ?? 0) + count;
  }
  for (const { node, count } of standing) {
    const counts = at(node);
    counts.entered += count;
    counts.waiting += count;
  }
  for (const { node, state, reason, count } of deliveries) {
    const counts = at(node);
    counts.deliveries[state] = (counts.deliveries[state] ?? 0) + count;
    if (reason !== null && state !== 'sent') counts.reasons[reason] = (counts.reasons[reason] ?? 0) + count;
  }
  return [...nodes.values()];
}
