import { sql } from 'kysely';
import type { Announcement, Fact } from '../../collect/stream/contract.ts';
import type { Project } from '../../workspace/projects/contract.ts';
import type { JourneyDefinition } from './contract.ts';
import { enterByEvents, type LiveJourney } from './enter.ts';
import { isEvent } from './event-match.ts';
import { cancelKeyOf, journeyFact } from './facts.ts';
import { keepHeard } from './heard.ts';
import { joinMerged } from './join-merged.ts';
import { type JourneyParts, LISTENER } from './parts.ts';
import type { ProjectEvents } from './project-events.ts';
import type { Tx } from './run-walker.ts';
import type { RunRow } from './tables.ts';
import type { Versions } from './versions.ts';

const AT_ONCE = 500;
/** Advisory lock: one process reacts at a time, so that a person's events are taken in their order. */
const REACT_LOCK = 7_302;

export interface Reaction {
  taken: number;
  /** Somebody entered or was woken. */
  hasDue: boolean;
  hasFacts: boolean;
}

/**
 * Takes announced events and does in one transaction what they mean: people enter, waits are met, goals are reached and end runs at once. An event
 * is taken once for ever; a crash before the commit leaves it to be taken again.
 */
export async function react(parts: JourneyParts, versions: Versions, projects: ReadonlyMap<number, Project>): Promise<Reaction> {
  return parts.kernel.postgres.transaction(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${REACT_LOCK})`.execute(tx);
    const announcements = await parts.stream.takeAnnouncements(LISTENER, AT_ONCE, tx);
    const reaction: Reaction = { taken: announcements.length, hasDue: false, hasFacts: false };
    for (const [projectId, own] of Map.groupBy(announcements, (one) => one.projectId)) {
      const timeZone = projects.get(projectId)?.timeZone ?? 'UTC';
      const events = [...own].sort((a, b) => a.time - b.time);
      const did = await reactTo({ parts, versions, projectId, timeZone, events }, tx);
      await parts.operations.recordLater(projectId, did.facts, tx);
      reaction.hasDue ||= did.hasDue;
      reaction.hasFacts ||= did.facts.length > 0;
    }
    return reaction;
  });
}

async function reactTo(project: ProjectEvents, tx: Tx): Promise<{ facts: Fact[]; hasDue: boolean }> {
  const { parts, projectId, events } = project;
  await joinMerged(project, tx);
  const live = await liveJourneys(projectId, tx);
  const definitionOf = await project.versions.definitions(
    live.map((journey) => ({ journeyId: journey.id, version: journey.version })),
    tx,
  );
  const journeys = live.flatMap((journey): LiveJourney[] => {
    const definition = definitionOf(journey.id, journey.version);
    return definition ? [{ ...journey, definition }] : [];
  });
  const entered = await enterByEvents(project, journeys, tx);
  const runs = await runsOf(projectId, events, tx);
  const ofRun = await project.versions.definitions(
    runs.map((run) => ({ journeyId: run.journey_id, version: run.version })),
    tx,
  );
  const moves = moveRuns(runs, (run) => ofRun(run.journey_id, run.version), project);
  await writeMoves(parts, moves, tx);
  await keepHeard(moves.heard, tx);
  const ended = moves.changed.filter((run) => run.state === 'ended').map((run) => cancelKeyOf(run.id));
  await parts.gate.cancel(projectId, ended, tx);
  return { facts: [...entered.facts, ...moves.facts], hasDue: entered.count > 0 || moves.changed.some((run) => run.state === 'active') };
}

async function liveJourneys(projectId: number, tx: Tx): Promise<{ id: number; version: number }[]> {
  const { rows } = await sql<{ id: number; version: number }>`
    SELECT id, version FROM journeys WHERE project_id = ${projectId} AND state = 'live' AND version IS NOT NULL`.execute(tx);
  return rows;
}

/** Runs that these events could still matter to: active ones, and ended ones whose goal is open. Locked in the order of their ids. */
async function runsOf(projectId: number, events: readonly Announcement[], tx: Tx): Promise<RunRow[]> {
  const people = [...new Set(events.map((event) => event.personId))];
  const earliest = events[0]?.time ?? 0;
  const { rows } = await sql<RunRow>`
    SELECT * FROM journey_runs WHERE project_id = ${projectId} AND person_id = ANY(${people}::bigint[])
      AND (state = 'active' OR (goal_at IS NULL AND goal_until > ${new Date(earliest)} AND outcome <> 'archived'))
    ORDER BY id FOR UPDATE`.execute(tx);
  return rows;
}

interface Moves {
  changed: RunRow[];
  facts: Fact[];
  heard: Announcement[];
}

/** What the events mean for the runs. Changes the rows that it gives back as `changed`. */
function moveRuns(runs: readonly RunRow[], definitionOf: (run: RunRow) => JourneyDefinition | undefined, project: ProjectEvents): Moves {
  const byPerson = Map.groupBy(runs, (run) => run.person_id);
  const changed = new Set<RunRow>();
  const facts: Fact[] = [];
  const heard = new Set<Announcement>();
  const now = project.parts.kernel.clock.now();
  for (const event of project.events)
    for (const run of byPerson.get(event.personId) ?? []) {
      const definition = definitionOf(run);
      if (!definition || event.messageId === run.trigger_message_id || event.time < run.entered_at.getTime()) continue;
      if (reachesGoal(run, definition, event, project.timeZone)) {
        run.goal_at = new Date(event.time);
        changed.add(run);
        facts.push(journeyFact('$goal_reached', run, { key: 'goal', at: event.time, node: run.node }));
        if (definition.exitOnGoal && run.state === 'active') {
          facts.push(
            journeyFact('$journey_exited', run, {
              key: 'exited',
              at: Math.max(event.time, run.entered_at.getTime()),
              node: run.node,
              outcome: 'goal_reached',
            }),
          );
          Object.assign(run, { state: 'ended', outcome: 'goal_reached', ended_at: new Date(now), lease_owner: null } satisfies Partial<RunRow>);
        }
      }
      if (run.state !== 'active') continue;
      const hears = hear(run, definition, event, { timeZone: project.timeZone, now });
      if (hears === 'met') changed.add(run);
      if (hears === 'later') heard.add(event);
    }
  return { changed: [...changed], facts, heard: [...heard] };
}

function reachesGoal(run: RunRow, { goal }: JourneyDefinition, event: Announcement, timeZone: string): boolean {
  return run.goal_at === null && goal !== null && event.time < run.goal_until.getTime() && isEvent(event, goal, timeZone);
}

/** `met`: the wait that the person stands in is over. `later`: a wait further on may ask for the event. */
function hear(
  run: RunRow,
  definition: JourneyDefinition,
  event: Announcement,
  around: { timeZone: string; now: number },
): 'met' | 'later' | undefined {
  const node = definition.nodes.find((one) => one.id === run.node);
  const isWaitingForIt =
    run.is_waiting &&
    run.resolution === null &&
    node?.kind === 'wait_until' &&
    event.time >= run.arrived_at.getTime() &&
    isEvent(event, node, around.timeZone);
  if (isWaitingForIt) {
    // The time was up before the event: the worker is late, not the wait long.
    if (event.time > run.due_at.getTime()) return undefined;
    Object.assign(run, {
      resolution: 'met',
      due_at: new Date(event.time + 1),
      wake_at: new Date(around.now),
      lease_owner: null,
    } satisfies Partial<RunRow>);
    return 'met';
  }
  return definition.nodes.some((one) => one.kind === 'wait_until' && one.event === event.event) ? 'later' : undefined;
}

async function writeMoves(parts: JourneyParts, { changed }: Moves, tx: Tx): Promise<void> {
  if (changed.length === 0) return;
  const list = changed.map(({ id, state, outcome, resolution, due_at, wake_at, lease_owner, goal_at, ended_at }) => ({
    id,
    state,
    outcome,
    resolution,
    due_at,
    wake_at,
    lease_owner,
    goal_at,
    ended_at,
  }));
  await sql`
    UPDATE journey_runs j SET state = r.state, outcome = r.outcome, resolution = r.resolution, due_at = r.due_at, wake_at = r.wake_at, lease_owner = r.lease_owner,
      goal_at = r.goal_at, ended_at = r.ended_at
    FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS r(id bigint, state text, outcome text, resolution text, due_at timestamptz, wake_at timestamptz,
      lease_owner text, goal_at timestamptz, ended_at timestamptz)
    WHERE j.id = r.id`.execute(tx);
  parts.kernel.log.debug({ count: changed.length }, 'runs moved by events');
}
