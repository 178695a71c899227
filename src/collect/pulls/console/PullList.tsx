import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { listPulls, type Pull } from '../contract.ts';
import { PullDrawer } from './PullDrawer.tsx';
import { PullState } from './PullState.tsx';
import { usePullWords } from './use-pull-words.ts';

const REFRESH_MS = 5_000;

/** What is read from databases, how often, and how the last run went. */
export function PullList() {
  const { t } = useTranslation('pulls');
  const go = useGo();
  const can = usePermissions();
  const projectId = useProjectId();
  const [shown, setShown] = useUrlState('pull', '');
  const { data, error, refetch } = useRead(listPulls, { params: { projectId } }, { refetchIntervalMs: REFRESH_MS });
  const columns = usePullColumns();
  const action = can('pulls.write') ? (
    <Button type="primary" onClick={() => go('pulls/new')}>
      {t('add')}
    </Button>
  ) : undefined;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={action}>
      <QueryTable
        id="pulls"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => row.id}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('name')}
        onOpen={(row) => setShown(row.id)}
        empty={<EmptyState drawing="stream" title={t('title')} sentence={t('empty')} action={action} />}
      />
      <PullDrawer pull={data?.items.find((item) => item.id === shown)} onClose={() => setShown('')} />
    </PageFrame>
  );
}

function usePullColumns(): readonly Column<Pull>[] {
  const { t } = useTranslation('pulls');
  const format = useFormat();
  const words = usePullWords();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language, and so does t
  return useMemo(
    () => [
      { key: 'name', title: t('name'), value: (row) => row.name, render: (row) => row.name },
      {
        key: 'engine',
        title: t('engine'),
        value: (row) => row.connection.host,
        render: (row) => `${t(`engines.${row.connection.engine}`)} · ${row.connection.host}`,
      },
      { key: 'schedule', title: t('schedule'), render: (row) => words.schedule(row.schedule) },
      { key: 'state', title: t('state'), value: (row) => row.state, render: (row) => <PullState pull={row} /> },
      {
        key: 'accepted',
        title: t('accepted'),
        align: 'right',
        value: (row) => row.lastRun?.accepted,
        render: (row) => (row.lastRun ? format.number(row.lastRun.accepted) : '–'),
      },
      {
        key: 'last',
        title: t('lastRun'),
        value: (row) => row.lastRun?.startedAt,
        render: (row) => (row.lastRun ? <TimeText at={row.lastRun.startedAt} isRelative /> : '–'),
      },
      { key: 'next', title: t('nextAt'), value: (row) => row.nextAt, render: (row) => (row.state === 'paused' ? '–' : <TimeText at={row.nextAt} />) },
    ],
    [t, format],
  );
}
