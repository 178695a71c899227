import type { PersonRecord } from '../identity/contract.ts';

/** Texts up to this length are looked for as words of their own: within longer ones they say nothing. */
const WORD_MAX = 7;
const named = /e-?mail|phone|mobile|(^|[^a-z])tel($|[^a-z])|邮箱|手机|电话/i;
const mail = /^\S+@\S+\.\S+$/;

/** What a person is called in texts that others wrote: their external ids, addresses and phone numbers. */
export function textsOf({ externalIds, traits }: Pick<PersonRecord, 'externalIds' | 'traits'>): string[] {
  const texts = externalIds.map(({ value }) => value);
  for (const [name, value] of Object.entries(traits)) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const text = String(value).trim();
    if (named.test(name) || mail.test(text)) texts.push(text);
  }
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
}

/**
 * A regular expression that PostgreSQL (`~*`) and JavaScript (`i`) read alike: finds any of the texts as they are, as JSON, in an address or form, or
 * in a table writes them. Undefined when there is none.
 */
export function patternOf(texts: readonly string[]): string | undefined {
  const parts = texts.flatMap((text) => {
    const isWord = text.length <= WORD_MAX;
    return [...formsOf(text)].map((form) => {
      const exact = form.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      return isWord ? `(^|[^0-9a-z])${exact}($|[^0-9a-z])` : exact;
    });
  });
  return parts.length === 0 ? undefined : parts.join('|');
}

function formsOf(text: string): Set<string> {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const address = encodeURIComponent(text.toWellFormed());
  return new Set([
    text,
    json,
    ascii,
    json.replaceAll('/', '\\/'),
    ascii.replaceAll('/', '\\/'),
    address,
    address.replaceAll('%20', '+'),
    text.replaceAll('"', '""'),
  ]);
}
