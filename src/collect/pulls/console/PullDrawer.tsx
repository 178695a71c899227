import { Alert, Button, Drawer, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../console/kit/Facts.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { changePull, listRuns, type Pull, type PullRun, removePull, runPull } from '../contract.ts';
import { PullState } from './PullState.tsx';
import styles from './Pulls.module.css';
import { usePullWords } from './use-pull-words.ts';

const REFRESH_MS = 3_000;
const runMeanings = { running: 'info', done: 'success', failed: 'danger' } as const;

/** One pull with its runs. */
export function PullDrawer({ pull, onClose }: { pull: Pull | undefined; onClose(): void }) {
  const isNarrow = useNarrow();
  return (
    <Drawer open={pull !== undefined} onClose={onClose} size={isNarrow ? '100%' : 720} title={pull?.name} destroyOnHidden>
      {pull ? <PullDetail pull={pull} onRemoved={onClose} /> : null}
    </Drawer>
  );
}

function PullDetail({ pull, onRemoved }: { pull: Pull; onRemoved(): void }) {
  const { t } = useTranslation('pulls');
  const words = usePullWords();
  const { connection, question, lastRun } = pull;
  return (
    <div className={styles['stack']}>
      <div className={styles['row']} style={{ justifyContent: 'space-between' }}>
        <PullState pull={pull} />
        <PullActs pull={pull} onRemoved={onRemoved} />
      </div>
      {lastRun?.failure ? <Alert type="error" showIcon role="alert" title={words.failure(lastRun.failure)} /> : null}
      <Facts
        items={[
          {
            key: 'engine',
            name: t('engine'),
            value: `${t(`engines.${connection.engine}`)} · ${connection.user}@${connection.host}:${connection.port}/${connection.database}`,
          },
          { key: 'question', name: t('question'), value: question.kind === 'table' ? question.table : <code>{question.sql.slice(0, 300)}</code> },
          {
            key: 'cursor',
            name: t('cursor'),
            value: pull.cursor ? `${pull.cursor.column}${pull.cursorValue === null ? '' : ` ≥ ${pull.cursorValue}`}` : t('cursorNone'),
          },
          { key: 'schedule', name: t('schedule'), value: words.schedule(pull.schedule) },
          { key: 'next', name: t('nextAt'), value: pull.state === 'paused' ? '–' : <TimeText at={pull.nextAt} /> },
        ]}
      />
      <Runs pullId={pull.id} />
    </div>
  );
}

function Runs({ pullId }: { pullId: string }) {
  const { t } = useTranslation('pulls');
  const format = useFormat();
  const projectId = useProjectId();
  const { data } = useRead(listRuns, { params: { projectId, pullId } }, { refetchIntervalMs: REFRESH_MS });
  const figure = (key: 'rows' | 'accepted' | 'unchanged' | 'refused') => ({
    title: t(key),
    align: 'right' as const,
    render: (_: unknown, run: PullRun) => format.number(run[key]),
  });
  return (
    <Table
      size="small"
      title={() => t('runs')}
      rowKey={(run) => run.id}
      dataSource={data?.items ?? []}
      loading={!data}
      scroll={{ x: 'max-content' }}
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: t('noRuns') }}
      expandable={{ rowExpandable: (run) => run.refusals.length > 0 || run.failure !== null, expandedRowRender: (run) => <RunFaults run={run} /> }}
      columns={[
        { title: t('startedAt'), render: (_, run) => <TimeText at={run.startedAt} withSeconds /> },
        { title: t('state'), render: (_, run) => <StatusMark meaning={runMeanings[run.state]}>{t(`runStates.${run.state}`)}</StatusMark> },
        figure('rows'),
        figure('accepted'),
        figure('unchanged'),
        figure('refused'),
        {
          title: t('took'),
          align: 'right',
          render: (_, run) => (run.finishedAt ? format.duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt)) : '–'),
        },
      ]}
    />
  );
}

function RunFaults({ run }: { run: PullRun }) {
  const { t } = useTranslation('pulls');
  const words = usePullWords();
  return (
    <ul style={{ margin: 0, paddingInlineStart: 20 }}>
      {run.failure ? <li>{words.failure(run.failure)}</li> : null}
      {run.refusals.slice(0, 20).map((refusal) => (
        <li key={refusal.line}>
          {t('row')} {refusal.line}: {words.failure(refusal)}
        </li>
      ))}
    </ul>
  );
}

function PullActs({ pull, onRemoved }: { pull: Pull; onRemoved(): void }) {
  const { t } = useTranslation('pulls');
  const go = useGo();
  const can = usePermissions();
  const projectId = useProjectId();
  const confirm = useConfirmDanger();
  const params = { projectId, pullId: pull.id };
  const change = useAct(changePull, { refreshes: ['pulls.'] });
  const run = useAct(runPull, { refreshes: ['pulls.'] });
  const remove = useAct(removePull, { refreshes: ['pulls.'] });
  if (!can('pulls.write')) return null;
  const ask = () =>
    confirm({
      title: t('removeTitle', { name: pull.name }),
      consequence: t('removeConsequence'),
      action: t('remove'),
      onConfirm: async () => {
        await remove.mutateAsync({ params });
        onRemoved();
      },
    });
  return (
    <div className={styles['row']}>
      <Button size="small" type="primary" loading={run.isPending} onClick={() => run.mutate({ params })}>
        {t('runNow')}
      </Button>
      <Button size="small" onClick={() => go(`pulls/new?pull=${pull.id}`)}>
        {t('edit')}
      </Button>
      <Button
        size="small"
        loading={change.isPending}
        onClick={() => change.mutate({ params, body: { state: pull.state === 'paused' ? 'running' : 'paused' } })}
      >
        {t(pull.state === 'paused' ? 'resume' : 'pause')}
      </Button>
      <Button size="small" danger onClick={ask}>
        {t('remove')}
      </Button>
    </div>
  );
}
