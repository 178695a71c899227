import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { previewRules, readRules, startRun } from '../contract.ts';

/** Carries the saved rules out now, after saying what goes. */
export function RunNow({ isOff }: { isOff: boolean }) {
  const { t } = useTranslation('retention');
  const { message } = App.useApp();
  const format = useFormat();
  const projectId = useProjectId();
  const confirm = useConfirmDanger();
  const start = useAct(startRun, { refreshes: ['retention.list_runs'] });
  const ask = async (): Promise<void> => {
    const params = { projectId };
    const { items } = await call(readRules, { params });
    const expired = await call(previewRules, { params, body: { items } });
    if (expired.total === 0) {
      message.info(t('run.nothing'));
      return;
    }
    confirm({
      title: t('run.confirmTitle'),
      consequence: t('run.confirmText', { number: format.number(expired.total) }),
      action: t('run.confirm'),
      typed: String(expired.total),
      onConfirm: async () => {
        await start.mutateAsync({ params, body: {} });
        message.success(t('run.started'));
      },
    });
  };
  return (
    <Button size="small" disabled={isOff} onClick={() => void ask().catch((error: Error) => message.error(error.message))}>
      {t('rules.runNow')}
    </Button>
  );
}
