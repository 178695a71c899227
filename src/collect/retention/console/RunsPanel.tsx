import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listRuns, type RetentionRun } from '../contract.ts';

const REFRESH_MS = 4_000;
const meanings = { running: 'waiting', done: 'success', failed: 'danger' } as const;
const NAMED_MAX = 3;

/** What was deleted, and when. */
export function RunsPanel() {
  const { t } = useTranslation('retention');
  const projectId = useProjectId();
  const read = useRead(listRuns, { params: { projectId } }, { refetchIntervalMs: REFRESH_MS });
  const columns = useRunColumns();
  if (read.data?.items.length === 0) return null;
  return (
    <Panel title={t('runs.title')} note={t('runs.note')} isFlush>
      <QueryTable
        id="retention-runs"
        columns={columns}
        rows={read.data?.items}
        rowKey={(row) => String(row.runId)}
        error={read.error}
        onRetry={() => void read.refetch()}
        sortAtFirst="-startedAt"
        empty={<p className="quiet">{t('runs.none')}</p>}
      />
    </Panel>
  );
}

function useRunColumns(): readonly Column<RetentionRun>[] {
  const { t } = useTranslation('retention');
  const format = useFormat();
  return useMemo(
    () =>
      [
        { key: 'startedAt', title: t('runs.startedAt'), value: (row) => row.startedAt, render: (row) => <TimeText at={row.startedAt} /> },
        {
          key: 'state',
          title: t('runs.state'),
          value: (row) => row.state,
          render: (row) => <StatusMark meaning={meanings[row.state]}>{t(`states.${row.state}`)}</StatusMark>,
        },
        { key: 'total', title: t('runs.total'), align: 'right', value: (row) => row.total, render: (row) => format.number(row.total) },
        {
          key: 'events',
          title: t('runs.events'),
          value: (row) => row.deleted.length,
          render: (row) =>
            row.deleted
              .slice(0, NAMED_MAX)
              .map(({ event, events }) => `${event} ${format.number(events)}`)
              .join(' · ') + (row.deleted.length > NAMED_MAX ? ' …' : ''),
        },
        { key: 'cause', title: t('runs.cause'), value: (row) => row.cause, render: (row) => t(`causes.${row.cause}`) },
      ] satisfies Column<RetentionRun>[],
    [t, format],
  );
}
