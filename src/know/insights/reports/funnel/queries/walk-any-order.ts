import type { Plan } from '../plan.ts';
import { EXCLUSION_BIT, START_BIT } from './funnel-rows.ts';
import { trailOf } from './trail.ts';

/**
 * Steps in any order, as a fold over a person's events `e = (ms, mask)` with their places `i`. Every event of a first step may begin an attempt; each
 * further one takes the first step that it fits and the attempt has not taken. Anchored steps wait for all before them, and those behind wait for them.
 * Of attempts that took the same steps only the one that began last can still win.
 */
export function walkAnyOrder(plan: Plan, events: string): string {
  const count = plan.steps.length;
  const trail = trailOf(count);
  const attempt = `Tuple(UInt8, UInt8, ${trail.type}, Int64, UInt64)`;
  const out = `Tuple(UInt8, UInt8, ${trail.type})`;
  const isTotals = plan.count === 'totals';
  const excluded =
    plan.exclusions.length === 0 ? '0' : `(${plan.exclusions.map((_, index) => `bitTest(e.2, ${EXCLUSION_BIT + index})`).join(' OR ')})`;
  const inTime = `e.1 - a.4 <= ${plan.windowMs}`;
  // a: level, tainted, trail, start, steps taken
  const live = `arrayFilter(a -> ${inTime} AND a.1 < ${count} AND NOT ${excluded}, s.1)`;
  const step = stepSql(plan, 'a.5');
  const grown = `arrayMap((a, k) -> if(k = 255, a, CAST((a.1 + 1, 0, ${addAt('a.3')}, a.4, bitOr(a.5, bitShiftLeft(toUInt64(1), k))), '${attempt}')), live, arrayMap(a -> ${step}, live))`;
  const mayStart = `bitTest(e.2, ${START_BIT}) AND ${stepSql(plan, 'toUInt64(0)')} != 255 ${plan.entry === 'first' && !isTotals ? 'AND s.3 = 0' : ''}`;
  const begun = `CAST((1, 0, ${trail.add(trail.zero, 0)}, e.1, bitShiftLeft(toUInt64(1), ${stepSql(plan, 'toUInt64(0)')})), '${attempt}')`;
  const taint = `arrayMap(b -> CAST((b.1, toUInt8(b.2 OR (${excluded} AND b.1 < ${count} AND e.1 - b.4 <= ${plan.windowMs})), b.3, b.4, b.5), '${attempt}'), s.2)`;

  function addAt(from: string): string {
    return Array.from({ length: count - 1 }, (_, level) => `a.1 = ${level + 1}, ${trail.add(from, level + 1)}`).reduceRight(
      (rest, branch) => `multiIf(${branch}, ${rest})`,
      from,
    );
  }
  if (isTotals) return totals();
  const list = `if(${mayStart}, arrayPushBack(grown, ${begun}), grown)`;
  const distinct = `arrayFilter((a, n) -> NOT has(arraySlice(arrayMap(x -> x.5, all_now), n + 1), a.5), all_now, arrayEnumerate(all_now))`;
  const top = `arraySort((a, n) -> (-toInt16(a.1), -a.4, -toInt64(n)), all_now, arrayEnumerate(all_now))`;
  const best = `if(notEmpty(top) AND (empty(best) OR top[1].1 > best[1].1 OR (best[1].2 AND top[1].1 = best[1].1)), [top[1]], best)`;
  const body = letIn(
    'live',
    live,
    letIn(
      'grown',
      grown,
      letIn('all_now', list, letIn('best', taint, letIn('top', top, `tuple(${distinct}, ${best}, toUInt8(s.3 OR (${mayStart})))`))),
    ),
  );
  const fold = `arrayFold((s, e, i) -> ${body}, ${events}, arrayEnumerate(${events}), CAST(([], [], 0), 'Tuple(Array(${attempt}), Array(${attempt}), UInt8)'))`;
  return `arrayMap(b -> CAST((b.1, b.2, b.3), '${out}'), ${fold}.2)`;

  function totals(): string {
    const close = (a: string, tainted: string) => `CAST((${a}.1, ${tainted}, ${a}.3), '${out}')`;
    const ends = `(notEmpty(s.1) AND (e.1 - s.1[1].4 > ${plan.windowMs} OR ${excluded}))`;
    const hit = `(notEmpty(s.1) AND ${excluded} AND e.1 - s.1[1].4 <= ${plan.windowMs})`;
    const outs = `if(${ends}, arrayPushBack(s.2, ${close('s.1[1]', `toUInt8(${hit})`)}), s.2)`;
    const kept = `if(${ends}, CAST([], 'Array(${attempt})'), s.1)`;
    const next = `if(notEmpty(live), ${grown}, if(${mayStart} AND NOT ${hit}, [${begun}], live))`;
    const done = `if(notEmpty(now) AND now[1].1 = ${count}, tuple(CAST([], 'Array(${attempt})'), arrayPushBack(outs, ${close('now[1]', 'toUInt8(0)')})), tuple(now, outs))`;
    const fold = `arrayFold((s, e, i) -> ${letIn('outs', outs, letIn('live', kept, letIn('now', next, done)))}, ${events}, arrayEnumerate(${events}), CAST(([], []), 'Tuple(Array(${attempt}), Array(${out}))'))`;
    return `arrayMap(s -> if(notEmpty(s.1), arrayPushBack(s.2, ${close('s.1[1]', 'toUInt8(0)')}), s.2), [${fold}])[1]`;
  }
}

/** A name for a value inside an expression. */
function letIn(name: string, value: string, body: string): string {
  return `arrayMap(${name} -> ${body}, [${value}])[1]`;
}

/** The first step that the event fits and that may be taken now; 255: none. */
function stepSql(plan: Plan, taken: string): string {
  const branches = plan.steps.map(
    (_, step) =>
      `bitTest(e.2, ${step}) AND NOT bitTest(${taken}, ${step}) AND bitAnd(${taken}, ${neededBefore(plan, step)}) = ${neededBefore(plan, step)}, ${step}`,
  );
  return `toUInt8(multiIf(${branches.join(', ')}, 255))`;
}

/** Steps that must have been taken: all before an anchored one, and those up to the last anchor before the others. */
export function neededBefore(plan: Plan, step: number): number {
  const anchor = plan.steps[step]?.isAnchored ? step - 1 : plan.steps.findLastIndex((one, place) => place < step && one.isAnchored);
  return 2 ** (anchor + 1) - 1;
}
