import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Locale } from './handle.ts';

export const LOCALES: readonly Locale[] = ['en', 'zh-CN'];

/** Texts of all slices for people, by locale: `slice.key` -> text. */
export interface Texts {
  /** The text of `slice.errors.reason` with `{{name}}` filled, or undefined when there is none. */
  text(locale: Locale, key: string, details?: Record<string, unknown>): string | undefined;
}

interface Tree {
  [key: string]: string | Tree;
}

function flatten(tree: Tree, prefix: string, into: Map<string, string>): void {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') into.set(`${prefix}.${key}`, value);
    else flatten(value, `${prefix}.${key}`, into);
  }
}

/** Reads `locales/{en,zh-CN}.json` of each folder. */
export function loadTexts(folders: readonly { name: string; folder: string }[]): Texts {
  const byLocale = new Map<Locale, Map<string, string>>(LOCALES.map((locale) => [locale, new Map()]));
  for (const { name, folder } of folders) {
    for (const [locale, texts] of byLocale) {
      const file = join(folder, 'locales', `${locale}.json`);
      if (existsSync(file)) flatten(JSON.parse(readFileSync(file, 'utf8')) as Tree, name, texts);
    }
  }
  return {
    text(locale, key, details = {}) {
      const found = byLocale.get(locale)?.get(key) ?? byLocale.get('en')?.get(key);
      return found?.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => (details[name] === undefined ? '' : String(details[name])));
    },
  };
}

/** zh-CN when the reader prefers any Chinese over English, else en (RFC 9110, section 12.5.4; weights are honoured). */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (!acceptLanguage) return 'en';
  const wishes = acceptLanguage
    .split(',')
    .map((part, index) => {
      const [tag = '', ...options] = part.trim().toLowerCase().split(';');
      const quality = options.find((option) => option.trim().startsWith('q='));
      return { tag: tag.trim(), weight: quality ? Number(quality.trim().slice(2)) || 0 : 1, index };
    })
    .filter((wish) => wish.weight > 0 && /^(zh|en)\b/.test(wish.tag))
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  return wishes[0]?.tag.startsWith('zh') ? 'zh-CN' : 'en';
}

const zodMessages = { en: z.locales.en().localeError, 'zh-CN': z.locales.zhCN().localeError } as const;

/** Path of a string or key with a NUL in it, which PostgreSQL cannot keep; undefined when there is none. Walks without recursion: somebody sent it. */
function pathOfNul(value: unknown, where: string): string | undefined {
  const waiting: { value: unknown; path: string }[] = [{ value, path: where }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value === 'string' && next.value.includes('\0')) return next.path;
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, part] of Object.entries(next.value)) {
      if (key.includes('\0')) return next.path;
      if (typeof part === 'string' ? part.includes('\0') : typeof part === 'object') waiting.push({ value: part, path: `${next.path}.${key}` });
    }
  }
  return undefined;
}

const nulMessages = { en: 'Holds a character that cannot be kept (NUL)', 'zh-CN': '含有无法保存的字符（NUL）' } as const;

/** Checks `value` and says every fault in the reader's language. */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: string,
  locale: Locale,
): { value: T } | { issues: { path: string; message: string }[] } {
  const nul = pathOfNul(value, where);
  if (nul !== undefined) return { issues: [{ path: nul, message: nulMessages[locale] }] };
  const result = schema.safeParse(value, { error: zodMessages[locale] });
  if (result.success) return { value: result.data };
  return { issues: result.error.issues.map((issue) => ({ path: [where, ...issue.path.map(String)].join('.'), message: issue.message })) };
}
