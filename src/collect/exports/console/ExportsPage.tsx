import { Button, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { DestinationList } from './DestinationList.tsx';
import { DownloadList } from './DownloadList.tsx';

type Tab = 'destinations' | 'downloads';

/** What leaves: destinations that get everything as it comes, and files for download. */
export function ExportsPage() {
  const { t } = useTranslation('exports');
  const can = usePermissions();
  const mayWrite = can('exports.write');
  const [tab, setTab] = useUrlState<Tab>('tab', 'destinations');
  const [, setNew] = useUrlState('new', '');
  const action = mayWrite ? (
    <Button type="primary" onClick={() => setNew('1')}>
      {t(tab === 'destinations' ? 'addDestination' : 'makeFile')}
    </Button>
  ) : undefined;
  const tabs = (['destinations', ...(mayWrite ? ['downloads'] : [])] as Tab[]).map((key) => ({ key, label: t(`tabs.${key}`) }));
  return (
    <PageFrame
      title={t('title')}
      purpose={t('purpose')}
      action={action}
      below={<Tabs activeKey={tab} onChange={(key) => setTab(key as Tab)} items={tabs} />}
    >
      {tab === 'destinations' ? <DestinationList action={action} /> : <DownloadList action={action} />}
    </PageFrame>
  );
}
