import type { TrackingPlanApi } from '../collect/tracking-plan/index.ts';
import type { Kernel } from '../kernel/slice.ts';
import type { Condition } from '../know/audiences/contract.ts';
import type { InsightsApi } from '../know/insights/index.ts';
import type { SegmentsApi } from '../know/segments/index.ts';
import type { JourneysApi } from '../reach/journeys/index.ts';
import { exampleInsights } from './example-insights.ts';
import { exampleJourneys } from './example-journeys.ts';
import { examplePlan } from './example-plan.ts';

/** The doors through which the demo project gets its examples. */
export interface ExampleDoors {
  'tracking-plan': TrackingPlanApi;
  segments: SegmentsApi;
  insights: InsightsApi;
  journeys: JourneysApi;
}

const DAYS_30 = { kind: 'last', amount: 30, unit: 'days' } as const;
const DAYS_60 = { kind: 'last', amount: 60, unit: 'days' } as const;
const DAYS_90 = { kind: 'last', amount: 90, unit: 'days' } as const;

const segments: { name: string; description: string; condition: Condition }[] = [
  {
    name: 'Frequent buyers, upper income, not mailed · 高收入近期复购且未触达',
    description: 'Bought at least twice in 30 days, household income over 50-74K, not reached by a campaign in 7 days.',
    condition: {
      kind: 'all',
      conditions: [
        { kind: 'event', event: 'Order Completed', where: [], measure: { of: 'count', op: 'greater_or_equal', value: 2 }, window: DAYS_30 },
        { kind: 'trait', trait: 'income_from_k', test: { op: 'greater', value: 50 } },
        { kind: 'event', event: 'Campaign Received', where: [], measure: { of: 'did_not' }, window: { kind: 'last', amount: 7, unit: 'days' } },
      ],
    },
  },
  {
    name: 'Silent for 60 days · 沉默 60 天',
    description: 'Bought before, but not in the last 60 days: whom to win back.',
    condition: {
      kind: 'all',
      conditions: [
        { kind: 'event', event: 'Order Completed', where: [], measure: { of: 'did' }, window: { kind: 'ever' } },
        { kind: 'event', event: 'Order Completed', where: [], measure: { of: 'did_not' }, window: DAYS_60 },
      ],
    },
  },
  {
    name: 'Big spenders · 高消费用户',
    description: 'Spent at least 150 in the last 90 days.',
    condition: {
      kind: 'event',
      event: 'Order Completed',
      where: [],
      measure: { of: 'sum', property: 'revenue', op: 'greater_or_equal', value: 150 },
      window: DAYS_90,
    },
  },
  {
    name: 'Coupon lovers · 爱用券的用户',
    description: 'Paid with a coupon at least twice in the last 90 days.',
    condition: {
      kind: 'event',
      event: 'Order Completed',
      where: [{ property: 'used_coupon', test: { op: 'equals', value: true } }],
      measure: { of: 'count', op: 'greater_or_equal', value: 2 },
      window: DAYS_90,
    },
  },
];

/** Saves what a newcomer looks at first. A second call adds nothing: names that are taken are left alone. */
export async function addExamples(kernel: Kernel, doors: ExampleDoors, projectId: number): Promise<void> {
  const add = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      kernel.log.info({ projectId, name, error: String(error) }, 'example not added');
    }
  };
  await add('plan', () => doors['tracking-plan'].begin(projectId, examplePlan, ''));
  for (const segment of segments) await add(segment.name, () => doors.segments.create({ projectId, ...segment }));
  for (const insight of exampleInsights) await add(insight.name, () => doors.insights.save(projectId, insight));
  for (const { name, draft, isPublished } of exampleJourneys) {
    await add(name, async () => {
      const journey = await doors.journeys.create({ projectId, name, draft });
      if (isPublished) await doors.journeys.publish(projectId, journey.id);
    });
  }
}
