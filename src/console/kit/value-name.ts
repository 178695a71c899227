import { placeName } from '../../collect/enrichment/contract.ts';

/** What a value of a property that the product fills itself is called, where it is a code: `CN-GD` is Guangdong. Undefined when it speaks for itself. */
export function valueName(property: string, value: string, language: string): string | undefined {
  if (property !== '$country' && property !== '$province') return undefined;
  const name = placeName(value, language === 'zh-CN' ? 'zh-CN' : 'en');
  return name === value ? undefined : name;
}
