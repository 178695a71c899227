import fc from 'fast-check';
import type { Condition, Filter, Leaf, Measure, Scalar, Test, Window } from './condition.ts';
import { dayOfInstant, textOfDay } from './days.ts';

/** Random people, histories and rules, drawn so that values meet the rules' edges often. */
export interface World {
  timeZone: string;
  /** ms */
  now: number;
  people: { traits: Record<string, unknown> }[];
  /** `person` is an index into `people`. */
  events: { person: number; event: string; time: number; passive: boolean; properties: Record<string, unknown> }[];
  /** Indexes: the first is merged into the second, which is never merged itself. */
  merges: { loser: number; winner: number }[];
  /** Members of each segment, by index; the segment's number is its place plus 1. */
  segments: number[][];
}

const ZONES = ['UTC', 'Asia/Shanghai', 'America/Sao_Paulo', 'Africa/Cairo', 'America/St_Johns', 'Pacific/Auckland', 'Asia/Kathmandu'];
/** `a` is drawn more often than the others, so that rules meet values. */
const FIELDS = ['a', 'a', 'a', 'a', 'b', 'deep.er', '城市', "o'd`d\\ {x:y}", 'flag'];
const EVENTS = ['Order Completed', 'Page', '下单🛒', '$message_sent'];
export const SEGMENTS = 3;
const MINUTE = 60_000;
const DAY = 86_400_000;

const strings = fc.constantFrom('', 'x', 'X', 'xy', '上海', 'é', 'e\u0301', '🙂', '5', 'true', 'it\'s \\ "q"', 'a\tb\nc', '0');
const numbers = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    5,
    -1,
    0.1,
    0.2,
    0.3,
    1.5,
    0.1234565,
    2.5e-6,
    -2.5e-6,
    99.99,
    100,
    1e-7,
    1e12,
    2e12,
    -3e12,
    1e15,
    9_007_199_254_740_991,
    1e18,
    1.7e308,
    5e-324,
  ),
  fc.integer({ min: -3, max: 12 }),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100),
);

function datesAround(now: number, timeZone: string): fc.Arbitrary<string> {
  const today = dayOfInstant(now, timeZone);
  const instants = fc.oneof(
    fc.integer({ min: -4, max: 4 }).map((days) => now + days * DAY),
    fc.integer({ min: now - 3 * DAY, max: now + 3 * DAY }),
  );
  return fc.oneof(
    fc.integer({ min: -4, max: 4 }).map((days) => textOfDay(today + days)),
    instants.map((time) => new Date(time).toISOString()),
    fc
      .tuple(instants, fc.constantFrom('+08:00', '-0330', '+14:00', '-14:59', '+15:00', 'Z', ''))
      .map(([time, zone]) => `${new Date(time).toISOString().slice(0, 19)}${zone}`),
    fc.constantFrom(
      '2024-02-30',
      '2023-02-29',
      '2024-02-29',
      '1969-12-31',
      '1970-01-01',
      '2199-12-31',
      '2200-01-01',
      '2024-13-01',
      '2024-1-1',
      '2024-05-01T24:00:00Z',
    ),
    fc.constantFrom(
      '2024-05-01T10:00',
      '2024-05-01 10:00:59.123456789Z',
      '2024-05-01T10:00:60Z',
      '2024-05-01T10Z',
      'x2024-05-01',
      '2024-05-01\n',
      '2024-05-01T10:60',
      '2024-05-01T10:00:60+00:00',
    ),
  );
}

function values(now: number, timeZone: string): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: strings },
    { weight: 4, arbitrary: numbers },
    { weight: 2, arbitrary: datesAround(now, timeZone) },
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.oneof(strings, fc.constant(null)), { maxLength: 3 }),
    fc.array(fc.oneof(strings, numbers, fc.boolean()), { maxLength: 3 }),
    fc.array(fc.array(strings, { maxLength: 2 }), { maxLength: 2 }),
    fc.constantFrom({}, { er: 1 }, { x: { y: 'x' } }, [{ x: 1 }]),
  );
}

function holders(now: number, timeZone: string): fc.Arbitrary<Record<string, unknown>> {
  const value = values(now, timeZone);
  const flat = fc.dictionary(fc.constantFrom(...FIELDS.filter((field) => field !== 'deep.er')), value, { maxKeys: 4 });
  const nested = fc.option(
    fc.oneof(
      value.map((er) => ({ deep: { er } })),
      value.map((er) => ({ 'deep.er': er })),
    ),
    { nil: {} },
  );
  return fc.tuple(flat, nested).map(([left, right]) => ({ ...left, ...right }));
}

/** Instants on and beside every edge that a window can have. */
function instants(now: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(0, 1, -1, 5 * MINUTE).map((ms) => now + ms),
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom(MINUTE, 60 * MINUTE, DAY), fc.constantFrom(-1, 0, 0, 0, 1))
        .map(([n, unit, by]) => now - n * unit + by),
    },
    fc.tuple(fc.integer({ min: -1, max: 6 }), fc.integer({ min: 0, max: 47 }), fc.constantFrom(-1, 0, 1)).map(([n, half, by]) => {
      const day = Math.floor(now / DAY) - n;
      return day * DAY + half * 30 * MINUTE + by;
    }),
    fc.integer({ min: now - 40 * DAY, max: now }),
  );
}

/** A whole world. `now` lies near changes of the clocks and of the year too. */
export const worlds: fc.Arbitrary<World> = fc
  .record({
    timeZone: fc.constantFrom(...ZONES),
    now: fc.oneof(
      fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2026, 10, 1) }),
      fc.constantFrom(
        Date.UTC(2024, 3, 26, 0, 30),
        Date.UTC(2023, 3, 27, 22, 0),
        Date.UTC(2024, 0, 1),
        Date.UTC(2018, 10, 4, 3, 0),
        Date.UTC(2024, 1, 29, 12),
      ),
    ),
    size: fc.oneof({ weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) }, { weight: 9, arbitrary: fc.integer({ min: 150, max: 300 }) }),
  })
  .chain(({ timeZone, now, size }) => {
    const person = fc.integer({ min: 0, max: Math.max(size - 1, 0) });
    const event = fc.record({
      person,
      event: fc.constantFrom(...EVENTS),
      time: instants(now),
      passive: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
      properties: holders(now, timeZone),
    });
    return fc.record({
      timeZone: fc.constant(timeZone),
      now: fc.constant(now),
      people: fc.array(fc.record({ traits: holders(now, timeZone) }), { minLength: size, maxLength: size }),
      events: fc.array(event, { minLength: size === 0 ? 0 : 2 * size, maxLength: size === 0 ? 0 : 4 * size + 10 }),
      merges: fc.array(fc.record({ loser: person, winner: person }), { maxLength: Math.min(6, size) }).map(withoutChains),
      segments: fc.array(size === 0 ? fc.constant([]) : fc.uniqueArray(person, { maxLength: size }), { minLength: SEGMENTS, maxLength: SEGMENTS }),
    });
  });

function withoutChains(merges: readonly { loser: number; winner: number }[]): { loser: number; winner: number }[] {
  const losers = new Set<number>();
  const winners = new Set<number>();
  return merges.filter(({ loser, winner }) => {
    if (loser === winner || losers.has(loser) || winners.has(loser) || losers.has(winner)) return false;
    losers.add(loser);
    winners.add(winner);
    return true;
  });
}

function tests(now: number, timeZone: string): fc.Arbitrary<Test> {
  const scalar: fc.Arbitrary<Scalar> = fc.oneof(
    strings,
    numbers.filter((value) => Math.abs(value) <= 1e15),
    fc.boolean(),
    datesAround(now, timeZone),
  );
  const limit = numbers.filter((value) => Math.abs(value) <= 1e15);
  const small = fc.integer({ min: -1, max: 5 });
  const day = fc.integer({ min: -4, max: 4 }).map((days) => textOfDay(dayOfInstant(now, timeZone) + days));
  const days = fc.integer({ min: 1, max: 5 });
  const part = strings.filter((text) => text !== '');
  return fc.oneof(
    fc.constantFrom<Test>({ op: 'is_set' }, { op: 'is_not_set' }),
    fc.record({ op: fc.constantFrom('equals' as const, 'not_equals' as const), value: scalar }),
    fc.record({ op: fc.constantFrom('in' as const, 'not_in' as const), values: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
    fc.record({ op: fc.constantFrom('contains' as const, 'not_contains' as const), value: part }),
    fc.record({ op: fc.constantFrom('greater' as const, 'greater_or_equal' as const, 'less' as const, 'less_or_equal' as const), value: limit }),
    fc.record({ op: fc.constant('between' as const), from: fc.oneof(small, limit), to: fc.oneof(small, limit) }),
    fc.record({ op: fc.constantFrom('date_before' as const, 'date_on_or_after' as const), date: day }),
    fc.record({ op: fc.constant('date_between' as const), from: day, to: day }),
    fc.record({ op: fc.constantFrom('date_in_last' as const, 'date_before_last' as const, 'date_in_next' as const), days }),
  );
}

const comparisons = fc.constantFrom(
  'greater' as const,
  'greater_or_equal' as const,
  'less' as const,
  'less_or_equal' as const,
  'equals' as const,
  'not_equals' as const,
);
const field = fc.constantFrom(...FIELDS);

const measures: fc.Arbitrary<Measure> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Measure>({ of: 'did' }, { of: 'did_not' }) },
  fc.record({ of: fc.constantFrom('count' as const), op: comparisons, value: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ of: fc.constant('distinct' as const), property: field, op: comparisons, value: fc.integer({ min: 0, max: 3 }) }),
  fc.record({
    of: fc.constantFrom('sum' as const, 'avg' as const, 'min' as const, 'max' as const),
    property: field,
    op: comparisons,
    value: numbers.filter((value) => Math.abs(value) <= 1e12),
  }),
);

function windows(now: number, timeZone: string): fc.Arbitrary<Window> {
  const day = fc.integer({ min: -6, max: 2 }).map((days) => textOfDay(dayOfInstant(now, timeZone) + days));
  return fc.oneof(
    fc.constant<Window>({ kind: 'ever' }),
    fc.record({
      kind: fc.constant('last' as const),
      amount: fc.integer({ min: 1, max: 2 }),
      unit: fc.constantFrom('minutes' as const, 'hours' as const, 'days' as const),
    }),
    fc.record({ kind: fc.constant('days' as const), count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(36_500)) }),
    fc.record({
      kind: fc.constant('between' as const),
      from: fc.oneof(day, fc.constant('0001-01-01')),
      to: fc.oneof(day, fc.constant('9999-12-31')),
    }),
  );
}

/** Rules over every kind of condition, for a world's instant. */
export function conditions(now: number, timeZone: string): fc.Arbitrary<Condition> {
  const test = tests(now, timeZone);
  const filter: fc.Arbitrary<Filter> = fc.record({ property: field, test });
  const leaf: fc.Arbitrary<Leaf> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('trait' as const), trait: field, test }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('event' as const),
        event: fc.constantFrom(...EVENTS, 'Never seen', '*'),
        where: fc.oneof(fc.constant<Filter[]>([]), fc.array(filter, { maxLength: 2 })),
        measure: measures,
        window: windows(now, timeZone),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('segment' as const), segmentId: fc.integer({ min: 1, max: SEGMENTS }) }) },
  );
  return fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 5, arbitrary: leaf },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), conditions: fc.array(tie('tree'), { maxLength: 3 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), condition: tie('tree') }) },
    ),
  })).tree;
}

const EDGE_NOW = Date.UTC(2024, 4, 1, 12);

/** A world in which each person has one value that lies on an edge, as a trait and as the property of their only event. */
export function edgeWorld(): World {
  const edges = [...EDGE_VALUES, ...EDGE_NUMBERS];
  return {
    timeZone: 'Asia/Kathmandu',
    now: EDGE_NOW,
    people: edges.map((a) => ({ traits: { a } })),
    events: edges.map((a, person) => ({ person, event: 'Page', time: EDGE_NOW, passive: false, properties: { a } })),
    merges: [],
    segments: [[], [], []],
  };
}

const EDGE_NUMBERS = [
  0, 1, -1, 0.1, 0.1234564, 0.1234565, 0.1234566, -0.1234565, 2.5e-6, -2.5e-6, 5e-7, 1e12, 1.5e12, -2e12, 9_007_199_254_740_991, 1e18,
];
const EDGE_VALUES: unknown[] = [
  ...['2024-05-01', '2024-04-30', '2024-05-02', '2024-02-29', '2024-02-30', '2023-02-29', '1969-12-31', '1970-01-01', '2199-12-31', '2200-01-01'],
  ...[
    '2024-05-01T18:14:59Z',
    '2024-05-01T18:15:00Z',
    '2024-05-01T23:59:59.999Z',
    '2024-05-01T10:60',
    '2024-05-01T10:59',
    '2024-05-01T24:00',
    '2024-05-01T23:59',
  ],
  ...[
    '2024-05-01T10:00:60Z',
    '2024-05-01T10:00:59Z',
    '2024-05-01T10:00+14:59',
    '2024-05-01T10:00+15:00',
    '2024-05-01T10:00-1460',
    '2024-05-01T10:00+0545',
  ],
  ...[
    '2024-05-01 10:00',
    '2024-05-01t10:00Z',
    '2024-05-01T10:00z',
    ' 2024-05-01',
    '2024-05-01 ',
    '2024-05-01\n',
    '2024-5-1',
    '20240501',
    '２０２４-05-01',
  ],
  // A mixed list first: the store then keeps lists of texts as mixed ones too.
  ...['', '0', '1', 'true', 'x', true, false, null, ['x', 1], [], [null], ['x'], ['x', null], [1], [[]], {}, { b: 1 }],
];

/** Rules that part the people of `edgeWorld` at every edge. */
export function edgeRules(): Condition[] {
  const values = edgeWorld().people.map(({ traits }) => traits['a']);
  const scalars = values.filter(
    (value): value is Scalar => typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && value <= 1e15),
  );
  const amounts = EDGE_NUMBERS.filter((value) => Math.abs(value) <= 1e12);
  const ofTrait = (test: Test): Condition => ({ kind: 'trait', trait: 'a', test });
  const ofEvent = (measure: Measure): Condition => ({ kind: 'event', event: 'Page', where: [], measure, window: { kind: 'ever' } });
  const days = ['2024-04-30', '2024-05-01', '2024-05-02', '1970-01-01', '2199-12-31'];
  return [
    ...scalars.map((value) => ofTrait({ op: 'equals', value })),
    ...(['is_set', 'is_not_set'] as const).map((op) => ofTrait({ op })),
    ...['x', '2024', ' '].map((value) => ofTrait({ op: 'contains', value })),
    ...days.flatMap((date) => (['date_before', 'date_on_or_after'] as const).map((op) => ofTrait({ op, date }))),
    ...(['date_in_last', 'date_before_last', 'date_in_next'] as const).flatMap((op) => [1, 2].map((n) => ofTrait({ op, days: n }))),
    ...amounts.map((value) => ofTrait({ op: 'between', from: value, to: 1 })),
    ...amounts.flatMap((value) =>
      (['sum', 'avg', 'min', 'max'] as const).flatMap((of) => [
        ofEvent({ of, property: 'a', op: 'equals', value }),
        ofEvent({ of, property: 'a', op: 'less_or_equal', value }),
      ]),
    ),
    ofEvent({ of: 'distinct', property: 'a', op: 'equals', value: 1 }),
  ];
}
