import type { Durations, FunnelGroup, FunnelHistogram, FunnelStepAnswer } from './answer.ts';
import { type Plan, requiredBefore } from './plan.ts';
import type { CountedGroup } from './queries/funnel-counts.ts';
import { compareWithFirst, wilson } from './significance.ts';

/** Most bins that are chosen when nobody says how many (the cube root of the number, as Rice's rule without its factor). */
const BINS_MAX = 60;

/** Shares, losses, times and intervals of what was counted. */
export function describeSteps(plan: Plan, counted: CountedGroup | undefined): FunnelStepAnswer[] {
  const zeros = plan.steps.map(() => 0);
  const { reached, passed, mature } = counted ?? { reached: zeros, passed: zeros, mature: zeros };
  const first = reached[0] ?? 0;
  return plan.steps.map(({ isOptional }, index) => {
    const people = passed[index] ?? 0;
    const before = index === 0 ? people : (reached[requiredBefore(plan, index)] ?? 0);
    const peopleMature = mature[index] ?? 0;
    const interval = wilson(people, first);
    return {
      people,
      ...(isOptional && { skipped: (reached[index] ?? 0) - people }),
      droppedOff: isOptional ? 0 : before - people,
      fromPrevious: before === 0 ? null : people / before,
      fromFirst: first === 0 ? null : people / first,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      peopleMature,
      mature: peopleMature === people,
      ...(plan.question.times && timesOf(index, people, counted)),
      ...(plan.question.sumOf !== undefined && { sum: counted?.sums[index] ?? 0 }),
    };
  });
}

function timesOf(index: number, people: number, counted: CountedGroup | undefined) {
  const durations = (spread: (number | null)[][] | undefined): Durations => {
    const [mean = null, median = null, p75 = null, p90 = null] = people === 0 ? [] : (spread?.[index - 1] ?? []);
    return { mean, median, p75, p90 };
  };
  const sincePrevious = durations(counted?.sincePrevious);
  return { medianMs: sincePrevious.median, sincePrevious, sinceFirst: durations(counted?.sinceFirst) };
}

/** Compares the groups of a breakdown with the first of them. */
export function withComparison(groups: readonly FunnelGroup[]): FunnelGroup[] {
  const [all, ...values] = groups;
  const compared = compareWithFirst(values.map(({ steps }) => ({ entered: steps[0]?.people ?? 0, converted: steps.at(-1)?.people ?? 0 })));
  return [...(all ? [all] : []), ...values.map((group, index) => ({ ...group, ...(compared[index] && { against: compared[index] }) }))];
}

/** Durations in bins of whole ms from the least to the greatest. */
export function histogramOf(durations: readonly number[], wished: number | undefined): FunnelHistogram {
  if (durations.length === 0) return { count: 0, widthMs: 0, bins: [] };
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  for (const duration of durations) {
    least = Math.min(least, duration);
    greatest = Math.max(greatest, duration);
  }
  const count = Math.min(greatest - least + 1, wished ?? Math.min(BINS_MAX, Math.max(1, Math.ceil(Math.cbrt(durations.length)))));
  const widthMs = Math.ceil((greatest - least + 1) / count);
  const bins = Array.from({ length: count }, (_, index) => ({ fromMs: least + index * widthMs, count: 0 }));
  for (const duration of durations) {
    const bin = bins[Math.floor((duration - least) / widthMs)];
    if (bin) bin.count += 1;
  }
  return { count: durations.length, widthMs, bins };
}
