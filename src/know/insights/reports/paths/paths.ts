import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { resolveRange } from '../../range.ts';
import { definitionsOfRule } from '../sessions/rule.ts';
import type { PathPlace, PathsAnswer, PathsCell } from './answer.ts';
import { NOWHERE, placeOfText, textOfPlace } from './queries/node-text.ts';
import { type CountedEdge, countEdges, stepsSql, topNodes } from './queries/path-edges.ts';
import { columnsOf, directionOf, type PathsQuestion } from './question.ts';

/** Answers paths in two passes over the events: which nodes have a name, and what lies between them. Throws `insights.bad_pattern`. */
export async function answerPaths(frame: Frame, question: PathsQuestion): Promise<PathsAnswer> {
  const range = resolveRange(question.range, frame.timeZone, frame.asOf);
  const counted = await withReadablePatterns(countEdges(frame, question, range));
  const edges = counted.filter((row): row is CountedEdge & { column: number; from: string; to: string } => row.to !== null && row.to !== NOWHERE);
  const shown = edges
    .filter((edge) => isWithin(weightOf(question, edge), question))
    .sort(
      (one, other) =>
        weightOf(question, other) - weightOf(question, one) || one.column - other.column || order(one.from, other.from) || order(one.to, other.to),
    )
    .slice(0, question.edgeLimit);
  const total = counted.find((row) => row.column === null);
  return {
    kind: 'paths',
    ...groundOf(frame, range, definitionsOf(question)),
    direction: directionOf(question),
    columns: columnsOf(question),
    total: { paths: total?.paths ?? 0, people: total?.people ?? 0 },
    nodes: nodesOf(counted, shown),
    edges: shown.map(({ column, from, to, paths, people, timeMs }) => ({
      column,
      from: placeOfText(from),
      to: placeOfText(to),
      paths,
      people,
      timeMs,
    })),
    hiddenEdges: edges.length - shown.length,
  };
}

/** What our check let through and the engine cannot compile, such as repetitions of repetitions, is the reader's to mend. */
async function withReadablePatterns<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && /valid re2 pattern|CANNOT_COMPILE_REGEXP/.test(error.message)) throw refuse('bad_pattern', { cause: error });
    throw error;
  }
}

const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function weightOf(question: PathsQuestion, { paths, people }: { paths: number; people: number }): number {
  return question.weight === 'people' ? people : paths;
}

function isWithin(weight: number, { minEdgeWeight, maxEdgeWeight }: PathsQuestion): boolean {
  return (minEdgeWeight === undefined || weight >= minEdgeWeight) && (maxEdgeWeight === undefined || weight <= maxEdgeWeight);
}

/** The nodes that a shown edge touches. */
function nodesOf(counted: readonly CountedEdge[], shown: readonly { column: number; from: string; to: string }[]): PathsAnswer['nodes'] {
  const touched = new Set(shown.flatMap((edge) => [`${edge.column} ${edge.from}`, `${edge.column + 1} ${edge.to}`]));
  return counted
    .flatMap(({ column, from, to, paths, people }) =>
      to === null && column !== null && from !== null && touched.has(`${column} ${from}`) ? [{ column, from, paths, people }] : [],
    )
    .sort((one, other) => one.column - other.column || other.paths - one.paths || order(one.from, other.from))
    .map(({ from, ...node }) => ({ ...node, place: placeOfText(from) }));
}

function definitionsOf(question: PathsQuestion): string[] {
  const keys = [
    ...definitionsOfRule(question.sessions),
    'paths_order',
    `paths_weight_${question.weight}`,
    `paths_time_${question.time}`,
    'paths_more',
    'paths_exit',
  ];
  if (question.collapse) keys.push('paths_collapse');
  if (question.start) keys.push(question.weight === 'occurrences' ? 'paths_start_each' : `paths_start_${question.occurrence}`);
  if (question.end)
    keys.push(question.start ? 'paths_end_after' : question.weight === 'occurrences' ? 'paths_end_each' : `paths_end_${question.occurrence}`);
  if (question.start && question.end) keys.push('paths_between');
  if (directionOf(question) === 'backward') keys.push('paths_backward');
  if (question.audience) keys.push('audience');
  return [...keys, 'session_limits', 'identity'];
}

/** Who is behind an edge, a node, or all paths. Throws `insights.no_such_cell`. */
export async function peopleOfPathsCell(frame: Frame, question: PathsQuestion, cell: PathsCell): Promise<Piece> {
  const range = resolveRange(question.range, frame.timeZone, frame.asOf);
  const steps = stepsSql(frame, question, range);
  const tests: Piece[] = [];
  if (cell.from || cell.to) tests.push({ sql: 'column = {cellColumn:Int8}', parameters: { cellColumn: cell.column } });
  if (cell.from) tests.push(await placeTest(frame, question, { ...cell, side: 'from', place: cell.from }));
  if (cell.to) tests.push(await placeTest(frame, question, { column: cell.column + 1, side: 'to', place: cell.to }));
  return {
    sql: `SELECT DISTINCT person FROM (${steps.sql}) ${tests.length > 0 ? `WHERE ${tests.map(({ sql }) => sql).join(' AND ')}` : ''}`,
    parameters: Object.assign({}, steps.parameters, ...tests.map(({ parameters }) => parameters)),
  };
}

async function placeTest(frame: Frame, question: PathsQuestion, at: { column: number; side: 'from' | 'to'; place: PathPlace }): Promise<Piece> {
  const { column, side, place } = at;
  if (place.kind !== 'more') return { sql: `${side} = {${side}Place:String}`, parameters: { [`${side}Place`]: textOfPlace(place) } };
  const top = await topNodes(frame, question, resolveRange(question.range, frame.timeZone, frame.asOf));
  return {
    sql: `startsWith(${side}, '=') AND ${side} NOT IN {${side}Top:Array(String)}`,
    parameters: { [`${side}Top`]: top.filter((row) => row.column === column).map((row) => row.node) },
  };
}
