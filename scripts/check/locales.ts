import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, root } from './check.ts';
import { projectFiles } from './files.ts';

type Texts = { [key: string]: string | Texts };

/** Every text exists in both languages, with the same placeholders, and none is empty; every refusal has a text. */
export const locales: Check = {
  name: 'locales',
  mend: 'Keep locales/en.json and locales/zh-CN.json of the folder in step. Chinese is written as an operator would say it, not word by word.',
  async find() {
    const files = projectFiles('src/**/locales/{en,zh-CN}.json');
    if (files.length === 0) return ['no locale files were found'];
    const folders = new Set(files.map((file) => path.dirname(file)));
    return [...folders].flatMap((folder) => [...compareFolder(folder), ...refusalsWithoutText(path.dirname(folder))]);
  },
};

function compareFolder(folder: string): string[] {
  const missing = ['en', 'zh-CN'].filter((name) => !existsSync(path.join(root, folder, `${name}.json`)));
  if (missing.length > 0) return missing.map((name) => `${folder}/${name}.json is missing`);
  try {
    const [english, chinese] = ['en', 'zh-CN'].map((name) => flatten(readTexts(path.join(folder, `${name}.json`))));
    return english && chinese ? compareTexts(folder, english, chinese) : [];
  } catch (error) {
    return [`${folder}: ${(error as Error).message}`];
  }
}

/** Compares two flat maps of texts. English has plural forms (`_one`, `_other`) where Chinese has only `_other`. */
export function compareTexts(place: string, english: ReadonlyMap<string, string>, chinese: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  for (const [key, text] of english) {
    const other = chinese.get(key) ?? (key.endsWith('_one') ? chinese.get(key.replace(/_one$/, '_other')) : undefined);
    if (text.trim() === '') faults.push(`${place}/en.json: ${key} is empty`);
    if (other === undefined) faults.push(`${place}/zh-CN.json: ${key} is missing`);
    else if (!key.endsWith('_one') && placeholders(text) !== placeholders(other)) {
      faults.push(`${place}: ${key} has the placeholders ${placeholders(text) || 'none'} in English and ${placeholders(other) || 'none'} in Chinese`);
    }
  }
  for (const [key, text] of chinese) {
    if (text.trim() === '') faults.push(`${place}/zh-CN.json: ${key} is empty`);
    if (!english.has(key)) faults.push(`${place}/en.json: ${key} is missing`);
  }
  return faults;
}

function placeholders(text: string): string {
  return [...new Set([...text.matchAll(/\{\{\s*-?\s*([\w.]+)[^}]*\}\}/g)].map((match) => match[1]))].toSorted().join(', ');
}

function readTexts(file: string): Texts {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Texts;
}

/** Nested texts as a flat map with dotted keys. */
export function flatten(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[`${prefix}${key}`, value]] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

/** `defineErrors('slice', { reason: ... })` of a contract needs `errors.reason` in the texts. */
function refusalsWithoutText(folder: string): string[] {
  const contract = path.join(root, folder, 'contract.ts');
  if (!existsSync(contract)) return [];
  const catalogue = /defineErrors\(\s*'[^']+',\s*\{([\s\S]*?)\n\}\)/.exec(readFileSync(contract, 'utf8'))?.[1] ?? '';
  const reasons = [...catalogue.matchAll(/^\s{2}([a-z]\w*):\s*\{/gm)].map((match) => match[1] ?? '');
  const texts = flatten(readTexts(path.join(folder, 'locales/en.json')));
  return reasons
    .filter((reason) => !texts.has(`errors.${reason}`))
    .map((reason) => `${folder}/locales: errors.${reason} is missing; contract.ts refuses with it`);
}
