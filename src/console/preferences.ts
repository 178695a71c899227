import { createStore, type Store } from './store.ts';

/** `system` follows the browser. */
export type ThemeChoice = 'system' | 'light' | 'dark';
export type Language = 'zh-CN' | 'en';

function remembered<T extends string>(key: string, allowed: readonly T[], otherwise: () => T): Store<T> {
  const name = `perennial.${key}`;
  const kept = localStorage.getItem(name);
  const store = createStore<T>(allowed.find((one) => one === kept) ?? otherwise());
  return {
    ...store,
    set: (value) => {
      localStorage.setItem(name, value);
      store.set(value);
    },
  };
}

function browserLanguage(): Language {
  const first = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? 'en';
  return first.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Choices of this browser, kept in localStorage. */
export const themeChoice = remembered<ThemeChoice>('theme', ['system', 'light', 'dark'], () => 'system');
export const languageChoice = remembered<Language>('language', ['zh-CN', 'en'], browserLanguage);
export const railChoice = remembered<'wide' | 'narrow'>('rail', ['wide', 'narrow'], () => 'wide');
export const densityChoice = remembered<'compact' | 'comfortable'>('density', ['compact', 'comfortable'], () => 'compact');
