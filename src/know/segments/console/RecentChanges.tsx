import { LoginOutlined, LogoutOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listMembershipChanges } from '../contract.ts';
import styles from './Segments.module.css';

const REFRESH_MS = 4_000;
const SHOWN = 20;

/** Who entered and left last; looks again every few seconds. */
export function RecentChanges({ segmentId }: { segmentId: number }) {
  const { t } = useTranslation('segments');
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(
    listMembershipChanges,
    { params: { projectId, segmentId }, query: { limit: SHOWN } },
    { refetchIntervalMs: REFRESH_MS },
  );
  if (!data) return error ? <ErrorPanel error={error} onRetry={() => void refetch()} isSmall /> : <ListSkeleton rows={4} />;
  if (data.items.length === 0) return <p className="quiet">{t('changes.none')}</p>;
  return (
    <ul className={styles['changes']}>
      {data.items.map(({ personId, label, hasEntered, at }) => (
        <li key={`${personId}:${at}:${hasEntered}`}>
          <span className={hasEntered ? styles['entered'] : styles['left']}>
            {hasEntered ? <LoginOutlined aria-hidden="true" /> : <LogoutOutlined aria-hidden="true" />}
            {t(hasEntered ? 'changes.entered' : 'changes.left')}
          </span>
          <ProjectLink to={`people/${personId}`} className={styles['who'] ?? ''}>
            {label}
          </ProjectLink>
          <span className="small quiet">
            <TimeText at={at} isRelative />
          </span>
        </li>
      ))}
    </ul>
  );
}
