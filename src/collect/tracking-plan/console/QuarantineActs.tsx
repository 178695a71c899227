import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { CHOSEN_MAX, discardQuarantined, type QuarantinedEvent, replayQuarantined, restoreQuarantined } from '../contract.ts';
import { useReplayWords } from './use-replay-words.ts';

const UNDO_SHOWN_SECONDS = 8;

/** Replays or discards chosen events; discarding can be taken back, also later. */
export function QuarantineActs({ rows, onDone }: { rows: readonly Pick<QuarantinedEvent, 'id' | 'state'>[]; onDone(): void }) {
  const { t } = useTranslation('tracking-plan');
  const projectId = useProjectId();
  const refreshes = ['tracking-plan.'];
  const restore = useAct(restoreQuarantined, { refreshes });
  const params = { projectId };
  const idsOf = (...states: string[]) =>
    rows
      .filter((row) => states.includes(row.state))
      .slice(0, CHOSEN_MAX)
      .map((row) => row.id);
  const waiting = idsOf('quarantined', 'refused');
  const discarded = idsOf('discarded');
  const { failed, replayed, thrownAway, isReplaying, isDiscarding } = useSettling(waiting, onDone);
  return (
    <>
      {rows.length > 1 ? <span>{t('acts.chosen', { count: rows.length })}</span> : null}
      {waiting.length > 0 ? (
        <>
          <Button size="small" type="primary" loading={isReplaying} onClick={() => void replayed().catch(failed)}>
            {t('quarantine.replay')}
          </Button>
          <Button size="small" loading={isDiscarding} onClick={() => void thrownAway().catch(failed)}>
            {t('quarantine.discard')}
          </Button>
        </>
      ) : null}
      {discarded.length > 0 ? (
        <Button
          size="small"
          loading={restore.isPending}
          onClick={() => restore.mutate({ params, body: { ids: discarded } }, { onError: failed, onSuccess: onDone })}
        >
          {t('quarantine.restore')}
        </Button>
      ) : null}
    </>
  );
}

/** Replays or discards waiting entries and says what became of it, with the way back. */
function useSettling(waiting: readonly number[], onDone: () => void) {
  const { t } = useTranslation('tracking-plan');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const replayWords = useReplayWords();
  const refreshes = ['tracking-plan.'];
  const replay = useAct(replayQuarantined, { refreshes });
  const discard = useAct(discardQuarantined, { refreshes });
  const restore = useAct(restoreQuarantined, { refreshes });
  const params = { projectId };
  const failed = (error: Error) => void message.error(error.message);
  const replayed = async () => {
    const result = await replay.mutateAsync({ params, body: { ids: [...waiting] } });
    message.open({ type: result.waiting > 0 ? 'warning' : 'success', content: replayWords(result), duration: UNDO_SHOWN_SECONDS });
    onDone();
  };
  const thrownAway = async () => {
    const { discarded: ids } = await discard.mutateAsync({ params, body: { ids: [...waiting] } });
    const undo = () => {
      message.destroy();
      restore.mutate({ params, body: { ids } }, { onError: failed });
    };
    const content = (
      <>
        {t('quarantine.discardedNote', { count: ids.length })}{' '}
        <Button size="small" type="link" onClick={undo}>
          {t('acts.undo')}
        </Button>
      </>
    );
    message.open({ type: 'success', content, duration: UNDO_SHOWN_SECONDS });
    onDone();
  };
  return { failed, replayed, thrownAway, isReplaying: replay.isPending, isDiscarding: discard.isPending };
}
