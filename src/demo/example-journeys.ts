import type { JourneyDefinition } from '../reach/journeys/contract.ts';

const THANKS = `<p>Hi {{ person.name | default: "there" }},</p>
<p>thank you for your order of {{ event.revenue }}. Your next visit is worth 5 % more: show this mail at the till.</p>
<p>您好，感谢您的购买。下次到店出示本邮件，可再享 5% 优惠。</p>`;

const WIN_BACK = `<p>Hi {{ person.name | default: "there" }},</p>
<p>we have not seen you for a while. Here is what is fresh this week, and a coupon of 3 for your next basket.</p>
<p>好久不见。这是本周的新鲜好物，另有 3 元优惠券等您领取。</p>`;

/** Two journeys: one that live demo events walk at once, one that is ready to publish. */
export const exampleJourneys: { name: string; draft: JourneyDefinition; isPublished: boolean }[] = [
  {
    name: 'Thanks and second order · 感谢与复购',
    isPublished: true,
    draft: {
      trigger: { kind: 'event', event: 'Order Completed', where: [] },
      start: 'pause',
      nodes: [
        { id: 'pause', kind: 'wait', name: 'Let the purchase settle', duration: { amount: 1, unit: 'minutes' }, exits: { next: 'spender' } },
        {
          id: 'spender',
          kind: 'branch',
          name: 'Spent 20 or more in 30 days',
          condition: {
            kind: 'event',
            event: 'Order Completed',
            where: [],
            measure: { of: 'sum', property: 'revenue', op: 'greater_or_equal', value: 20 },
            window: { kind: 'last', amount: 30, unit: 'days' },
          },
          exits: { yes: 'thanks', no: 'end' },
        },
        {
          id: 'thanks',
          kind: 'email',
          name: 'Thanks',
          subject: 'Thank you, {{ person.name | default: "neighbour" }} · 感谢您的购买',
          body: THANKS,
          category: 'marketing',
          exits: { next: 'again' },
        },
        {
          id: 'again',
          kind: 'wait_until',
          name: 'Another order',
          event: 'Order Completed',
          where: [],
          atMost: { amount: 7, unit: 'days' },
          exits: { met: 'end', timeout: 'end' },
        },
        { id: 'end', kind: 'exit', exits: {} },
      ],
      goal: { event: 'Order Completed', where: [], windowDays: 7 },
      exitOnGoal: true,
      controlPercent: 20,
      reentry: { kind: 'after_days', days: 7 },
    },
  },
  {
    name: 'Win back the silent · 沉默召回',
    isPublished: false,
    draft: {
      trigger: { kind: 'event', event: 'Product Viewed', where: [] },
      start: 'silent',
      nodes: [
        {
          id: 'silent',
          kind: 'branch',
          name: 'No order in 60 days',
          condition: {
            kind: 'event',
            event: 'Order Completed',
            where: [],
            measure: { of: 'did_not' },
            window: { kind: 'last', amount: 60, unit: 'days' },
          },
          exits: { yes: 'buys', no: 'end' },
        },
        {
          id: 'buys',
          kind: 'wait_until',
          name: 'Buys by themselves',
          event: 'Order Completed',
          where: [],
          atMost: { amount: 1, unit: 'days' },
          exits: { met: 'end', timeout: 'mail' },
        },
        {
          id: 'mail',
          kind: 'email',
          name: 'We miss you',
          subject: 'Fresh this week · 本周新鲜好物',
          body: WIN_BACK,
          category: 'marketing',
          exits: { next: 'end' },
        },
        { id: 'end', kind: 'exit', exits: {} },
      ],
      goal: { event: 'Order Completed', where: [], windowDays: 14 },
      exitOnGoal: true,
      controlPercent: 20,
      reentry: { kind: 'after_days', days: 60 },
    },
  },
];
