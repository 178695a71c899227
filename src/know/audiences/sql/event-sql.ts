import type { Canonical } from '../../../collect/identity/index.ts';
import { ANY_EVENT, type EventCondition, type Measure } from '../condition.ts';
import { afterDaysBefore, beforeDay, textOfDay } from '../days.ts';
import { AMOUNT_MAX, AMOUNT_SCALE, passesOnNothing, scaledAmount } from '../measures.ts';
import type { Instant } from '../values.ts';
import { boundsOf, type WindowBounds } from '../windows.ts';
import { type Bindings, jsonPath } from './bindings.ts';
import { COMPARISON_SQL, numberSql, testSql } from './test-sql.ts';

/** What every leaf's query is made with. */
export interface LeafContext {
  bindings: Bindings;
  instant: Instant;
  canonical: Canonical;
  /** Text of the bound project. */
  project: string;
  /** Text of the bound list of people (winners and whoever is merged into them), when the query is for some only. */
  persons?: string;
}

/** A query of one row with one column, a bitmap; `isComplement`: the people are those of the universe who are not in it. */
export interface LeafQuery {
  sql: string;
  isComplement: boolean;
}

/** Which people pass an event condition. Whoever has no event is never in the bitmap, so that a measure that passes on nothing is asked the other way round. */
export function eventLeaf(condition: EventCondition, context: LeafContext): LeafQuery {
  const isComplement = passesOnNothing(condition.measure);
  const isPlain = (condition.measure.of === 'did' || condition.measure.of === 'did_not') && condition.where.length === 0;
  if (isPlain) return { sql: plainLeaf(condition, context), isComplement };
  const where = whereSql(condition, boundsOf(condition.window, context.instant), context);
  const person = context.canonical.person('person_id');
  if (condition.measure.of === 'did' || condition.measure.of === 'did_not') {
    return { sql: `SELECT groupBitmapState(toUInt32(${person})) FROM events WHERE ${where}`, isComplement };
  }
  const having = measureSql(condition.measure, context.bindings);
  const grouped = `SELECT toUInt32(${person}) AS person FROM events WHERE ${where} GROUP BY person HAVING ${isComplement ? `NOT (${having})` : having}`;
  return { sql: `SELECT groupBitmapState(person) FROM (${grouped})`, isComplement };
}

/**
 * Did it at least once, on any terms: days that are over come from the daily bitmaps, today from the events (some may lie after `now`).
 * A rolling span begins inside a day, so it reads events only.
 */
function plainLeaf(condition: EventCondition, context: LeafContext): string {
  const { bindings, instant, canonical, project } = context;
  const bounds = boundsOf(condition.window, instant);
  const person = canonical.person('person_id');
  if (bounds.afterMs !== undefined) {
    return `SELECT groupBitmapState(toUInt32(${person})) FROM events WHERE ${whereSql(condition, bounds, context)}`;
  }
  const today = instant.today;
  const days = [`project_id = ${project}`, `event = ${bindings.add('String', condition.event === ANY_EVENT ? '' : condition.event)}`];
  if (bounds.fromDay !== undefined) days.push(`day >= ${bindings.add('Date', textOfDay(bounds.fromDay))}`);
  days.push(`day < ${bindings.add('Date', textOfDay(Math.min(bounds.untilDay ?? today, today)))}`);
  const over = canonical.days({ where: days.join(' AND ') });
  if (bounds.untilDay !== undefined && bounds.untilDay <= today) return over;
  const rest = { ...bounds, fromDay: Math.max(bounds.fromDay ?? today, today) };
  return `SELECT bitmapOr((${over}), (SELECT groupBitmapState(toUInt32(${person})) FROM events WHERE ${whereSql(condition, rest, context)}))`;
}

function whereSql(condition: EventCondition, bounds: WindowBounds, context: LeafContext): string {
  const { bindings, instant, project } = context;
  const at = (ms: number) => `fromUnixTimestamp64Milli(${bindings.add('Int64', Math.round(ms))}, 'UTC')`;
  const parts = [`project_id = ${project}`];
  parts.push(condition.event === ANY_EVENT ? 'passive = 0' : `event = ${bindings.add('String', condition.event)}`);
  parts.push(`time <= ${at(instant.now)}`);
  if (bounds.afterMs !== undefined) parts.push(`time > ${at(bounds.afterMs)}`);
  // The bounds on `time` change nothing: they let the engine skip partitions, which are by month of time.
  if (bounds.fromDay !== undefined)
    parts.push(`day >= ${bindings.add('Date', textOfDay(bounds.fromDay))}`, `time >= ${at(beforeDay(bounds.fromDay))}`);
  if (bounds.untilDay !== undefined)
    parts.push(`day < ${bindings.add('Date', textOfDay(bounds.untilDay))}`, `time < ${at(afterDaysBefore(bounds.untilDay))}`);
  if (context.persons !== undefined) parts.push(`person_id IN ${context.persons}`);
  for (const filter of condition.where) parts.push(testSql(filter.test, jsonPath('properties', filter.property), bindings, instant));
  return parts.join(' AND ');
}

/** SQL over the events of one person: whether the measure holds. */
function measureSql(measure: Exclude<Measure, { of: 'did' | 'did_not' }>, bindings: Bindings): string {
  const op = COMPARISON_SQL[measure.op];
  if (measure.of === 'count') return `count() ${op} ${bindings.add('UInt64', measure.value)}`;
  const path = jsonPath('properties', measure.property);
  if (measure.of === 'distinct') return `${distinctSql(path)} ${op} ${bindings.add('UInt64', measure.value)}`;
  const number = numberSql(path);
  const scaled = `toInt64(floor(least(greatest(ifNull(${number}, 0), toFloat64(-${AMOUNT_MAX})), toFloat64(${AMOUNT_MAX})) * ${AMOUNT_SCALE} + 0.5))`;
  const sum = `sumIf(toInt128(${scaled}), isNotNull(${number}))`;
  const counted = `countIf(isNotNull(${number}))`;
  switch (measure.of) {
    case 'sum':
      return `${sum} ${op} ${bindings.add('Int128', scaledAmount(measure.value))}`;
    case 'avg':
      return `${counted} > 0 AND ${sum} ${op} ${bindings.add('Int128', scaledAmount(measure.value))} * toInt128(${counted})`;
    default:
      return `${counted} > 0 AND ${measure.of}(${number}) ${op} ${bindings.add('Float64', measure.value)}`;
  }
}

function distinctSql(path: string): string {
  const typed = `multiIf(isNotNull(${path}.:String), concat('s', ${path}.:String), isNotNull(${numberSql(path)}), concat('n', toString(${numberSql(path)})), isNotNull(${path}.:Bool), concat('b', toString(${path}.:Bool)), NULL)`;
  return `uniqExact(${typed})`;
}
