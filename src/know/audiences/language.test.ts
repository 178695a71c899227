import { expect, test } from 'vitest';
import { checkCondition } from './check.ts';
import { type Condition, conditionSchema, EVERYBODY } from './condition.ts';
import { eventLabel, sentence } from './contract.ts';
import { dayOfDateText, dayOfInstant, textOfDay } from './days.ts';
import { matches } from './matches.ts';
import { valueAt } from './values.ts';

const orders = (more: object = {}): Condition =>
  conditionSchema.parse({
    kind: 'event',
    event: 'Order Completed',
    measure: { of: 'count', op: 'greater_or_equal', value: 2 },
    window: { kind: 'last', amount: 30, unit: 'days' },
    ...more,
  });
const city: Condition = { kind: 'trait', trait: 'city', test: { op: 'equals', value: '上海' } };
const names = { segments: new Map([[3, '高价值']]) };

test('conditions are said the way people say them', () => {
  const said: [Condition, string, string][] = [
    [EVERYBODY, '全部用户', 'everybody'],
    [{ kind: 'any', conditions: [] }, '没有人', 'nobody'],
    [
      { kind: 'all', conditions: [orders(), city] },
      '近 30 天内「Order Completed」至少 2 次 且 「city」等于「上海」',
      'did “Order Completed” at least 2 times in the last 30 days and “city” is “上海”',
    ],
    [
      {
        kind: 'all',
        conditions: [
          { kind: 'any', conditions: [city, { kind: 'segment', segmentId: 3 }] },
          { kind: 'not', condition: { kind: 'segment', segmentId: 4 } },
        ],
      },
      '（「city」等于「上海」 或 属于分群「高价值」） 且 不满足（属于分群「#4」）',
      '(“city” is “上海” or is in segment “高价值”) and not (is in segment “#4”)',
    ],
    [
      orders({ event: '$message_sent', measure: { of: 'did_not' }, window: { kind: 'last', amount: 7, unit: 'days' } }),
      '近 7 天内没有「消息触达」',
      'had no “Message sent” in the last 7 days',
    ],
    [
      orders({
        where: [{ property: 'used_coupon', test: { op: 'equals', value: true } }],
        measure: { of: 'sum', property: 'revenue', op: 'greater', value: 1500.5 },
        window: { kind: 'days', count: 1 },
      }),
      '今天「Order Completed」（「used_coupon」为「是」）的「revenue」合计大于 1,500.5',
      'sum of “revenue” over “Order Completed” (where “used_coupon” is true) is greater than 1,500.5 today',
    ],
    [
      orders({ event: '*', measure: { of: 'did' }, window: { kind: 'days', count: 7 } }),
      '最近 7 个自然日（含今天）做过任意行为',
      'did anything in the last 7 calendar days, today included',
    ],
    [
      { kind: 'trait', trait: 'income', test: { op: 'in', values: ['50-74K', 3, true] } },
      '「income」是「50-74K」、3、是之一',
      '“income” is one of “50-74K”, 3, true',
    ],
  ];
  for (const [condition, zh, en] of said) {
    expect(sentence(condition, 'zh-CN', names)).toBe(zh);
    expect(sentence(condition, 'en', names)).toBe(en);
  }
  expect([eventLabel('$split', 'zh-CN'), eventLabel('$rage_click', 'en')]).toEqual(['拆分用户', 'Clicked in anger']);
  expect([eventLabel('$segment_left', 'zh-CN'), eventLabel('$unknown', 'en'), eventLabel('Viewed', 'en')]).toEqual([
    '离开分群',
    '$unknown',
    'Viewed',
  ]);
});

test('values are found by dotted path as the stream stores them', () => {
  expect(valueAt({ a: { b: { c: 1 } }, 'x.y': 2, n: null, o: {}, l: [] }, 'a.b.c')).toBe(1);
  expect(valueAt({ 'x.y': 2 }, 'x.y')).toBe(2);
  expect(valueAt({ x: { 'y.z': 3 } }, 'x.y.z')).toBe(3);
  for (const path of ['n', 'o', 'a', 'missing', 'constructor', '__proto__.x']) expect(valueAt({ n: null, o: {}, a: { b: 1 } }, path)).toBeUndefined();
  expect(valueAt({ l: [] }, 'l')).toEqual([]);
});

test('dates in text mean local days of the project', () => {
  const day = (text: string, zone = 'UTC') => {
    const number = dayOfDateText(text, zone);
    return number === undefined ? undefined : textOfDay(number);
  };
  expect(day('2026-05-01', 'America/Sao_Paulo')).toBe('2026-05-01');
  expect(day('2026-05-01T20:00:00Z', 'Asia/Shanghai')).toBe('2026-05-02');
  expect(day('2026-05-01T02:00+08:00')).toBe('2026-04-30');
  expect(day('2026-05-01 23:59:59', 'Asia/Shanghai')).toBe('2026-05-01');
  for (const wrong of ['2026-02-29', '2026-13-01', '26-05-01', '2026-05-01T24:00', '2026-05-01T10:00+15:00', '5 May 2026', ''])
    expect(day(wrong), wrong).toBeUndefined();
  expect(textOfDay(dayOfInstant(Date.parse('2026-05-01T16:00:00Z'), 'Asia/Shanghai'))).toBe('2026-05-02');
});

test('windows are half-open and nothing after now counts', () => {
  const now = Date.parse('2026-05-10T12:00:00Z');
  const at = (time: number, day = '2026-05-10') => ({ event: 'Order Completed', time, day, passive: false, properties: {} });
  const facts = (...events: ReturnType<typeof at>[]) => ({ now, timeZone: 'UTC', exists: true, traits: {}, events, segments: new Set<number>() });
  const did = (window: object) => orders({ measure: { of: 'did' }, window });
  const hour = did({ kind: 'last', amount: 1, unit: 'hours' });
  expect([now, now + 1, now - 3_599_999, now - 3_600_000].map((time) => matches(hour, facts(at(time))))).toEqual([true, false, true, false]);
  const week = did({ kind: 'between', from: '2026-05-01', to: '2026-05-08' });
  expect(['2026-04-30', '2026-05-01', '2026-05-07', '2026-05-08'].map((day) => matches(week, facts(at(Date.parse(day), day))))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  const twoDays = did({ kind: 'days', count: 2 });
  expect(['2026-05-08', '2026-05-09'].map((day) => matches(twoDays, facts(at(Date.parse(day), day))))).toEqual([false, true]);
  expect(matches(did({ kind: 'ever' }), facts(at(now + 1)))).toBe(false);
  expect(matches(EVERYBODY, { ...facts(), exists: false })).toBe(false);
});

test('sums add money exactly', () => {
  const now = Date.parse('2026-05-10T12:00:00Z');
  const paid = [0.1, 0.2].map((revenue) => ({ event: 'Order Completed', time: now, day: '2026-05-10', passive: false, properties: { revenue } }));
  const sum = orders({ measure: { of: 'sum', property: 'revenue', op: 'equals', value: 0.3 } });
  expect(matches(sum, { now, timeZone: 'UTC', exists: true, traits: {}, events: paid, segments: new Set() })).toBe(true);
});

test('what the schema cannot see is refused with its place, in both languages', async () => {
  const segments = {
    names: async () => new Map([[3, 'x']]),
    membersSql: () => ({ sql: '', parameters: {} }),
    segmentsOf: async () => new Set<number>(),
  };
  const rule: Condition = {
    kind: 'all',
    conditions: [
      { kind: 'segment', segmentId: 3 },
      { kind: 'not', condition: { kind: 'segment', segmentId: 4 } },
      orders({
        window: { kind: 'between', from: '2026-05-02', to: '2026-05-01' },
        where: [{ property: 'p', test: { op: 'between', from: 1, to: 1 } }],
      }),
    ],
  };
  for (const [locale, word] of [
    ['zh-CN', '早于'],
    ['en', 'before'],
  ] as const) {
    const refusal = await checkCondition(1, rule, segments, { at: 'body.x', locale }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'audiences.condition_invalid',
      issues: [
        { path: 'body.x.conditions.2.where.0.test', message: expect.stringContaining(word) },
        { path: 'body.x.conditions.2.window', message: expect.stringContaining(word) },
        { path: 'body.x.conditions.1.condition.segmentId', message: expect.stringContaining('#4') },
      ],
    });
  }
  await expect(checkCondition(1, { kind: 'segment', segmentId: 3 }, segments, { at: '', locale: 'en' })).resolves.toBeUndefined();
});
