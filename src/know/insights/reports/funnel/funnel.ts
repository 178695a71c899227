import type { Group } from '../../answer-parts.ts';
import type { Cell } from '../../answers.ts';
import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { codeOfGroup, codesOf, groupOfCode, rankValues, type TopValues } from '../../queries/breakdown.ts';
import { type ResolvedRange, resolveBuckets, resolveRange } from '../../range.ts';
import type { FunnelAnswer, FunnelBucket, FunnelGroup } from './answer.ts';
import { definitionsOf } from './definitions.ts';
import { describeSteps, histogramOf, withComparison } from './describe.ts';
import { isByPerson, type Plan, planOf, requiredBefore } from './plan.ts';
import { rangeBefore } from './previous.ts';
import { trendBuckets } from './queries/funnel-buckets.ts';
import { type CountedGroup, countFunnel, groupedAttempts } from './queries/funnel-counts.ts';
import { ALL_CODE, type FunnelParts, rowsOfFunnel, stepTests } from './queries/funnel-rows.ts';
import { rankPersonValues } from './queries/person-value.ts';
import type { FunnelQuestion } from './question.ts';

type FunnelCell = Extract<Cell, { kind: 'funnel' }>;

/** Answers a funnel in one pass over the events that can play a part; a breakdown, the period before and the trend take one more each. */
export async function answerFunnel(frame: Frame, question: FunnelQuestion): Promise<FunnelAnswer> {
  const plan = planOf(question);
  const range = resolveRange(question.range, frame.timeZone, frame.asOf);
  const before = question.compare ? rangeBefore(question.range, range, frame) : undefined;
  const parts = { plan, range, top: await topValues(frame, plan, range) };
  const [counted, past, trend] = await Promise.all([
    countFunnel(frame, parts),
    before && countFunnel(frame, { ...parts, range: before }),
    question.trend && countTrend(frame, plan, range),
  ]);
  const durations = counted.find((row) => row.code === ALL_CODE)?.durations ?? [];
  return {
    kind: 'funnel',
    ...groundOf(frame, range, definitionsOf(plan)),
    groups: withComparison(groupsOf(parts, counted)),
    mature: range.to + plan.windowMs <= frame.asOf,
    truncated: parts.top?.truncated ?? false,
    ...(before && past && { previous: { from: before.from, to: before.to, groups: groupsOf(parts, past) } }),
    ...(trend && { trend }),
    ...(question.histogram && { histogram: histogramOf(durations, question.histogram.bins) }),
  };
}

function groupsOf({ plan, top }: FunnelParts, counted: readonly CountedGroup[]): FunnelGroup[] {
  const rows = new Map(counted.map((row) => [row.code, row]));
  const groups: [number, Group][] = top
    ? codesOf(top)
        .filter((code) => code > 0 || rows.has(code))
        .map((code) => [code, groupOfCode(code, top)])
    : [];
  return [[ALL_CODE, { kind: 'all' }] as [number, Group], ...groups].map(([code, group]) => ({ group, steps: describeSteps(plan, rows.get(code)) }));
}

/** Conversion by the interval of the first step; intervals that reach beyond the range hold what began within it. */
async function countTrend(frame: Frame, plan: Plan, range: ResolvedRange): Promise<FunnelBucket[]> {
  const bucketed = resolveBuckets(plan.question.range, plan.question.trend ?? 'day', frame.timeZone, frame.asOf);
  const { breakdown: _, histogram: __, ...bare } = plan.question;
  const counted = await countFunnel(frame, {
    plan: { ...planOf({ ...bare, times: false }) },
    range,
    top: undefined,
    buckets: trendBuckets(bucketed),
  });
  const rows = new Map(counted.map((row) => [row.bucket, row]));
  return bucketed.buckets.map((bucket, index) => {
    const people = rows.get(index)?.passed ?? plan.steps.map(() => 0);
    const [first = 0] = people;
    const end = bucketed.buckets[index + 1]?.start ?? bucketed.to;
    const mature = Math.min(end, range.to) + plan.windowMs <= frame.asOf;
    return { ...bucket, people, conversion: first === 0 ? null : (people.at(-1) ?? 0) / first, mature };
  });
}

/** Which values does a breakdown show? */
async function topValues(frame: Frame, plan: Plan, range: ResolvedRange): Promise<TopValues | undefined> {
  const { breakdown } = plan.question;
  if (!breakdown || !plan.attribution) return undefined;
  if (isByPerson(plan)) return rankPersonValues(frame, { plan, range, top: undefined });
  const tests = stepTests(frame, plan);
  const only = plan.attribution.of === 'step' ? plan.attribution.step - 1 : undefined;
  const isAnyStep = only === undefined || plan.order === 'unordered';
  const chosen = tests.filter((_, index) => isAnyStep || index === only);
  const inRange = only === 0 && !isAnyStep ? "AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')" : '';
  const played = rowsOfFunnel(frame, { plan, range, top: undefined });
  const rows = {
    sql: `${played.sql} ${inRange} AND (${chosen.map((test) => test.sql).join(' OR ')})`,
    parameters: { ...played.parameters, ...Object.assign({}, ...chosen.map((test) => test.parameters)) },
  };
  return rankValues(frame, breakdown, rows, `groupBitmap(toUInt32(${frame.person}))`);
}

/** Who reached a step, skipped it, or was at the one before and did not come to it. Throws `insights.no_such_cell`. */
export async function peopleOfFunnelCell(frame: Frame, question: FunnelQuestion, cell: FunnelCell): Promise<Piece> {
  const plan = planOf(question);
  const step = plan.steps[cell.step];
  const isWrong = cell.outcome === 'skipped' ? !step?.isOptional : cell.outcome === 'droppedOff' && (cell.step === 0 || step?.isOptional);
  if (!step || isWrong) throw refuse('no_such_cell');
  const own = resolveRange(question.range, frame.timeZone, frame.asOf);
  const range = cell.previous ? rangeBefore(question.range, own, frame) : own;
  const top = cell.bucket === undefined ? await topValues(frame, plan, own) : undefined;
  const code = cell.group.kind === 'all' ? ALL_CODE : top && codeOfGroup(cell.group, top);
  if (code === undefined || !range) throw refuse('no_such_cell');
  const { buckets, place } = cell.bucket === undefined ? { place: 0 } : placeOfBucket(frame, question, cell.bucket);
  const detailed = step.isOptional ? { ...plan, question: { ...question, times: true } } : plan;
  const attempts = groupedAttempts(frame, { plan: detailed, range, top, buckets });
  const reached = `level >= {level:UInt8}${step.isOptional ? ` AND times[{level:UInt8}] > 0` : ''}`;
  const outcome = {
    reached,
    skipped: 'level >= {level:UInt8} AND times[{level:UInt8}] = 0',
    droppedOff: `level < {level:UInt8} AND level > {before:UInt8}`,
  }[cell.outcome];
  return {
    sql: `SELECT DISTINCT person FROM (${attempts.sql}) WHERE code = {code:Int16} AND bucket = {place:Int32} AND ${outcome}`,
    parameters: {
      ...attempts.parameters,
      code,
      place,
      level: cell.step + 1,
      ...(cell.outcome === 'droppedOff' && { before: requiredBefore(plan, cell.step) }),
    },
  };
}

function placeOfBucket(frame: Frame, question: FunnelQuestion, start: number) {
  if (!question.trend) throw refuse('no_such_cell');
  const range = resolveBuckets(question.range, question.trend, frame.timeZone, frame.asOf);
  const place = range.buckets.findIndex((bucket) => bucket.start === start);
  if (place < 0) throw refuse('no_such_cell');
  return { buckets: trendBuckets(range), place };
}
