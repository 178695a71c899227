import {
  ANY_EVENT,
  type Condition,
  type EventCondition,
  type Filter,
  type Measure,
  type Scalar,
  type Test,
  type TestOp,
  type Window,
} from '../../know/audiences/contract.ts';

/** What the "add" menu offers, in its order. */
export const startKinds = ['did', 'didNot', 'trait', 'segment', 'notReached', 'group'] as const;
export type StartKind = (typeof startKinds)[number];

const did: EventCondition = { kind: 'event', event: '', where: [], measure: { of: 'did' }, window: { kind: 'last', amount: 30, unit: 'days' } };

/** The event that says that a message went out to a person. */
const MESSAGE_SENT = '$message_sent';

/** A condition to begin with; names and values are still empty. */
export function startOf(kind: StartKind): Condition {
  switch (kind) {
    case 'did':
      return { ...did };
    case 'didNot':
      return { ...did, measure: { of: 'did_not' } };
    case 'trait':
      return { kind: 'trait', trait: '', test: { op: 'equals', value: '' } };
    case 'segment':
      return { kind: 'segment', segmentId: 0 };
    case 'notReached':
      return { ...did, event: MESSAGE_SENT, measure: { of: 'did_not' }, window: { kind: 'last', amount: 7, unit: 'days' } };
    case 'group':
      return { kind: 'any', conditions: [{ ...did }] };
  }
}

/** A number that has not been entered yet. It never leaves the browser: `issuesOf` finds it. */
export const NO_NUMBER = Number.NaN;

/** Which values a name is known to have, from the types that were seen. */
export type ValueType = 'text' | 'number' | 'boolean';

/** Types of ClickHouse, or of JSON, as the builder tells them apart. Undefined when nothing is known. */
export function valueTypesOf(types: readonly string[] | undefined): ReadonlySet<ValueType> | undefined {
  if (!types || types.length === 0) return undefined;
  const known = new Set<ValueType>();
  for (const type of types) {
    if (/bool/i.test(type)) known.add('boolean');
    else if (/int|float|decimal|number/i.test(type)) known.add('number');
    else if (/string|text/i.test(type)) known.add('text');
  }
  return known.size === 0 ? undefined : known;
}

/** The only type that a name is known to have. */
export function soleType(types: ReadonlySet<ValueType> | undefined): ValueType | undefined {
  const [only, ...others] = types ?? [];
  return others.length === 0 ? only : undefined;
}

/** The type of a value. */
export function typeOfValue(value: Scalar): ValueType {
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'number' : 'text';
}

/** The same value as another type, as near as it goes. */
export function asType(value: Scalar, type: ValueType): Scalar {
  if (type === 'boolean') return value === true || value === 'true';
  if (type === 'text') return typeof value === 'number' && Number.isNaN(value) ? '' : String(value);
  const text = String(value).trim();
  return text === '' || typeof value === 'boolean' ? NO_NUMBER : Number(text);
}

/** Tests by what they look at, in the order of the list. */
export const testGroups: readonly { group: 'value' | 'presence' | 'text' | 'number' | 'date'; ops: readonly TestOp[] }[] = [
  { group: 'value', ops: ['equals', 'not_equals', 'in', 'not_in'] },
  { group: 'presence', ops: ['is_set', 'is_not_set'] },
  { group: 'text', ops: ['contains', 'not_contains'] },
  { group: 'number', ops: ['greater', 'greater_or_equal', 'less', 'less_or_equal', 'between'] },
  { group: 'date', ops: ['date_in_last', 'date_before_last', 'date_in_next', 'date_before', 'date_on_or_after', 'date_between'] },
];

const DAYS_AT_FIRST = 30;

/** The same test with another operator; what was entered stays where it fits. */
export function testWithOp(op: TestOp, before: Test, types?: ReadonlySet<ValueType>): Test {
  const scalars = scalarsOf(before);
  const first = scalars[0];
  const number = typeof first === 'number' ? first : NO_NUMBER;
  const text = typeof first === 'string' ? first : '';
  switch (op) {
    case 'is_set':
    case 'is_not_set':
      return { op };
    case 'equals':
    case 'not_equals':
      return { op, value: first ?? emptyOf(soleType(types)) };
    case 'in':
    case 'not_in':
      return { op, values: scalars.filter((value) => value !== '' && !Number.isNaN(value)) };
    case 'contains':
    case 'not_contains':
      return { op, value: text };
    case 'greater':
    case 'greater_or_equal':
    case 'less':
    case 'less_or_equal':
      return { op, value: number };
    case 'between':
      return { op, from: number, to: typeof scalars[1] === 'number' ? scalars[1] : NO_NUMBER };
    case 'date_before':
    case 'date_on_or_after':
      return { op, date: datesOf(before)[0] ?? '' };
    case 'date_between':
      return { op, from: datesOf(before)[0] ?? '', to: datesOf(before)[1] ?? '' };
    case 'date_in_last':
    case 'date_before_last':
    case 'date_in_next':
      return { op, days: 'days' in before ? before.days : DAYS_AT_FIRST };
  }
}

/** The same test for another name: what was entered for the old one goes, and what its type cannot have. */
export function testForName(before: Test, types: ReadonlySet<ValueType> | undefined): Test {
  const sole = soleType(types);
  if (before.op === 'in' || before.op === 'not_in') return { op: before.op, values: [] };
  if (before.op === 'equals' || before.op === 'not_equals') return { op: before.op, value: emptyOf(sole) };
  const isNumberTest = ['greater', 'greater_or_equal', 'less', 'less_or_equal', 'between'].includes(before.op);
  if (isNumberTest && sole !== undefined && sole !== 'number') return { op: 'equals', value: emptyOf(sole) };
  return before;
}

function emptyOf(type: ValueType | undefined): Scalar {
  if (type === 'boolean') return true;
  return type === 'number' ? NO_NUMBER : '';
}

function scalarsOf(test: Test): Scalar[] {
  if ('values' in test) return test.values;
  if ('value' in test) return [test.value];
  return test.op === 'between' ? [test.from, test.to] : [];
}

function datesOf(test: Test): string[] {
  if ('date' in test) return [test.date];
  return test.op === 'date_between' ? [test.from, test.to] : [];
}

/** What an event condition measures, as the builder's first field says it. `did` covers at-least-once and counts. */
export const verbs = ['did', 'did_not', 'sum', 'avg', 'min', 'max', 'distinct'] as const;
export type Verb = (typeof verbs)[number];

export function verbOf(measure: Measure): Verb {
  return measure.of === 'count' ? 'did' : measure.of;
}

/** The same measure with another verb; property, comparison and value stay where they fit. */
export function measureWithVerb(verb: Verb, before: Measure): Measure {
  if (verb === 'did' || verb === 'did_not') return { of: verb };
  const property = 'property' in before ? before.property : '';
  const op = 'op' in before ? before.op : 'greater_or_equal';
  return { of: verb, property, op, value: 'property' in before ? before.value : NO_NUMBER };
}

/** Kinds of windows with what they begin with. `before` keeps the length where it fits. */
export function windowOfKind(kind: Window['kind'], before: Window, today: string): Window {
  const length = before.kind === 'last' && before.unit === 'days' ? before.amount : before.kind === 'days' ? before.count : DAYS_AT_FIRST;
  switch (kind) {
    case 'ever':
      return { kind };
    case 'last':
      return { kind, amount: length, unit: 'days' };
    case 'days':
      return { kind, count: length };
    case 'between':
      return { kind, from: shiftDay(today, 1 - DAYS_AT_FIRST), to: shiftDay(today, 1) };
  }
}

const DAY_MS = 86_400_000;

function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** A filter to begin with. */
export function startFilter(): Filter {
  return { property: '', test: { op: 'equals', value: '' } };
}

/** Whether properties of the event are known: any event has none of its own. */
export function hasProperties(event: string): boolean {
  return event !== '' && event !== ANY_EVENT;
}
