import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type Conflicts, listConflicts } from '../contract.ts';
import styles from './Identity.module.css';
import { useKindName } from './use-kind-name.ts';

const REFRESH_MS = 10_000;

/** Ids that two people claim, and traits that did not fit. */
export function ConflictPanels() {
  const { t } = useTranslation('people');
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
            <IdConflict key={`${conflict.kind} ${conflict.value} ${conflict.heldBy} ${conflict.wantedBy} ${conflict.reason}`} conflict={conflict} />
          ))}
        </ul>
      </Panel>
      <Panel title={t('conflicts.traits')} note={t('conflicts.traitsNote')} isFlush>
        {traits.length === 0 ? <p className={styles['nothing']}>{t('conflicts.noTraits')}</p> : null}
        <ul className={styles['rows']}>
          {traits.map((each) => (
            <TraitConflict key={`${each.trait} ${each.operation} ${each.had} ${each.got}`} conflict={each} />
          ))}
        </ul>
      </Panel>
    </>
  );
}

function IdConflict({ conflict }: { conflict: Conflicts['items'][number] }) {
  const { t } = useTranslation('people');
  const format = useFormat();
  const kindName = useKindName();
  return (
    <li>
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
  );
}

function TraitConflict({ conflict }: { conflict: Conflicts['traits'][number] }) {
  const { t } = useTranslation('people');
  const format = useFormat();
  return (
    <li>
      <span className={styles['kind']}>{conflict.trait}</span>
      <span className={styles['value']}>
        {t('conflicts.trait', { operation: conflict.operation, had: t(`types.${conflict.had}`), got: t(`types.${conflict.got}`) })}{' '}
        <span className="quiet small">
          {t(conflict.isApplied ? 'conflicts.applied' : 'conflicts.keptOut')} · {t('conflicts.times', { number: format.number(conflict.times) })} ·{' '}
          <ProjectLink to={`people/${conflict.lastPerson}`}>{t('identity.number', { number: conflict.lastPerson })}</ProjectLink>
        </span>
      </span>
      <span className={styles['when']}>
        <TimeText at={conflict.lastAt} isRelative />
      </span>
    </li>
  );
}
