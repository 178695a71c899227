import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DisplayName } from '../contract.ts';

/** How the plan's words are said to the reader. */
export function usePlanWords() {
  const { t, i18n } = useTranslation('tracking-plan');
  return useMemo(() => {
    const isChinese = i18n.language === 'zh-CN';
    return {
      kind: (kind: string) => t(`kinds.${kind}`, { defaultValue: kind }),
      type: (type: string | undefined) => (type === undefined ? t('types.any') : t(`types.${type}`, { defaultValue: type })),
      /** What people call it, in the reader's language if it has such a name. */
      name: (displayName: DisplayName | undefined) =>
        isChinese ? (displayName?.['zh-CN'] ?? displayName?.en) : (displayName?.en ?? displayName?.['zh-CN']),
    };
  }, [t, i18n.language]);
}
