import { useTranslation } from 'react-i18next';

/** Kinds of ids that have a name in the reader's language. */
const named = new Set(['user', 'anonymous', 'email', 'phone', 'device', 'cookie', 'openid', 'unionid']);

/** What people call a kind of id; free kinds keep their own name. */
export function useKindName(): (kind: string) => string {
  const { t } = useTranslation('people');
  return (kind) => (named.has(kind) ? t(`kinds.${kind}`) : kind);
}
