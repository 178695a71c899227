import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { LinkRows } from '../../../console/kit/LinkRows.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listSegments } from '../contract.ts';

const SHOWN = 5;
const REFRESH_MS = 15_000;
const WEEK_DAYS = 7;
const DAY_MS = 86_400_000;

/** The live segments that changed most in a week, with their size now. */
export function SegmentsCard() {
  const { t } = useTranslation('segments');
  const segments = useRead(listSegments, { params: { projectId: useProjectId() }, query: {} }, { refetchIntervalMs: REFRESH_MS });
  return (
    <Panel
      title={t('home.title')}
      extra={<ProjectLink to="segments">{segments.data ? t('home.count', { count: segments.data.items.length }) : t('home.all')}</ProjectLink>}
    >
      {segments.error ? (
        <ErrorPanel error={segments.error} onRetry={() => void segments.refetch()} isSmall />
      ) : (
        <Moving items={segments.data?.items} />
      )}
    </Panel>
  );
}

interface CardSegment {
  segmentId: number;
  name: string;
  sentence: string;
  size: number;
  isComputing: boolean;
  createdAt: number;
  sizes: readonly number[];
}

/** Members now against those at the end of the day a week ago; 0 while the segment is younger. */
function changeOf({ size, sizes, createdAt }: CardSegment): number {
  const before = sizes.at(-1 - WEEK_DAYS);
  return before === undefined || Date.now() - createdAt < WEEK_DAYS * DAY_MS ? 0 : size - before;
}

function SizeAndChange({ size, change }: { size: number; change: number }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  if (change === 0) return format.number(size);
  const signed = `${change > 0 ? '+' : '−'}${format.number(Math.abs(change))}`;
  return (
    <span title={t('home.change', { change: signed })}>
      {format.number(size)} <span className="small quiet">{signed}</span>
    </span>
  );
}

function Moving({ items }: { items: readonly CardSegment[] | undefined }) {
  const { t } = useTranslation('segments');
  const go = useGo();
  const can = usePermissions();
  if (!items) return <ListSkeleton rows={SHOWN} />;
  if (items.length === 0) {
    const action = can('segments.write') ? <Button onClick={() => go('segments/new')}>{t('home.create')}</Button> : undefined;
    return <EmptyState isSmall drawing="people" title={t('home.empty')} sentence={t('home.emptySentence')} action={action} />;
  }
  const rows = items
    .toSorted((a, b) => Math.abs(changeOf(b)) - Math.abs(changeOf(a)) || b.size - a.size)
    .slice(0, SHOWN)
    .map((segment) => ({
      key: segment.segmentId,
      name: segment.name,
      to: `segments/${segment.segmentId}`,
      note: segment.sentence,
      value: segment.isComputing ? '…' : <SizeAndChange size={segment.size} change={changeOf(segment)} />,
    }));
  return <LinkRows rows={rows} />;
}
