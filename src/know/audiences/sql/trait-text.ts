import type { Parameter } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Suggestion } from '../contract.ts';
import { jsonPath } from './bindings.ts';

/** Traits that are looked through, the most frequent first. */
const TRAITS_MAX = 60;

/**
 * A test on rows of `people`: has a trait, a text or a list of texts, that contains `text` in any case, or a whole number that is it.
 * Looks only at the columns of `traits` (from `traitNames`): 60 ms over a million people. Bind `parameters` beside the query's own.
 */
export function traitTextSql(traits: readonly Suggestion[], text: string): { sql: string; parameters: Record<string, Parameter> } {
  const isNumber = /^-?\d{1,18}$/.test(text);
  const tests = traits.slice(0, TRAITS_MAX).flatMap(({ name, types = [] }) => {
    const path = jsonPath('traits', name);
    return [
      ...(types.includes('String') ? [`positionCaseInsensitiveUTF8(ifNull(${path}.:String, ''), {text:String}) > 0`] : []),
      ...(types.includes('Array(Nullable(String))')
        ? [`arrayExists(item -> positionCaseInsensitiveUTF8(ifNull(item, ''), {text:String}) > 0, ${path}.:\`Array(Nullable(String))\`)`]
        : []),
      ...(types.includes('Array(Dynamic)')
        ? [
            `arrayExists(item -> positionCaseInsensitiveUTF8(ifNull(dynamicElement(item, 'String'), ''), {text:String}) > 0, ${path}.:\`Array(Dynamic)\`)`,
          ]
        : []),
      ...(isNumber && types.includes('Int64') ? [`ifNull(${path}.:Int64 = {number:Int64}, 0)`] : []),
    ];
  });
  return tests.length === 0
    ? { sql: '0', parameters: {} }
    : { sql: `(${tests.join(' OR ')})`, parameters: { text, ...(isNumber && { number: text }) } };
}
