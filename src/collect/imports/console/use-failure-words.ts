import { useTranslation } from 'react-i18next';

/** What happened, in words: the text of a refusal's code, whatever slice it is of. */
export function useFailureWords(): (failure: { code: string | null; details: Record<string, unknown> } | null) => string {
  const { t, i18n } = useTranslation('imports');
  return (failure) => {
    if (!failure) return '';
    const key = failure.code?.replace('.', ':errors.') ?? '';
    if (key !== '' && i18n.exists(key)) return String(i18n.t(key, failure.details));
    return t('failedOtherwise', { reason: String(failure.details['reason'] ?? '') });
  };
}
