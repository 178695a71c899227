import type { FunnelQuestion, TrendQuestion } from '../contract.ts';

/** What each page asks before the reader has asked anything. */
export const firstTrend: TrendQuestion = {
  kind: 'trend',
  event: '',
  filters: [],
  measure: { kind: 'people' },
  interval: 'day',
  range: { kind: 'last', count: 30, unit: 'day' },
  compare: false,
  total: true,
};

export const firstFunnel: FunnelQuestion = {
  kind: 'funnel',
  steps: [
    { event: '$page', filters: [] },
    { event: 'Order Completed', filters: [] },
  ],
  window: { count: 7, unit: 'day' },
  range: { kind: 'last', count: 30, unit: 'day' },
  times: false,
};
