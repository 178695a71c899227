import type { Condition, Test } from './condition.ts';

/** Languages in which a condition can be said. */
export type SentenceLocale = 'zh-CN' | 'en';

/** What the tree names by number. A missing name is shown as `#12`. */
export interface AudienceNames {
  segments?: ReadonlyMap<number, string>;
}

/** Says a condition in one sentence, e.g. `近 30 天内「Order Completed」至少 2 次，且「city」等于「上海」`. */
export function sentence(condition: Condition, locale: SentenceLocale, names: AudienceNames = {}): string {
  throw new Error(`not yet ${condition.kind} ${locale} ${names.segments?.size}`);
}

/** Says one test on a named value, e.g. `「city」等于「上海」`. */
export function sentenceOfTest(name: string, test: Test, locale: SentenceLocale): string {
  throw new Error(`not yet ${name} ${test.op} ${locale}`);
}
