import type { Answer } from '../src/know/insights/answers.ts';
import type { QuestionInput } from '../src/know/insights/questions.ts';

/** Reports over daily sets with the same by hand: a figure of our answer, and SQL whose column `n` adds up to it. */
export interface RollupContest {
  name: string;
  question: QuestionInput;
  sql: string;
  parameters: Record<string, string>;
  figure(said: Answer): number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const where = 'project_id = {projectId:UInt32} AND event = {event:String}';

/** `dayBefore` counts back from the end of the data. */
export function rollupContests(dayBefore: (count: number) => string): RollupContest[] {
  const range = { from: dayBefore(60), to: dayBefore(0) };
  const between = { kind: 'between', ...range } as const;
  const parameters = { event: '', ...range };
  return [
    {
      name: 'lifecycle, 60 days',
      question: { kind: 'lifecycle', event: '', interval: 'day', range: between },
      sql: `SELECT toFloat64(arraySum(arrayMap((now, before, known, known_before) -> now + (known - known_before) + before, active, both, known, known_before))) AS n FROM (
  SELECT groupArray(toInt64(bitmapCardinality(people))) AS active, groupArray(toInt64(bitmapAndCardinality(people, last))) AS both,
    groupArray(toInt64(known)) AS known, groupArray(toInt64(known_before)) AS known_before
  FROM (SELECT day, people, groupBitmapOrState(people) OVER (ORDER BY day ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS last,
      groupBitmapOr(people) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS known,
      groupBitmapOr(people) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS known_before
    FROM (SELECT greatest(day, {from:Date} - 2) AS day, groupBitmapMergeState(people) AS people FROM event_days WHERE ${where} AND day < {to:Date} GROUP BY day))
  WHERE day >= {from:Date})`,
      parameters,
      figure: (said) => (said.kind === 'lifecycle' ? sum(said.buckets.map((bucket) => bucket.active + bucket.new + bucket.returning)) : 0),
    },
    {
      name: 'stickiness, 60 days',
      question: { kind: 'stickiness', event: '', interval: 'day', range: between },
      sql: `SELECT days, toFloat64(count() * days) AS n FROM (SELECT person, count() AS days FROM (
  SELECT arrayJoin(bitmapToArray(people)) AS person FROM (SELECT day, groupBitmapMergeState(people) AS people FROM event_days WHERE ${where} AND day >= {from:Date} AND day < {to:Date} GROUP BY day)
) GROUP BY person) GROUP BY days`,
      parameters,
      figure: (said) => (said.kind === 'stickiness' ? sum(said.bins.map((bin) => bin.count * bin.people)) : 0),
    },
    {
      name: 'DAU, WAU, MAU and new, 60 d',
      question: { kind: 'activity', event: '', clock: 'trailing', range: between },
      sql: `SELECT toFloat64(sum(dau + wau + mau)) + max(known) - min(known_before) AS n FROM (
  SELECT day, toFloat64(bitmapCardinality(people)) AS dau, toFloat64(groupBitmapOr(people) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)) AS wau,
    toFloat64(groupBitmapOr(people) OVER (ORDER BY day ROWS BETWEEN 29 PRECEDING AND CURRENT ROW)) AS mau,
    toFloat64(groupBitmapOr(people) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS known,
    toFloat64(groupBitmapOr(people) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS known_before
  FROM (SELECT day, groupBitmapMergeState(people) AS people FROM event_days WHERE ${where} AND day < {to:Date} GROUP BY day)
) WHERE day >= {from:Date}`,
      parameters,
      figure: (said) =>
        said.kind === 'activity' ? said.newPeople + sum(said.buckets.map((bucket) => bucket.active + (bucket.week ?? 0) + (bucket.month ?? 0))) : 0,
    },
    retentionContest(dayBefore),
  ];
}

function retentionContest(dayBefore: (count: number) => string): RollupContest {
  return {
    name: 'retention in order, 30 x 30',
    question: {
      kind: 'retention',
      start: 'Product Viewed',
      return: '$page',
      type: 'recurring',
      interval: 'day',
      offsets: 29,
      range: { kind: 'between', from: dayBefore(60), to: dayBefore(30) },
    },
    sql: `WITH
starts AS (SELECT day AS cohort, groupBitmapMergeState(people) AS a FROM event_days
  WHERE project_id = {projectId:UInt32} AND event = 'Product Viewed' AND day >= {from:Date} AND day < {to:Date} GROUP BY day),
backs AS (SELECT day AS back, groupBitmapMergeState(people) AS b FROM event_days
  WHERE project_id = {projectId:UInt32} AND event = '$page' AND day >= {from:Date} AND day < {to:Date} + 29 GROUP BY day)
SELECT toFloat64(bitmapAndCardinality(a, b)) AS n FROM starts CROSS JOIN backs WHERE back > cohort AND back <= cohort + 29
UNION ALL SELECT toFloat64(count()) AS n FROM (
  SELECT person_id, day FROM events WHERE project_id = {projectId:UInt32} AND event IN ('Product Viewed', '$page') AND day >= {from:Date} AND day < {to:Date}
  GROUP BY person_id, day HAVING countIf(event = 'Product Viewed') > 0 AND maxIf(time, event = '$page') >= minIf(time, event = 'Product Viewed') AND countIf(event = '$page') > 0)`,
    parameters: { from: dayBefore(60), to: dayBefore(30) },
    figure: (said) => (said.kind === 'retention' ? sum(said.cohorts.flatMap((cohort) => cohort.cells.map((cell) => cell?.people ?? 0))) : 0),
  };
}
