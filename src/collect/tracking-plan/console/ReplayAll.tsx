import { App, Button, Popover } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { TaskProgress } from '../../../console/kit/TaskProgress.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { queryClient, refresh } from '../../../console/query.ts';
import { discardQuarantined, replayQuarantined } from '../contract.ts';
import { useReplayWords } from './use-replay-words.ts';

interface ReplayAllProps {
  filter: { event?: string; kind?: string; search?: string; state?: 'quarantined' | 'refused' };
  waiting: number;
}

/** Replays or discards everything that the filters match, part by part; can be stopped between parts. */
export function ReplayAll({ filter, waiting }: ReplayAllProps) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const { done, replayAll, stop } = useReplayAll(filter, waiting);
  const ask = useDiscardAll(filter, waiting);
  const progress = done ? (
    <div style={{ width: 280 }}>
      <TaskProgress title={t('quarantine.replaying')} done={done.count} total={done.total} onCancel={stop} />
    </div>
  ) : null;
  return (
    <>
      <Button onClick={ask}>{t('quarantine.discardAll')}</Button>
      <Popover open={done !== undefined} content={progress} placement="bottomRight">
        <Button type="primary" loading={done !== undefined} onClick={() => void replayAll()}>
          {t('quarantine.replayAll', { number: format.number(waiting) })}
        </Button>
      </Popover>
    </>
  );
}

/** Part by part until nothing is left or somebody stops it. */
function useReplayAll(filter: ReplayAllProps['filter'], waiting: number) {
  const { message } = App.useApp();
  const projectId = useProjectId();
  const words = useReplayWords();
  const isStopped = useRef(false);
  const [done, setDone] = useState<{ count: number; total: number }>();
  const params = { projectId };
  const replayAll = async () => {
    isStopped.current = false;
    const result = { replayed: 0, duplicates: 0, waiting: 0 };
    setDone({ count: 0, total: waiting });
    try {
      let cursor: number | undefined;
      do {
        const part = await call(replayQuarantined, { params, body: { filter, ...(cursor !== undefined && { cursor }) } });
        result.replayed += part.replayed;
        result.duplicates += part.duplicates;
        result.waiting += part.waiting;
        cursor = part.nextCursor;
        setDone({ count: result.replayed + result.duplicates + result.waiting, total: waiting });
      } while (cursor !== undefined && !isStopped.current);
      message.open({ type: result.waiting > 0 ? 'warning' : 'success', content: words(result), duration: 8 });
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    } finally {
      setDone(undefined);
      await refresh(queryClient, ['tracking-plan.']);
    }
  };
  const stop = () => {
    isStopped.current = true;
  };
  return { done, replayAll, stop };
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
