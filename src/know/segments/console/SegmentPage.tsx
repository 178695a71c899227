import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { EVERYBODY, previewAudience } from '../../audiences/contract.ts';
import { getSegment } from '../contract.ts';
import { MemberTable } from './MemberTable.tsx';
import { RecentChanges } from './RecentChanges.tsx';
import { SegmentActions } from './SegmentActions.tsx';
import { SegmentState } from './SegmentState.tsx';
import styles from './Segments.module.css';
import { SizeChart } from './SizeChart.tsx';
import { useRestore } from './use-restore.ts';
import type { WholeSegment } from './whole-segment.ts';

const REFRESH_MS = 5_000;
const COMPUTING_REFRESH_MS = 1_200;
const TOTAL_FRESH_MS = 60_000;

/** One segment: how large, who, and how that changes. */
export function SegmentPage() {
  const projectId = useProjectId();
  const segmentId = Number(usePathParam('segmentId'));
  const input = { params: { projectId, segmentId } };
  const { data, error, refetch } = useRead(getSegment, input, { refetchIntervalMs: REFRESH_MS });
  useRead(getSegment, input, { enabled: data?.isComputing ?? false, refetchIntervalMs: COMPUTING_REFRESH_MS });
  if (!data || data.segmentId !== segmentId) return error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  return <Whole segment={data} />;
}

function Whole({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  return (
    <PageFrame
      title={
        <span className={styles['title']}>
          {segment.name} <SegmentState segment={segment} />
        </span>
      }
      documentTitle={segment.name}
      purpose={segment.description || undefined}
      action={<SegmentActions segment={segment} />}
    >
      <Notices segment={segment} />
      <Panel span={8} title={t('sizeTitle')}>
        <Sizes segment={segment} />
        <SizeChart segment={segment} />
      </Panel>
      <Panel span={4} title={t('ruleTitle')}>
        <p className={styles['sentence']}>{segment.sentence}</p>
        <Facts
          items={[
            { name: t('facts.version'), value: String(segment.version) },
            { name: t('facts.computed'), value: segment.rebuiltAt === undefined ? undefined : <TimeText at={segment.rebuiltAt} isRelative /> },
            { name: t('facts.updated'), value: <TimeText at={segment.updatedAt} /> },
            { name: t('facts.created'), value: <TimeText at={segment.createdAt} /> },
            { name: t('facts.usedBy'), value: <UsedBy segment={segment} /> },
          ]}
        />
      </Panel>
      <div className={styles['wide']}>
        <MemberTable segment={segment} />
      </div>
      <div className={styles['changesPlace']}>
        <Panel title={t('changes.title')} note={t('changes.note')}>
          <RecentChanges segmentId={segment.segmentId} />
        </Panel>
      </div>
    </PageFrame>
  );
}

function Notices({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  const restore = useRestore(segment);
  if (segment.state === 'archived') {
    return (
      <Alert
        type="info"
        showIcon
        title={t('archivedNotice')}
        action={
          restore.can ? (
            <Button size="small" loading={restore.isPending} onClick={() => void restore.run()}>
              {t('restore')}
            </Button>
          ) : undefined
        }
      />
    );
  }
  return segment.fault === undefined ? null : <Alert type="error" showIcon title={t('faultNotice')} description={segment.fault} />;
}

function Sizes({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const projectId = useProjectId();
  const everybody = useRead(
    previewAudience,
    { params: { projectId }, body: { condition: EVERYBODY, sampleSize: 0 } },
    { staleTimeMs: TOTAL_FRESH_MS },
  );
  const total = everybody.data?.total;
  const { history, size } = segment;
  const today = history.at(-1);
  const weekAgo = history.at(-8);
  const isOld = weekAgo !== undefined && Date.parse(`${weekAgo.day}T23:59:59Z`) > segment.createdAt;
  const signed = (value: number) => `${value > 0 ? '+' : ''}${format.number(value)}`;
  return (
    <Figures>
      <Figure
        label={t('figures.size')}
        value={segment.isComputing && segment.rebuiltAt === undefined ? undefined : format.number(size)}
        definition={t('definitions.size')}
        note={total ? t('figures.share', { share: format.percent(size / total) }) : undefined}
      />
      <Figure
        label={t('figures.today')}
        value={
          today && (
            <>
              +{format.number(today.entered)} / −{format.number(today.left)}
            </>
          )
        }
        definition={t('definitions.today')}
      />
      <Figure label={t('figures.week')} value={isOld ? signed(size - weekAgo.size) : undefined} definition={t('definitions.week')} />
    </Figures>
  );
}

/** Where the pages of those who use segments are. */
const pathOf: Record<string, (id: string) => string> = { segment: (id) => `segments/${id}`, journey: (id) => `journeys/${id}` };

function UsedBy({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  if (segment.usedBy.length === 0) return <span className="quiet">{t('facts.unused')}</span>;
  return (
    <ul>
      {segment.usedBy.map((use) => {
        const path = pathOf[use.kind]?.(use.id);
        return (
          <li key={`${use.kind}:${use.id}`}>
            {path ? <ProjectLink to={path}>{use.name}</ProjectLink> : use.name}{' '}
            <span className="small quiet">{t(`usedBy.${use.kind}`, { defaultValue: use.kind })}</span>
          </li>
        );
      })}
    </ul>
  );
}
