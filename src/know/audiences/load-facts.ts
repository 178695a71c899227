import type { Canonical, IdentityApi } from '../../collect/identity/index.ts';
import type { ClickHouse, Parameter } from '../../kernel/clickhouse/clickhouse.ts';
import type { EventFact, Facts, SegmentSource } from './api.ts';
import { ANY_EVENT, type Condition, type EventCondition } from './condition.ts';
import { beforeDay, dayOfInstant } from './days.ts';
import { leavesOf, segmentIdsOf } from './leaves.ts';
import { Bindings } from './sql/bindings.ts';
import type { Instant } from './values.ts';
import { boundsOf } from './windows.ts';

/** Where facts come from. */
export interface FactSources {
  clickhouse: Pick<ClickHouse, 'query'>;
  identity: Pick<IdentityApi, 'person' | 'canonical'>;
  segments: Pick<SegmentSource, 'segmentsOf'>;
}

/** Of whom, and when. */
export interface FactsWanted {
  projectId: number;
  personId: number;
  condition: Condition;
  /** ms */
  now: number;
  timeZone: string;
}

/** What a condition needs to know of a person. */
export interface Needs {
  /** Names of events with the earliest instant (ms) that can count; `'*'` stands for all that are not passive. */
  events: Map<string, number>;
  segmentIds: number[];
}

/** What must be loaded to decide a condition. */
export function needsOf(condition: Condition, instant: Instant): Needs {
  const events = new Map<string, number>();
  for (const { leaf } of leavesOf(condition)) {
    if (leaf.kind !== 'event') continue;
    const since = earliest(leaf, instant);
    events.set(leaf.event, Math.min(events.get(leaf.event) ?? since, since));
  }
  return { events, segmentIds: segmentIdsOf(condition) };
}

function earliest(leaf: EventCondition, instant: Instant): number {
  const { afterMs, fromDay } = boundsOf(leaf.window, instant);
  return Math.max(0, afterMs ?? (fromDay === undefined ? 0 : beforeDay(fromDay)));
}

/** Loads what `matches` needs for one person, as stored right now. Costs one look-up and at most one read of the person's events. */
export async function loadFacts(wanted: FactsWanted, sources: FactSources): Promise<Facts> {
  const { projectId, condition, now, timeZone } = wanted;
  const record = await sources.identity.person(projectId, wanted.personId);
  const isGone = record === undefined || record.personId !== wanted.personId;
  if (isGone) return { now, timeZone, exists: false, traits: {}, events: [], segments: new Set() };
  const needs = needsOf(condition, { now, timeZone, today: dayOfInstant(now, timeZone) });
  const [events, segments] = await Promise.all([
    needs.events.size === 0 ? [] : loadEvents(wanted, needs, sources),
    needs.segmentIds.length === 0 ? new Set<number>() : sources.segments.segmentsOf(projectId, wanted.personId, needs.segmentIds),
  ]);
  return { now, timeZone, exists: true, traits: record.traits, events, segments };
}

interface EventRow {
  event: string;
  time: number;
  day: string;
  passive: number;
  properties: Record<string, unknown>;
}

async function loadEvents(wanted: FactsWanted, needs: Needs, sources: FactSources): Promise<EventFact[]> {
  const canonical = await sources.identity.canonical(wanted.projectId);
  const { sql, parameters } = eventsQuery(wanted, needs, canonical);
  const rows = await sources.clickhouse.query<EventRow>(sql, parameters);
  return rows.map((row) => ({ ...row, passive: row.passive === 1 }));
}

/** Which of this person's events can count for the condition? */
function eventsQuery(wanted: FactsWanted, needs: Needs, canonical: Canonical): { sql: string; parameters: Record<string, Parameter> } {
  const bindings = new Bindings('facts');
  const numbers = canonical.numbersOf([wanted.personId]);
  const project = bindings.add('UInt32', wanted.projectId);
  const persons = bindings.add('Array(UInt32)', numbers);
  const at = (ms: number) => `fromUnixTimestamp64Milli(${bindings.add('Int64', Math.round(ms))}, 'UTC')`;
  const choices = [...needs.events].map(([event, since]) => {
    const name = event === ANY_EVENT ? 'e.passive = 0' : `e.event = ${bindings.add('String', event)}`;
    return since > 0 ? `(${name} AND e.time >= ${at(since)})` : `(${name})`;
  });
  const sql = `SELECT toString(e.event) AS event, toUnixTimestamp64Milli(e.time) AS time, toString(e.day) AS day, e.passive AS passive, e.properties AS properties
    FROM events AS e WHERE e.project_id = ${project} AND e.person_id IN ${persons} AND e.time <= ${at(wanted.now)} AND (${choices.join(' OR ')})`;
  return { sql, parameters: bindings.parameters };
}
