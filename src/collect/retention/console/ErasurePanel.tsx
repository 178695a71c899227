import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { type Erasure, listErasures } from '../contract.ts';
import { ProofDrawer } from './ProofDrawer.tsx';

const REFRESH_MS = 4_000;
const meanings = { waiting: 'waiting', erasing: 'waiting', done: 'success', failed: 'danger' } as const;

/** Who was erased, each with the proof. */
export function ErasurePanel() {
  const { t } = useTranslation('retention');
  const projectId = useProjectId();
  const [shown, setShown] = useUrlState('erasure', '');
  const read = useRead(listErasures, { params: { projectId } }, { refetchIntervalMs: REFRESH_MS });
  const columns = useErasureColumns();
  return (
    <Panel title={t('erasures.title')} note={t('erasures.note')} isFlush={(read.data?.items.length ?? 0) > 0}>
      {read.data?.items.length === 0 ? (
        <p className="quiet">{t('erasures.none')}</p>
      ) : (
        <QueryTable
          id="erasures"
          columns={columns}
          rows={read.data?.items}
          rowKey={(row) => row.erasureId}
          error={read.error}
          onRetry={() => void read.refetch()}
          sortAtFirst="-requestedAt"
          onOpen={(row) => setShown(row.erasureId)}
          empty={<p className="quiet">{t('erasures.none')}</p>}
        />
      )}
      <ProofDrawer erasure={read.data?.items.find((each) => each.erasureId === shown)} onClose={() => setShown('')} />
    </Panel>
  );
}

function useErasureColumns(): readonly Column<Erasure>[] {
  const { t } = useTranslation('retention');
  const format = useFormat();
  return useMemo(() => {
    const rows = (erasure: Erasure): number => erasure.proof?.rows.reduce((sum, row) => sum + row.before, 0) ?? 0;
    return [
      { key: 'number', title: t('erasures.number'), value: (row) => row.number, render: (row) => String(row.number) },
      {
        key: 'state',
        title: t('runs.state'),
        value: (row) => row.state,
        render: (row) => <StatusMark meaning={meanings[row.state]}>{t(`states.${row.state}`)}</StatusMark>,
      },
      { key: 'rows', title: t('erasures.rows'), align: 'right', value: rows, render: (row) => (row.proof ? format.number(rows(row)) : '—') },
      { key: 'requestedBy', title: t('erasures.requestedBy'), value: (row) => row.requestedBy, render: (row) => row.requestedBy },
      { key: 'requestedAt', title: t('erasures.requestedAt'), value: (row) => row.requestedAt, render: (row) => <TimeText at={row.requestedAt} /> },
      {
        key: 'finishedAt',
        title: t('erasures.finishedAt'),
        value: (row) => row.finishedAt,
        render: (row) => (row.finishedAt ? <TimeText at={row.finishedAt} /> : '—'),
      },
    ] satisfies Column<Erasure>[];
  }, [t, format]);
}
