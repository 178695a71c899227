import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { type Import, listImports } from '../contract.ts';
import { ImportRunDrawer } from './ImportRunDrawer.tsx';
import { meanings } from './meanings.ts';

const POLL_MS = 1_500;

/** Every import with how far it is and what became of its lines. */
export function ImportList() {
  const { t } = useTranslation('imports');
  const projectId = useProjectId();
  const can = usePermissions();
  const go = useGo();
  const [shown, setShown] = useUrlState('import', '');
  const first = useRead(listImports, { params: { projectId } });
  const isBusy = first.data?.items.some((item) => item.state === 'running' || item.state === 'queued') === true;
  const { data, error, refetch } = useRead(listImports, { params: { projectId } }, isBusy ? { refetchIntervalMs: POLL_MS } : {});
  const columns = useImportColumns();
  const start = can('imports.write') ? (
    <Button type="primary" onClick={() => go('imports/new')}>
      {t('start')}
    </Button>
  ) : null;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={start}>
      <QueryTable
        id="imports"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => row.id}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('name')}
        sortAtFirst="-createdAt"
        onOpen={(row) => setShown(row.id)}
        exportName="imports"
        empty={<EmptyState drawing="stream" title={t('title')} sentence={t('empty')} action={start} />}
      />
      <ImportRunDrawer importId={shown} onClose={() => setShown('')} />
    </PageFrame>
  );
}

function useImportColumns(): readonly Column<Import>[] {
  const { t } = useTranslation('imports');
  const format = useFormat();
  return useMemo(() => {
    const count = (key: 'accepted' | 'duplicates' | 'refused'): Column<Import> => ({
      key,
      title: t(key),
      align: 'right',
      value: (row) => row[key],
      render: (row) => format.number(row[key]),
    });
    return [
      { key: 'name', title: t('name'), value: (row) => row.name, render: (row) => row.name },
      { key: 'kind', title: t('mapping.content'), value: (row) => row.kind, render: (row) => t(`contents.${row.kind}`) },
      {
        key: 'state',
        title: t('state'),
        value: (row) => row.state,
        render: (row) => <StatusMark meaning={meanings[row.state]}>{t(`states.${row.state}`)}</StatusMark>,
      },
      {
        key: 'progress',
        title: t('progress'),
        align: 'right',
        value: (row) => row.done,
        render: (row) => (row.total === null ? format.number(row.done) : `${format.number(row.done)} / ${format.number(row.total)}`),
      },
      count('accepted'),
      count('duplicates'),
      count('refused'),
      { key: 'createdAt', title: t('startedAt'), value: (row) => row.createdAt, render: (row) => <TimeText at={row.createdAt} /> },
      {
        key: 'finishedAt',
        title: t('finishedAt'),
        value: (row) => row.finishedAt,
        render: (row) => (row.finishedAt ? <TimeText at={row.finishedAt} /> : '—'),
      },
    ] satisfies Column<Import>[];
  }, [t, format]);
}
