import type { Filter } from '../../../../audiences/contract.ts';
import { filtersSql } from '../../../../audiences/index.ts';
import { audienceClause, type Frame, type Piece } from '../../../frame.ts';
import { propertyText } from '../../../property.ts';
import type { ResolvedRange } from '../../../range.ts';
import { marginMs, type SessionRule } from '../rule.ts';

/** Calls that only tell who somebody is are nothing that happens in a session. */
const WITHOUT_ACTION = ['$identify', '$group', '$alias'];
/** Events of one person in a report, and of one session: what robots do more of is not read, so that no report grows with them. */
const PERSON_EVENTS_MAX = 50_000;
const SESSION_EVENTS_MAX = 1_000;
/** A moment is the ms and the place in the batch in one number, so that sorting compares numbers. */
const SEQUENCE_BITS = 20;

/** Which events make sessions, and how they are cut. */
export interface Cutting {
  rule: SessionRule | { kind: 'none' };
  range: ResolvedRange;
  /** Names of events; empty: any active event. */
  include: readonly string[];
  exclude: readonly string[];
  filters: readonly Filter[];
  /** Whose events make one sequence. */
  by: 'person' | 'device';
  /** What is kept of each event besides its moment, in order: SQL over a row of events. Must order events of one moment. */
  columns: readonly Column[];
}

/** A part of an event that is kept. */
interface Column {
  name: string;
  sql: string;
  /** An array of values alone would leave nulls out. */
  isNullable?: boolean;
}

/** Sessions of a period. */
export interface CutSessions extends Piece {
  /** SQL of a column of the event `event`, a tuple of `session`. */
  of(event: string, column: string): string;
  /** SQL of the event's ms. */
  ms(event: string): string;
}

/** The device of an events row: its anonymous id, else the person. */
export function deviceSql(frame: Frame): string {
  return `if(anonymous_id = '', cityHash64(toString(${frame.person})), cityHash64(concat('d', anonymous_id)))`;
}

/** SQL of the campaign that an event names; empty for none. */
const CAMPAIGN = `coalesce(nullIf(${propertyText('$utm_campaign')}, ''), ${propertyText('$utm_source')}, '')`;

/**
 * One row a session that begins in the period: `person` and `session`, its events in order as tuples. Events are gathered by person in arrays first and cut
 * there: nothing is joined and no window function holds rows.
 */
export function cutSessions(frame: Frame, cutting: Cutting): CutSessions {
  const { rule, range, by } = cutting;
  const own: Column[] = [
    { name: 'moment', sql: `toUInt64(toUnixTimestamp64Milli(time)) * ${2 ** SEQUENCE_BITS} + least(sequence, ${2 ** SEQUENCE_BITS - 1})` },
    ...ruleColumns(rule),
    ...cutting.columns,
  ];
  const place = (name: string) => own.findIndex((column) => column.name === name) + 1;
  const of = (event: string, column: string) => `${event}.${place(column)}`;
  const ms = (event: string) => `toInt64(bitShiftRight(${of(event, 'moment')}, ${SEQUENCE_BITS}))`;
  const margin = marginMs(rule);
  const rows = rowsOf(frame, cutting);
  const keys = ['person', ...(by === 'device' ? ['device_key'] : []), ...(rule.kind === 'given' ? ['session_id'] : [])];
  const arrays = own.map(({ sql, isNullable }) =>
    isNullable ? `tupleElement(groupArray(${PERSON_EVENTS_MAX})(tuple(${sql})), 1)` : `groupArray(${PERSON_EVENTS_MAX})(${sql})`,
  );
  const lists = `SELECT toUInt32(${frame.person}) AS person, ${by === 'device' ? `${deviceSql(frame)} AS device_key, ` : ''}arraySort(arrayZip(${arrays.join(', ')})) AS list
    FROM events WHERE ${rows.sql} GROUP BY ${keys.join(', ')}`;
  const sessions = rule.kind === 'rule' ? cutByRule(rule, lists, { of, ms }) : `SELECT person, list AS whole FROM (${lists})`;
  return {
    sql: `SELECT person, arraySlice(whole, 1, ${SESSION_EVENTS_MAX}) AS session FROM (${sessions})
  WHERE ${ms('whole[1]')} >= {fromMs:Int64} AND ${ms('whole[1]')} < {toMs:Int64}`,
    parameters: {
      ...rows.parameters,
      fromMs: range.from,
      toMs: range.to,
      readFromMs: Math.max(0, range.from - margin),
      readToMs: range.to + margin,
      ...(rule.kind === 'rule' && rule.startEvents.length > 0 && { startEvents: rule.startEvents }),
      ...(rule.kind === 'rule' && rule.endEvents.length > 0 && { endEvents: rule.endEvents }),
    },
    of,
    ms,
  };
}

/** What a rule looks at, in the order in which events of one moment stand. */
function ruleColumns(rule: Cutting['rule']): Column[] {
  if (rule.kind !== 'rule') return [];
  return [
    ...(rule.startEvents.length > 0 ? [{ name: 'starts', sql: 'has({startEvents:Array(String)}, event)' }] : []),
    ...(rule.endEvents.length > 0 ? [{ name: 'ends', sql: 'has({endEvents:Array(String)}, event)' }] : []),
    ...(rule.midnight ? [{ name: 'day', sql: 'day' }] : []),
    ...(rule.campaign ? [{ name: 'campaign', sql: CAMPAIGN }] : []),
  ];
}

function rowsOf(frame: Frame, { rule, include, exclude, filters }: Cutting): Piece {
  const passed = filters.length > 0 ? filtersSql(filters, { now: frame.asOf, timeZone: frame.timeZone, prefix: 'sessionFilter' }) : undefined;
  const left = include.length === 0 ? [...WITHOUT_ACTION, ...exclude] : exclude;
  return {
    sql: `project_id = {projectId:UInt32} AND time >= fromUnixTimestamp64Milli({readFromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({readToMs:Int64}, 'UTC')
      ${include.length > 0 ? 'AND event IN {includedEvents:Array(String)}' : 'AND passive = 0'} ${left.length > 0 ? 'AND event NOT IN {excludedEvents:Array(String)}' : ''}
      ${rule.kind === 'given' ? "AND session_id != ''" : ''} ${passed ? `AND (${passed.sql})` : ''} ${audienceClause(frame)}`,
    parameters: {
      ...passed?.parameters,
      ...(include.length > 0 && { includedEvents: include }),
      ...(left.length > 0 && { excludedEvents: left }),
    },
  };
}

/**
 * Pauses, days, start and end events cut wherever they stand, all at once. Length and campaign depend on where the session began, so they are followed event
 * by event, in those pieces only that are long or have several campaigns.
 */
function cutByRule(rule: Extract<SessionRule, { kind: 'rule' }>, lists: string, { of, ms }: Pick<CutSessions, 'of' | 'ms'>): string {
  const column = (name: string) => `(${of('list', name)})`;
  const before = (array: string) => `arrayPushFront(arrayPopBack(${array}), ${array}[1])`;
  const shift = `bitShiftRight(moment, ${SEQUENCE_BITS}) - bitShiftRight(before, ${SEQUENCE_BITS}) > ${rule.idleMinutes * 60_000}`;
  const tests: { test: string; names: string[]; arrays: string[] }[] = [
    { test: shift, names: ['moment', 'before'], arrays: [column('moment'), before(column('moment'))] },
    ...(rule.startEvents.length > 0 ? [{ test: 'starts', names: ['starts'], arrays: [column('starts')] }] : []),
    ...(rule.endEvents.length > 0 ? [{ test: 'ended', names: ['ended'], arrays: [before(column('ends'))] }] : []),
    ...(rule.midnight ? [{ test: 'day != day_before', names: ['day', 'day_before'], arrays: [column('day'), before(column('day'))] }] : []),
  ];
  const cuts = `arrayMap((${tests.flatMap(({ names }) => names).join(', ')}) -> toUInt8(${tests.map(({ test }) => `(${test})`).join(' OR ')}), ${tests
    .flatMap(({ arrays }) => arrays)
    .join(', ')})`;
  const pieces = `SELECT person, arrayJoin(arraySplit((event, cut) -> cut, list, ${cuts})) AS piece FROM (${lists})`;
  const longest = rule.lengthMaxHours * 3_600_000;
  const campaigns = rule.campaign ? `(${of('piece', 'campaign')})` : undefined;
  const isCut = `(${ms('piece[-1]')} - ${ms('piece[1]')} >= ${longest}${campaigns ? ` OR length(arrayDistinct(arrayFilter(name -> name != '', ${campaigns}))) > 1` : ''})`;
  const named = campaigns ?? "arrayMap(one -> '', piece)";
  const fold = `arrayFold(
    (state, event) -> if(event.1 - state.1 >= ${longest} OR (event.2 != '' AND state.2 != '' AND event.2 != state.2),
      (event.1, event.2, arrayPushBack(state.3, toUInt8(1))),
      (state.1, if(state.2 = '', event.2, state.2), arrayPushBack(state.3, toUInt8(0)))),
    if(is_cut, arrayZip(arrayMap(event -> ${ms('event')}, piece), ${named}), []),
    (${ms('piece[1]')}, '', CAST([], 'Array(UInt8)'))).3`;
  return `SELECT person, arrayJoin(arraySplit((event, cut) -> cut, piece, if(is_cut, ${fold}, arrayWithConstant(length(piece), toUInt8(0))))) AS whole
  FROM (SELECT person, piece, ${isCut} AS is_cut FROM (${pieces}))`;
}
