import type { Plan } from '../plan.ts';
import { EXCLUSION_BIT, UNIVERSE_BIT } from './funnel-rows.ts';
import { NEVER, type Slots, slotsOf, starts } from './step-slots.ts';

/**
 * Steps in order, as a fold over a person's events `e = (ms, mask)` with their places `i`. Of every level it keeps the attempt that began last, and the
 * first that reached the greatest level. An attempt is a chain of different events in order that keeps all rules.
 * What it gives is the array of attempts `(level, tainted, trail)` of a walk. Needs the names of `namesOf`.
 */
export function walkSteps(plan: Plan, events: string): string {
  const walk: Walk = { plan, slots: slotsOf(plan), ...placesIn(plan) };
  return plan.count === 'totals' ? totals(walk, events) : single(walk, events);
}

interface Walk {
  plan: Plan;
  slots: Slots;
  /** The attempt that came furthest `(level, start, tainted, trail)`, in the state. */
  best: string;
  /** What stands behind it. */
  next: string;
}

function placesIn(plan: Plan) {
  return { best: `s.${plan.steps.length + 1}`, next: `s.${plan.steps.length + 2}` };
}

function bestType({ slots }: Walk): string {
  return `Tuple(UInt8, Int64, UInt8, ${slots.trail.type})`;
}

function emptyBest(walk: Walk): string {
  return `CAST((0, ${NEVER}, 0, ${walk.slots.trail.zero}), '${bestType(walk)}')`;
}

/** An excluded event at a moment when so many steps were reached. */
function hitSql(plan: Plan, level: string): string {
  const hits = plan.exclusions.map(({ from, to }, index) => `(bitTest(e.2, ${EXCLUSION_BIT + index}) AND ${level} >= ${from} AND ${level} < ${to})`);
  return hits.length === 0 ? '0' : `(${hits.join(' OR ')})`;
}

/** Everybody's deepest attempt, or only that of the first event of step 1. */
function single(walk: Walk, events: string): string {
  const { plan, slots, best, next } = walk;
  const isFirst = plan.entry === 'first';
  const tainted = plan.isRemoving ? `toUInt8(${best}.3 OR (${hitSql(plan, `${best}.1`)} AND e.1 - ${best}.2 <= ${plan.windowMs}))` : `${best}.3`;
  const kept = plan.isRemoving ? `(${best}.1, ${best}.2, ${tainted}, ${best}.4)` : best;
  const state = slots.at({ state: 's', mask: 'e.2', mayStart: isFirst ? `${next} = 0` : '1' }, (steps) => {
    const deeper = steps.map(({ isReached, start, trail }, step) => {
      const isMore = plan.isRemoving ? `(${step + 1} > ${best}.1 OR (${step + 1} = ${best}.1 AND ${tainted}))` : `${step + 1} > ${best}.1`;
      return `${isMore} AND ${isReached}, CAST((${step + 1}, ${start}, 0, ${trail}), '${bestType(walk)}')`;
    });
    const begun = isFirst ? [`toUInt8(${next} OR (${starts('e.2')}))`] : [];
    return `tuple(${[...steps.map(({ slot }) => slot), `multiIf(${deeper.reverse().join(', ')}, ${kept})`, ...begun].join(', ')})`;
  });
  const initial = [...plan.steps.map(() => slots.empty), emptyBest(walk), ...(isFirst ? ['toUInt8(0)'] : [])];
  const fold = `arrayFold((s, e, i) -> ${state}, ${events}, arrayEnumerate(${events}), tuple(${initial.join(', ')}))`;
  return `arrayFilter(a -> a.1 > 0, arrayMap(b -> (b.1, b.3, b.4), [${fold}.${plan.steps.length + 1}]))`;
}

/** One attempt after the other: the next begins after the last was completed, ran out of time or was ended by an excluded event, which is used up by it. */
function totals(walk: Walk, events: string): string {
  const { plan, slots, best, next } = walk;
  const outType = `Tuple(UInt8, UInt8, ${slots.trail.type})`;
  const stateType = `Tuple(${[...plan.steps.map(() => slots.type), bestType(walk), `Array(${outType})`].join(', ')})`;
  const isOpen = `${best}.1 > 0`;
  const isLate = `e.1 - ${best}.2 > ${plan.windowMs}`;
  const hit = `(NOT ${isLate} AND ${hitSql(plan, `${best}.1`)})`;
  const goesOn = slots.at({ state: 's', mask: 'e.2', mayStart: '0' }, (steps) => `(${steps.map((step) => step.isReached).join(' OR ')})`);
  const broken = plan.order === 'strict' ? ` OR (bitTest(e.2, ${UNIVERSE_BIT}) AND NOT ${goesOn})` : '';
  const closed = (tainted: string) => `arrayPushBack(${next}, CAST((${best}.1, ${tainted}, ${best}.4), '${outType}'))`;
  const anew = (outs: string) => `CAST(tuple(${[...plan.steps.map(() => 'nothing'), emptyBest(walk), outs].join(', ')}), '${stateType}')`;
  const left = `if(${isOpen} AND (${isLate} OR ${hit}${broken}), ${anew(closed(`toUInt8(${hit})`))}, s)`;
  const mask = `if(${isOpen} AND ${hit}, toUInt64(0), e.2)`;
  const grown = slots.at({ state: 's', mask: 'm', mayStart: `${best}.1 = 0` }, (steps) => {
    const deeper = steps.map(
      ({ isReached, start, trail }, step) =>
        `${step + 1} > ${best}.1 AND ${isReached}, CAST((${step + 1}, ${start}, 0, ${trail}), '${bestType(walk)}')`,
    );
    return `CAST(tuple(${[...steps.map(({ slot }) => slot), `multiIf(${deeper.reverse().join(', ')}, ${best})`, next].join(', ')}), '${stateType}')`;
  });
  const done = `if(${best}.1 = ${plan.steps.length}, ${anew(closed('toUInt8(0)'))}, s)`;
  const body = `arrayMap(s -> ${done}, arrayMap((s, m) -> ${grown}, [${left}], [${mask}]))[1]`;
  const fold = `arrayFold((s, e, i) -> ${body}, ${events}, arrayEnumerate(${events}), ${anew(`CAST([], 'Array(${outType})')`)})`;
  return `arrayMap(s -> if(${isOpen}, ${closed('toUInt8(0)')}, ${next}), [${fold}])[1]`;
}
