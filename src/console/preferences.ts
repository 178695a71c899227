import { createStore, type Store } from './store.ts';

/** `system` follows the browser. */
export type ThemeChoice = 'system' | 'light' | 'dark';
export type Language = 'zh-CN' | 'en';

const nameOf = (key: string): string => `perennial.${key}`;

function remembered<T extends string>(key: string, isAllowed: (text: string) => text is T, otherwise: () => T): Store<T> {
  const kept = localStorage.getItem(nameOf(key));
  const store = createStore<T>(kept !== null && isAllowed(kept) ? kept : otherwise());
  return {
    ...store,
    set: (value) => {
      localStorage.setItem(nameOf(key), value);
      store.set(value);
    },
  };
}

function oneOf<T extends string>(...allowed: readonly T[]): (text: string) => text is T {
  return (text): text is T => (allowed as readonly string[]).includes(text);
}

function browserLanguage(): Language {
  const first = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? 'en';
  return first.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Choices of this browser, kept in localStorage. */
export const themeChoice = remembered<ThemeChoice>('theme', oneOf('system', 'light', 'dark'), () => 'system');
export const railChoice = remembered<'wide' | 'narrow'>('rail', oneOf('wide', 'narrow'), () => 'wide');
export const densityChoice = remembered<'compact' | 'comfortable'>('density', oneOf('compact', 'comfortable'), () => 'compact');
/** Number of the project last seen; '' for none. */
export const lastProject = remembered<string>(
  'project',
  (text): text is string => /^\d+$/.test(text),
  () => '',
);

const languageKept = remembered<Language>('language', oneOf('zh-CN', 'en'), browserLanguage);

/** The language to begin with: what was chosen here, else the browser's. */
export function firstLanguage(): Language {
  return languageKept.get();
}

/** Remembers a language that the reader chose. */
export function rememberLanguage(language: Language): void {
  languageKept.set(language);
}

/** False while the browser's language is only followed. */
export function hasChosenLanguage(): boolean {
  return localStorage.getItem(nameOf('language')) !== null;
}
