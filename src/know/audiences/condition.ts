import { z } from 'zod';

/**
 * The audience language. One tree says "who" everywhere: segments, journey entry, branch and exit, insight filters.
 *
 * Meaning, the same in both evaluators:
 * - The universe is every person of the project that is not merged away. `not` is taken within it. `all` of nothing is everybody, `any` of nothing nobody.
 * - A person has the events of everybody merged into them.
 * - `now` is one fixed instant. Events after `now` never count, in no window.
 * - There is no coercion: a number test on the string "5" is false. `1` and `1.0` are the same number; `true` is no number.
 * - A missing value, null, an empty object and an object with keys are all "not set" (the object's keys are values of their own: `address.city`).
 *   A list is set, also an empty one.
 * - `not_equals`, `not_in` and `not_contains` are the exact opposites of `equals`, `in`, `contains`: true for missing values and for other types.
 */
export type Condition = AllCondition | AnyCondition | NotCondition | TraitCondition | EventCondition | SegmentCondition;
export interface AllCondition {
  kind: 'all';
  conditions: Condition[];
}
export interface AnyCondition {
  kind: 'any';
  conditions: Condition[];
}
export interface NotCondition {
  kind: 'not';
  condition: Condition;
}

/** Levels of `all`, `any`, `not` inside each other. */
export const CONDITION_DEPTH_MAX = 8;
/** Conditions in one `all` or `any`. */
export const GROUP_SIZE_MAX = 50;
/** Trait, event and segment conditions in one tree. */
export const LEAVES_MAX = 100;
/** Values of one `in`. */
export const VALUES_MAX = 1000;
/** Filters on one event. */
export const FILTERS_MAX = 20;
/** In place of an event's name: any event that is not passive. */
export const ANY_EVENT = '*';

const text = z.string().max(1000);
const number = z.number().min(-1e15).max(1e15);
const scalar = z.union([text, number, z.boolean()]);
export type Scalar = z.infer<typeof scalar>;
const day = z.iso.date();
const days = z.number().int().min(1).max(36_500);

/** Name of a trait or property; `a.b` is key `b` of the object `a`. */
export const fieldName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.split('.').every((part) => part !== ''), { message: 'audiences:issues.field_name' });

/**
 * A test on one value.
 * - `equals`, `in`: same type and same value. Strings by code point, case matters.
 * - `contains`: a string that has `value` in it, or a list of strings with `value` as one element. Case matters.
 * - `greater` ... `between` ([from, to)): numbers only.
 * - `date_*`: strings of ISO 8601, `2026-05-01` or `2026-05-01T08:30:00+08:00` (`Z`, seconds and fractions optional), years 1970-2199. Compared as calendar
 *   days in the project's time zone; a date, or a date-time without a zone, is taken as local. `date_between` is [from, to).
 *   `date_in_last` n: today and the n-1 days before. `date_before_last` n: earlier than those. `date_in_next` n: the n days after today.
 */
export const testSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('is_set') }),
  z.object({ op: z.literal('is_not_set') }),
  z.object({ op: z.literal('equals'), value: scalar }),
  z.object({ op: z.literal('not_equals'), value: scalar }),
  z.object({ op: z.literal('in'), values: z.array(scalar).min(1).max(VALUES_MAX) }),
  z.object({ op: z.literal('not_in'), values: z.array(scalar).min(1).max(VALUES_MAX) }),
  z.object({ op: z.literal('contains'), value: text.min(1) }),
  z.object({ op: z.literal('not_contains'), value: text.min(1) }),
  z.object({ op: z.literal('greater'), value: number }),
  z.object({ op: z.literal('greater_or_equal'), value: number }),
  z.object({ op: z.literal('less'), value: number }),
  z.object({ op: z.literal('less_or_equal'), value: number }),
  z.object({ op: z.literal('between'), from: number, to: number }),
  z.object({ op: z.literal('date_before'), date: day }),
  z.object({ op: z.literal('date_on_or_after'), date: day }),
  z.object({ op: z.literal('date_between'), from: day, to: day }),
  z.object({ op: z.literal('date_in_last'), days }),
  z.object({ op: z.literal('date_before_last'), days }),
  z.object({ op: z.literal('date_in_next'), days }),
]);
export type Test = z.infer<typeof testSchema>;
export type TestOp = Test['op'];

/** A test on a trait of the person, e.g. `{ kind: 'trait', trait: 'city', test: { op: 'equals', value: '上海' } }`. */
export const traitConditionSchema = z.object({ kind: z.literal('trait'), trait: fieldName, test: testSchema });
export type TraitCondition = z.infer<typeof traitConditionSchema>;

/** A test on a property of the event. */
export const filterSchema = z.object({ property: fieldName, test: testSchema });
export type Filter = z.infer<typeof filterSchema>;

/**
 * Which events count.
 * - `ever`: up to now.
 * - `last`: the rolling span (now - amount, now].
 * - `days`: today and the count-1 calendar days before, in the project's zone.
 * - `between`: calendar days [from, to) in the project's zone.
 */
export const windowSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ever') }),
  z.object({ kind: z.literal('last'), amount: z.number().int().min(1).max(100_000), unit: z.enum(['minutes', 'hours', 'days']) }),
  z.object({ kind: z.literal('days'), count: days }),
  z.object({ kind: z.literal('between'), from: day, to: day }),
]);
export type Window = z.infer<typeof windowSchema>;

export const comparisonSchema = z.enum(['greater', 'greater_or_equal', 'less', 'less_or_equal', 'equals', 'not_equals']);
export type Comparison = z.infer<typeof comparisonSchema>;
const times = z.number().int().min(0).max(1_000_000_000);
/** Amounts are taken to six decimals. */
const amount = z.number().min(-1e12).max(1e12);

/**
 * What is measured over the events that count.
 * - `did`: at least one; `did_not`: none; `count`: how many.
 * - `sum`, `avg`: of a property, numbers only, each clamped to +-1e12 and rounded to six decimals, added exactly. The sum of nothing is 0; the average of
 *   nothing passes no comparison.
 * - `min`, `max`: numbers only; of nothing they pass no comparison.
 * - `distinct`: how many different strings, numbers and booleans; lists do not count.
 */
export const measureSchema = z.discriminatedUnion('of', [
  z.object({ of: z.literal('did') }),
  z.object({ of: z.literal('did_not') }),
  z.object({ of: z.literal('count'), op: comparisonSchema, value: times }),
  z.object({ of: z.literal('sum'), property: fieldName, op: comparisonSchema, value: amount }),
  z.object({ of: z.literal('avg'), property: fieldName, op: comparisonSchema, value: amount }),
  z.object({ of: z.literal('min'), property: fieldName, op: comparisonSchema, value: amount }),
  z.object({ of: z.literal('max'), property: fieldName, op: comparisonSchema, value: amount }),
  z.object({ of: z.literal('distinct'), property: fieldName, op: comparisonSchema, value: times }),
]);
export type Measure = z.infer<typeof measureSchema>;

/**
 * A measure over the person's events of one name, e.g. at least 2 orders over 50 in 30 days:
 * `{ kind: 'event', event: 'Order Completed', where: [{ property: 'revenue', test: { op: 'greater', value: 50 } }],
 *    measure: { of: 'count', op: 'greater_or_equal', value: 2 }, window: { kind: 'last', amount: 30, unit: 'days' } }`.
 * `event: '*'` is any event that is not passive. All of `where` must hold.
 */
export const eventConditionSchema = z.object({
  kind: z.literal('event'),
  event: z.string().min(1).max(200),
  where: z.array(filterSchema).max(FILTERS_MAX).default([]),
  measure: measureSchema.default({ of: 'did' }),
  window: windowSchema.default({ kind: 'ever' }),
});
export type EventCondition = z.infer<typeof eventConditionSchema>;

/** Is now a member of the segment. */
export const segmentConditionSchema = z.object({ kind: z.literal('segment'), segmentId: z.number().int().positive() });
export type SegmentCondition = z.infer<typeof segmentConditionSchema>;

/** One condition that is not a group. */
export type Leaf = TraitCondition | EventCondition | SegmentCondition;

/** Whether `all`, `any` and `not` nest deeper than allowed. Walks without recursion: the value is what somebody sent. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const groups = level.filter(
      (node): node is Record<string, unknown> => typeof node === 'object' && node !== null && ('conditions' in node || 'condition' in node),
    );
    if (groups.length > 0 && depth >= CONDITION_DEPTH_MAX) return true;
    level = groups.flatMap((group) => [
      ...(Array.isArray(group.conditions) ? group.conditions : []),
      ...('condition' in group ? [group.condition] : []),
    ]);
  }
  return false;
}

const treeSchema: z.ZodType<Condition> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('all'), conditions: z.array(treeSchema).max(GROUP_SIZE_MAX) }),
    z.object({ kind: z.literal('any'), conditions: z.array(treeSchema).max(GROUP_SIZE_MAX) }),
    z.object({ kind: z.literal('not'), condition: treeSchema }),
    traitConditionSchema,
    eventConditionSchema,
    segmentConditionSchema,
  ]),
) as z.ZodType<Condition>;

/** The schema of a whole tree: shape, types, sizes and depth. Whether segments exist is checked by the server. */
export const conditionSchema: z.ZodType<Condition> = z.preprocess((value, context) => {
  if (!isTooDeep(value)) return value;
  context.addIssue({ code: 'custom', message: 'audiences:issues.too_deep' });
  return z.NEVER;
}, treeSchema) as z.ZodType<Condition>;

/** Matches everybody. */
export const EVERYBODY: Condition = { kind: 'all', conditions: [] };
