import type { Frame, Piece } from '../../../frame.ts';
import type { ResolvedRange } from '../../../range.ts';
import { cutSessions } from '../../sessions/queries/cut-sessions.ts';
import { columnsOf, directionOf, type PathsQuestion } from '../question.ts';
import { BETWEEN, ENTRY, EXIT, MORE, NOWHERE, nodeSql, nodeTest } from './node-text.ts';

/** Paths that begin at one session's occurrences of the start. */
const OCCURRENCES_MAX = 100;

/**
 * One row for every step of every path: `person`, `column`, node `from`, and `to`, the one after it (an exit, or nowhere), with the `ms` between; looking
 * backward also a row from the entry to the first step.
 */
export function stepsSql(frame: Frame, question: PathsQuestion, range: ResolvedRange): Piece {
  const node = nodeSql(question);
  const cut = cutSessions(frame, {
    rule: question.sessions,
    range,
    include: question.include,
    exclude: question.exclude,
    filters: question.filters,
    by: 'person',
    columns: [{ name: 'node', sql: node.sql }],
  });
  const all = `arrayMap(event -> (${cut.ms('event')}, ${cut.of('event', 'node')}), session)`;
  const steps = question.collapse
    ? `arrayFilter((step, before, place) -> place = 1 OR step.2 != before.2, raw, arrayPushFront(arrayPopBack(raw), raw[1]), arrayEnumerate(raw))`
    : 'raw';
  const start = question.start && nodeTest(question.start, 'start');
  const end = question.end && nodeTest(question.end, 'end');
  const paths = pathsSql(question, start?.sql, end?.sql);
  return {
    sql: `SELECT person, arrayJoin(${rowsOfPath(question)}) AS step, step.1 AS column, step.2 AS from, step.3 AS to, step.4 AS ms
  FROM (SELECT person, path, ${shownSql(question)} AS shown FROM (SELECT person, ${paths} AS path FROM (SELECT person, ${steps} AS steps FROM (SELECT person, ${all} AS raw FROM (${cut.sql})))) WHERE notEmpty(path))`,
    parameters: { ...cut.parameters, ...node.parameters, ...start?.parameters, ...end?.parameters },
  };
}

/** The paths of a session's `steps`: cut from the start, up to the end. Empty ones do not count. */
function pathsSql(question: PathsQuestion, start: string | undefined, end: string | undefined): string {
  const anchor = start ?? end;
  if (anchor === undefined) return 'steps';
  const places = `arrayFilter((place, node) -> ${anchor}, arrayEnumerate(steps), steps.2)`;
  const chosen =
    question.weight === 'occurrences'
      ? `arraySlice(${places}, 1, ${OCCURRENCES_MAX})`
      : `arrayFilter(place -> place > 0, [${question.occurrence === 'first' ? 'arrayFirstIndex' : 'arrayLastIndex'}(node -> ${anchor}, steps.2)])`;
  if (start === undefined) return `arraySlice(steps, 1, arrayJoin(${chosen}))`;
  const from = `arraySlice(steps, arrayJoin(${chosen}))`;
  if (end === undefined) return from;
  const endPlace = `arrayFirstIndex(node -> ${end}, arrayPopFront(begun.2))`;
  return `arrayMap(begun -> arraySlice(begun, 1, if(${endPlace} = 0, 0, ${endPlace} + 1)), [${from}])[1]`;
}

/** The steps of a path that have a column. */
function shownSql(question: PathsQuestion): string {
  const columns = columnsOf(question);
  if (question.start && question.end) {
    const head = Math.floor(columns / 2);
    const tail = columns - 1 - head;
    return `if(length(path) <= ${columns}, path, arrayConcat(arraySlice(path, 1, ${head}), [(toInt64(0), '${BETWEEN}')], arraySlice(path, length(path) - ${tail - 1})))`;
  }
  if (directionOf(question) === 'forward') return `arraySlice(path, 1, ${columns})`;
  return `arraySlice(path, greatest(1, toInt64(length(path)) - ${columns - 1}))`;
}

function rowsOfPath(question: PathsQuestion): string {
  const columns = columnsOf(question);
  const isForward = directionOf(question) === 'forward';
  const isWhole = `length(path) <= ${columns}`;
  const isLeft = isForward && !question.end;
  const last = isLeft ? `if(${isWhole}, '${EXIT}', '${NOWHERE}')` : `'${NOWHERE}'`;
  const first = isForward ? '0' : `${columns} - toInt64(length(shown))`;
  const nodes = '(shown.2)';
  const times = '(shown.1)';
  const rows = `arrayMap((place, node, next, time, next_time) -> (toInt8(place - 1 + ${first}), node, next, if(place = length(shown) OR node = '${BETWEEN}' OR next = '${BETWEEN}', NULL, next_time - time)),
    arrayEnumerate(shown), ${nodes}, arrayPushBack(arrayPopFront(${nodes}), ${last}), ${times}, arrayPushBack(arrayPopFront(${times}), toInt64(0)))`;
  const nothing = `CAST(NULL, 'Nullable(Int64)')`;
  if (isLeft) return `if(${isWhole}, arrayPushBack(${rows}, (toInt8(length(shown)), '${EXIT}', '${NOWHERE}', ${nothing})), ${rows})`;
  if (isForward) return rows;
  return `if(${isWhole}, arrayPushFront(${rows}, (toInt8(${first} - 1), '${ENTRY}', shown[1].2, ${nothing})), ${rows})`;
}

/** The column in which every path has a step. */
export function anchorColumn(question: PathsQuestion): number {
  return directionOf(question) === 'forward' ? 0 : columnsOf(question) - 1;
}

/** Nodes that are ranked: real steps, not exits and the like. */
const isStep = (node: string) => `startsWith(${node}, '=')`;

/** An edge, a node (`to` null), or everything (`column` null). */
export interface CountedEdge {
  column: number | null;
  from: string | null;
  to: string | null;
  paths: number;
  people: number;
  timeMs: number | null;
}

/**
 * How many paths and people go along each edge, through each node, and in all? The nodes of each column are ranked first, so that there are never more edges
 * than those between named nodes: people, times and memory are bounded however many pages a site has.
 */
export async function countEdges(frame: Frame, question: PathsQuestion, range: ResolvedRange): Promise<CountedEdge[]> {
  const top = await topNodes(frame, question, range);
  const steps = stepsSql(frame, question, range);
  const time = question.time === 'median' ? 'quantileExactInclusive(0.5)(ms)' : 'avg(ms)';
  const shown = (node: string, column: string) =>
    `if(${isStep(node)} AND concat(toString(${column}), ${node}) NOT IN {topNodes:Array(String)}, '${MORE}', ${node})`;
  return frame.rows<CountedEdge>({
    sql: `SELECT if(grouping(from_column) = 0, from_column, NULL) AS column, if(grouping(from_node) = 0, from_node, NULL) AS from, if(grouping(to_node) = 0, to_node, NULL) AS to,
  toFloat64(if(grouping(from_column) = 0, count(), countIf(from_column = ${anchorColumn(question)}))) AS paths, toFloat64(groupBitmap(person)) AS people,
  if(count(ms) = 0, NULL, toFloat64(${time})) AS timeMs
FROM (SELECT person, ms, column AS from_column, ${shown('from', 'column')} AS from_node, ${shown('to', 'column + 1')} AS to_node FROM (${steps.sql}))
GROUP BY GROUPING SETS ((from_column, from_node, to_node), (from_column, from_node), ())`,
    parameters: { ...steps.parameters, topNodes: top.map(({ column, node }) => `${column}${node}`) },
  });
}

/** The nodes of each column that are shown by name, the greatest first; equal ones go by their text. */
export function topNodes(frame: Frame, question: PathsQuestion, range: ResolvedRange): Promise<{ column: number; node: string }[]> {
  const steps = stepsSql(frame, question, range);
  const weight = question.weight === 'people' ? 'groupBitmap(person)' : 'count()';
  return frame.rows({
    sql: `SELECT column, from AS node FROM (${steps.sql}) WHERE ${isStep('from')} GROUP BY column, node ORDER BY column, ${weight} DESC, node LIMIT ${question.topNodesPerStep} BY column`,
    parameters: steps.parameters,
  });
}
