import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { adoptEvents, type PlannedOrSeen, restorePlan, setEventStatus } from '../contract.ts';

const UNDO_SHOWN_SECONDS = 8;

/** What can be done to chosen events: take them into the plan, deprecate or block them. Each can be taken back. */
export function EventActs({ rows, onDone }: { rows: readonly PlannedOrSeen[]; onDone(): void }) {
  const { t } = useTranslation('tracking-plan');
  const { message } = App.useApp();
  const confirm = useConfirmDanger();
  const projectId = useProjectId();
  const refreshes = ['tracking-plan.'];
  const adopt = useAct(adoptEvents, { refreshes });
  const setStatus = useAct(setEventStatus, { refreshes });
  const events = rows.map((row) => row.event);
  const params = { projectId };
  const told = useTold(events.length, onDone);
  const failed = { onError: (error: Error) => void message.error(error.message) };
  const block = () =>
    confirm({
      title: t('acts.blockTitle', { count: events.length }),
      consequence: t('acts.blockConsequence'),
      action: t('acts.block'),
      onConfirm: async () => told((await setStatus.mutateAsync({ params, body: { events, status: 'blocked' } })).version),
    });
  return (
    <>
      <span>{t('acts.chosen', { count: rows.length })}</span>
      <Button
        size="small"
        type="primary"
        loading={adopt.isPending}
        onClick={() => adopt.mutate({ params, body: { events } }, { onSuccess: ({ version }) => told(version), ...failed })}
      >
        {t('acts.adopt')}
      </Button>
      <Button
        size="small"
        loading={setStatus.isPending}
        onClick={() => setStatus.mutate({ params, body: { events, status: 'deprecated' } }, { onSuccess: ({ version }) => told(version), ...failed })}
      >
        {t('acts.deprecate')}
      </Button>
      <Button size="small" danger onClick={block}>
        {t('acts.block')}
      </Button>
      <Button size="small" type="text" onClick={onDone}>
        {t('acts.clear')}
      </Button>
    </>
  );
}

/** Says that events were changed, and offers to take it back. */
function useTold(count: number, onDone: () => void) {
  const { t } = useTranslation('tracking-plan');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const restore = useAct(restorePlan, { refreshes: ['tracking-plan.'] });
  return (version: number) => {
    onDone();
    const undo = () => {
      message.destroy();
      restore.mutate({ params: { projectId, version: version - 1 } }, { onError: (error) => void message.error(error.message) });
    };
    const content = (
      <>
        {t('acts.done', { count })}{' '}
        <Button size="small" type="link" onClick={undo}>
          {t('acts.undo')}
        </Button>
      </>
    );
    message.open({ type: 'success', content, duration: UNDO_SHOWN_SECONDS });
  };
}
