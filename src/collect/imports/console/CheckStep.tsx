import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { type Mapping, type PreviewRow, previewFile, startRun } from '../contract.ts';
import styles from './Imports.module.css';
import { RunPanel } from './RunPanel.tsx';

interface CheckStepProps {
  fileId: string;
  mapping: Mapping;
  onBack(): void;
  onStarted(importId: string): void;
}

/** What the first rows become, a dry run over all of them, and the start. */
export function CheckStep({ fileId, mapping, onBack, onStarted }: CheckStepProps) {
  const { t } = useTranslation('imports');
  const projectId = useProjectId();
  const [checkId, setCheckId] = useState('');
  const params = { projectId, fileId };
  const { data, error, refetch } = useRead(previewFile, { params, body: { mapping } });
  const check = useAct(startRun, { onDone: (run) => setCheckId(run.id) });
  const start = useAct(startRun, { refreshes: ['imports.list'], onDone: (run) => onStarted(run.id) });
  const fault = check.error ?? start.error ?? error;
  const hasGaps = data === undefined || data.gaps.length > 0;
  return (
    <div className={styles['stack']}>
      {data && data.gaps.length > 0 ? (
        <Alert type="warning" showIcon title={t('gaps.title')} description={data.gaps.map((gap) => t(`gaps.${gap}`)).join(' ')} />
      ) : null}
      {data ? <PreviewTable rows={data.rows} /> : fault ? null : <ListSkeleton />}
      {fault ? <ErrorPanel error={fault} onRetry={error ? () => void refetch() : undefined} isSmall /> : null}
      {checkId ? <RunPanel importId={checkId} /> : null}
      <div className={styles['foot']}>
        <Button onClick={onBack}>{t('back')}</Button>
        <div className={styles['row']}>
          <Button disabled={hasGaps} loading={check.isPending} onClick={() => check.mutate({ params, body: { mapping, mode: 'check' } })}>
            {t('checkAll')}
          </Button>
          <Button
            type="primary"
            disabled={hasGaps}
            loading={start.isPending}
            onClick={() => start.mutate({ params, body: { mapping, mode: 'take' } })}
          >
            {t('startImport')}
          </Button>
        </div>
      </div>
    </div>
  );
}

const SHOWN = 10;

function PreviewTable({ rows }: { rows: readonly PreviewRow[] }) {
  const { t } = useTranslation('imports');
  return (
    <div className={styles['preview']}>
      <table className={styles['columns']}>
        <thead>
          <tr>
            <th scope="col">{t('line')}</th>
            <th scope="col">{t('preview.event')}</th>
            <th scope="col">{t('preview.time')}</th>
            <th scope="col">{t('preview.person')}</th>
            <th scope="col">{t('preview.values')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row) => (
            <PreviewLine key={row.row} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PreviewLine({ row }: { row: PreviewRow }) {
  const { event } = row;
  if (!event)
    return (
      <tr>
        <td>{row.row}</td>
        <td colSpan={4} className={styles['reason']}>
          {row.reason}
        </td>
      </tr>
    );
  const person = [event.userId, event.anonymousId, ...event.ids.map(({ kind, value }) => `${kind}: ${value}`)].filter(Boolean).join(' · ');
  const values = { ...event.properties, ...event.traits };
  return (
    <tr>
      <td>{row.row}</td>
      <td className={styles['name']}>{event.event}</td>
      <td>
        <TimeText at={event.time} withSeconds />
      </td>
      <td>{person}</td>
      <td className={styles['values']}>
        {Object.entries(values)
          .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
          .join(' · ')
          .slice(0, 400)}
      </td>
    </tr>
  );
}
