import { useTranslation } from 'react-i18next';

/** What happened, in words. */
export function useFailureWords(): (failure: { code: string; details: Record<string, unknown> }) => string {
  const { i18n } = useTranslation('exports');
  return ({ code, details }) => {
    const key = code.replace('.', ':errors.');
    return i18n.exists(key) ? String(i18n.t(key, details)) : code;
  };
}
