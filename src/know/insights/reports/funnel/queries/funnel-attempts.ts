import type { Frame, Piece } from '../../../frame.ts';
import { isPlain } from '../plan.ts';
import { ALL_CODE, eventRows, type FunnelParts, keysOf, rowsOfFunnel, START_BIT, stepTests } from './funnel-rows.ts';
import { namesOf } from './step-slots.ts';
import { trailOf } from './trail.ts';
import { walkAnyOrder } from './walk-any-order.ts';
import { walkSteps } from './walk-steps.ts';

/**
 * The attempts that count: `person, code, bucket, level, is_mature`, and where they were followed (`isDetailed`) also `times`, the instants (ms) of the
 * steps with 0 for those skipped, `codes` and `amounts` of their events. One row a person (and group, and interval, and session where sessions are counted),
 * or one an attempt when totals are counted.
 */
export function attemptsSql(frame: Frame, parts: FunnelParts): Piece {
  if (isDetailed(parts)) return followedAttempts(frame, parts);
  return parts.top || parts.buckets ? groupedPlainAttempts(frame, parts) : plainAttempts(frame, parts);
}

/** True when attempts have times, codes and amounts. */
export function isDetailed(parts: FunnelParts): boolean {
  return !isPlain(parts.plan);
}

/** When every attempt of the range is over: the window of the last first step. */
function isOver({ plan, range }: FunnelParts, asOf: number): boolean {
  return range.to + plan.windowMs <= asOf;
}

/** Counts alone: the aggregate function that the engine has for it. Parameters of an aggregate function stand in the text: the window is a checked whole number. */
function plainAttempts(frame: Frame, parts: FunnelParts): Piece {
  const { plan } = parts;
  const steps = stepTests(frame, plan);
  const rows = rowsOfFunnel(frame, parts);
  const start = `(${steps[0]?.sql} AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC'))`;
  const tests = steps.map((step, index) => (index === 0 ? start : step.sql));
  const mature = isOver(parts, frame.asOf) ? 'toUInt8(1)' : `maxIf(toUnixTimestamp64Milli(time), ${start}) + ${plan.windowMs} <= {asOf:Int64}`;
  return {
    sql: `SELECT ${frame.person} AS person, toInt16(${ALL_CODE}) AS code, toInt32(0) AS bucket,
  windowFunnel(${plan.windowMs})(toUInt64(toUnixTimestamp64Milli(time)), ${tests.join(', ')}) AS level, ${mature} AS is_mature
  FROM events WHERE ${rows.sql}
  GROUP BY person HAVING level > 0`,
    parameters: { ...rows.parameters, ...Object.assign({}, ...steps.map((step) => step.parameters)), asOf: frame.asOf },
  };
}

/** The same for every group and interval in which an event plays a part. */
function groupedPlainAttempts(frame: Frame, parts: FunnelParts): Piece {
  const { plan, buckets } = parts;
  const rows = eventRows(frame, parts);
  const start = `(bitTest(part, 0) AND bitTest(part, ${START_BIT}))`;
  const tests = plan.steps.map((_, step) => (step === 0 ? start : `bitTest(part, ${step})`));
  const mature = isOver(parts, frame.asOf) ? 'toUInt8(1)' : `maxIf(event_ms, ${start}) + ${plan.windowMs} <= {asOf:Int64}`;
  return {
    sql: `SELECT person, code, bucket, windowFunnel(${plan.windowMs})(toUInt64(event_ms), ${tests.join(', ')}) AS level, ${mature} AS is_mature
  FROM (${buckets ? ownBucketOnly(rows.sql) : rows.sql}) GROUP BY person, code, bucket HAVING level > 0`,
    parameters: { ...rows.parameters, asOf: frame.asOf },
  };
}

function followedAttempts(frame: Frame, parts: FunnelParts): Piece {
  const { plan, buckets } = parts;
  const rows = eventRows(frame, parts);
  const keys = keysOf(plan).map((key) => key.name);
  const walk = plan.order === 'unordered' ? walkAnyOrder(plan, 'walked') : walkSteps(plan, 'walked');
  const groups = ['person', 'code', 'bucket', ...keys];
  const isStart = `bitTest(part, ${START_BIT}) AND ${plan.order === 'unordered' ? 'low > 0' : 'bitTest(part, 0)'}`;
  const names = plan.order === 'unordered' ? '' : `WITH ${namesOf(plan)} `;
  const sql = `${names}SELECT ${groups.join(', ')}, ${orderedEvents(parts)} AS events, arrayMap(e -> (e.1, e.2), events) AS walked,
    ${plan.entry === 'first' ? 'minIf' : 'maxIf'}(event_ms, ${isStart}) AS last_start, arrayJoin(${walk}) AS attempt
  FROM (${buckets && plan.count !== 'totals' ? ownBucketOnly(rows.sql) : rows.sql})
  GROUP BY ${groups.join(', ')}`;
  const resolved = `SELECT ${groups.filter((name) => name !== 'bucket').join(', ')}, attempt.1 AS level, attempt.2 AS tainted, ${resolvedColumns(parts)},
    ${maturity(parts, frame)} AS is_mature, ${buckets && plan.count === 'totals' ? `events[${trailOf(plan.steps.length).place('attempt.3', 0)}].5` : 'bucket'} AS bucket
  FROM (${sql})`;
  return {
    sql: oneEach(parts, keys, resolved),
    parameters: { ...rows.parameters, asOf: frame.asOf, ...(plan.within === 'calendarDay' && { asOfDay: frame.asOf }) },
  };
}

/** An attempt begins only in its own interval. */
function ownBucketOnly(rows: string): string {
  return `SELECT * REPLACE (if(own_bucket = bucket, part, bitAnd(part, bitNot(bitShiftLeft(toUInt64(1), ${START_BIT})))) AS part) FROM (${rows})`;
}

/** A walk's events in order: instant, first step that they could be, sequence; nearby ones as one bunch. First what the walk needs, then what a step carries. */
function orderedEvents({ plan, top, buckets }: FunnelParts): string {
  const carried = [
    top && plan.attribution && 'own' ? 'own' : 'toInt16(0)',
    plan.question.sumOf === undefined ? 'toInt64(0)' : 'amount',
    buckets ? 'own_bucket' : 'toInt32(0)',
  ];
  const raw = `groupArray((event_ms, low, sequence, part, ${carried.join(', ')}))`;
  const picked = (ordered: string) => `arrayMap(e -> (e.1, e.4, e.5, e.6, e.7), ${ordered})`;
  if (plan.toleranceMs === 0) return picked(`arraySort(${raw})`);
  const sorted = `arraySort(${raw})`;
  const bunches = `arrayFold((b, e) -> arrayPushBack(b, if(notEmpty(b) AND e.1 - b[length(b)] <= ${plan.toleranceMs}, b[length(b)], e.1)), ${sorted}, CAST([], 'Array(Int64)'))`;
  return picked(`arraySort((e, b) -> (b, e.2, e.1, e.3, e.4, e.5, e.6, e.7), ${sorted}, ${bunches})`);
}

/** What the events of an attempt carry. */
function resolvedColumns({ plan }: FunnelParts): string {
  const trail = trailOf(plan.steps.length);
  const places = plan.steps.map((_, step) => `events[${trail.place('attempt.3', step)}]`);
  const column = (index: number, type: string) => `CAST([${places.map((place) => `${place}.${index}`).join(', ')}], 'Array(${type})')`;
  return `${column(1, 'Int64')} AS times, ${column(3, 'Int16')} AS codes, ${column(4, 'Int64')} AS amounts`;
}

/** Nothing can change any more. */
function maturity(parts: FunnelParts, frame: Frame): string {
  const { plan } = parts;
  if (isOver(parts, frame.asOf)) return 'toUInt8(1)';
  const start = plan.count === 'totals' ? `events[${trailOf(plan.steps.length).place('attempt.3', 0)}].1` : 'last_start';
  const zone = `'${frame.timeZone.replaceAll("'", '')}'`;
  if (plan.within === 'calendarDay')
    return `toDate(fromUnixTimestamp64Milli(${start}), ${zone}) < toDate(fromUnixTimestamp64Milli({asOfDay:Int64}), ${zone})`;
  return `toUInt8(${start} + ${plan.windowMs} <= {asOf:Int64})`;
}

/** Of the walks of one person (or session) the one that counts. */
function oneEach({ plan }: FunnelParts, keys: readonly string[], attempts: string): string {
  const clean = plan.isRemoving ? 'WHERE tainted = 0' : '';
  const others = keys.filter((key) => !(plan.count === 'sessions' && key === 'session'));
  if (plan.count === 'totals' || others.length === 0) return `SELECT * FROM (${attempts}) ${clean}`;
  const units = ['person', 'code', 'bucket', ...(plan.count === 'sessions' ? ['session'] : [])];
  const key = others.join(', ');
  const order = plan.entry === 'first' ? `(times[1], ${key})` : `(-toInt16(level), tainted, arrayMax(times), -times[1], ${key})`;
  const chosen = `argMin((level, tainted, times, codes, amounts, is_mature), ${order})`;
  const mature = plan.entry === 'first' ? 'chosen.6' : 'all_mature';
  return `SELECT person, code, bucket, chosen.1 AS level, chosen.2 AS tainted, chosen.3 AS times, chosen.4 AS codes, chosen.5 AS amounts, ${mature} AS is_mature
  FROM (SELECT ${units.join(', ')}, ${chosen} AS chosen, min(is_mature) AS all_mature FROM (${attempts}) GROUP BY ${units.join(', ')}) ${clean}`;
}
