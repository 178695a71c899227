import { ReloadOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '../../kernel/http/contract.ts';
import { type Condition, previewAudience } from '../../know/audiences/contract.ts';
import { Definition } from '../kit/Definition.tsx';
import { ErrorPanel } from '../kit/ErrorPanel.tsx';
import { ProjectLink } from '../kit/ProjectLink.tsx';
import { DetailSkeleton } from '../kit/Skeletons.tsx';
import { TimeText } from '../kit/TimeText.tsx';
import { useFormat } from '../kit/use-format.ts';
import { useProjectId } from '../kit/use-project.ts';
import { useRead } from '../query.ts';
import styles from './AudiencePreview.module.css';
import { useDebounced } from './use-debounced.ts';
import { useAudienceIssues } from './use-issues.ts';

const TYPING_PAUSE_MS = 400;
const BASIS_POINTS = 10_000;

type Preview = ReplyOf<typeof previewAudience>;

interface AudiencePreviewProps {
  condition: Condition;
  /** People shown; 8 unless given. */
  sampleSize?: number;
}

/**
 * How many people a condition matches now, their share, and some of them. Asks when the tree is complete and stands still; a newer question cancels the
 * older one, and the old answer stays, dimmed, until the new one is there.
 */
export function AudiencePreview({ condition, sampleSize = 8 }: AudiencePreviewProps) {
  const { t } = useTranslation('audiences');
  const projectId = useProjectId();
  const still = useDebounced(condition, TYPING_PAUSE_MS);
  const issues = useAudienceIssues(still);
  const isComplete = issues.length === 0;
  const { data, error, isFetching, isPlaceholderData, refetch } = useRead(
    previewAudience,
    { params: { projectId }, body: { condition: still, sampleSize } },
    { enabled: isComplete },
  );
  const isOld = isPlaceholderData || !isComplete || still !== condition;
  if (error && isComplete && !isFetching) return <ErrorPanel error={error} onRetry={() => void refetch()} isSmall />;
  if (!data) return isComplete ? <DetailSkeleton /> : <p className={styles['waiting']}>{t('preview.incomplete')}</p>;
  return (
    <div aria-busy={isFetching}>
      {isComplete ? null : <p className={styles['waiting']}>{t('preview.incomplete')}</p>}
      <div className={isOld ? styles['old'] : undefined}>
        <Size preview={data} isFetching={isFetching} onRefresh={() => void refetch()} />
        <Sample preview={data} />
      </div>
    </div>
  );
}

function Size({ preview, isFetching, onRefresh }: { preview: Preview; isFetching: boolean; onRefresh(): void }) {
  const { t } = useTranslation('audiences');
  const format = useFormat();
  const { size, total, shareBasisPoints } = preview;
  return (
    <>
      <div className={styles['head']}>
        <p className={styles['size']} role="status">
          {format.number(size)} <span className={styles['unit']}>{t('preview.people', { count: size })}</span>
        </p>
        <Definition>{t('preview.definition')}</Definition>
        <Tooltip title={t('preview.refresh')}>
          <Button size="small" type="text" aria-label={t('preview.refresh')} icon={<ReloadOutlined spin={isFetching} />} onClick={onRefresh} />
        </Tooltip>
      </div>
      <div className={styles['track']} aria-hidden="true">
        <span style={{ width: `${Math.max(shareBasisPoints / 100, size > 0 ? 1 : 0)}%` }} />
      </div>
      <p className="small quiet">{t('preview.share', { share: format.percent(shareBasisPoints / BASIS_POINTS), total: format.number(total) })}</p>
      <p className={styles['when']}>
        <TimeText at={preview.at} withSeconds /> · {t('preview.took', { time: format.duration(preview.tookMs) })}
      </p>
    </>
  );
}

function Sample({ preview }: { preview: Preview }) {
  const { t } = useTranslation('audiences');
  if (preview.size === 0) return <p className={styles['nobody']}>{t('preview.nobody')}</p>;
  return (
    <>
      <h3 className={styles['heading']}>{t('preview.sample')}</h3>
      <ul className={styles['people']}>
        {preview.sample.map(({ personId, label, note }) => (
          <li key={personId}>
            <ProjectLink to={`people/${personId}`} className={styles['person'] ?? ''}>
              <span className={styles['name']}>{label}</span>
              {note ? <span className={styles['note']}>{note}</span> : null}
            </ProjectLink>
          </li>
        ))}
      </ul>
    </>
  );
}
