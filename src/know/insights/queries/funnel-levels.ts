import { audienceClause, type Frame, type Piece } from '../frame.ts';
import { type FunnelQuestion, windowMs } from '../questions.ts';
import type { ResolvedRange } from '../range.ts';
import { codesOf, groupCode, rankValues, type TopValues } from './breakdown.ts';
import { betweenInstants, matcher } from './events-scan.ts';

/** Code of the group of everybody; those of a breakdown are -1 and up. */
export const ALL_CODE = -2;

/** A funnel with its time and, when it is broken down, the values shown. */
export interface FunnelParts {
  question: FunnelQuestion;
  range: ResolvedRange;
  top: TopValues | undefined;
}

/**
 * How far did each person come? One row a person and group `code` with `level`, the steps of the deepest attempt; with times also `path`, the instants
 * (ms) of that attempt's steps. An attempt begins with a step-1 event of the range; its later steps may lie behind the range, up to the window.
 *
 * Steps on different events go through `windowFunnel`. Steps that one event could satisfy twice need distinct events: its mode `strict_once` does that,
 * but follows every combination (400 events of one person took 5 s, measured on 26.7), so those, and times, go through a fold of our own.
 */
export function levelsSql(frame: Frame, parts: FunnelParts): Piece {
  const { question, range, top } = parts;
  const steps = question.steps.map((step, index) => matcher(frame, step, `step${index}`));
  const window = windowMs(question.window);
  const tests = steps.map((step, index) =>
    index === 0 ? `(${step.sql} AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC'))` : `(${step.sql})`,
  );
  const rows = `FROM events
  WHERE project_id = {projectId:UInt32} AND event IN (${question.steps.map((_, index) => `{step${index}Event:String}`).join(', ')})
    AND time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({lastMs:Int64}, 'UTC') ${audienceClause(frame)}`;
  return {
    sql: needsFold(question) || top ? maskedLevels(frame, parts, tests, rows) : plainLevels(frame, question, tests, rows),
    parameters: {
      ...Object.assign({}, ...steps.map((step) => step.parameters)),
      fromMs: range.from,
      toMs: range.to,
      lastMs: range.to + window,
      ...(top && { topValues: top.values }),
    },
  };
}

/** Times need the path; steps on the same event need distinct events. */
function needsFold(question: FunnelQuestion): boolean {
  return question.times || new Set(question.steps.map((step) => step.event)).size < question.steps.length;
}

function plainLevels(frame: Frame, question: FunnelQuestion, tests: readonly string[], rows: string): string {
  return `SELECT ${frame.person} AS person, toInt16(${ALL_CODE}) AS code,
  ${windowFunnel(question, 'toUInt64(toUnixTimestamp64Milli(time))', tests)} AS level
  ${rows}
  GROUP BY person HAVING level > 0`;
}

/** Parameters of an aggregate function stand in the text: the window is a checked whole number. */
function windowFunnel(question: FunnelQuestion, ms: string, tests: readonly string[]): string {
  return `windowFunnel(${windowMs(question.window)})(${ms}, ${tests.join(', ')})`;
}

/** Each event as a mask of the steps that it could be; with a breakdown once for every group in which it plays a part. */
function maskedLevels(frame: Frame, { question, top }: FunnelParts, tests: readonly string[], rows: string): string {
  const mask = tests.map((test, index) => `bitShiftLeft(toUInt8(${test}), ${index})`).join(' + ');
  const everywhere = `[${[ALL_CODE, ...(top ? codesOf(top) : [])].join(', ')}]`;
  const codes = top ? `if(mask > 1, ${everywhere}, [${ALL_CODE}, own])` : everywhere;
  const source = `SELECT person, ms, sequence, own, arrayJoin(CAST(${codes}, 'Array(Int16)')) AS code,
    if(code = ${ALL_CODE} OR code = own, mask, bitAnd(mask, 254)) AS part
  FROM (
    SELECT toUInt32(${frame.person}) AS person, toUnixTimestamp64Milli(time) AS ms, sequence, toUInt8(${mask}) AS mask, ${top ? groupCode(top.property) : `toInt16(${ALL_CODE})`} AS own
    ${rows}
  )
  WHERE mask > 0`;
  if (needsFold(question)) return foldedLevels(question, source);
  const bits = tests.map((_, index) => `bitTest(part, ${index})`);
  return `SELECT person, code, ${windowFunnel(question, 'toUInt64(ms)', bits)} AS level FROM (${source}) WHERE part > 0 GROUP BY person, code HAVING level > 0`;
}

/**
 * Walks a person's events in order (ms, first step that it could be, sequence), each used for one step of an attempt. Of every level it keeps the attempt
 * that began last; `path` is the first attempt that reached the greatest level.
 */
function foldedLevels(question: FunnelQuestion, source: string): string {
  const stepCount = question.steps.length;
  const window = windowMs(question.window);
  const extended = `arrayMap(
      (own, before, step) -> if(bitTest(event.4, step) AND (step = 0 OR (notEmpty(before) AND event.1 - before[1] <= ${window} AND (empty(own) OR before[1] > own[1]))),
        arrayPushBack(before, event.1), own),
      state.1, arrayPushFront(arrayPopBack(state.1), CAST([], 'Array(Int64)')), range(${stepCount}))`;
  const fold = `arrayFold(
    (state, event) -> arrayMap(levels -> (levels, if(notEmpty(levels[length(state.2) + 1]), levels[length(state.2) + 1], state.2)), [${extended}])[1],
    arraySort(groupArray((ms, bitAnd(part, toUInt8(256 - part)), sequence, part))),
    (arrayWithConstant(${stepCount}, CAST([], 'Array(Int64)')), CAST([], 'Array(Int64)')))`;
  return `SELECT person, code, ${fold}.2 AS path, length(path) AS level FROM (${source}) WHERE part > 0 GROUP BY person, code HAVING level > 0`;
}

/** Which values of the first step's events have most people? */
export function topValuesOfFunnel(frame: Frame, question: FunnelQuestion, range: ResolvedRange): Promise<TopValues> | undefined {
  const [first] = question.steps;
  if (!question.breakdown || !first) return undefined;
  const time = betweenInstants(frame, range);
  const step = matcher(frame, first, 'step0');
  const rows = { sql: `${time.sql} AND ${step.sql}`, parameters: { ...time.parameters, ...step.parameters } };
  return rankValues(frame, question.breakdown, rows, `groupBitmap(toUInt32(${frame.person}))`);
}

/** How many people of each group reached each step, and the median ms from the step before? */
export async function countLevels(frame: Frame, parts: FunnelParts): Promise<{ code: number; reached: number[]; medians: number[] }[]> {
  const levels = levelsSql(frame, parts);
  const steps = parts.question.steps.map((_, index) => index + 1);
  const reached = steps.map((step) => `toFloat64(countIf(level >= ${step}))`);
  const medians = parts.question.times
    ? steps.slice(1).map((step) => `quantileExactInclusiveIf(0.5)(path[${step}] - path[${step - 1}], level >= ${step})`)
    : [];
  return frame.rows({
    sql: `SELECT code, [${reached.join(', ')}] AS reached, CAST([${medians.join(', ')}], 'Array(Float64)') AS medians FROM (${levels.sql}) GROUP BY code`,
    parameters: levels.parameters,
  });
}
