import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { getDeliverySettings } from '../contract.ts';
import { SettingsForm } from './SettingsForm.tsx';
import { Suppressions } from './Suppressions.tsx';

/** When people may be written to, how often, and from whom. */
export function DeliveryPage() {
  const { t } = useTranslation('gate');
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(getDeliverySettings, { params: { projectId } });
  return (
    <PageFrame title={t('settingsTitle')} purpose={t('settingsPurpose')}>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      <Panel title={t('settings.serverTitle')}>
        {data ? (
          <Alert
            type={data.mailServer.isConfigured ? 'success' : 'warning'}
            showIcon
            title={data.mailServer.isConfigured ? t('settings.serverOn', { host: data.mailServer.host }) : t('settings.serverOff')}
          />
        ) : (
          <DetailSkeleton />
        )}
      </Panel>
      {data ? <SettingsForm key={projectId} settings={data.settings} timeZone={data.timeZone} from={data.mailServer.from} /> : null}
      <Suppressions />
    </PageFrame>
  );
}
