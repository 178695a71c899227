import { type Plan, sourcesOf } from '../plan.ts';
import { EXCLUSION_BIT, START_BIT, UNIVERSE_BIT } from './funnel-rows.ts';
import { type Trail, trailOf } from './trail.ts';

/**
 * Steps in order, as a fold over a person's events `e = (ms, mask)` with their places `i`. Of every level it keeps the attempt that began last (with gaps:
 * every attempt that may still go on), and the first that reached the greatest level. An attempt is a chain of different events in order that keeps all rules.
 */

/** Before every instant. */
const NEVER = -1_000_000_000_000_000;

/** The SQL of a fold: what it gives is the array of attempts `(level, tainted, trail)` of a walk. */
export function walkSteps(plan: Plan, events: string): string {
  const walk = new StepsWalk(plan);
  return plan.count === 'totals' ? walk.totals(events) : walk.single(events);
}

class StepsWalk {
  readonly #plan: Plan;
  readonly #trail: Trail;
  readonly #count: number;
  /** Some step has a gap: an attempt that began last is not always the best to go on from. */
  readonly #isListed: boolean;
  readonly #slotType: string;
  readonly #emptySlot: string;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#trail = trailOf(plan.steps.length);
    this.#count = plan.steps.length;
    this.#isListed = plan.steps.some((step) => step.minGapMs > 0 || step.maxGapMs !== undefined);
    const one = `Tuple(Int64, Int64, UInt8, ${this.#trail.type})`;
    this.#slotType = this.#isListed ? `Array(${one})` : one;
    this.#emptySlot = this.#isListed ? `CAST([], '${this.#slotType}')` : `CAST((${NEVER}, ${NEVER}, 0, ${this.#trail.zero}), '${one}')`;
  }

  /** Everybody's deepest attempt, or only that of the first event of step 1. */
  single(events: string): string {
    const isFirst = this.#plan.entry === 'first';
    const steps = this.#steps('s', 'e.2', isFirst ? `s.${this.#count + 2} = 0` : '1');
    const best = `s.${this.#count + 1}`;
    const hit = this.#hit('e.2', `${best}.1`);
    const tainted = this.#plan.isRemoving ? `toUInt8(${best}.3 OR (${hit} AND e.1 - ${best}.2 <= ${this.#plan.windowMs}))` : `${best}.3`;
    const deeper = steps.map(({ extends: isReached, attempt }, step) => {
      const isMore = `(${step + 1} > ${best}.1${this.#plan.isRemoving ? ` OR (${step + 1} = ${best}.1 AND ${tainted})` : ''})`;
      return `${isReached} AND ${isMore}, ${this.#cast(this.#bestType, `(${step + 1}, ${attempt}.1, 0, ${attempt}.4)`)}`;
    });
    const kept = this.#cast(this.#bestType, `(${best}.1, ${best}.2, ${tainted}, ${best}.4)`);
    const state = [...steps.map(({ slot }) => slot), `multiIf(${deeper.reverse().join(', ')}, ${kept})`];
    if (isFirst) state.push(`toUInt8(s.${this.#count + 2} OR ${this.#starts('e.2')})`);
    const types = [...this.#slotTypes, this.#bestType, ...(isFirst ? ['UInt8'] : [])];
    const initial = [...this.#emptySlots, this.#emptyBest, ...(isFirst ? ['toUInt8(0)'] : [])];
    const fold = `arrayFold((s, e, i) -> tuple(${state.join(', ')}), ${events}, arrayEnumerate(${events}), CAST(tuple(${initial.join(', ')}), 'Tuple(${types.join(', ')})'))`;
    return `arrayFilter(a -> a.1 > 0, arrayMap(b -> (b.1, b.3, b.4), [${fold}.${this.#count + 1}]))`;
  }

  /** One attempt after the other: the next begins after the last was completed, ran out of time or was ended by an excluded event, which is used up by it. */
  totals(events: string): string {
    const { windowMs, order } = this.#plan;
    const best = `s.${this.#count + 1}`;
    const outs = `s.${this.#count + 2}`;
    const isOpen = `${best}.1 > 0`;
    const isLate = `e.1 - ${best}.2 > ${windowMs}`;
    const hit = `(NOT ${isLate} AND ${this.#hit('e.2', `${best}.1`)})`;
    const alive = this.#steps('s', 'e.2', '0').map(({ extends: isReached }) => isReached);
    const broken = order === 'strict' ? `OR (bitTest(e.2, ${UNIVERSE_BIT}) AND NOT (${alive.join(' OR ')}))` : '';
    const stateType = `Tuple(${[...this.#slotTypes, this.#bestType, this.#outsType].join(', ')})`;
    const closed = (tainted: string) => `arrayPushBack(${outs}, CAST((${best}.1, ${tainted}, ${best}.4), '${this.#outType}'))`;
    const reset = (added: string) => this.#cast(stateType, `tuple(${[...this.#emptySlots, this.#emptyBest, added].join(', ')})`);
    const left = `if(${isOpen} AND (${isLate} OR ${hit} ${broken}), ${reset(closed(`toUInt8(${hit})`))}, ${this.#cast(stateType, 's')})`;
    const mask = `if(${isOpen} AND ${hit}, toUInt64(0), e.2)`;
    const steps = this.#steps('s', 'm', `${best}.1 = 0`);
    const deeper = steps.map(
      ({ extends: isReached, attempt }, step) =>
        `${isReached} AND ${step + 1} > ${best}.1, ${this.#cast(this.#bestType, `(${step + 1}, ${attempt}.1, 0, ${attempt}.4)`)}`,
    );
    const next = this.#cast(
      stateType,
      `tuple(${[...steps.map(({ slot }) => slot), `multiIf(${deeper.reverse().join(', ')}, ${best})`, outs].join(', ')})`,
    );
    const done = `if(${best}.1 = ${this.#count}, ${reset(closed('toUInt8(0)'))}, s)`;
    const body = `arrayMap(s -> ${done}, arrayMap((s, m) -> ${next}, [${left}], [${mask}]))[1]`;
    const initial = this.#cast(stateType, `tuple(${[...this.#emptySlots, this.#emptyBest, `CAST([], '${this.#outsType}')`].join(', ')})`);
    const fold = `arrayFold((s, e, i) -> ${body}, ${events}, arrayEnumerate(${events}), ${initial})`;
    return `arrayMap(s -> if(${isOpen}, ${closed('toUInt8(0)')}, ${outs}), [${fold}])[1]`;
  }

  get #slotTypes(): string[] {
    return this.#plan.steps.map(() => this.#slotType);
  }
  get #emptySlots(): string[] {
    return this.#plan.steps.map(() => this.#emptySlot);
  }
  /** Level, start, tainted, trail. */
  get #bestType(): string {
    return `Tuple(UInt8, Int64, UInt8, ${this.#trail.type})`;
  }
  get #emptyBest(): string {
    return this.#cast(this.#bestType, `(0, ${NEVER}, 0, ${this.#trail.zero})`);
  }
  get #outType(): string {
    return `Tuple(UInt8, UInt8, ${this.#trail.type})`;
  }
  get #outsType(): string {
    return `Array(${this.#outType})`;
  }

  #cast(type: string, value: string): string {
    return `CAST(${value}, '${type}')`;
  }

  #starts(mask: string): string {
    return `(bitTest(${mask}, 0) AND bitTest(${mask}, ${START_BIT}))`;
  }

  /** An excluded event at a moment when so many steps were reached. */
  #hit(mask: string, level: string): string {
    const hits = this.#plan.exclusions.map(
      ({ from, to }, index) => `(bitTest(${mask}, ${EXCLUSION_BIT + index}) AND ${level} >= ${from} AND ${level} < ${to})`,
    );
    return hits.length === 0 ? '0' : `(${hits.join(' OR ')})`;
  }

  /** Attempts of a level, without those that this event ends. */
  #alive(state: string, mask: string, step: number): string {
    const slot = `${state}.${step + 1}`;
    const ends = this.#plan.exclusions.flatMap(({ from, to }, index) =>
      step + 1 >= from && step + 1 < to ? [`bitTest(${mask}, ${EXCLUSION_BIT + index})`] : [],
    );
    return ends.length === 0 ? slot : `if(${ends.join(' OR ')}, ${this.#emptySlot}, ${slot})`;
  }

  /** For each step: whether this event takes it, with which attempt, and what is kept there afterwards. */
  #steps(state: string, mask: string, mayStart: string): { extends: string; attempt: string; slot: string }[] {
    return this.#plan.steps.map((_, step) => {
      const alive = this.#alive(state, mask, step);
      const own = this.#plan.order === 'strict' ? `if(bitTest(${mask}, ${UNIVERSE_BIT}), ${this.#emptySlot}, ${alive})` : alive;
      return this.#isListed ? this.#listedStep({ state, mask, mayStart, own }, step) : this.#slottedStep({ state, mask, mayStart, own }, step);
    });
  }

  #slottedStep({ state, mask, mayStart, own }: StepContext, step: number) {
    if (step === 0) {
      const isReached = `(${this.#starts(mask)} AND ${mayStart} AND e.1 > (${own}).1)`;
      const attempt = this.#began();
      return { extends: isReached, attempt, slot: `if(${isReached}, ${attempt}, ${own})` };
    }
    const from = sourcesOf(this.#plan, step)
      .map((source) => this.#alive(state, mask, source))
      .reduce((best, other) => `if(${isBetter(other, best, true)}, ${other}, ${best})`);
    const isFurther = sourcesOf(this.#plan, step).length > 1 || this.#plan.steps.some((one) => one.isOptional);
    const isNewer = isFurther
      ? `((${from}).1 > (${own}).1 OR ((${from}).1 = (${own}).1 AND (${from}).3 + 1 > (${own}).3))`
      : `(${from}).1 > (${own}).1`;
    const isReached = `(bitTest(${mask}, ${step}) AND e.1 - (${from}).1 <= ${this.#plan.windowMs} AND ${isNewer})`;
    const attempt = this.#extended(from, step);
    return { extends: isReached, attempt, slot: `if(${isReached}, ${attempt}, ${own})` };
  }

  #listedStep({ state, mask, mayStart, own }: StepContext, step: number) {
    const { windowMs } = this.#plan;
    const kept = `arrayFilter(c -> e.1 - c.1 <= ${windowMs}, ${own})`;
    if (step === 0) {
      const isReached = `(${this.#starts(mask)} AND ${mayStart})`;
      return { extends: isReached, attempt: this.#began(), slot: `if(${isReached}, arrayPushBack(${kept}, ${this.#began()}), ${kept})` };
    }
    const { minGapMs, maxGapMs } = this.#plan.steps[step] ?? { minGapMs: 0, maxGapMs: undefined };
    const sources = sourcesOf(this.#plan, step).map((source) => this.#alive(state, mask, source));
    const gap = [minGapMs > 0 ? `AND e.1 - c.2 >= ${minGapMs}` : '', maxGapMs === undefined ? '' : `AND e.1 - c.2 <= ${maxGapMs}`].join(' ');
    const options = `arrayFilter(c -> e.1 - c.1 <= ${windowMs} ${gap}, arrayConcat(${sources.join(', ')}))`;
    const isReached = `(bitTest(${mask}, ${step}) AND notEmpty(${options}))`;
    const attempt = this.#extended(`arraySort(c -> (-c.1, -c.3, c.4), ${options})[1]`, step);
    return { extends: isReached, attempt, slot: `if(${isReached}, arrayPushBack(${kept}, ${attempt}), ${kept})` };
  }

  #began(): string {
    return this.#cast(`Tuple(Int64, Int64, UInt8, ${this.#trail.type})`, `(e.1, e.1, 1, ${this.#trail.add(this.#trail.zero, 0)})`);
  }

  #extended(from: string, step: number): string {
    return this.#cast(
      `Tuple(Int64, Int64, UInt8, ${this.#trail.type})`,
      `((${from}).1, e.1, (${from}).3 + 1, ${this.#trail.add(`(${from}).4`, step)})`,
    );
  }
}

interface StepContext {
  state: string;
  mask: string;
  mayStart: string;
  own: string;
}

/** Began later; when at the same time, took more steps; then took them earlier. */
function isBetter(one: string, other: string, isByTrail: boolean): string {
  const byTrail = isByTrail ? ` OR ((${one}).3 = (${other}).3 AND (${one}).4 < (${other}).4)` : '';
  return `((${one}).1 > (${other}).1 OR ((${one}).1 = (${other}).1 AND ((${one}).3 > (${other}).3${byTrail})))`;
}
