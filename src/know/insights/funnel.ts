import type { Cell, FunnelAnswer, FunnelStepAnswer, Group } from './answers.ts';
import { refuse } from './contract.ts';
import { type Frame, groundOf, type Piece } from './frame.ts';
import { codeOfGroup, codesOf, groupOfCode } from './queries/breakdown.ts';
import { ALL_CODE, countLevels, levelsSql, topValuesOfFunnel } from './queries/funnel-levels.ts';
import { type FunnelQuestion, windowMs } from './questions.ts';
import { resolveRange } from './range.ts';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Answers a funnel in one pass over the events of its steps (two with a breakdown). */
export async function answerFunnel(frame: Frame, question: FunnelQuestion): Promise<FunnelAnswer> {
  const range = resolveRange(question.range, frame.timeZone, frame.asOf);
  const top = await topValuesOfFunnel(frame, question, range);
  const counted = new Map((await countLevels(frame, { question, range, top })).map((row) => [row.code, row]));
  const stepsOf = (code: number) => {
    const row = counted.get(code);
    return describeSteps(row?.reached ?? question.steps.map(() => 0), question.times ? (row?.medians ?? []) : undefined);
  };
  const all: { group: Group; steps: FunnelStepAnswer[] } = { group: { kind: 'all' }, steps: stepsOf(ALL_CODE) };
  const groups = top
    ? codesOf(top)
        .filter((code) => code > 0 || counted.has(code))
        .map((code) => ({ group: groupOfCode(code, top), steps: stepsOf(code) }))
    : [];
  return {
    kind: 'funnel',
    ...groundOf(frame, range, definitionsOf(question)),
    groups: [all, ...groups],
    mature: range.to + windowMs(question.window) <= frame.asOf,
    truncated: top?.truncated ?? false,
  };
}

/** Shares, losses and intervals of the people who reached each step. */
export function describeSteps(reached: readonly number[], medians: readonly number[] | undefined): FunnelStepAnswer[] {
  const first = reached[0] ?? 0;
  return reached.map((people, index) => {
    const before = index === 0 ? people : (reached[index - 1] ?? 0);
    const interval = wilson(people, first);
    return {
      people,
      droppedOff: before - people,
      fromPrevious: before === 0 ? null : people / before,
      fromFirst: first === 0 ? null : people / first,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      ...(medians && { medianMs: index === 0 || people === 0 ? null : (medians[index - 1] ?? null) }),
    };
  });
}

/** The 95 % interval of a share (E. B. Wilson, JASA 22, 1927); undefined when there is nobody. */
export function wilson(successes: number, total: number): { low: number; high: number } | undefined {
  if (total === 0) return undefined;
  const share = successes / total;
  const scale = 1 + Z ** 2 / total;
  const centre = (share + Z ** 2 / (2 * total)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2))) / scale;
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

function definitionsOf(question: FunnelQuestion): string[] {
  const keys = ['funnel_order', 'funnel_window', 'funnel_range', 'funnel_deepest', 'funnel_interval'];
  if (question.times) keys.push('funnel_times');
  if (question.breakdown) keys.push('funnel_breakdown');
  if (question.audience) keys.push('audience');
  return [...keys, 'identity'];
}

/** Who reached a step, or was at the one before and did not. Throws `insights.no_such_cell`. */
export async function peopleOfFunnelCell(frame: Frame, question: FunnelQuestion, cell: Extract<Cell, { kind: 'funnel' }>): Promise<Piece> {
  if (cell.step >= question.steps.length || (cell.outcome === 'droppedOff' && cell.step === 0)) throw refuse('no_such_cell');
  const range = resolveRange(question.range, frame.timeZone, frame.asOf);
  const top = await topValuesOfFunnel(frame, question, range);
  const code = cell.group.kind === 'all' ? ALL_CODE : top && codeOfGroup(cell.group, top);
  if (code === undefined) throw refuse('no_such_cell');
  const levels = levelsSql(frame, { question, range, top });
  return {
    sql: `SELECT person FROM (${levels.sql}) WHERE code = {code:Int16} AND ${cell.outcome === 'reached' ? 'level >= {level:UInt8}' : 'level = {level:UInt8}'}`,
    parameters: { ...levels.parameters, code, level: cell.outcome === 'reached' ? cell.step + 1 : cell.step },
  };
}
