import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { TaskProgress } from '../../../console/kit/TaskProgress.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { queryClient, refresh, useAct, useRead } from '../../../console/query.ts';
import { beginReplay, discardQuarantined, listReplays, stopReplay } from '../contract.ts';
import { useReplayWords } from './use-replay-words.ts';

/** How often it is asked how far a replay is: when none is known, and while one runs. */
const REFRESH_MS = 8_000;
const BUSY_REFRESH_MS = 500;

interface ReplayAllProps {
  filter: { event?: string; kind?: string; search?: string; state?: 'quarantined' | 'refused' };
  waiting: number;
}

/** Replays or discards everything that the filters match. Replaying goes on when this page is left. */
export function ReplayAll({ filter, waiting }: ReplayAllProps) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const { running, isBeginning, begin, stop } = useReplay(filter);
  const ask = useDiscardAll(filter, waiting);
  if (running)
    return (
      <div style={{ width: 280, maxWidth: '100%' }} role="status">
        <TaskProgress
          title={t('quarantine.replaying')}
          done={running.replayed + running.duplicates + running.waiting}
          total={running.total}
          startedAt={Date.parse(running.createdAt)}
          onCancel={stop}
        />
        {running.failure ? <span className="small quiet">{t('quarantine.replayWaits')}</span> : null}
      </div>
    );
  if (waiting === 0) return null;
  return (
    <>
      <Button onClick={ask}>{t('quarantine.discardAll')}</Button>
      <Button type="primary" loading={isBeginning} onClick={begin}>
        {t('quarantine.replayAll', { number: format.number(waiting) })}
      </Button>
    </>
  );
}

/** The replay under way, whoever began it; tells what became of it when it ends while somebody looks. */
function useReplay(filter: ReplayAllProps['filter']) {
  const { t } = useTranslation('tracking-plan');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const words = useReplayWords();
  const [watched, setWatched] = useState<string>();
  const params = { projectId };
  const { data } = useRead(listReplays, { params }, { refetchIntervalMs: watched === undefined ? REFRESH_MS : BUSY_REFRESH_MS });
  const running = data?.items.find(({ state }) => state === 'running');
  const ended = data?.items.find(({ id, state }) => id === watched && state !== 'running');
  const fail = (error: unknown) => void message.error(error instanceof Error ? error.message : String(error));
  const beginning = useAct(beginReplay, { refreshes: ['tracking-plan.list_replays'], onDone: ({ id }) => setWatched(id) });
  const stopping = useAct(stopReplay, { refreshes: ['tracking-plan.'] });
  const begin = () => beginning.mutate({ params, body: { filter } }, { onError: fail });
  const stop = () => running && stopping.mutate({ params: { projectId, replayId: running.id } }, { onError: fail });
  useEffect(() => {
    if (running) setWatched(running.id);
  }, [running]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is told once, when it has ended
  useEffect(() => {
    if (!ended) return;
    const content = ended.state === 'stopped' ? t('quarantine.replayStopped', { what: words(ended) }) : words(ended);
    void message.open({ type: ended.waiting > 0 ? 'warning' : 'success', content, duration: 8 });
    setWatched(undefined);
    void refresh(queryClient, ['tracking-plan.']);
  }, [ended?.id]);
  return { running, isBeginning: beginning.isPending, begin, stop };
}

function useDiscardAll(filter: ReplayAllProps['filter'], waiting: number) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const confirm = useConfirmDanger();
  const projectId = useProjectId();
  const params = { projectId };
  const discardAll = async () => {
    for (;;) {
      const { discarded } = await call(discardQuarantined, { params, body: { filter } });
      if (discarded.length === 0) break;
    }
    await refresh(queryClient, ['tracking-plan.']);
  };
  return () =>
    confirm({
      title: t('quarantine.discardAllTitle', { number: format.number(waiting) }),
      consequence: t('quarantine.discardAllConsequence'),
      action: t('quarantine.discardAll'),
      onConfirm: discardAll,
    });
}
