import { audienceClause, type Frame, type Piece } from '../../../frame.ts';
import { propertyMillionths, propertyNumber, propertyText } from '../../../property.ts';
import { codesOf, groupCode, type TopValues } from '../../../queries/breakdown.ts';
import { matcher } from '../../../queries/events-scan.ts';
import type { ResolvedRange } from '../../../range.ts';
import { isBySession, isFollowedByGroup, type Plan } from '../plan.ts';
import { bucketOfRow, bucketsOfRow, type TrendBuckets } from './funnel-buckets.ts';

/** Code of the group of everybody; those of a breakdown are -1 and up. */
export const ALL_CODE = -2;
/** Bits of an event's mask: steps from 0, exclusions from 32, then whether it belongs to the universe of strict order and whether an attempt may begin. */
export const EXCLUSION_BIT = 32;
export const UNIVERSE_BIT = 48;
export const START_BIT = 49;
const STEP_BITS = 2 ** 32 - 1;

/** A funnel with its time and, when it is broken down by a property, the values shown. */
export interface FunnelParts {
  plan: Plan;
  range: ResolvedRange;
  top: TopValues | undefined;
  /** Also one attempt for each of these, by the interval in which it begins. */
  buckets?: TrendBuckets | undefined;
}

/** Instant before which the events of a funnel lie. */
export function lastMs({ plan, range }: Pick<FunnelParts, 'plan' | 'range'>): number {
  return plan.question.limitStepsToRange ? range.to : range.to + plan.windowMs;
}

/** Each step's condition of a row. */
export function stepTests(frame: Frame, plan: Plan): Piece[] {
  return plan.steps.map((step, index) => {
    const pieces = step.matchers.map((one, place) => matcher(frame, one, place === 0 ? `step${index}` : `step${index}or${place}`));
    return {
      sql: `(${pieces.map((piece) => `(${piece.sql})`).join(' OR ')})`,
      parameters: Object.assign({}, ...pieces.map((piece) => piece.parameters)),
    };
  });
}

/** WHERE of the rows that can play a part. */
export function rowsOfFunnel(frame: Frame, parts: FunnelParts): Piece {
  const { plan, range } = parts;
  const named = [...new Set([...plan.steps.flatMap((step) => step.matchers), ...plan.exclusions].map(({ event }) => event))];
  const universe = plan.order === 'strict' ? (plan.question.universe ?? { of: 'all' as const }) : undefined;
  const events = universe?.of === 'events' ? [...new Set([...named, ...universe.events])] : named;
  const isAny = universe?.of === 'all';
  return {
    sql: `project_id = {projectId:UInt32} ${isAny ? '' : 'AND event IN {funnelEvents:Array(String)}'}
    AND time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({lastMs:Int64}, 'UTC')
    ${isBySession(plan) ? "AND session_id != ''" : ''} ${audienceClause(frame)}`,
    parameters: { ...(isAny ? {} : { funnelEvents: events }), fromMs: range.from, toMs: range.to, lastMs: lastMs(parts) },
  };
}

/** What a row is: the sum of its bits. */
function maskSql(frame: Frame, plan: Plan): Piece {
  const steps = stepTests(frame, plan);
  const exclusions = plan.exclusions.map((exclusion, index) => matcher(frame, exclusion, `exclusion${index}`));
  const universe = plan.order === 'strict' ? [universeSql(plan, [...steps, ...exclusions])] : [];
  const bits = [
    ...steps.map((step, index) => ({ test: step.sql, bit: index })),
    ...exclusions.map((exclusion, index) => ({ test: exclusion.sql, bit: EXCLUSION_BIT + index })),
    ...universe.map((test) => ({ test, bit: UNIVERSE_BIT })),
  ];
  return {
    sql: bits.map(({ test, bit }) => `bitShiftLeft(toUInt64(${test}), ${bit})`).join(' + '),
    parameters: Object.assign({}, ...[...steps, ...exclusions].map((piece) => piece.parameters), universe.length > 0 && universeParameters(plan)),
  };
}

function universeSql(plan: Plan, listed: readonly Piece[]): string {
  const universe = plan.question.universe ?? { of: 'all' };
  if (universe.of === 'listed') return `(${listed.map((piece) => piece.sql).join(' OR ')})`;
  if (universe.of === 'events') return '(event IN {universeEvents:Array(String)})';
  return "(passive = 0 AND (NOT startsWith(event, '$') OR event IN ('$page', '$screen')))";
}

function universeParameters(plan: Plan): Piece['parameters'] {
  return plan.question.universe?.of === 'events' ? { universeEvents: plan.question.universe.events } : {};
}

/** The columns that tell the walks of one person apart, besides person and group. */
export function keysOf(plan: Plan): { name: string; sql: string }[] {
  return [
    ...(isBySession(plan) ? [{ name: 'session', sql: 'session_id' }] : []),
    ...(plan.within === 'calendarDay' ? [{ name: 'local_day', sql: 'day' }] : []),
    ...plan.hold.map((_, index) => ({ name: `held${index}`, sql: `held.${index + 1}` })),
    ...(plan.attribution?.of === 'all' ? [{ name: 'same_value', sql: `if(code = ${ALL_CODE}, '', ifNull(value, ''))` }] : []),
  ];
}

/**
 * One row an event and walk in which it plays a part: `person, code, bucket, event_ms, low, sequence, part`, keys, and with a breakdown `own`, with a sum
 * `amount`. `part` is the mask, less the step that belongs to another group; `low` its first step.
 */
export function eventRows(frame: Frame, parts: FunnelParts): Piece {
  const { plan, top, buckets } = parts;
  const rows = rowsOfFunnel(frame, parts);
  const mask = maskSql(frame, plan);
  const text = top && propertyText(top.property);
  const columns = [
    `toUInt32(${frame.person}) AS person`,
    'toUnixTimestamp64Milli(time) AS event_ms',
    'sequence',
    `${mask.sql} AS bits`,
    `bits + if(time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC'), bitShiftLeft(toUInt64(1), ${START_BIT}), 0) AS full_mask`,
    ...(top ? [`${groupCode(top.property)} AS own`] : []),
    ...(plan.attribution?.of === 'all' && text ? [`${text} AS value`] : []),
    ...(plan.question.sumOf === undefined
      ? []
      : [`if(isNull(${propertyNumber(plan.question.sumOf)}), 0, toInt64(${propertyMillionths(plan.question.sumOf)})) AS amount`]),
    ...(isBySession(plan) ? ['session_id'] : []),
    ...(plan.within === 'calendarDay' ? ['day'] : []),
    ...(buckets ? [`${bucketOfRow(buckets)} AS own_bucket`, `${bucketsOfRow(frame, plan, buckets)} AS row_buckets`] : []),
    ...(plan.hold.length > 0 ? [`${heldSql(plan)} AS held_masks`] : []),
  ];
  const joined = plan.hold.length > 0;
  const held = joined
    ? `SELECT *, arrayJoin(held_masks) AS held_mask, held_mask.1 AS held, held_mask.2 AS mask FROM (SELECT ${columns.join(', ')} FROM events WHERE ${rows.sql})`
    : '';
  const source = joined ? held : `SELECT *, full_mask AS mask FROM (SELECT ${columns.join(', ')} FROM events WHERE ${rows.sql})`;
  const keys = keysOf(plan).map(({ name, sql }) => `${sql} AS ${name}`);
  return {
    sql: `SELECT *, bitAnd(part, ${STEP_BITS}) AS step_bits, bitAnd(step_bits, bitNot(step_bits) + 1) AS low${keys.map((key) => `, ${key}`).join('')}
  FROM (SELECT *, ${partSql(parts)}, ${bucketSql(parts)} AS bucket FROM (${source}) WHERE bits > 0)
  WHERE bitAnd(part, ${2 ** START_BIT - 1}) > 0`,
    parameters: { ...rows.parameters, ...mask.parameters, ...(top && { topValues: top.values }), ...buckets?.parameters },
  };
}

/** The interval for which a row is followed; in others than its own no attempt begins with it. */
function bucketSql({ plan, buckets }: FunnelParts): string {
  if (!buckets) return 'toInt32(0)';
  return plan.count === 'totals' ? 'toInt32(0)' : 'toInt32(arrayJoin(row_buckets))';
}

/** `code` and `part`: the groups in which a row plays a part, and as what. */
function partSql({ plan, top }: FunnelParts): string {
  if (!top || !isFollowedByGroup(plan)) return `toInt16(${ALL_CODE}) AS code, mask AS part`;
  if (plan.attribution?.of === 'all') return `arrayJoin(CAST([${ALL_CODE}, own], 'Array(Int16)')) AS code, mask AS part`;
  const bit = 2 ** ((plan.attribution?.step ?? 1) - 1);
  const everywhere = `[${[ALL_CODE, ...codesOf(top)].join(', ')}]`;
  const isOnlyThat = `bitAnd(bits, bitNot(toUInt64(${bit}))) = 0`;
  return `arrayJoin(CAST(if(${isOnlyThat}, [${ALL_CODE}, own], ${everywhere}), 'Array(Int16)')) AS code,
    if(code = ${ALL_CODE} OR code = own, mask, bitAnd(mask, bitNot(toUInt64(${bit})))) AS part`;
}

/** Values held constant with the steps that have them there: `[(values, mask)]`; a row without one of them plays no part. */
function heldSql(plan: Plan): string {
  const variants = new Map<string, { names: readonly string[]; bits: number[] }>();
  const add = (names: readonly string[], bit: number) => {
    const variant = variants.get(JSON.stringify(names)) ?? { names, bits: [] };
    variants.set(JSON.stringify(names), { names, bits: [...variant.bits, bit] });
  };
  for (const [index, step] of plan.steps.entries()) add(step.hold, index);
  for (const [index, exclusion] of plan.exclusions.entries()) add(plan.steps[exclusion.from - 1]?.hold ?? plan.hold, EXCLUSION_BIT + index);
  if (plan.order === 'strict') add(plan.hold, UNIVERSE_BIT);
  const start = `bitAnd(full_mask, bitShiftLeft(toUInt64(1), ${START_BIT}))`;
  const pairs = [...variants.values()].map(({ names, bits }) => {
    const values = names.map((name) => `ifNull(${propertyText(name)}, '')`);
    const isSet = names.map((name) => `isNotNull(${propertyText(name)})`).join(' AND ');
    const own = bits.reduce((sum, bit) => sum + 2 ** bit, 0);
    return `(tuple(${values.join(', ')}), if(${isSet}, bitAnd(bits, toUInt64(${own})), 0))`;
  });
  // The same values by two ways are one event.
  return `arrayMap(one -> (one, arraySum(pair -> if(pair.1 = one, pair.2, 0), [${pairs.join(', ')}]) + ${start}),
    arrayDistinct(arrayMap(pair -> pair.1, arrayFilter(pair -> pair.2 > 0, [${pairs.join(', ')}]))))`;
}
