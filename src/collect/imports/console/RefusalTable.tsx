import { Button, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { csvText, saveFile } from '../../../console/kit/table/export-csv.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import type { Import, Refusal } from '../contract.ts';
import styles from './Imports.module.css';

/** Refused rows: the first hundred here, all of them as a file that can be mended and imported. */
export function RefusalTable({ refusals, run }: { refusals: readonly Refusal[]; run: Import }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const projectId = useProjectId();
  if (refusals.length === 0) return null;
  const columns = [
    { dataIndex: 'line', title: t('line'), width: 90, align: 'right' as const },
    { dataIndex: 'message', title: t('reason') },
  ];
  const isFile = run.fileId !== null && run.mode === 'take';
  const download = () => {
    const column = (key: keyof Refusal, title: string) => ({ key, title, render: (row: Refusal) => row[key], value: (row: Refusal) => row[key] });
    saveFile(`${run.name}-refused.csv`, csvText(refusals, [column('line', t('line')), column('code', 'code'), column('message', t('reason'))]));
  };
  return (
    <section>
      <div className={styles['foot']} style={{ marginBottom: 8 }}>
        <h2 style={{ fontSize: 14, margin: 0 }}>{t('refusals')}</h2>
        {isFile ? (
          <Button size="small" href={`/api/projects/${projectId}/imports/${run.id}/bad-rows`} download>
            {t('downloadBadRows', { formatted: format.number(run.refused), count: run.refused })}
          </Button>
        ) : (
          <Button size="small" onClick={download}>
            {t('downloadRefusals')}
          </Button>
        )}
      </div>
      <Table
        size="small"
        rowKey={(row) => `${row.line}:${row.code}`}
        columns={columns}
        dataSource={[...refusals]}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
      />
    </section>
  );
}
