import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listConflicts } from '../contract.ts';
import styles from './Identity.module.css';
import { useKindName } from './use-kind-name.ts';

const REFRESH_MS = 10_000;

/** Ids that two people claim, and traits that did not fit. */
export function ConflictPanels() {
  const { t } = useTranslation('people');
  const format = useFormat();
  const kindName = useKindName();
  const projectId = useProjectId();
  const read = useRead(listConflicts, { params: { projectId } }, { refetchIntervalMs: REFRESH_MS });
  if (read.error) return <ErrorPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (!read.data) return null;
  const { items, traits } = read.data;
  return (
    <>
      <Panel title={t('conflicts.title')} note={t('conflicts.note')} isFlush>
        {items.length === 0 ? <p className={styles['nothing']}>{t('conflicts.none')}</p> : null}
        <ul className={styles['rows']}>
          {items.map((conflict) => (
            <li key={`${conflict.kind} ${conflict.value} ${conflict.heldBy} ${conflict.wantedBy} ${conflict.reason}`}>
              <span className={styles['kind']}>{kindName(conflict.kind)}</span>
              <span className={styles['value']}>
                {conflict.value}
                <br />
                <span className="quiet small">
                  <ProjectLink to={`people/${conflict.heldBy}`}>{t('identity.number', { number: conflict.heldBy })}</ProjectLink>
                  {conflict.wantedBy === conflict.heldBy ? null : (
                    <>
                      {' · '}
                      <ProjectLink to={`people/${conflict.wantedBy}`}>{t('identity.number', { number: conflict.wantedBy })}</ProjectLink>
                    </>
                  )}
                  {` · ${t(`conflicts.reasons.${conflict.reason}`)} · ${t(`conflicts.outcomes.${conflict.outcome}`)} · ${t('conflicts.times', { number: format.number(conflict.times) })}`}
                </span>
              </span>
              <span className={styles['when']}>
                <TimeText at={conflict.lastAt} isRelative />
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t('conflicts.traits')} note={t('conflicts.traitsNote')} isFlush>
        {traits.length === 0 ? <p className={styles['nothing']}>{t('conflicts.noTraits')}</p> : null}
        <ul className={styles['rows']}>
          {traits.map((each) => (
            <li key={`${each.trait} ${each.operation} ${each.had} ${each.got}`}>
              <span className={styles['kind']}>{each.trait}</span>
              <span className={styles['value']}>
                {t('conflicts.trait', { operation: each.operation, had: t(`types.${each.had}`), got: t(`types.${each.got}`) })}{' '}
                <span className="quiet small">
                  {t(each.isApplied ? 'conflicts.applied' : 'conflicts.keptOut')} · {t('conflicts.times', { number: format.number(each.times) })} ·{' '}
                  <ProjectLink to={`people/${each.lastPerson}`}>{t('identity.number', { number: each.lastPerson })}</ProjectLink>
                </span>
              </span>
              <span className={styles['when']}>
                <TimeText at={each.lastAt} isRelative />
              </span>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  );
}
