import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { EVERYBODY, previewAudience } from '../../audiences/contract.ts';
import { listSegments } from '../contract.ts';
import { ArchiveChosen } from './ArchiveChosen.tsx';
import { SegmentState } from './SegmentState.tsx';
import styles from './Segments.module.css';
import { Sparkline } from './Sparkline.tsx';

type SegmentRow = ReplyOf<typeof listSegments>['items'][number];

const REFRESH_MS = 10_000;
const COMPUTING_REFRESH_MS = 1_500;
const TOTAL_FRESH_MS = 60_000;

/** Every segment with its size now and over the last 30 days. */
export function SegmentList() {
  const { t } = useTranslation('segments');
  const go = useGo();
  const can = usePermissions();
  const projectId = useProjectId();
  const { filters: chosen } = useListState();
  const state = chosen['state'] === 'archived' || chosen['state'] === 'all' ? chosen['state'] : 'live';
  const list = useRead(listSegments, { params: { projectId }, query: { state } }, { refetchIntervalMs: REFRESH_MS });
  const isComputing = list.data?.items.some((segment) => segment.isComputing) ?? false;
  useRead(listSegments, { params: { projectId }, query: { state } }, { enabled: isComputing, refetchIntervalMs: COMPUTING_REFRESH_MS });
  const columns = useSegmentColumns();
  const filters: readonly Filter<SegmentRow>[] = useMemo(
    () => [
      {
        key: 'state',
        label: t('columns.state'),
        options: [
          { value: 'archived', label: t('state.archived') },
          { value: 'all', label: t('state.all') },
        ],
      },
    ],
    [t],
  );
  const create = can('segments.write') ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => go('segments/new')}>
      {t('create')}
    </Button>
  ) : undefined;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={create}>
      <QueryTable<SegmentRow>
        id="segments"
        columns={columns}
        rows={list.data?.items}
        rowKey={(row) => String(row.segmentId)}
        error={list.error}
        onRetry={() => void list.refetch()}
        isStale={list.isPlaceholderData}
        searchPlaceholder={t('search')}
        filters={filters}
        href={(row) => `segments/${row.segmentId}`}
        exportName="segments"
        {...(can('segments.write') && { bulk: (rows, clear) => <ArchiveChosen segments={rows} onDone={clear} /> })}
        empty={<NoSegments create={create} />}
      />
    </PageFrame>
  );
}

function NoSegments({ create }: { create: ReactNode }) {
  const { t } = useTranslation('segments');
  const go = useGo();
  const action = create ? (
    <>
      {create}
      <Button onClick={() => go('segments/new?example=loyal')}>{t('empty.example')}</Button>
    </>
  ) : undefined;
  return <EmptyState drawing="people" title={t('empty.title')} sentence={t('empty.sentence')} action={action} />;
}

/** The course since there were members at all. */
function Course({ sizes }: { sizes: readonly number[] }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const first = sizes.findIndex((size) => size > 0);
  const shown = first < 0 ? sizes : sizes.slice(first);
  return <Sparkline values={shown} label={t('courseOf', { from: format.number(shown[0] ?? 0), to: format.number(shown.at(-1) ?? 0) })} />;
}

function useSegmentColumns(): readonly Column<SegmentRow>[] {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const projectId = useProjectId();
  const everybody = useRead(
    previewAudience,
    { params: { projectId }, body: { condition: EVERYBODY, sampleSize: 0 } },
    { staleTimeMs: TOTAL_FRESH_MS },
  );
  const total = everybody.data?.total;
  return useMemo(
    () => [
      {
        key: 'name',
        title: t('columns.name'),
        value: (row) => row.name,
        render: (row) => (
          <span className={styles['name']} title={row.sentence}>
            {row.name}
            <span className={styles['rule']}>{row.sentence}</span>
          </span>
        ),
      },
      {
        key: 'description',
        title: t('columns.description'),
        isShown: false,
        value: (row) => row.description,
        render: (row) => <span className="quiet">{row.description}</span>,
      },
      {
        key: 'size',
        title: t('columns.size'),
        align: 'right',
        value: (row) => row.size,
        render: (row) => (row.rebuiltAt === undefined && row.isComputing ? '…' : format.number(row.size)),
      },
      {
        key: 'share',
        title: t('columns.share'),
        align: 'right',
        value: (row) => (total ? row.size / total : undefined),
        render: (row) => (total && row.state === 'live' ? format.percent(row.size / total) : '–'),
      },
      {
        key: 'course',
        title: t('columns.course'),
        render: (row) => (row.state === 'live' ? <Course sizes={row.sizes} /> : null),
      },
      { key: 'state', title: t('columns.state'), value: (row) => row.state, render: (row) => <SegmentState segment={row} /> },
      { key: 'updated', title: t('columns.updated'), value: (row) => row.updatedAt, render: (row) => <TimeText at={row.updatedAt} isRelative /> },
    ],
    [t, format, total],
  );
}
