import i18n, { type Resource } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { firstLanguage, type Language } from './preferences.ts';

/** The texts of one language, all slices in one file of the build. */
async function load(language: Language): Promise<Resource[string]> {
  const files = language === 'zh-CN' ? (await import('./texts-zh.ts')).texts : (await import('./texts-en.ts')).texts;
  const named = Object.entries(files).map(([path, texts]) => [namespaceOf(path), texts] as const);
  return Object.fromEntries(named) as Resource[string];
}

/** `../know/segments/locales/en.json` -> `segments`; the shell's own stand in `./locales`. */
function namespaceOf(path: string): string {
  const folder = path.split('/').at(-3);
  return folder === undefined || folder === '.' ? 'console' : folder;
}

/** Loads the texts of a language when they are not there yet, then switches. */
export async function switchLanguage(language: Language): Promise<void> {
  if (!i18n.hasResourceBundle(language, 'console')) {
    const texts = await load(language);
    for (const [namespace, bundle] of Object.entries(texts)) i18n.addResourceBundle(language, namespace, bundle);
  }
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Must resolve before the first render. A text that is missing is an error on the developer's console. */
export async function startTexts(): Promise<void> {
  await i18n.use(initReactI18next).init({
    resources: {},
    lng: 'dev',
    fallbackLng: false,
    defaultNS: 'console',
    interpolation: { escapeValue: false },
    returnNull: false,
    saveMissing: import.meta.env.DEV,
    missingKeyHandler: (languages, namespace, key) => console.error(`No text for ${namespace}:${key} (${languages.join()})`),
  });
  await switchLanguage(firstLanguage());
}

export { i18n };
