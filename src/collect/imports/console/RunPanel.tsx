import { Alert, Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { getImport, type Import, wishRun } from '../contract.ts';
import styles from './Imports.module.css';
import { meanings } from './meanings.ts';
import { RefusalTable } from './RefusalTable.tsx';
import { useFailureWords } from './use-failure-words.ts';

const POLL_MS = 1_000;
const EVENTS_SHOWN = 8;
const isOver = (state: Import['state']): boolean => state === 'done' || state === 'failed' || state === 'cancelled';

/** One import or dry run: how far it is, what became of its rows, what can be done with it. */
export function RunPanel({ importId }: { importId: string }) {
  const projectId = useProjectId();
  const input = { params: { projectId, importId } };
  const first = useRead(getImport, input);
  const state = first.data?.import.state;
  const { data, error, refetch } = useRead(getImport, input, state !== undefined && isOver(state) ? {} : { refetchIntervalMs: POLL_MS });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} isSmall />;
  if (!data || data.import.id !== importId) return <DetailSkeleton />;
  return (
    <div className={styles['stack']}>
      <RunProgress run={data.import} />
      <Outcome run={data.import} />
      <RefusalTable refusals={data.refusals} run={data.import} />
    </div>
  );
}

function RunProgress({ run }: { run: Import }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const words = useFailureWords();
  const share = run.state === 'done' ? 1 : run.bytesTotal ? Math.min(0.99, run.bytesDone / run.bytesTotal) : undefined;
  const rate = run.workedMs > 0 ? (run.done / run.workedMs) * 1_000 : 0;
  const leftMs = share && share > 0.01 && run.state === 'running' ? (run.workedMs / share) * (1 - share) : undefined;
  const facts = [
    t('rowsDone', { count: run.done, formatted: format.number(run.done) }),
    ...(rate > 0 ? [t('rate', { rate: format.number(Math.round(rate)) })] : []),
    ...(leftMs === undefined ? [] : [t('left', { time: format.duration(Math.max(1_000, leftMs)) })]),
  ];
  return (
    <div role="status">
      <div className={styles['foot']}>
        <StatusMark meaning={meanings[run.state]}>
          {run.mode === 'check' ? `${t('dryRun')}: ` : ''}
          {t(`states.${run.state}`)}
        </StatusMark>
        <RunActs run={run} />
      </div>
      {share === undefined ? null : (
        <Progress
          percent={Math.floor(share * 100)}
          status={run.state === 'failed' ? 'exception' : run.state === 'done' ? 'success' : 'active'}
          aria-label={run.name}
        />
      )}
      <div className="small quiet">{facts.join(' · ')}</div>
      {run.failure ? <Alert style={{ marginTop: 8 }} type="error" showIcon title={words(run.failure)} /> : null}
    </div>
  );
}

function RunActs({ run }: { run: Import }) {
  const { t } = useTranslation('imports');
  const projectId = useProjectId();
  const can = usePermissions();
  const wish = useAct(wishRun, { refreshes: ['imports.'] });
  if (run.fileId === null || isOver(run.state) || !can('imports.write')) return null;
  const say = (verb: 'run' | 'pause' | 'cancel') => () => wish.mutate({ params: { projectId, importId: run.id }, body: { wish: verb } });
  return (
    <div className={styles['row']}>
      {run.state === 'paused' ? (
        <Button size="small" loading={wish.isPending} onClick={say('run')}>
          {t('goOn')}
        </Button>
      ) : run.mode === 'take' ? (
        <Button size="small" loading={wish.isPending} onClick={say('pause')}>
          {t('pause')}
        </Button>
      ) : null}
      <Button size="small" danger loading={wish.isPending} onClick={say('cancel')}>
        {t('cancel')}
      </Button>
    </div>
  );
}

function Outcome({ run }: { run: Import }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const isCheck = run.mode === 'check';
  const events = run.events.slice(0, EVENTS_SHOWN).map(({ event, count }) => `${event} ${format.number(count)}`);
  return (
    <Facts
      items={[
        { key: 'accepted', name: isCheck ? t('wouldAccept') : t('accepted'), value: format.number(run.accepted) },
        ...(isCheck ? [] : [{ key: 'duplicates', name: t('duplicates'), value: format.number(run.duplicates) }]),
        { key: 'refused', name: t('refused'), value: format.number(run.refused) },
        ...(events.length > 0
          ? [{ key: 'events', name: t('eventsOf'), value: `${events.join(' · ')}${run.events.length > EVENTS_SHOWN ? ' …' : ''}` }]
          : []),
        ...(run.earliest && run.latest
          ? [
              {
                key: 'span',
                name: t('span'),
                value: (
                  <>
                    <TimeText at={run.earliest} /> – <TimeText at={run.latest} />
                  </>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
