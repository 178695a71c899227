import { isByPerson, type Plan } from './plan.ts';

/** Texts that state which of the rules an answer used. */
export function definitionsOf(plan: Plan): string[] {
  const { question } = plan;
  const has = (condition: boolean, ...keys: string[]) => (condition ? keys : []);
  return [
    plan.order === 'ordered' ? 'funnel_order' : plan.order === 'strict' ? `funnel_strict_${question.universe?.of ?? 'all'}` : 'funnel_unordered',
    plan.within === 'window' ? 'funnel_window' : `funnel_${plan.within}`,
    question.limitStepsToRange ? 'funnel_range_all' : 'funnel_range',
    plan.count === 'totals' ? 'funnel_totals' : plan.entry === 'first' ? 'funnel_first' : 'funnel_deepest',
    ...has(plan.count === 'sessions', 'funnel_sessions'),
    ...has(plan.toleranceMs > 0, 'funnel_tolerance'),
    ...has(
      plan.steps.some((step) => step.isOptional),
      'funnel_optional',
    ),
    ...has(
      plan.steps.some((step) => step.minGapMs > 0 || step.maxGapMs !== undefined),
      'funnel_gaps',
    ),
    ...has(plan.exclusions.length > 0, plan.isRemoving ? 'funnel_remove' : 'funnel_drop'),
    ...has(plan.hold.length > 0, 'funnel_hold'),
    'funnel_interval',
    ...has(question.times || question.histogram !== undefined, 'funnel_times'),
    ...has(question.sumOf !== undefined, 'funnel_sum'),
    ...(plan.attribution
      ? [
          `funnel_attribution_${plan.attribution.of}`,
          isByPerson(plan) || plan.count !== 'users' ? 'funnel_groups_apart' : 'funnel_groups',
          'funnel_significance',
        ]
      : []),
    ...has(question.trend !== undefined, 'funnel_trend'),
    ...has(question.compare === true, 'funnel_compare'),
    ...has(question.audience !== undefined, 'audience'),
    'funnel_mature',
    'identity',
  ];
}
