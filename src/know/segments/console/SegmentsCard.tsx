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

/** The largest live segments with their size now. */
export function SegmentsCard() {
  const { t } = useTranslation('segments');
  const segments = useRead(listSegments, { params: { projectId: useProjectId() }, query: {} }, { refetchIntervalMs: REFRESH_MS });
  return (
    <Panel title={t('home.title')} extra={<ProjectLink to="segments">{t('home.all')}</ProjectLink>}>
      {segments.error ? (
        <ErrorPanel error={segments.error} onRetry={() => void segments.refetch()} isSmall />
      ) : (
        <Largest items={segments.data?.items} />
      )}
    </Panel>
  );
}

function Largest({
  items,
}: {
  items: readonly { segmentId: number; name: string; sentence: string; size: number; isComputing: boolean }[] | undefined;
}) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const go = useGo();
  const can = usePermissions();
  if (!items) return <ListSkeleton rows={SHOWN} />;
  if (items.length === 0) {
    const action = can('segments.write') ? <Button onClick={() => go('segments/new')}>{t('home.create')}</Button> : undefined;
    return <EmptyState isSmall drawing="people" title={t('home.empty')} sentence={t('home.emptySentence')} action={action} />;
  }
  const rows = items
    .toSorted((a, b) => b.size - a.size)
    .slice(0, SHOWN)
    .map((segment) => ({
      key: segment.segmentId,
      name: segment.name,
      to: `segments/${segment.segmentId}`,
      note: segment.sentence,
      value: segment.isComputing ? '…' : format.number(segment.size),
    }));
  return <LinkRows rows={rows} />;
}
