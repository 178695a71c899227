import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Condition, sentence } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { incompleteLeaves, without } from './issues.ts';
import { useAudienceIssues } from './use-issues.ts';
import { useSegmentNames, useSentenceLocale } from './use-suggestions.ts';

/** A condition in one sentence of the reader's language; what is not complete yet is counted behind it. */
export function AudienceSentence({ condition }: { condition: Condition }) {
  const { t } = useTranslation('audiences');
  const locale = useSentenceLocale();
  const names = useSegmentNames();
  const issues = useAudienceIssues(condition);
  const { said, missing } = useMemo(() => {
    const places = incompleteLeaves(condition, issues);
    const rest = without(condition, places);
    return { said: rest && sentence(rest, locale, names ? { segments: names } : {}), missing: places.size };
  }, [condition, issues, locale, names]);
  return (
    <p className={styles['sentence']} aria-live="polite">
      {said ? <span>{said}</span> : null}
      {missing > 0 ? <span className="quiet"> {t('builder.incomplete', { count: missing })}</span> : null}
    </p>
  );
}
