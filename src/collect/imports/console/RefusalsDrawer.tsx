import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { csvText, saveFile } from '../../../console/kit/table/export-csv.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { getImport, type Refusal } from '../contract.ts';

/** The lines of one import that were not taken, with the reason of each. */
export function RefusalsDrawer({ importId, onClose }: { importId: string; onClose(): void }) {
  const { t } = useTranslation('imports');
  const projectId = useProjectId();
  const { data, error } = useQuery({
    queryKey: ['imports', projectId, importId],
    queryFn: ({ signal }) => call(getImport, { params: { projectId, importId }, signal }),
    enabled: importId !== '',
  });
  return (
    <Drawer open={importId !== ''} onClose={onClose} title={data?.import.name ?? t('title')} size={560}>
      {error ? <ErrorPanel error={error} /> : null}
      {data ? <RefusalTable refusals={data.refusals} name={data.import.name} /> : null}
    </Drawer>
  );
}

/** Refused lines as a table that can be downloaded. */
export function RefusalTable({ refusals, name }: { refusals: readonly Refusal[]; name: string }) {
  const { t } = useTranslation('imports');
  if (refusals.length === 0) return <EmptyState drawing="list" title={t('noRefusals')} isSmall />;
  const columns = [
    { dataIndex: 'line', title: t('line'), width: 90, align: 'right' as const },
    { dataIndex: 'message', title: t('reason') },
  ];
  const download = () => {
    const column = (key: keyof Refusal, title: string) => ({ key, title, render: (row: Refusal) => row[key], value: (row: Refusal) => row[key] });
    saveFile(`${name}-refused.csv`, csvText(refusals, [column('line', t('line')), column('code', 'code'), column('message', t('reason'))]));
  };
  return (
    <>
      <div style={{ display: 'flex', justifyContent: 'space-between', marginBottom: 8 }}>
        <h2 style={{ fontSize: 14, margin: 0 }}>{t('refusals')}</h2>
        <Button size="small" onClick={download}>
          {t('downloadRefusals')}
        </Button>
      </div>
      <Table
        size="small"
        rowKey={(row) => `${row.line}:${row.code}`}
        columns={columns}
        dataSource={[...refusals]}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
      />
    </>
  );
}
