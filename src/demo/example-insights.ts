import type { QuestionInput } from '../know/insights/contract.ts';

/** Questions that a shop asks every week. */
export const exampleInsights: { name: string; question: QuestionInput }[] = [
  {
    name: 'Buyers a day · 每日购买人数',
    question: {
      kind: 'trend',
      event: 'Order Completed',
      measure: { kind: 'people' },
      interval: 'day',
      range: { kind: 'last', count: 60, unit: 'day' },
      compare: true,
    },
  },
  {
    name: 'Revenue by department · 各品类销售额',
    question: {
      kind: 'trend',
      event: 'Product Purchased',
      measure: { kind: 'sum', property: 'amount' },
      interval: 'week',
      range: { kind: 'last', count: 26, unit: 'week' },
      breakdown: { property: 'department', limit: 6 },
    },
  },
  {
    name: 'From looking to buying · 浏览到购买',
    question: {
      kind: 'funnel',
      steps: [{ event: 'Product Viewed' }, { event: 'Product Added' }, { event: 'Checkout Started' }, { event: 'Order Completed' }],
      window: { count: 1, unit: 'day' },
      range: { kind: 'last', count: 30, unit: 'day' },
    },
  },
  {
    name: 'Do buyers come back · 购买留存',
    question: {
      kind: 'retention',
      start: 'Order Completed',
      return: 'Order Completed',
      type: 'recurring',
      interval: 'week',
      offsets: 8,
      range: { kind: 'last', count: 10, unit: 'week' },
    },
  },
];
