import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../contract.ts';

/** How the audit trail says what was done and by whom. */
export function useAuditWords() {
  const { t, i18n } = useTranslation('audit');
  return useMemo(
    () => ({
      /** The slice's own words under `audit.<verb>` when it has them, else the action's name. */
      action: (entry: AuditEntry): string => {
        const [slice = '', verb = ''] = entry.action.split('.');
        const key = `${slice}:audit.${verb}`;
        return i18n.exists(key) ? t(key) : entry.action;
      },
      /** The name of what was changed, when the entry holds one. */
      name: (entry: AuditEntry): string | undefined => {
        const { name, email } = entry.details;
        return [name, email].find((text): text is string => typeof text === 'string' && text !== '');
      },
      who: (entry: AuditEntry): string => {
        if (entry.email) return entry.email;
        if (entry.principalKind === 'key') return `${t('key')} ${entry.principalId ?? ''}`;
        return t(entry.principalKind === 'system' ? 'system' : 'anonymous');
      },
    }),
    [t, i18n],
  );
}
