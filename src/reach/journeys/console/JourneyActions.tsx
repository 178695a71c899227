import { MoreOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct } from '../../../console/query.ts';
import { archiveJourney, type Journey, pauseJourney, publishJourney, resumeJourney } from '../contract.ts';

const refreshes = ['journeys.'];

/** Publish, pause, resume, archive; each asks first where it touches people. */
export function JourneyActions({ journey }: { journey: Journey }) {
  const { t } = useTranslation('journeys');
  const { message } = App.useApp();
  const can = usePermissions();
  const projectId = useProjectId();
  const danger = useConfirmDanger();
  const [, setTrying] = useUrlState('try', '');
  const pause = useAct(pauseJourney, { refreshes });
  const resume = useAct(resumeJourney, { refreshes });
  const archive = useAct(archiveJourney, { refreshes });
  const input = { params: { projectId, journeyId: journey.id } };
  if (journey.state === 'archived') return null;
  const act = (run: () => Promise<unknown>) =>
    void run().catch((error: unknown) => void message.error(error instanceof Error ? error.message : String(error)));
  const archiveNow = () =>
    danger({
      title: t('confirm.archiveTitle'),
      consequence: t('confirm.archiveText', { active: journey.active }),
      action: t('actions.archive'),
      onConfirm: () => archive.mutateAsync(input),
    });
  const more = [{ key: 'archive', label: t('actions.archive'), danger: true, onClick: archiveNow }];
  return (
    <>
      <Button onClick={() => setTrying('1')}>{t('actions.dryRun')}</Button>
      {can('journeys.publish') ? (
        <>
          {journey.state === 'live' ? (
            <Button loading={pause.isPending} onClick={() => act(() => pause.mutateAsync(input))}>
              {t('actions.pause')}
            </Button>
          ) : null}
          {journey.state === 'paused' ? (
            <Button loading={resume.isPending} onClick={() => act(() => resume.mutateAsync(input))}>
              {t('actions.resume')}
            </Button>
          ) : null}
          <Dropdown menu={{ items: more }} trigger={['click']}>
            <Button icon={<MoreOutlined />} aria-label={t('actions.archive')} />
          </Dropdown>
          <PublishButton journey={journey} />
        </>
      ) : null}
    </>
  );
}

function PublishButton({ journey }: { journey: Journey }) {
  const { t } = useTranslation('journeys');
  const { modal, message } = App.useApp();
  const projectId = useProjectId();
  const publish = useAct(publishJourney, { refreshes });
  const ask = () =>
    modal.confirm({
      title: t('confirm.publishTitle'),
      icon: null,
      content: t('confirm.publishText', { version: (journey.version ?? 0) + 1, control: journey.draft.controlPercent }),
      okText: t(journey.version === null ? 'actions.publish' : 'actions.publishAgain'),
      cancelText: t('cancel'),
      onOk: () =>
        publish
          .mutateAsync({ params: { projectId, journeyId: journey.id } })
          .catch((error: unknown) => void message.error(error instanceof Error ? error.message : String(error))),
    });
  const isReady = journey.faults.length === 0;
  return (
    <Button
      type="primary"
      disabled={!isReady || !journey.hasUnpublishedChanges}
      loading={publish.isPending}
      onClick={ask}
      {...(isReady ? {} : { title: t('faultsTitle', { count: journey.faults.length }) })}
    >
      {t(journey.version === null ? 'actions.publish' : 'actions.publishAgain')}
    </Button>
  );
}
