import {
  ANY_EVENT,
  type Comparison,
  type Condition,
  type EventCondition,
  type Filter,
  type Measure,
  type Scalar,
  type Test,
  type Window,
} from './condition.ts';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };

/** Languages in which a condition can be said. */
export type SentenceLocale = 'zh-CN' | 'en';

/** What the tree names by number. A missing name is shown as `#12`. */
export interface AudienceNames {
  segments?: ReadonlyMap<number, string>;
}

type Texts = typeof en.sentence;
interface Voice {
  texts: Texts;
  systemEvents: Readonly<Record<string, string>>;
  locale: SentenceLocale;
  names: AudienceNames;
}

/** Values of one `in` that are said; the others are counted. */
const VALUES_SAID = 5;

/** Says a condition in one sentence, e.g. `近 30 天内做过「Order Completed」至少 2 次 且 「city」等于「上海」`. Costs nothing; both sides may call it. */
export function sentence(condition: Condition, locale: SentenceLocale, names: AudienceNames = {}): string {
  return say(condition, voiceOf(locale, names), true);
}

/** Says one test on a named value, e.g. `「city」等于「上海」`. */
export function sentenceOfTest(name: string, test: Test, locale: SentenceLocale): string {
  return sayTest(name, test, voiceOf(locale, {}));
}

/** What people call an event: system events have a name in each language, others are called as they are sent. */
export function eventLabel(event: string, locale: SentenceLocale): string {
  const { texts, systemEvents } = voiceOf(locale, {});
  if (event === ANY_EVENT) return texts.anyEvent;
  return event.startsWith('$') ? (systemEvents[event.slice(1)] ?? event) : event;
}

function voiceOf(locale: SentenceLocale, names: AudienceNames): Voice {
  const source = locale === 'zh-CN' ? zh : en;
  return { texts: source.sentence, systemEvents: source.systemEvents, locale, names };
}

function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
}

function say(condition: Condition, voice: Voice, isOuter: boolean): string {
  const { texts } = voice;
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const [only, ...others] = condition.conditions;
      if (only === undefined) return condition.kind === 'all' ? texts.everybody : texts.nobody;
      if (others.length === 0) return say(only, voice, isOuter);
      const joined = condition.conditions.map((inner) => say(inner, voice, false)).join(condition.kind === 'all' ? texts.and : texts.or);
      return isOuter ? joined : fill(texts.group, { inner: joined });
    }
    case 'not':
      return fill(texts.not, { inner: say(condition.condition, voice, true) });
    case 'trait':
      return sayTest(condition.trait, condition.test, voice);
    case 'segment':
      return fill(texts.segment, { name: voice.names.segments?.get(condition.segmentId) ?? `#${condition.segmentId}` });
    case 'event':
      return sayEvent(condition, voice);
  }
}

function sayEvent(condition: EventCondition, voice: Voice): string {
  const { texts } = voice;
  const filters = condition.where.map((filter: Filter) => sayTest(filter.property, filter.test, voice)).join(texts.andShort);
  const name = condition.event === ANY_EVENT ? texts.anyEvent : fill(texts.name, { name: eventLabel(condition.event, voice.locale) });
  const what = filters === '' ? name : fill(texts.where, { event: name, filters });
  const measure = HAPPENS.test(condition.event) ? sayHappening(condition.measure, what, voice) : sayMeasure(condition.measure, what, voice);
  return fill(texts.event, { window: sayWindow(condition.window, texts), measure }).trim();
}

/** System events that happen to people; they do not do them. */
const HAPPENS = /^\$(message|segment|journey|goal|merged|split)/;

function sayHappening(measure: Measure, event: string, voice: Voice): string {
  if (measure.of === 'did') return fill(voice.texts.measures.happened, { event });
  return measure.of === 'did_not' ? fill(voice.texts.measures.not_happened, { event }) : sayMeasure(measure, event, voice);
}

function sayMeasure(measure: Measure, event: string, voice: Voice): string {
  const { texts } = voice;
  if (measure.of === 'did' || measure.of === 'did_not') return fill(texts.measures[measure.of], { event });
  const comparison = texts.comparisons[measure.op];
  if (measure.of === 'count')
    return fill(texts.measures.count, { event, times: fill(texts.times[measure.op], { value: sayNumber(measure.value, voice) }) });
  return fill(texts.measures[measure.of], {
    event,
    property: fill(texts.name, { name: measure.property }),
    comparison: fill(comparison, { value: sayNumber(measure.value, voice) }),
  });
}

function sayWindow(window: Window, texts: Texts): string {
  switch (window.kind) {
    case 'ever':
      return texts.windows.ever;
    case 'last':
      return fill(texts.windows[window.unit], { amount: window.amount });
    case 'days':
      return window.count === 1 ? texts.windows.today : fill(texts.windows.calendarDays, { count: window.count });
    case 'between':
      return fill(texts.windows.between, { from: window.from, to: window.to });
  }
}

function sayTest(name: string, test: Test, voice: Voice): string {
  const { texts } = voice;
  return fill(texts.test, { name: fill(texts.name, { name }), test: sayPredicate(test, voice) });
}

function sayPredicate(test: Test, voice: Voice): string {
  const { texts } = voice;
  switch (test.op) {
    case 'equals':
    case 'not_equals': {
      if (typeof test.value !== 'boolean') return fill(texts.tests[test.op], { value: sayValue(test.value, voice) });
      return fill(test.op === 'equals' ? texts.flag : texts.notFlag, { value: sayValue(test.value, voice) });
    }
    case 'contains':
    case 'not_contains':
      return fill(texts.tests[test.op], { value: sayValue(test.value, voice) });
    case 'in':
    case 'not_in': {
      const said = test.values.slice(0, VALUES_SAID).map((value) => sayValue(value, voice));
      const rest = test.values.length - said.length;
      const values = said.join(texts.comma) + (rest > 0 ? fill(texts.more, { count: rest }) : '');
      return fill(texts.tests[test.op], { values });
    }
    case 'greater':
    case 'greater_or_equal':
    case 'less':
    case 'less_or_equal':
      return fill(texts.comparisons[test.op as Comparison], { value: sayNumber(test.value, voice) });
    case 'between':
      return fill(texts.tests.between, { from: sayNumber(test.from, voice), to: sayNumber(test.to, voice) });
    default:
      return fill(texts.tests[test.op], { ...test });
  }
}

function sayValue(value: Scalar, voice: Voice): string {
  if (typeof value === 'boolean') return value ? voice.texts.yes : voice.texts.no;
  return typeof value === 'number' ? sayNumber(value, voice) : fill(voice.texts.value, { value });
}

function sayNumber(value: number, voice: Voice): string {
  return new Intl.NumberFormat(voice.locale, { maximumFractionDigits: 6 }).format(value);
}
