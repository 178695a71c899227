import type { Frame, Piece } from '../../../frame.ts';
import { isByPerson, isFollowedByGroup, type Plan, sourcesOf } from '../plan.ts';
import { attemptsSql, isDetailed } from './funnel-attempts.ts';
import { ALL_CODE, type FunnelParts } from './funnel-rows.ts';
import { byPerson } from './person-value.ts';

/** Quantiles that are told of times. */
const QUANTILES = [0.5, 0.75, 0.9];

/** Folds cost a quarter more when their branches are evaluated row by row. */
const EAGER = "SETTINGS short_circuit_function_evaluation = 'disable'";

/** What was counted in one group (and interval). */
export interface CountedGroup {
  code: number;
  bucket: number;
  /** Attempts that came to each level, with those of optional steps that did not pass through them. */
  reached: number[];
  /** Attempts that passed through each step. */
  passed: number[];
  mature: number[];
  /** Per step: mean and quantiles since the step before, and since the first. */
  sincePrevious: (number | null)[][];
  sinceFirst: (number | null)[][];
  sums: number[];
  /** How long each attempt took from one step to another. */
  durations: number[];
}

/** Attempts with the groups in which they stand: `code` is everybody's or that of a value. */
export function groupedAttempts(frame: Frame, parts: FunnelParts): Piece {
  const attempts = attemptsSql(frame, parts);
  const { plan, top } = parts;
  if (!top || !plan.attribution || isFollowedByGroup(plan)) return attempts;
  if (isByPerson(plan)) return byPerson(frame, parts, attempts, top);
  return {
    ...attempts,
    sql: `SELECT * REPLACE (arrayJoin(CAST([${ALL_CODE}, ${codeOfAttempt(plan)}], 'Array(Int16)')) AS code) FROM (${attempts.sql})`,
  };
}

/** The group of an attempt by the values that its events carry. */
function codeOfAttempt(plan: Plan): string {
  const { attribution } = plan;
  if (attribution?.of === 'step') return `if(times[${attribution.step}] = 0, -1, codes[${attribution.step}])`;
  const named = 'arrayFilter((c, t) -> t > 0 AND c != -1, codes, times)';
  return attribution?.of === 'last' ? `if(empty(${named}), -1, ${named}[length(${named})])` : `if(empty(${named}), -1, ${named}[1])`;
}

/** Time since the step that was reached before. */
function sincePrevious(plan: Plan, step: number): string {
  const before = (places: readonly number[]): string => {
    const [place = 0, ...rest] = places;
    return rest.length === 0 ? `times[${place + 1}]` : `if(times[${place + 1}] > 0, times[${place + 1}], ${before(rest)})`;
  };
  return `greatest(0, times[${step + 1}] - ${before(sourcesOf(plan, step))})`;
}

/** Counts of each group and interval, in one pass. */
export async function countFunnel(frame: Frame, parts: FunnelParts): Promise<CountedGroup[]> {
  const { plan } = parts;
  const { question } = plan;
  const isFull = isDetailed(parts);
  const attempts = groupedAttempts(frame, parts);
  const places = plan.steps.map((_, step) => step);
  const passed = (step: number) => (isFull && plan.steps[step]?.isOptional ? `times[${step + 1}] > 0` : `level >= ${step + 1}`);
  const list = (parts: readonly string[], type: string) => `CAST([${parts.join(', ')}], 'Array(${type})')`;
  const spread = (value: (step: number) => string) =>
    list(
      question.times
        ? places.slice(1).map((step) => {
            const quantiles = `quantilesExactInclusiveIf(${QUANTILES.join(', ')})(${value(step)}, ${passed(step)})`;
            return `arrayConcat([toNullable(avgIf(${value(step)}, ${passed(step)}))], ${quantiles})`;
          })
        : [],
      'Array(Nullable(Float64))',
    );
  const from = question.histogram?.from ?? 1;
  const to = question.histogram?.to ?? 2;
  const isBetween = `times[${from}] > 0 AND times[${to}] > 0`;
  return frame.rows<CountedGroup>({
    sql: `SELECT code, bucket,
  ${list(
    places.map((step) => `toFloat64(countIf(level >= ${step + 1}))`),
    'Float64',
  )} AS reached,
  ${list(
    places.map((step) => `toFloat64(countIf(${passed(step)}))`),
    'Float64',
  )} AS passed,
  ${list(
    places.map((step) => `toFloat64(countIf(${passed(step)} AND is_mature))`),
    'Float64',
  )} AS mature,
  ${spread((step) => sincePrevious(plan, step))} AS sincePrevious,
  ${spread((step) => `greatest(0, times[${step + 1}] - times[1])`)} AS sinceFirst,
  ${list(question.sumOf === undefined ? [] : places.map((step) => `toFloat64(sumIf(toInt128(amounts[${step + 1}]), ${passed(step)})) / 1e6`), 'Float64')} AS sums,
  ${question.histogram ? `CAST(groupArrayIf(greatest(0, times[${to}] - times[${from}]), code = ${ALL_CODE} AND ${isBetween}), 'Array(Float64)')` : "CAST([], 'Array(Float64)')"} AS durations
FROM (${attempts.sql}) GROUP BY code, bucket ${isFull ? EAGER : ''}`,
    parameters: attempts.parameters,
  });
}
