import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DisplayName } from '../contract.ts';

/** How the plan's words are said to the reader. */
export function usePlanWords() {
  const { t, i18n } = useTranslation('tracking-plan');
  const isChinese = i18n.language === 'zh-CN';
  return useMemo(() => {
    return {
      kind: (kind: string) => t(`kinds.${kind}`, { defaultValue: kind }),
      type: (type: string | undefined) => (type === undefined ? t('types.any') : t(`types.${type}`, { defaultValue: type })),
      /** What people call it, in the reader's language if it has such a name; events of clients and the system have names of their own. */
      name: (displayName: DisplayName | undefined, event = ''): string | undefined => {
        const given = isChinese ? (displayName?.['zh-CN'] ?? displayName?.en) : (displayName?.en ?? displayName?.['zh-CN']);
        const known = `audiences:systemEvents.${event.slice(1)}`;
        return given ?? (event.startsWith('$') && i18n.exists(known) ? t(known, { defaultValue: event }) : undefined);
      },
    };
  }, [t, i18n, isChinese]);
}
