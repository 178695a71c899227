import {
  CONDITION_DEPTH_MAX,
  type Condition,
  conditionSchema,
  FILTERS_MAX,
  GROUP_SIZE_MAX,
  LEAVES_MAX,
  leavesOf,
  type Test,
  type Window,
} from '../../know/audiences/contract.ts';
import { NO_NUMBER } from './starts.ts';
import { below, filledEvent, type Path, unwrap } from './tree.ts';

/** Something that is missing or wrong, at the field where it is: `conditions.0.test.value`. `key` is a text under `audiences:builder.issues`. */
export interface Issue {
  path: Path;
  key: string;
  values?: Record<string, number>;
}

/** Finds everything that keeps a tree from being asked, as the server would; an empty list means that it is complete. */
export function issuesOf(condition: Condition, known: { segmentIds?: ReadonlySet<number> } = {}): Issue[] {
  const issues = leavesOf(condition).flatMap(({ path, leaf }): Issue[] => {
    if (leaf.kind === 'segment') return segmentIssues(leaf.segmentId, below(path, 'segmentId'), known.segmentIds);
    if (leaf.kind === 'trait') return [...nameIssues(leaf.trait, below(path, 'trait'), 'trait'), ...testIssues(leaf.test, below(path, 'test'))];
    const event = filledEvent(leaf);
    return [
      ...(event.event === '' ? [{ path: below(path, 'event'), key: 'event' }] : []),
      ...measureIssues(event.measure, below(path, 'measure')),
      ...windowIssues(event.window, below(path, 'window')),
      ...event.where.flatMap((filter, index) => {
        const at = below(path, `where.${index}`);
        return [...nameIssues(filter.property, below(at, 'property'), 'property'), ...testIssues(filter.test, below(at, 'test'))];
      }),
    ];
  });
  return [...sizeIssues(condition), ...issues];
}

/** Conditions that are not complete yet: their places, each once. */
export function incompleteLeaves(condition: Condition, issues: readonly Issue[]): Set<Path> {
  const places = leavesOf(condition).map(({ path }) => path);
  return new Set(places.filter((place) => issues.some((issue) => isWithin(issue.path, place))));
}

/** The tree without the conditions at `places`, for saying and counting what is complete. */
export function without(condition: Condition, places: ReadonlySet<Path>, path: Path = ''): Condition | undefined {
  if (condition.kind === 'all' || condition.kind === 'any') {
    const kept = condition.conditions.flatMap((inner, index) => without(inner, places, below(path, `conditions.${index}`)) ?? []);
    return kept.length === 0 && condition.conditions.length > 0 ? undefined : { kind: condition.kind, conditions: kept };
  }
  if (condition.kind === 'not') {
    const inner = without(condition.condition, places, below(path, 'condition'));
    return inner && { kind: 'not', condition: inner };
  }
  return places.has(path) ? undefined : condition;
}

/** Reads a tree that somebody pasted: the tree, or what is wrong with it and where. */
export function readCondition(text: string): { condition: Condition } | { faults: { path: Path; message: string }[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { faults: [{ path: '', message: error instanceof Error ? error.message : String(error) }] };
  }
  const read = conditionSchema.safeParse(value);
  if (read.success) return { condition: read.data };
  return { faults: read.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })) };
}

/** A tree that was kept as JSON: numbers that had not been entered come back as such. */
export function revived(condition: Condition): Condition {
  return JSON.parse(JSON.stringify(condition), (_key, value: unknown) => (value === null ? NO_NUMBER : value)) as Condition;
}

/** Whether an issue lies at a place or below it. */
export function isWithin(path: Path, place: Path): boolean {
  return place === '' || path === place || path.startsWith(`${place}.`);
}

function sizeIssues(condition: Condition): Issue[] {
  const leaves = leavesOf(condition).length;
  const issues: Issue[] = [];
  if (leaves > LEAVES_MAX) issues.push({ path: '', key: 'tooManyLeaves', values: { max: LEAVES_MAX, has: leaves } });
  if (depthOf(condition) > CONDITION_DEPTH_MAX) issues.push({ path: '', key: 'tooDeep', values: { max: CONDITION_DEPTH_MAX } });
  return [...issues, ...groupIssues(condition, '')];
}

function groupIssues(condition: Condition, path: Path): Issue[] {
  if (condition.kind === 'not') return groupIssues(condition.condition, below(path, 'condition'));
  if (condition.kind === 'event') {
    const has = filledEvent(condition).where.length;
    return has > FILTERS_MAX ? [{ path, key: 'tooManyFilters', values: { max: FILTERS_MAX, has } }] : [];
  }
  if (!('conditions' in condition)) return [];
  const has = condition.conditions.length;
  const own: Issue[] = has > GROUP_SIZE_MAX ? [{ path, key: 'groupTooLarge', values: { max: GROUP_SIZE_MAX, has } }] : [];
  return [...own, ...condition.conditions.flatMap((inner, index) => groupIssues(inner, below(path, `conditions.${index}`)))];
}

/** Levels of `all`, `any` and `not` inside each other. */
export function depthOf(condition: Condition): number {
  if (condition.kind === 'not') return 1 + depthOf(condition.condition);
  if (!('conditions' in condition)) return 0;
  return 1 + Math.max(0, ...condition.conditions.map(depthOf));
}

/** Whether another group fits inside the group at the end of these levels. */
export function canNest(depth: number): boolean {
  return depth < CONDITION_DEPTH_MAX - 1;
}

function segmentIssues(segmentId: number, path: Path, known: ReadonlySet<number> | undefined): Issue[] {
  if (!(segmentId > 0)) return [{ path, key: 'segment' }];
  return known && !known.has(segmentId) ? [{ path, key: 'segmentGone', values: { segmentId } }] : [];
}

function nameIssues(name: string, path: Path, key: 'trait' | 'property'): Issue[] {
  if (name === '') return [{ path, key }];
  return name.split('.').includes('') ? [{ path, key: 'fieldName' }] : [];
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isDay = (text: string | null | undefined): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');

function testIssues(test: Test, path: Path): Issue[] {
  const at = (part: string, key: string): Issue[] => [{ path: below(path, part), key }];
  switch (test.op) {
    case 'is_set':
    case 'is_not_set':
      return [];
    case 'in':
    case 'not_in':
      return test.values.length === 0 ? at('values', 'values') : [];
    case 'between':
      return spanIssues(test, path, { isGiven: isNumber, missing: 'number' });
    case 'date_between':
      return spanIssues(test, path, { isGiven: (day) => isDay(day as string), missing: 'date' });
    case 'date_before':
    case 'date_on_or_after':
      return isDay(test.date) ? [] : at('date', 'date');
    case 'date_in_last':
    case 'date_before_last':
    case 'date_in_next':
      return Number.isInteger(test.days) && test.days > 0 ? [] : at('days', 'wholeNumber');
    case 'equals':
    case 'not_equals':
    case 'contains':
    case 'not_contains':
      if (typeof test.value === 'boolean' || isNumber(test.value)) return [];
      return typeof test.value === 'string' && test.value !== '' ? [] : at('value', typeof test.value === 'string' ? 'value' : 'number');
    default:
      return isNumber(test.value) ? [] : at('value', 'number');
  }
}

interface SpanRule {
  isGiven(value: unknown): boolean;
  missing: string;
}

function spanIssues(span: { from: number | string; to: number | string }, path: Path, { isGiven, missing }: SpanRule): Issue[] {
  if (!isGiven(span.from)) return [{ path: below(path, 'from'), key: missing }];
  if (!isGiven(span.to)) return [{ path: below(path, 'to'), key: missing }];
  return span.from >= span.to ? [{ path: below(path, 'to'), key: 'emptySpan' }] : [];
}

function windowIssues(window: Window, path: Path): Issue[] {
  if (window.kind === 'ever') return [];
  if (window.kind === 'between') return spanIssues(window, path, { isGiven: (day) => isDay(day as string), missing: 'date' });
  const [part, length] = window.kind === 'last' ? (['amount', window.amount] as const) : (['count', window.count] as const);
  return Number.isInteger(length) && length > 0 ? [] : [{ path: below(path, part), key: 'wholeNumber' }];
}

function measureIssues(measure: ReturnType<typeof filledEvent>['measure'], path: Path): Issue[] {
  if (measure.of === 'did' || measure.of === 'did_not') return [];
  const isCount = measure.of === 'count' || measure.of === 'distinct';
  const isFit = isNumber(measure.value) && (!isCount || (Number.isInteger(measure.value) && measure.value >= 0));
  return [
    ...('property' in measure ? nameIssues(measure.property, below(path, 'property'), 'property') : []),
    ...(isFit ? [] : [{ path: below(path, 'value'), key: isCount ? 'times' : 'number' }]),
  ];
}

/** Whether a row holds more than one condition. */
export function isGroup(condition: Condition): boolean {
  return 'conditions' in unwrap(condition).inner;
}
