import fc from 'fast-check';
import type { FunnelStep, TrendQuestion } from './questions.ts';

/** One event of a random history. People are 1 ... 6. */
export interface PastEvent {
  person: number;
  event: 'view' | 'buy' | 'mail';
  /** ms */
  time: number;
  sequence: number;
  passive: boolean;
  session?: string;
  properties: { kind?: string | number | boolean | null; price?: number | string };
}

/** A random history of one project. */
export interface Past {
  timeZone: string;
  /** The instant of asking. */
  now: number;
  events: PastEvent[];
  /** Flattened: a winner is nobody's loser. */
  merges: { loser: number; winner: number }[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Zones with the instant around which the histories lie: a change of clocks where there is one. */
const places = [
  { timeZone: 'America/New_York', around: Date.UTC(2026, 2, 8, 7) },
  { timeZone: 'America/New_York', around: Date.UTC(2026, 10, 1, 6) },
  { timeZone: 'Asia/Shanghai', around: Date.UTC(2026, 0, 31, 16) },
  { timeZone: 'Pacific/Auckland', around: Date.UTC(2026, 3, 4, 14) },
  { timeZone: 'Asia/Kolkata', around: Date.UTC(2026, 1, 28, 18, 30) },
  { timeZone: 'America/Santiago', around: Date.UTC(2026, 8, 6, 4) },
];
const SPAN_DAYS = 16;

/** Few instants, so that many events share one, on and beside midnights and hours. */
const offsets = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.integer({ min: -SPAN_DAYS * 2, max: SPAN_DAYS * 2 }), fc.constantFrom(0, 1, -1, 1_800_000))
      .map(([half, extra]) => half * 12 * HOUR_MS + extra),
    weight: 2,
  },
  { arbitrary: fc.integer({ min: -SPAN_DAYS * 48, max: SPAN_DAYS * 48 }).map((half) => half * 1_800_000), weight: 2 },
  { arbitrary: fc.constantFrom(0, 1, 1_000, 60_000, 60_001, HOUR_MS), weight: 3 },
);
const properties = fc.record(
  { kind: fc.constantFrom('x', 'y', 'z', '', 5, true, null), price: fc.constantFrom(1, 2.5, 0.1, 0.2, -3, 1_000_000.01, '7') },
  { requiredKeys: [] },
);
const event = fc.record({
  person: fc.integer({ min: 1, max: 6 }),
  event: fc.constantFrom('view' as const, 'view' as const, 'buy' as const, 'mail' as const),
  offset: offsets,
  sequence: fc.integer({ min: 0, max: 2 }),
  properties,
});
const merges = fc.constantFrom<Past['merges'][]>(
  [],
  [{ loser: 2, winner: 1 }],
  [
    { loser: 3, winner: 1 },
    { loser: 2, winner: 1 },
    { loser: 6, winner: 5 },
  ],
);

/** Histories of some people around a change of clocks; mails are passive. */
export const pasts: fc.Arbitrary<Past> = fc
  .record({
    place: fc.constantFrom(...places),
    nowDays: fc.integer({ min: -2, max: 12 }),
    events: fc.array(event, { minLength: 1, maxLength: 60 }),
    merges,
  })
  .map(({ place, nowDays, events, merges }) => ({
    timeZone: place.timeZone,
    now: place.around + nowDays * DAY_MS + 5 * HOUR_MS,
    events: events.map(({ offset, ...rest }) => ({ ...rest, time: place.around + offset, passive: rest.event === 'mail' })),
    merges,
  }));

const day = (past: Past, from: number) =>
  fc.integer({ min: from, max: 14 }).map((days) => new Date(past.now + days * DAY_MS).toISOString().slice(0, 10));
export const ranges = (past: Past, units: readonly ('hour' | 'day' | 'week' | 'month')[]) =>
  fc.oneof(
    fc.record({ kind: fc.constant('last' as const), count: fc.integer({ min: 1, max: 9 }), unit: fc.constantFrom(...units) }),
    fc
      .tuple(day(past, -14), day(past, -14))
      .filter(([one, other]) => one !== other)
      .map(([one, other]) => ({ kind: 'between' as const, from: one < other ? one : other, to: one < other ? other : one })),
  );
export const filters = fc.constantFrom<FunnelStep['filters'][]>(
  [],
  [],
  [{ property: 'kind', test: { op: 'equals' as const, value: 'x' } }],
  [{ property: 'price', test: { op: 'greater' as const, value: 0.5 } }],
);
const breakdowns = fc.option(fc.record({ property: fc.constantFrom('kind', 'price'), limit: fc.integer({ min: 1, max: 3 }) }), { nil: undefined });

export const trends = (past: Past): fc.Arbitrary<TrendQuestion> =>
  fc
    .record({
      kind: fc.constant('trend' as const),
      event: fc.constantFrom('', 'view', 'buy', 'mail', 'never'),
      filters,
      measure: fc.constantFrom(
        { kind: 'events' as const },
        { kind: 'people' as const },
        { kind: 'people' as const },
        { kind: 'sum' as const, property: 'price' },
        { kind: 'average' as const, property: 'price' },
      ),
      interval: fc.constantFrom('hour' as const, 'day' as const, 'day' as const, 'week' as const, 'month' as const, 'quarter' as const),
      range: ranges(past, ['hour', 'day', 'week']),
      breakdown: breakdowns,
      compare: fc.boolean(),
      total: fc.constant(true),
    })
    .filter(({ interval, range }) => interval !== 'hour' || range.kind === 'between' || range.unit !== 'week' || range.count <= 4);
