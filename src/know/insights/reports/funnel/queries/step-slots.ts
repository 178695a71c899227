import { type Plan, sourcesOf } from '../plan.ts';
import { EXCLUSION_BIT, START_BIT, UNIVERSE_BIT } from './funnel-rows.ts';
import { type Trail, trailOf } from './trail.ts';

/** Before every instant. */
export const NEVER = -1_000_000_000_000_000;

/** Names in SQL: the fold's state, the event's mask, and the condition under which an attempt may begin. */
export interface Moment {
  state: string;
  mask: string;
  mayStart: string;
}

/** A step at an event: whether the event takes it, when its attempt began, by which trail, and what is kept there afterwards. */
export interface StepNow {
  isReached: string;
  start: string;
  trail: string;
  slot: string;
}

/** What a fold keeps of each level. */
export interface Slots {
  type: string;
  empty: string;
  trail: Trail;
  /** An expression over the steps at an event. */
  at(moment: Moment, body: (steps: StepNow[]) => string): string;
}

/** Slots for a plan: one attempt a level, or all that may go on where gaps or skipped steps make the last one not always the best. */
export function slotsOf(plan: Plan): Slots {
  const hasGaps = plan.steps.some((step) => step.minGapMs > 0 || step.maxGapMs !== undefined);
  return hasGaps || plan.steps.some((step) => step.isOptional) ? richSlots(plan, hasGaps) : leanSlots(plan);
}

/** Whether this event begins an attempt. */
export function starts(mask: string): string {
  return `bitTest(${mask}, 0) AND bitTest(${mask}, ${START_BIT})`;
}

/** The exclusions that end attempts of a level, as bits. */
function endingBits(plan: Plan, level: number): number {
  return plan.exclusions.reduce((bits, { from, to }, index) => bits + (level >= from && level < to ? 2 ** (EXCLUSION_BIT + index) : 0), 0);
}

/** A level's slot after this event has ended attempts, before it takes steps. */
function aliveSlot(plan: Plan, { state, mask }: Moment, step: number, empty: string): string {
  const bits = endingBits(plan, step + 1);
  return bits === 0 ? `${state}.${step + 1}` : `if(bitAnd(${mask}, ${bits}) > 0, ${empty}, ${state}.${step + 1})`;
}

/** Strict order: what is not carried on by an event of the universe is over. */
function keptSlot(plan: Plan, moment: Moment, slots: { alive: string; empty: string }): string {
  return plan.order === 'strict' ? `if(bitTest(${moment.mask}, ${UNIVERSE_BIT}), ${slots.empty}, ${slots.alive})` : slots.alive;
}

/** One attempt a level, the one that began last: `(start, trail)`. */
function leanSlots(plan: Plan): Slots {
  const trail = trailOf(plan.steps.length);
  const type = `Tuple(Int64, ${trail.type})`;
  const empty = `CAST((${NEVER}, ${trail.zero}), '${type}')`;
  const at: Slots['at'] = (moment, body) =>
    body(
      plan.steps.map((_, step) => {
        const own = keptSlot(plan, moment, { alive: aliveSlot(plan, moment, step, 'nothing'), empty: 'nothing' });
        const before = step === 0 ? '' : aliveSlot(plan, moment, step - 1, 'nothing');
        const isInTime = `e.1 - (${before}).1 <= ${plan.windowMs} AND (${before}).1 > (${own}).1`;
        const isReached =
          step === 0 ? `(${starts(moment.mask)} AND ${moment.mayStart} AND e.1 > (${own}).1)` : `(bitTest(${moment.mask}, ${step}) AND ${isInTime})`;
        const start = step === 0 ? 'e.1' : `(${before}).1`;
        const path = trail.add(step === 0 ? trail.zero : `(${before}).2`, step);
        return { isReached, start, trail: path, slot: `if(${isReached}, (${start}, ${path}), ${own})` };
      }),
    );
  return { type, empty, trail, at };
}

/**
 * Attempts `(start, last, taken, trail)` of a level: with gaps all whose window is open; without, the one that began last and, of equal ones, took most steps.
 */
function richSlots(plan: Plan, hasGaps: boolean): Slots {
  const trail = trailOf(plan.steps.length);
  const one = `Tuple(Int64, Int64, UInt8, ${trail.type})`;
  const type = `Array(${one})`;
  const empty = `CAST([], '${type}')`;
  const isGapped = (step: number) => plan.steps.some((next, place) => place > step && (next.minGapMs > 0 || next.maxGapMs !== undefined));
  const picked = (moment: Moment, step: number): string => {
    if (step === 0)
      return `if(${starts(moment.mask)} AND ${moment.mayStart}, CAST((e.1, e.1, 1, ${trail.add(trail.zero, 0)}), '${one}'), no_attempt)`;
    const { minGapMs = 0, maxGapMs } = plan.steps[step] ?? {};
    const sources = sourcesOf(plan, step).map((source) => aliveSlot(plan, moment, source, 'nothing'));
    const gap = `${minGapMs > 0 ? ` AND e.1 - c.2 >= ${minGapMs}` : ''}${maxGapMs === undefined ? '' : ` AND e.1 - c.2 <= ${maxGapMs}`}`;
    const options = `arrayFilter(c -> e.1 - c.1 <= ${plan.windowMs}${gap}, ${sources.length > 1 ? `arrayConcat(${sources.join(', ')})` : sources[0]})`;
    const grown = `arrayMap(c -> CAST((c.1, e.1, c.3 + 1, ${trail.add('c.4', step)}), '${one}'), arraySort(c -> (-c.1, -toInt16(c.3), c.4), ${options}))`;
    return `if(bitTest(${moment.mask}, ${step}), ${grown}[1], no_attempt)`;
  };
  const at: Slots['at'] = (moment, body) => {
    const steps = plan.steps.map((_, step): StepNow => {
      const own = keptSlot(plan, moment, { alive: aliveSlot(plan, moment, step, 'nothing'), empty: 'nothing' });
      const pick = `p.${step + 1}`;
      const isTaken = `${pick}.3 > 0`;
      if (hasGaps && isGapped(step)) {
        const open = `arrayFilter(c -> e.1 - c.1 <= ${plan.windowMs}, ${own})`;
        return { isReached: isTaken, start: `${pick}.1`, trail: `${pick}.4`, slot: `if(${isTaken}, arrayPushBack(${open}, ${pick}), ${open})` };
      }
      const isReached = `(${isTaken} AND (empty(${own}) OR (${pick}.1, ${pick}.3) > ((${own})[1].1, (${own})[1].3)))`;
      return { isReached, start: `${pick}.1`, trail: `${pick}.4`, slot: `if(${isReached}, [${pick}], ${own})` };
    });
    return `arrayMap(p -> ${body(steps)}, [tuple(${plan.steps.map((_, step) => picked(moment, step)).join(', ')})])[1]`;
  };
  return { type, empty, trail, at };
}

/** Names that the folds use for what is always the same: put before the query as its WITH. */
export function namesOf(plan: Plan): string {
  const slots = slotsOf(plan);
  return `${slots.empty} AS nothing, CAST((0, 0, 0, ${slots.trail.zero}), 'Tuple(Int64, Int64, UInt8, ${slots.trail.type})') AS no_attempt`;
}
