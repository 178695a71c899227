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
/** How the door would name each channel. */
const CHANNEL_NAMES = ['direct', 'organic_search', 'organic_search', 'organic_social', 'organic_social', 'email'] as const;
const PLACES = [
  ['CN-SH', '上海'],
  ['CN-BJ', '北京'],
  ['CN-GD', '深圳'],
  ['CN-GD', '广州'],
  ['CN-ZJ', '杭州'],
  ['CN-JS', '苏州'],
  ['CN-SC', '成都'],
  ['CN-HB', '武汉'],
] as const;
const SYSTEMS = {
  mobile: [
    ['iOS', 'Safari'],
    ['Android', 'Chrome'],
    ['Android', 'WeChat'],
  ],
  desktop: [
    ['Windows', 'Edge'],
    ['Windows', 'Chrome'],
    ['macOS', 'Safari'],
  ],
  tablet: [['iPadOS', 'Safari']],
} as const;
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
      properties: {
        path: '/',
        title: 'Home',
        referrer: channel.referrer,
        utm_source: channel.utm_source,
        utm_medium: channel.utm_medium,
        $channel: CHANNEL_NAMES[CHANNELS.indexOf(channel)],
        ...(channel.referrer !== '' && { $referrer_host: new URL(channel.referrer).host }),
        ...(channel.utm_source !== undefined && { $utm_source: channel.utm_source, $utm_medium: channel.utm_medium }),
      },
    },
  ];
  for (const department of visit.departments) {
    steps.push({ type: 'page', name: 'Department', properties: { path: `/department/${slug(department)}`, title: department } });
    if (chance() < 0.8) steps.push({ type: 'track', event: 'Product Viewed', properties: { department } });
    if (visit.depth !== 'looks' && chance() < 0.9) steps.push({ type: 'track', event: 'Product Added', properties: { department } });
  }
  if (visit.depth === 'checks_out') steps.push({ type: 'track', event: 'Checkout Started', properties: { departments: visit.departments.length } });
  const surroundings = surroundingsOf(visit, device);
  const gaps = steps.map(() => 5_000 + Math.floor(chance() * 55_000));
  let time = visit.endsAt - gaps.reduce((sum, gap) => sum + gap, 0);
  return steps.map(({ properties, ...step }, index) => {
    const line: ImportLine = {
      ...step,
      ...ids,
      messageId: `demo:${visit.key}:${index}`,
      timestamp: time,
      properties: { ...properties, ...surroundings, device, simulated: true },
    };
    time += gaps[index] ?? 0;
    return line;
  });
}

/** What the door would learn from the request: where somebody is, and with what. One visitor is always in one city. */
function surroundingsOf(visit: Visit, device: (typeof DEVICES)[number]): Record<string, unknown> {
  const [province, city] = pick(PLACES, chances(`place:${visit.anonymousId}`)());
  const [os, browser] = pick<readonly [string, string]>(SYSTEMS[device], chances(`system:${visit.key}`)());
  return { $country: 'CN', $province: province, $city: city, $device_type: device, $os: os, $browser: browser };
}
