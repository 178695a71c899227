import type { ImportLine } from '../collect/imports/contract.ts';
import { chances, pick } from './chance.ts';

/** A visit to the shop's site that the data set does not tell of. Every event carries `simulated: true`. */
export interface Visit {
  /** Decides everything about the visit, and its message ids. */
  key: string;
  userId?: string;
  anonymousId: string;
  /** When it ends (ms); it begins some minutes before. */
  endsAt: number;
  /** Departments that were looked at. */
  departments: readonly string[];
  /** How far it goes: looks at products, puts some into the cart, or comes to the checkout. */
  depth: 'looks' | 'adds' | 'checks_out';
}

const CHANNELS = [
  { referrer: '', utm_source: undefined, utm_medium: undefined },
  { referrer: 'https://www.baidu.com/', utm_source: 'baidu', utm_medium: 'organic' },
  { referrer: 'https://www.google.com/', utm_source: 'google', utm_medium: 'organic' },
  { referrer: 'https://weixin.qq.com/', utm_source: 'wechat', utm_medium: 'social' },
  { referrer: 'https://www.xiaohongshu.com/', utm_source: 'xiaohongshu', utm_medium: 'social' },
  { referrer: '', utm_source: 'newsletter', utm_medium: 'email' },
] as const;
const DEVICES = ['mobile', 'mobile', 'mobile', 'desktop', 'tablet'] as const;

const slug = (department: string): string => department.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** The calls of a visit: a landing page, department pages with product views, and as far as it goes the cart and the checkout. */
export function simulateVisit(visit: Visit): ImportLine[] {
  const chance = chances(visit.key);
  const channel = pick(CHANNELS, chance());
  const device = pick(DEVICES, chance());
  const ids = { anonymousId: visit.anonymousId, ...(visit.userId !== undefined && { userId: visit.userId }) };
  const steps: { type: 'page' | 'track'; event?: string; name?: string; properties: Record<string, unknown> }[] = [
    {
      type: 'page',
      name: 'Home',
      properties: { path: '/', title: 'Home', referrer: channel.referrer, utm_source: channel.utm_source, utm_medium: channel.utm_medium },
    },
  ];
  for (const department of visit.departments) {
    steps.push({ type: 'page', name: 'Department', properties: { path: `/department/${slug(department)}`, title: department } });
    if (chance() < 0.8) steps.push({ type: 'track', event: 'Product Viewed', properties: { department } });
    if (visit.depth !== 'looks' && chance() < 0.9) steps.push({ type: 'track', event: 'Product Added', properties: { department } });
  }
  if (visit.depth === 'checks_out') steps.push({ type: 'track', event: 'Checkout Started', properties: { departments: visit.departments.length } });
  const gaps = steps.map(() => 5_000 + Math.floor(chance() * 55_000));
  let time = visit.endsAt - gaps.reduce((sum, gap) => sum + gap, 0);
  return steps.map(({ properties, ...step }, index) => {
    const line: ImportLine = {
      ...step,
      ...ids,
      messageId: `demo:${visit.key}:${index}`,
      timestamp: time,
      properties: { ...properties, device, simulated: true },
    };
    time += gaps[index] ?? 0;
    return line;
  });
}
